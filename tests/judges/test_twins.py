"""Digital twins before judges nobody here wrote: @auth0/mdl for mobile documents, @sd-jwt/sd-jwt-vc for SD-JWT VC.

The judges look at the clock themselves, so everything here is of the moment the test runs.
"""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest
from tests.chip.twins.people import DRIVING, IDENTITY, Wallet, issuer, terms, wallet
from tests.judges.node import judged

from sosach.chip.twins.content import DOCTYPES, Content
from sosach.chip.twins.mdoc import issue_mdoc
from sosach.chip.twins.sd_jwt import issue_sd_jwt
from sosach.chip.twins.signatures import Issuer
from sosach.chip.twins.status_list import State, issue_status_list, packed
from sosach.domain.population.rules.days import day_of

SPACE = "org.iso.23220.1"
NAME, AGE = (SPACE, "family_name"), (SPACE, "age_over_18")
LICENCE = "org.iso.18013.5.1"


def response(content: Content, document: bytes) -> str:
    """A document as a wallet stores it: in a response without a signature of the holder."""
    inside = cbor2.dumps({"docType": DOCTYPES[content.kind]})[1:] + cbor2.dumps("issuerSigned") + document
    whole = b"\xa3" + cbor2.dumps({"version": "1.0"})[1:] + cbor2.dumps("documents") + b"\x81\xa2" + inside
    return base64.b64encode(whole + cbor2.dumps({"status": 0})[1:]).decode()


class Bench:
    """An issuer of this moment and the cases put before the judges."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC) - timedelta(seconds=5)
        self.today = day_of(self.at)
        self.issuer, self.root = issuer(self.at)
        self.cases: list[dict[str, Any]] = []

    def mdoc(self, content: Content, show: list[tuple[str, str]], **more: Any) -> None:
        """A mobile document, some elements of which are shown."""
        held, by = more.pop("wallet", wallet()), more.pop("issuer", self.issuer)
        document = issue_mdoc(content, terms(more.pop("bound", held).key, self.at), by, today=self.today)
        told = {"response": response(content, document), "docType": DOCTYPES[content.kind], "key": held.private}
        self.cases.append({"judge": "mdoc", "show": show, "roots": [self.root], **told, **more})

    def sd_jwt(self, content: Content, show: dict[str, Any], require: list[str], **more: Any) -> None:
        """An SD-JWT VC, some claims of which are shown, and which of them the verifier needs."""
        held, by = more.pop("wallet", wallet()), more.pop("issuer", self.issuer)
        state = more.pop("state", State.VALID)
        bound: Wallet = more.pop("bound", held)
        credential = issue_sd_jwt(content, terms(bound.key, self.at, place=9), by, today=self.today)
        uri = "https://issuer.example/status/0"
        content_of_list = packed({9: state} if state else {}, size=1 << 16)
        status = issue_status_list(content_of_list, self.issuer, uri=uri, at=self.at, lives=timedelta(minutes=15))
        told = {"credential": credential, "status": status, "key": held.private, "roots": [self.root]}
        self.cases.append({"judge": "sdJwt", "show": show, "require": require, **told, **more})

    def verdicts(self) -> list[dict[str, Any]]:
        """What the judges say."""
        return judged("twins.mjs", self.cases)


@pytest.fixture(scope="module")
def foreign() -> Issuer:
    """Somebody else's key under the same names."""
    return issuer(datetime.now(UTC) - timedelta(seconds=5))[0]


def test_mobile_documents_are_accepted_and_show_only_what_was_asked() -> None:
    bench = Bench()
    bench.mdoc(IDENTITY, [AGE])
    bench.mdoc(IDENTITY, [(SPACE, name) for name in IDENTITY.elements(bench.today)[SPACE]])
    bench.mdoc(DRIVING, [(LICENCE, "driving_privileges"), (LICENCE, "issuing_country"), (LICENCE, "portrait")])
    age, everything, driving = bench.verdicts()
    assert age == {"accepted": True, "told": {SPACE: {"age_over_18": True}}}
    assert everything["told"][SPACE]["given_name"] == "Thị Đào"
    assert everything["told"][SPACE]["birth_date"] == "1999-01-15"
    assert set(everything["told"][SPACE]) == set(IDENTITY.elements(bench.today)[SPACE])
    assert [each["vehicle_category_code"] for each in driving["told"][LICENCE]["driving_privileges"]] == ["A1", "B"]


def test_altered_foreign_or_copied_mobile_documents_are_refused(foreign: Issuer) -> None:
    bench = Bench()
    bench.mdoc(IDENTITY, [NAME], replace=["Nguyễn", "Nguyện"])
    bench.mdoc(IDENTITY, [NAME], replace=["family_name", "given__name"])
    bench.mdoc(IDENTITY, [NAME], issuer=foreign)
    bench.mdoc(IDENTITY, [NAME], bound=wallet())  # a copy in a wallet that has not the key
    verdicts = bench.verdicts()
    assert [each["accepted"] for each in verdicts] == [False] * 4
    reasons = ["digest", "digest", "certificate", "Device signature"]
    assert all(word in each["why"] for word, each in zip(reasons, verdicts, strict=True)), verdicts


def test_sd_jwts_are_accepted_and_show_only_what_was_asked() -> None:
    bench = Bench()
    bench.sd_jwt(IDENTITY, {"age_equal_or_over": {"18": True}}, ["age_equal_or_over.18"])
    bench.sd_jwt(DRIVING, {"driving_privileges": True, "family_name": True}, ["driving_privileges", "family_name"])
    age, driving = bench.verdicts()
    usual = {"vct", "iat", "exp", "cnf", "status"}
    assert set(age["told"]) == usual | {"age_equal_or_over"}
    assert age["told"]["age_equal_or_over"] == {"18": True}
    assert set(driving["told"]) == usual | {"driving_privileges", "family_name", "age_equal_or_over"}
    assert driving["told"]["age_equal_or_over"] == {}


def test_altered_dropped_foreign_copied_or_ended_sd_jwts_are_refused(foreign: Issuer) -> None:
    bench, show, need = Bench(), {"birthdate": True}, ["birthdate"]
    bench.sd_jwt(IDENTITY, show, need, replace=["1999-01-15", "1989-01-15"])
    bench.sd_jwt(IDENTITY, show, need, drop="birthdate")
    bench.sd_jwt(IDENTITY, show, need, issuer=foreign)
    bench.sd_jwt(IDENTITY, show, need, bound=wallet())
    bench.sd_jwt(IDENTITY, show, need, state=State.INVALID)
    bench.sd_jwt(IDENTITY, show, need, state=State.SUSPENDED)
    verdicts = bench.verdicts()
    assert [each["accepted"] for each in verdicts] == [False] * 6, verdicts
    assert "authority" in verdicts[2]["why"]
