"""The data tracker against its own file, unmodified and by every check; and that a look is there to be seen at once."""

import json
import sys
import time
import zlib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client, override_settings
from tests.conformance import frame
from tests.conformance.conftest import Registry, order
from tests.conformance.scenarios import require_document
from tests.web.exchange.agency import Agency, agency
from tests.web.exchange.agency import order as steward

from sosach.domain.access.queries import Look
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.exchange.operations.partners import register_key
from sosach.domain.exchange.rules.agreements import Proof
from sosach.domain.population.operations.births import Birth, ParentTold, register_births
from sosach.domain.population.queries.identities import person_by_pin
from sosach.domain.population.rules.words import Kin
from sosach.web.frame import clock

BASE = "/exchange/tracker"
asked_so_far: Counter[str] = Counter()
OFFICER = Actor(ActorKind.OFFICER, "officer-7", Level.COMMUNE, "00004", frozenset({Role.CLERK}))


@dataclass(frozen=True)
class There:
    """What is there to be asked.

    Attributes:
        pins: people of the register.
        portal: an agency whose portal shows people who looked.
        tax: an agency that asks about them.
    """

    pins: list[str]
    portal: Agency
    tax: Agency

    def headers(self, asker: str) -> dict[str, str]:
        """What the portal's requests carry."""
        return self.portal.headers(scope="tracker.read", ref="phien-1") | {"X-Road-UserId": asker}

    def find(self, pin: str, asker: str = "", **more: Any) -> Any:
        """Who looked."""
        query = {"userCode": pin} | more
        response = Client().get(f"{BASE}/v2/findUsage", query, headers=self.headers(asker or pin))
        assert response.status_code == 200, response.content
        return response.json()


@pytest.fixture(scope="module")
def there(registry: Registry) -> There:
    portal = agency("cong", scopes=["tracker.read"], purposes=["data-subject"], attributes={"population": ["pin"]})
    tax = agency("thue-nguoi", attributes={"population": ["full_name"]}, scopes=["xroad", "dci"])
    return There(registry.pins, portal, tax)


schema: Any = schemathesis.openapi.from_dict(
    require_document("data-tracker", "openapi.yaml") | {"servers": [{"url": BASE}]}
)
schema.app = get_wsgi_application()


def asked(case: Any, there: There) -> None:
    """Ask a case; half of the well-formed ones are about somebody."""
    headers = {
        **(case.headers or {}),
        "Authorization": f"Bearer {there.portal.token(scope='tracker.read', ref='phien-1')}",
    }
    query, positive = case.query or {}, case.meta is not None and case.meta.generation.mode.is_positive
    if positive and zlib.crc32(str(query.get("userCode", "0")).encode("utf-8", "replace")) % 2:
        case.query = query | {"userCode": there.pins[0]}
        headers["X-Road-UserId"] = there.pins[0]
    case.headers = headers
    asked_so_far[case.operation.definition.raw["operationId"]] += 1
    case.call_and_validate()


@schema.parametrize()
@frame.same_cases
@frame.SHORT
def test_the_file_briefly(case: Any, there: There) -> None:
    asked(case, there)


@pytest.mark.heavy
@pytest.mark.conformance
@schema.parametrize()
@frame.same_cases
@frame.LONG
def test_the_file(case: Any, there: There) -> None:
    asked(case, there)


