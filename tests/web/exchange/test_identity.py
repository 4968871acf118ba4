"""Who an agency is: proved by its own signature or certificate, at this moment, and nobody else."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, override_settings
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey
from tests.web.exchange.agency import Agency, agency, order, terms

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look, acting
from sosach.domain.audit.models import AuditEvent
from sosach.domain.audit.rules import Level
from sosach.domain.exchange.models import Disclosure, Refusal
from sosach.domain.exchange.operations.partners import end_key, register_key, resume, suspend, take_in_agreement
from sosach.domain.exchange.queries.partners import DOOR, standing_of
from sosach.domain.exchange.queries.statements import partners, statement
from sosach.domain.exchange.rules.agreements import Proof
from sosach.domain.exchange.rules.tokens import claims_of, issuer_of, public_key
from sosach.web.frame import clock

pytestmark = pytest.mark.usefixtures("db", "addresses")
SEARCH = {"verb": "find", "register": "population", "key": "pin", "value": "001099000001"}
CERTIFICATE = "ab" * 32
BOUND = base64.urlsafe_b64encode(bytes.fromhex(CERTIFICATE)).decode().rstrip("=")


def ask(headers: dict[str, str], **changed: Any) -> HttpResponse:
    body = json.dumps(SEARCH | changed)
    return Client(raise_request_exception=False).post(
        "/exchange/test", body, content_type="application/json", headers=headers
    )


def status(headers: dict[str, str], **changed: Any) -> int:
    return int(ask(headers, **changed).status_code)


@pytest.fixture
def addresses() -> Iterator[None]:
    with override_settings(ROOT_URLCONF="tests.web.exchange.asking"):
        yield


@pytest.fixture
def tax() -> Agency:
    return agency("thue", attributes={"population": ["pin", "full_name"]})


def refusals() -> dict[str, int]:
    with acting(DOOR):
        return dict(Refusal.objects.values_list("why", "count"))


def test_a_signed_token_opens_the_door_and_says_that_nothing_may_be_passed_on(tax: Agency) -> None:
    answer = ask(tax.headers())
    assert (answer.status_code, answer.content) == (200, b"null")
    assert "decree-69-2024-19" in answer["X-Sosach-Passing-On"]


@dataclass(frozen=True)
class In:
    """So many seconds from the moment the test runs."""

    seconds: int


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "elsewhere"},
        {"aud": None},
        {"iss": "nobody"},
        {"iss": None},
        {"exp": In(-1)},
        {"exp": In(7_300)},
        {"exp": None},
        {"iat": None},
        {"iat": In(600)},
        {"nbf": In(600)},
        {"jti": None},
        {"jti": "short"},
        {"exp": True},
        {"exp": "soon"},
        {"scope": ["registers"]},
        {"user": "x" * 200},
        {"cnf": {"x5t#S256": BOUND}},
        {"cnf": {"x5t#S256": "AAAA"}},
        {"cnf": {}},
        {"cnf": "*"},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_us_now_opens_nothing(tax: Agency, claims: dict[str, Any]) -> None:
    now = int(clock.now().timestamp())
    claims = {name: now + one.seconds if isinstance(one, In) else one for name, one in claims.items()}
    told = {"scope": "registers"} | claims
    answer = ask(tax.headers(**told))
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "ACCESS-03"


def test_every_wrong_proof_gets_the_same_answer(tax: Agency) -> None:
    stranger = Agency("thue")
    shared = jws.serialize_compact({"alg": "HS256", "kid": "k1"}, "{}", OctKey.generate_key(256), algorithms=["HS256"])
    other_name = tax.headers(header={"kid": "k2"})["Authorization"]
    tampered = tax.token().rpartition(".")
    proofs = [
        stranger.headers()["Authorization"],
        f"Bearer {shared}",
        other_name,
        f"Bearer {tampered[0]}.{'A' * len(tampered[2])}",
        "Bearer a.b.c",
        "Bearer " + "x" * 9_000,
        "Bearer ",
        "Basic dGh1ZTp0aHVl",
        "",
    ]
    answers = [ask({"Authorization": proof}).json() for proof in proofs]
    for each in answers:
        each.pop("request")
    assert all(each["code"] == "ACCESS-03" for each in answers)
    assert len({each["title"] for each in answers}) == 1


def test_a_token_signed_by_nobody_or_by_another_kind_of_key_is_none() -> None:
    now = clock.now()
    claims = {"iss": "a", "aud": "sosach", "iat": now.timestamp(), "exp": now.timestamp() + 60, "jti": "12345678"}
    right, other = ECKey.generate_key("P-256"), OKPKey.generate_key("Ed25519")
    known = [public_key(right.as_dict(private=False))]
    good = jws.serialize_compact({"alg": "ES256"}, json.dumps(claims), right, algorithms=["ES256"])
    assert claims_of(good, known, audience="sosach", at=now).jti == "12345678"
    assert issuer_of(good) == ("a", "")
    bad = jws.serialize_compact({"alg": "Ed25519"}, json.dumps(claims), other, algorithms=["Ed25519"])
    head, body, _ = good.split(".")
    unsigned = "eyJhbGciOiJub25lIn0"
    for token in (bad, f"{unsigned}.{body}.", f"{head}.{body}.", f"{unsigned}.{body}.{good.rpartition('.')[2]}"):
        with pytest.raises(SosachError) as refused:
            claims_of(token, known, audience="sosach", at=now)
        assert refused.value.code is ErrorCode.ACCESS_UNKNOWN


@pytest.mark.parametrize("jwk", [{}, {"kty": "RSA"}, {"kty": "EC", "crv": "P-384"}, {"kty": "OKP", "crv": "Ed25519"}])
def test_only_two_kinds_of_keys_are_taken(jwk: dict[str, str]) -> None:
    with pytest.raises(SosachError):
        public_key(jwk)


def test_a_private_key_sent_by_mistake_is_not_kept() -> None:
    assert "d" not in public_key(OKPKey.generate_key("Ed25519").as_dict(private=True))


def test_suspension_bites_at_the_next_request_and_is_told(tax: Agency) -> None:
    assert status(tax.headers()) == 200
    suspend(order("audit of the agency"), partner="thue")
    answer = ask(tax.headers())
    assert (answer.status_code, answer.json()["code"]) == (403, "ACCESS-01")
    assert refusals() == {"suspended": 1}
    resume(order(), partner="thue")
    assert status(tax.headers()) == 200
    for wrong in (lambda: resume(order(), partner="thue"), lambda: suspend(order(), partner="thue")):
        with pytest.raises(SosachError):
            wrong()


def test_scope_and_purpose_are_those_of_the_agreement(tax: Agency) -> None:
    assert status(tax.headers(scope="other")) == 403
    assert status(tax.headers(scope="")) == 403
    assert status(tax.headers(), scope="uin.generate") == 403
    assert status(tax.headers(scope="uin.generate"), scope="uin.generate") == 403
    assert status(tax.headers(purpose="enforcement")) == 403
    assert status(tax.headers(purpose="no such thing")) == 403
    assert refusals() == {"scope": 4, "purpose": 2}


def test_of_several_purposes_one_is_told_and_some_need_a_case() -> None:
    police = agency(attributes={"population": ["pin"]}, purposes=["enforcement", "identity-check"])
    assert status(police.headers()) == 403
    assert status(police.headers(purpose="identity-check")) == 200
    assert status(police.headers(purpose="enforcement")) == 422
    assert status(police.headers(purpose="enforcement", ref="VA-12")) == 200
    assert status(police.headers() | {"X-Sosach-Purpose": "enforcement", "X-Sosach-Case": "VA-13"}) == 200
    with acting(police_of(police)):
        found = AuditEvent.objects.filter(event="exchange.record_sought", reference="VA-13")
        assert found.count() == 1


def police_of(agency: Agency) -> Any:
    standing = standing_of(agency.key, at=clock.now())
    assert standing is not None
    return standing.actor


def test_an_ended_key_opens_nothing_and_a_new_one_does(tax: Agency) -> None:
    end_key(order(), partner="thue", name="k1")
    assert status(tax.headers()) == 401
    register_key(order(), partner="thue", proof=Proof.SIGNATURE, name="k2", jwk=tax.private.as_dict(private=False))
    assert status(tax.headers()) == 401
    assert status(tax.headers(header={"kid": "k2"})) == 200
    with pytest.raises(SosachError):
        end_key(order(), partner="thue", name="k1")


def test_a_certificate_counts_behind_our_own_proxy_only(tax: Agency) -> None:
    register_key(order(), partner="thue", proof=Proof.CERTIFICATE, name=CERTIFICATE.upper())
    shown = {"X-Client-Certificate-SHA256": CERTIFICATE}
    assert status(shown) == 401
    with override_settings(SOSACH_BEHIND_TLS=True):
        assert status(shown) == 200
        assert status({"X-Client-Certificate-SHA256": "cd" * 32}) == 401
        bound = tax.headers(cnf={"x5t#S256": BOUND})
        assert status(bound) == 401
        assert status(bound | shown) == 200
    other = agency()
    with pytest.raises(SosachError):
        register_key(order(), partner=other.key, proof=Proof.CERTIFICATE, name=CERTIFICATE)


def test_a_token_counts_once_where_that_was_agreed() -> None:
    careful = agency(attributes={"population": ["pin"]}, tokens_once=True)
    headers = careful.headers()
    assert [status(headers), status(headers), status(careful.headers())] == [200, 403, 200]
    assert refusals() == {"replayed": 1}
    register_key(order(), partner=careful.key, proof=Proof.CERTIFICATE, name=CERTIFICATE)
    with override_settings(SOSACH_BEHIND_TLS=True):
        assert status({"X-Client-Certificate-SHA256": CERTIFICATE}) == 403


def test_who_asks_more_than_agreed_waits() -> None:
    volume = {"per_minute": 2, "per_day": 1_000, "misses_per_hour": 100}
    small = agency(attributes={"population": ["pin"]}, volume=volume)
    assert [status(small.headers()) for _ in range(3)] == [200, 200, 429]
    answer = ask(small.headers())
    assert 0 < int(answer["Retry-After"]) <= 60
    assert refusals() == {"budget": 2}
    daily = agency(attributes={"population": ["pin"]}, volume={**volume, "per_minute": 60, "per_day": 2})
    assert [status(daily.headers()) for _ in range(3)] == [200, 200, 429]
    assert int(ask(daily.headers())["Retry-After"]) > 3_600


def test_who_walks_through_numbers_runs_dry() -> None:
    walker = agency(
        attributes={"population": ["pin"]}, volume={"per_minute": 1_000, "per_day": 10_000, "misses_per_hour": 5}
    )
    assert [status(walker.headers(), value=f"00109900000{at}") for at in range(8)] == [200] * 5 + [429] * 3


def test_versions_follow_each_other_and_none_comes_back(tax: Agency) -> None:
    def holding(on: date) -> str:
        standing = standing_of("thue", at=datetime(on.year, on.month, on.day, 5, tzinfo=UTC))
        return standing.agreement.number if standing and standing.agreement else ""

    tax.agree(number="02", begins="2027-01-01", ends="2027-06-30")
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1), date(2027, 7, 1)]
    assert [holding(day) for day in days] == ["", "01/TT-2026", "01/TT-2026", "02", ""]
    found = partners(Look(order().actor, "oversight", datetime(2026, 12, 31, 5, tzinfo=UTC)), partner="thue")
    assert [(each.key, each.number, each.version, each.keys) for each in found] == [
        ("thue", "01/TT-2026", 1, (("signature", "k1"),))
    ]


def test_without_an_agreement_in_force_nothing_is_answered(tax: Agency) -> None:
    tax.agree(begins="2026-01-01", ends="2026-01-31")
    assert status(tax.headers()) == 403
    assert refusals() == {"no-agreement": 1}


@pytest.mark.parametrize(
    "changed",
    [
        {"state_body": False},
        {"state_body": False, "approval": "C06-1"},
        {"state_body": False, "approval": "C06-1", "consent": True, "roles": ["civil_status"]},
        {"pseudonyms": True, "roles": ["civil_status"]},
        {"purposes": []},
        {"purposes": ["curiosity"]},
        {"legal": ["no-law"]},
        {"attributes": {"population": ["passwords"]}},
        {"attributes": {"taxes": ["pin"]}},
        {"matches": {"population": ["name_k1"]}},
        {"questions": ["is_rich"]},
        {"roles": ["steward"]},
        {"begins": "soon"},
        {"begins": "2026-02-01", "ends": "2026-01-01"},
        {"volume": {"per_minute": 0}},
        {"volume": {"per_minute": True}},
        {"volume": {"per_second": 5}},
        {"pseudonym": True},
        {"number": " "},
        {"scopes": "registers"},
    ],
    ids=str,
)
def test_an_agreement_with_a_fault_is_not_taken_in(changed: dict[str, Any]) -> None:
    with pytest.raises(SosachError) as refused:
        take_in_agreement(order(), key="loi", vi="Lỗi", en="Fault", terms=terms(**changed))
    assert refused.value.code is ErrorCode.INPUT_INCOMPLETE


def test_a_province_agrees_on_nothing_for_the_country() -> None:
    made = order()
    with pytest.raises(SosachError):
        take_in_agreement(
            replace(made, actor=replace(made.actor, level=Level.PROVINCE, unit="01")),
            key="tinh",
            vi="Tỉnh",
            en="Province",
            terms=terms(),
        )


def test_the_month_counts_what_was_asked_and_refused_and_names_nobody(tax: Agency) -> None:
    for value in ("001099000001", "001099000002"):
        ask(tax.headers(), value=value)
    ask(tax.headers(scope="other"))
    today = clock.now() + timedelta(hours=7)
    made = statement(Look(order().actor, "oversight", clock.now()), partner="thue", month=f"{today:%Y-%m}")
    assert [(line.purpose, line.kind, line.requests, line.records, line.misses) for line in made.lines] == [
        ("agency-task", "search", 2, 0, 2)
    ]
    assert made.refusals == (("scope", 1),)
    assert made.persons == 0
    with acting(DOOR):
        assert Disclosure.objects.count() == 2