def test_every_operation_was_asked(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\ndata tracker: {len(asked_so_far)} operations, {asked_so_far.total()} cases\n")
    assert asked_so_far.keys() == {"findUsage", "usagePeriod", "heartbeat"}


def test_a_look_of_an_officer_and_of_an_agency_is_there_at_once(
    there: There, capsys: pytest.CaptureFixture[str]
) -> None:
    """The next question finds it, nothing waits in between; how long both take is printed."""
    pin = there.pins[1]
    began = time.monotonic()
    look = Look(OFFICER, "identity-check", clock.now(), "HS-77")
    person_by_pin(look, pin=pin)
    first = there.find(pin)["usages"][0]
    officers = time.monotonic() - began
    assert first["receiverCode"] == "00004"
    assert first["receiverName"] == "Ba Đình"
    assert "Xác thực danh tính" in first["action"]
    began = time.monotonic()
    seen = dci_search(there, pin)
    assert seen["data"]["reg_records"][0]["name"] == {"@type": "Name", "surname": "Nguyễn", "given_name": "Văn Bình"}
    told = [each for each in there.find(pin)["usages"] if each["receiverCode"] == "thue-nguoi"]
    agencys = time.monotonic() - began
    with capsys.disabled():
        sys.stdout.write(
            f"\nfrom a look to its usage: officer {officers * 1000:.0f} ms, agency {agencys * 1000:.0f} ms\n"
        )
    assert {each["receiverName"] for each in told} == {"Cơ quan thue-nguoi"}
    assert len(told) == 2  # sought by number, then told


def dci_search(there: There, pin: str) -> Any:
    """The agency looks the person up."""
    now = clock.now().isoformat()
    search = {
        "reference_id": "1",
        "timestamp": now,
        "search_criteria": {"query_type": "idtype-value", "query": {"type": "UIN", "value": pin}},
    }
    header = {"message_id": "1", "message_ts": now, "action": "search", "sender_id": "thue-nguoi", "total_count": 1}
    body = {"header": header, "message": {"transaction_id": "1", "search_request": [search]}}
    headers = there.tax.headers(scope="dci")
    response = Client().post(
        "/exchange/dci/registry/sync/search", json.dumps(body), "application/json", headers=headers
    )
    assert response.status_code == 200, response.content
    return response.json()["message"]["search_response"][0]


def test_the_latest_comes_first_and_pages_do_not_overlap(there: There) -> None:
    pin, start = there.pins[2], datetime(2026, 1, 1, tzinfo=UTC)
    for minute in (3, 1, 2):
        person_by_pin(Look(OFFICER, "identity-check", start + timedelta(minutes=minute)), pin=pin)
    period = {"periodStart": "2026-01-01T07:01:30+07:00", "periodEnd": "2026-01-01T00:05:00Z"}
    whole = there.find(pin, **period)
    times = [each["logtime"] for each in whole["usages"]]
    assert times == ["2026-01-01T00:03:00+00:00", "2026-01-01T00:02:00+00:00"]
    assert whole["totalUsages"] == 2
    pages = [there.find(pin, **period, offset=place, limit=1) for place in (0, 1, 2)]
    assert [each["logtime"] for page in pages for each in page["usages"]] == times
    assert {page["totalUsages"] for page in pages} == {2}


def test_whoever_is_neither_the_person_nor_stands_for_it_learns_as_little_as_about_nobody(there: There) -> None:
    nobody = there.find("001099999999")
    assert nobody == there.find(there.pins[0], there.pins[1]) == {"totalUsages": 0, "usages": []}


def test_a_parent_sees_who_looked_at_a_child(there: There) -> None:
    parent = person_by_pin(Look(OFFICER, "identity-check", clock.now()), pin=there.pins[1])
    assert parent is not None
    told = ParentTold(Kin.MOTHER, parent.full_name, person_id=parent.person_id)
    child = Birth("child-1", "Nguyễn Thị Bé", "2026-11-01", "F", "00004", parents=(told,))
    pin = register_births(order(), births=[child])[0].pin
    person_by_pin(Look(OFFICER, "identity-check", clock.now()), pin=pin)
    assert there.find(pin, there.pins[1])["totalUsages"] >= 1
    assert there.find(pin, there.pins[0])["totalUsages"] == 0


def test_a_portal_asks_through_x_road_as_well(there: There) -> None:
    register_key(steward(), partner=there.portal.key, proof=Proof.MEMBER, name="VN/GOV/CONG")
    pin, server = there.pins[3], "ab" * 32
    person_by_pin(Look(OFFICER, "identity-check", clock.now()), pin=pin)
    sent = {
        "X-Road-UserId": pin,
        "X-Road-Id": "1",
        "X-Road-Client": "VN/GOV/CONG",
        "X-Client-Certificate-SHA256": server,
    }
    with override_settings(SOSACH_BEHIND_TLS=True, SOSACH_XROAD_SERVERS=[server]):
        told = Client().get(f"{BASE}/v2/findUsage", {"userCode": pin}, headers=sent)
        assert told.json()["totalUsages"] == 1
        for name in ("VN/GOV/LA", ""):
            refused = Client().get(f"{BASE}/v2/findUsage", {"userCode": pin}, headers=sent | {"X-Road-Client": name})
            assert refused.status_code == (401 if name else 400)
    assert Client().get(f"{BASE}/v2/findUsage", {"userCode": pin}, headers=sent).status_code == 401


def test_nobody_is_told_without_an_agreement(there: There) -> None:
    query = {"userCode": there.pins[0]}
    headers = {"X-Road-UserId": there.pins[0]}
    response = Client().get(f"{BASE}/v2/findUsage", query, headers=headers)
    assert response.status_code == 401
    response = Client().get(f"{BASE}/v2/findUsage", query, headers=headers | there.tax.headers(scope="tracker.read"))
    assert response.status_code == 403
    assert Client().get(f"{BASE}/v2/heartbeat").json()["status"] == "OK"
