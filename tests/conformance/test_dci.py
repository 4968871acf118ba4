"""DCI's registry interface for civil registration, scenario by scenario; every answer is held against the file."""

import base64
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from tests.conformance.conftest import Registry, order
from tests.conformance.scenarios import Table, document, fits
from tests.web.exchange.agency import Agency, agency
from tests.web.exchange.agency import order as steward

from sosach.domain.access.queries import acting
from sosach.domain.audit.operations.keys import FileKey
from sosach.domain.exchange.models import CallBack, LifeWatch
from sosach.domain.exchange.operations.call_backs import COURIER
from sosach.domain.exchange.operations.partners import resume, suspend
from sosach.domain.exchange.rules.calls import signed_by
from sosach.domain.exchange.rules.dci import Signature, read_signature, signing_text
from sosach.domain.population.operations.civil import register_death
from sosach.domain.population.queries.resolving import person_of_pin
from sosach.jobs.call_backs import call_back, tell_watchers
from sosach.jobs.deliveries import Sender
from sosach.jobs.reactions import Event

FILE = document("dci", "crvs-1.0.0.yaml")
BASE, SP = "/exchange/dci", "an-sinh"
TERMS = {"scopes": ["dci"], "attributes": {"population": ["pin", "full_name", "sex", "birth_date", "died_on"]}}
ACTIONS = {
    "search": "search",
    "subscribe": "subscribe",
    "unsubscribe": "unsubscribe",
    "txn/status": "txn-status",
    "sync/search": "search",
    "sync/txn/status": "txn-status",
}


class Receiver(BaseHTTPRequestHandler):
    """The caller's own server: keeps what it is called back with."""

    def do_POST(self) -> None:
        told = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append(json.loads(told))  # type: ignore[attr-defined] # the server is made with it
        status = self.server.statuses.pop(0) if self.server.statuses else 200  # type: ignore[attr-defined] # as above
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name the base class gives it
        del format, args


@dataclass
class There:
    """What is there to be asked.

    Attributes:
        pins: people of the register.
        sp: the system that asks.
        receiver: its server.
        sender: how call-backs leave the house.
    """

    pins: list[str]
    sp: Agency
    receiver: Any
    sender: Sender
    browser: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    @property
    def address(self) -> str:
        """Where the caller wants to be called back."""
        return f"http://127.0.0.1:{self.receiver.server_port}/callback"

    def envelope(self, path: str, message: dict[str, Any], **header: Any) -> dict[str, Any]:
        """A message as the caller writes it."""
        told = {
            "version": "1.0.0",
            "message_id": str(uuid4()),
            "message_ts": datetime.now(UTC).isoformat(),
            "action": ACTIONS.get(path, path.rpartition("/")[2]),
            "sender_id": SP,
            "sender_uri": self.address,
            "receiver_id": "sosach",
            "total_count": 1,
        }
        return {"header": told | header, "message": message}

    def post(self, path: str, envelope: dict[str, Any] | str, **headers: str) -> HttpResponse:
        """Send a message."""
        told = self.sp.headers(scope="dci") | headers
        sent = {name: value for name, value in told.items() if value}
        body = envelope if isinstance(envelope, str) else json.dumps(envelope)
        return self.browser.post(f"{BASE}/registry/{path}", body, "application/json", headers=sent)

    def ask(self, path: str, message: dict[str, Any], **header: Any) -> Any:
        """Send a message that is taken; the answer, held against the file."""
        response = self.post(path, self.envelope(path, message, **header))
        assert response.status_code == 200, response.content
        return held(path, response)

    def called(self) -> Any:
        """What the caller is called back with next, held against the file."""
        before = len(self.receiver.calls)
        assert call_back(self.sender, name="sosach", clock=lambda: datetime.now(UTC)) == 1
        told = self.receiver.calls[before]
        place = {"txn-on-status": "txn/on-status"}.get(told["header"]["action"], told["header"]["action"])
        fits(FILE, ("paths", f"/registry/{place}", *_BODY), told)
        return told


_BODY = ("post", "requestBody", "content", "application/json", "schema")


def held(path: str, response: HttpResponse) -> Any:
    """An answer, held against the file."""
    told = response.json()
    if path.startswith("sync/"):
        place = ("paths", f"/registry/{path}", "post", "responses", "default", "content", "application/json", "schema")
    else:
        place = ("components", "responses", "Response", "content", "application/json", "schema")
    fits(FILE, place, told)
    return told


def now() -> str:
    """This moment."""
    return datetime.now(UTC).isoformat()


def search(number: str, *, kind: str = "idtype-value", query: Any = None, **more: Any) -> dict[str, Any]:
    """A search for a number."""
    criteria = {"query_type": kind, "query": query or {"type": "UIN", "value": number}} | more
    item = {"reference_id": "ref-1", "timestamp": now(), "search_criteria": criteria}
    return {"transaction_id": str(uuid4()), "search_request": [item]}


def watch(number: str, event: str = "spdci-common:RegistryEventType:Death", **more: Any) -> dict[str, Any]:
    """A wish to be told of an event in somebody's life."""
    criteria = {"reg_event_type": event, "filter": {"type": "UIN", "value": number}, "notify_record_type": "Person"}
    item = {"reference_id": "ref-1", "timestamp": now(), "subscribe_criteria": criteria | more}
    return {"transaction_id": str(uuid4()), "subscribe_request": [item]}


def unwatch(*codes: str) -> dict[str, Any]:
    """A wish to be told no longer."""
    return {"transaction_id": str(uuid4()), "timestamp": now(), "subscription_codes": list(codes)}


def status(kind: str, attribute: str, value: Any) -> dict[str, Any]:
    """How an earlier request stands."""
    asked = {"reference_id": "ref-9", "txn_type": kind, "attribute_type": attribute, "attribute_value": value}
    return {"transaction_id": str(uuid4()), "txnstatus_request": asked}


def message_for(path: str, pin: str) -> dict[str, Any]:
    """A sound message for an address."""
    kinds = {"subscribe": watch(pin), "unsubscribe": unwatch(str(uuid4()))}
    return kinds.get(path) or (status("search", "transaction_id", "1") if "status" in path else search(pin))


@pytest.fixture(scope="module")
def there(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[There]:
    server: Any = HTTPServer(("127.0.0.1", 0), Receiver)
    server.calls, server.statuses = [], []
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    key = FileKey(Path(tmp_path_factory.mktemp("key")) / "notice.key")
    sender = Sender(key, "http://127.0.0.1", loopback=True)
    sp = agency(SP, **TERMS, addresses=[f"http://127.0.0.1:{server.server_port}/callback"])
    yield There(registry.pins, sp, server, sender)
    server.shutdown()
    thread.join()
    server.server_close()


TABLE: Table[There] = Table(
    "DCI CRVS 1.0.0",
    "Addresses below `/exchange/dci/`. Every answer and every call-back is held against the schemas of the file as well.",
)
line = TABLE.line


@line("Sync search by UIN is answered with a SearchResponse")
def _(there: There) -> None:
    asked = search(there.pins[0])
    told = there.ask("sync/search", asked)
    assert told["header"]["status"] == "succ"
    assert told["message"]["transaction_id"] == asked["transaction_id"]
    assert told["message"]["search_response"][0]["reference_id"] == "ref-1"


@line("The answer to a search holds an array of records, in the fields of CRVSPerson, as far as the agreement lets")
def _(there: There) -> None:
    found = there.ask("sync/search", search(there.pins[0]))["message"]["search_response"][0]
    assert found["pagination"] == {"page_size": 1, "page_number": 1, "total_count": 1}
    record = found["data"]["reg_records"][0]
    assert record.pop("@context")
    assert record == {
        "@type": "CRVS_Person",
        "identifier": [{"@type": "Identifier", "identifier_type": "UIN", "identifier_value": there.pins[0]}],
        "name": {"@type": "Name", "surname": "Nguyễn", "given_name": "Văn An"},
        "birth_date": "1990-02-01",
        "sex": "male",
    }


@line("A number nobody has is a search that found nothing")
def _(there: There) -> None:
    found = there.ask("sync/search", search("001099999999"))["message"]["search_response"][0]
    assert (found["status"], found["data"]["reg_records"]) == ("succ", [])


@line("Async search is acknowledged, and answered by on-search with the same numbers")
def _(there: There) -> None:
    asked = search(there.pins[0])
    ack = there.ask("search", asked)["message"]
    assert ack["ack_status"] == "ACK"
    told = there.called()
    assert told["header"]["action"] == "on-search"
    assert told["message"]["transaction_id"] == asked["transaction_id"]
    assert told["message"]["correlation_id"] == ack["correlation_id"]
    assert told["message"]["search_response"][0]["data"]["reg_records"][0]["name"]["given_name"] == "Văn An"


@line("Async subscribe is acknowledged, and answered by on-subscribe with the code of the subscription")
def _(there: There) -> None:
    asked = watch(there.pins[0], "MARRIAGE")
    ack = there.ask("subscribe", asked)["message"]
    told = there.called()["message"]
    assert (told["transaction_id"], told["correlation_id"]) == (asked["transaction_id"], ack["correlation_id"])
    subscription = told["subscribe_response"][0]["subscriptions"][0]
    with acting(COURIER):
        assert LifeWatch.objects.get(code=subscription["code"]).event == "Marriage"


@line("Async unsubscribe is acknowledged, and answered by on-unsubscribe")
def _(there: There) -> None:
    there.ask("subscribe", watch(there.pins[1], "DIVORCE"))
    code = there.called()["message"]["subscribe_response"][0]["subscriptions"][0]["code"]
    ack = there.ask("unsubscribe", unwatch(code))["message"]
    told = there.called()["message"]
    assert told["correlation_id"] == ack["correlation_id"]
    assert told["status"] == "succ"
    assert told["subscription_status"] == [{"code": code, "status": "unsubscribe"}]


@line("Async txn/status is acknowledged, and answered by txn/on-status")
def _(there: There) -> None:
    ack = there.ask("txn/status", status("search", "transaction_id", "never"))["message"]
    told = there.called()["message"]
    assert told["correlation_id"] == ack["correlation_id"]
    assert told["txnstatus_response"]["txn_status"]["search_response"] == []


@line("Sync txn/status tells how a search stands: by transaction, correlation and references")
def _(there: There) -> None:
    asked = search(there.pins[0])
    asked["search_request"][0]["reference_id"] = "ref-of-this"
    ack = there.ask("search", asked)["message"]
    ways = {
        "transaction_id": asked["transaction_id"],
        "correlation_id": ack["correlation_id"],
        "reference_id_list": ["ref-of-this"],
    }
    for expected in ("pdng", "succ"):
        for attribute, value in ways.items():
            told = there.ask("sync/txn/status", status("search", attribute, value))["message"]["txnstatus_response"]
            assert told["txn_type"] == "search"
            assert [one["status"] for one in told["txn_status"]["search_response"]] == [expected], attribute
            assert "reg_records" not in json.dumps(told)
        if expected == "pdng":
            there.called()


@line("Sync txn/status tells how subscribing and unsubscribing stand")
def _(there: There) -> None:
    there.ask("subscribe", watch(there.pins[2], "MARRIAGE"))
    code = there.called()["message"]["subscribe_response"][0]["subscriptions"][0]["code"]
    asked = status("subscribe", "subscription_code_list", [code])
    told = there.ask("sync/txn/status", asked)["message"]["txnstatus_response"]["txn_status"]
    assert told["subscribe_response"][0]["subscriptions"][0]["code"] == code
    there.ask("unsubscribe", unwatch(code))
    there.called()
    asked = status("unsubscribe", "subscription_code_list", [code])
    told = there.ask("sync/txn/status", asked)["message"]["txnstatus_response"]["txn_status"]
    assert told["status"] == "succ"


@line("A life event of somebody watched is told by notify, once")
def _(there: There) -> None:
    with acting(COURIER):
        person = person_of_pin(there.pins[3])
    assert person is not None
    there.ask("subscribe", watch(there.pins[3]))
    there.called()
    register_death(order(), person_id=person.pk, died_on="2026-11-20")
    with acting(COURIER):
        tell_watchers(order(), Event("population.death_registered", person.pk, {}))
    data = there.called()["message"]["notify_event"][0]["data"]
    assert data["reg_event_type"] == "Death"
    assert data["reg_records"]["identifier"][0]["identifier_value"] == there.pins[3]
    assert data["reg_records"]["death_date"] == "2026-11-20"
    assert call_back(there.sender, name="sosach", clock=lambda: datetime.now(UTC)) == 0


@line("Search by predicate: one expression, UIN eq, is answered")
def _(there: There) -> None:
    query = [{"expression1": {"attribute_name": "UIN", "operator": "eq", "attribute_value": there.pins[0]}}]
    found = there.ask("sync/search", search("", kind="predicate", query=query))["message"]["search_response"][0]
    assert len(found["data"]["reg_records"]) == 1


def rejected(there: There, path: str, asked: dict[str, Any], code: str) -> None:
    """A request that is answered with a rejection of its own."""
    told = there.ask(path, asked)
    name = f"{path.rpartition('/')[2]}_response"
    told = told["message"] if path.startswith("sync/") else there.called()["message"]
    assert (told[name][0]["status"], told[name][0]["status_reason_code"]) == ("rjct", code)


_BY_NUMBER = (
    "answered, with rjct.search_criteria.invalid: people are looked up by a number they told, not by what many share"
)


@line("Search by predicate over other attributes, sync and async", but=_BY_NUMBER)
def _(there: There) -> None:
    query = [{"expression1": {"attribute_name": "birth_date", "operator": "gt", "attribute_value": "1990"}}]
    for path in ("sync/search", "search"):
        rejected(there, path, search("", kind="predicate", query=query), "rjct.search_criteria.invalid")


@line("Search by expression, sync and async", but=_BY_NUMBER)
def _(there: There) -> None:
    query = {"type": "ns:org:QueryType:expression", "value": {"expression": "name like 'Ng%'"}}
    for path in ("sync/search", "search"):
        rejected(there, path, search("", kind="expression", query=query), "rjct.search_criteria.invalid")


@line("Search by GraphQL, sync and async", but=_BY_NUMBER)
def _(there: There) -> None:
    query = {"type": "ns:org:QueryType:graphql", "value": {"expression": "{ person { name } }"}}
    for path in ("sync/search", "search"):
        rejected(there, path, search("", kind="graphql", query=query), "rjct.search_criteria.invalid")


@line(
    "Subscribing to live births",
    but="answered, with rjct.notify_types.invalid: nobody has the number of a child not yet born; notices of births are "
    "OSIA's topic population.birth",
)
def _(there: There) -> None:
    rejected(there, "subscribe", watch(there.pins[0], "LiveBirth"), "rjct.notify_types.invalid")


@line(
    "Subscribing with a frequency",
    but="answered, with rjct.notify_details.invalid: the file asks for a cron expression of seven fields and shows one that no "
    "cron reads; notices are sent when something happens",
)
def _(there: There) -> None:
    frequency = {"start_time": now(), "end_time": now(), "frequency": "0 0 0 5,15 * ? *"}
    rejected(there, "subscribe", watch(there.pins[0], frequency=frequency), "rjct.notify_details.invalid")


@line("Subscribing about a number nobody has, or twice, is rejected")
def _(there: There) -> None:
    rejected(there, "subscribe", watch("001099999999"), "rjct.person_id.invalid")
    there.ask("subscribe", watch(there.pins[0], "ANNULMENT"))
    there.called()
    rejected(there, "subscribe", watch(there.pins[0], "annulment"), "rjct.event.already_subscribed")


@line("Unsubscribing what is not one's own, or ended, is rejected")
def _(there: There) -> None:
    there.ask("subscribe", watch(there.pins[2], "DIVORCE"))
    code = there.called()["message"]["subscribe_response"][0]["subscriptions"][0]["code"]
    for codes, reason in (
        ([code, str(uuid4())], "rjct.subscription_code.invalid"),
        (["sub-test-001"], "rjct.subscription_code.invalid"),
    ):
        there.ask("unsubscribe", unwatch(*codes))
        assert there.called()["message"]["status_reason_code"] == reason
    for reason in (None, "rjct.event.already_unsubscribed"):
        there.ask("unsubscribe", unwatch(code))
        assert there.called()["message"].get("status_reason_code") == reason


def erred(there: There, path: str, envelope: dict[str, Any] | str, code: str, **headers: str) -> None:
    """A message that is refused as a whole."""
    response = there.post(path, envelope, **headers)
    told = held(path, response)
    if path.startswith("sync/"):
        assert response.status_code == 400
        assert told["header"]["status"] == "rjct"
        assert told["errors"][0]["code"] == code
    else:
        assert (told["message"]["ack_status"], told["message"]["error"]["code"]) == ("ERR", code)


@line("A message that is not as the file describes it is refused: every address")
def _(there: There) -> None:
    for path in ACTIONS:
        sound = there.envelope(path, message_for(path, there.pins[0]))
        for broken in ({"header": sound["header"]}, {"message": sound["message"]}, sound | {"message": {}}):
            erred(there, path, broken, "err.request.bad")
        for text in ("", "[]", "{", '{"header": NaN}', '"\\ud800"', json.dumps(sound | {"more": "\x00"})):
            erred(there, path, text, "err.request.bad")


@line("Another version, another action, another count, another time is refused")
def _(there: There) -> None:
    for path in ACTIONS:
        message = message_for(path, there.pins[0])
        erred(there, path, there.envelope(path, message, version="2.0.0"), "err.version.not_supported")
        erred(there, path, there.envelope(path, message, action="on-search"), "err.request.bad")
        erred(there, path, there.envelope(path, message, total_count=7), "err.request.bad")
        long_ago = (datetime.now(UTC) - timedelta(days=1)).isoformat()
        erred(there, path, there.envelope(path, message, message_ts=long_ago), "err.request.bad")


@line("A message in another's name or to another is refused")
def _(there: There) -> None:
    for path in ACTIONS:
        message = message_for(path, there.pins[0])
        erred(there, path, there.envelope(path, message, sender_id="other"), "err.sender_id.invalid")
        erred(there, path, there.envelope(path, message, receiver_id="other"), "err.receiver_id.invalid")


@line("A message that came before is refused")
def _(there: There) -> None:
    envelope = there.envelope("search", search(there.pins[0]))
    assert there.post("search", envelope).json()["message"]["ack_status"] == "ACK"
    erred(there, "search", envelope, "err.request.bad")
    there.called()


@line("Nobody is called back at an address the agreement does not name")
def _(there: There) -> None:
    envelope = there.envelope("search", search(there.pins[0]), sender_uri="http://169.254.169.254/latest")
    erred(there, "search", envelope, "err.sender_uri.invalid")


@line("Every address asks for a bearer token")
def _(there: There) -> None:
    for path in (*ACTIONS, "on-search", "on-subscribe", "on-unsubscribe", "notify", "txn/on-status"):
        response = there.post(path, there.envelope(path, message_for(path, there.pins[0])), Authorization="")
        assert response.status_code == 401
        place = ("components", "responses", "HttpErrorResponse", "content", "application/json", "schema")
        fits(FILE, place, response.json())
        assert there.post(path, "{}", **there.sp.headers(scope="xroad")).status_code == 403


def signed(there: There, envelope: dict[str, Any]) -> dict[str, Any]:
    """A message with the caller's signature."""
    created = int(datetime.now(UTC).timestamp())
    text = signing_text(envelope["header"], envelope["message"], created=created, expires=created + 60)
    value = there.sp.private.private_key.sign(text)
    return {"signature": str(Signature(SP, "k1", "ed25519", created, created + 60, value)), **envelope}


@line("A signature that holds is taken, one that does not is refused: sync and async")
def _(there: There) -> None:
    for path in ("sync/search", "search"):
        sound = signed(there, there.envelope(path, search(there.pins[0])))
        assert there.post(path, sound).status_code == 200
        for signature in ("", "unsigned-stub", sound["signature"]):
            erred(
                there,
                path,
                there.envelope(path, search(there.pins[0])) | {"signature": signature},
                "err.signature.invalid",
            )
    there.called()


@line("Answers and call-backs carry a signature that holds, by the key at .well-known/jwks.json")
def _(there: There) -> None:
    told = there.ask("sync/search", search(there.pins[0]))
    keys = there.browser.get(f"{BASE}/.well-known/jwks.json").json()["keys"]
    signature = read_signature(told["signature"])
    assert [key["kid"] for key in keys] == [signature.key_id]
    there.ask("search", search(there.pins[0]))
    back = there.called()
    for message, public in ((told, _raw(keys[0]["x"])), (back, there.sender.signer.public_key)):
        found = read_signature(message["signature"])
        text = signing_text(message["header"], message["message"], created=found.created, expires=found.expires)
        assert found.covers(datetime.now(UTC))
        assert signed_by(public, found.value, text)
        assert not signed_by(public, found.value, text + b" ")


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=")


@line(
    "Encrypted messages",
    but="refused with err.encryption.invalid: the file names no key agreement; the line is TLS",
)
def _(there: There) -> None:
    cipher = {
        "header": {"alg": "x", "enc": "x", "kid": "x"},
        "ciphertext": "x",
        "encrypted_key": "x",
        "tag": "x",
        "iv": "x",
    }
    for path in ACTIONS:
        erred(there, path, there.envelope(path, cipher), "err.encryption.invalid")
        plain = there.envelope(path, message_for(path, there.pins[0]), is_msg_encrypted=True)
        erred(there, path, plain, "err.encryption.invalid")


@line("A message as a file in a form is read like one in the body")
def _(there: There) -> None:
    envelope = json.dumps(there.envelope("search", search(there.pins[0]))).encode()
    form = {"action": "search", "fileName": SimpleUploadedFile("m.json", envelope, "application/json")}
    response = there.browser.post(f"{BASE}/registry/search", form, headers=there.sp.headers(scope="dci"))
    assert held("search", response)["message"]["ack_status"] == "ACK"
    there.called()


_NOTHING_ASKED = "acknowledged with NACK and err.request.not_found: we ask no registry, so nothing follows"


@line(
    "Answers and notices of other registries: on-search, on-subscribe, on-unsubscribe, notify, txn/on-status",
    but=_NOTHING_ASKED,
)
def _(there: There) -> None:
    for path in ("on-search", "on-subscribe", "on-unsubscribe", "notify", "txn/on-status"):
        action = "txn-on-status" if "txn" in path else path
        envelope = there.envelope(path, {"transaction_id": "1"}, action=action, status="succ")
        told = held(path, there.post(path, envelope))["message"]
        assert (told["ack_status"], told["error"]["code"]) == ("NACK", "err.request.not_found")
        erred(there, path, {"header": {}}, "err.request.bad")


@line("A call-back that fails is made again with the same body; what was told is forgotten when it arrived")
def _(there: There) -> None:
    there.receiver.statuses[:] = [500]
    ack = there.ask("search", search(there.pins[0]))["message"]
    began = datetime.now(UTC)
    assert call_back(there.sender, name="sosach", clock=lambda: began) == 0
    assert call_back(there.sender, name="sosach", clock=lambda: began) == 0  # not at once
    later = began + timedelta(minutes=5)
    assert call_back(there.sender, name="sosach", clock=lambda: later) == 1
    first, second = there.receiver.calls[-2:]
    assert first == second
    with acting(COURIER):
        row = CallBack.objects.get(correlation_id=ack["correlation_id"])
    assert (row.state, row.asked, row.content, row.tries) == ("delivered", None, "", 2)


@line("A partner suspended meanwhile is not called back")
def _(there: There) -> None:
    ack = there.ask("search", search(there.pins[0]))["message"]
    suspend(steward("thử"), partner=SP)
    try:
        before = len(there.receiver.calls)
        assert call_back(there.sender, name="sosach", clock=lambda: datetime.now(UTC)) == 0
    finally:
        resume(steward(), partner=SP)
    assert len(there.receiver.calls) == before
    with acting(COURIER):
        row = CallBack.objects.get(correlation_id=ack["correlation_id"])
    assert (row.state, row.asked) == ("dead", None)


@pytest.mark.parametrize("text", TABLE.checks)
def test_dci(text: str, there: There) -> None:
    TABLE.checks[text](there)


def test_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{TABLE.counted()}\n")
    assert len(TABLE.checks) - len(TABLE.reasons) >= 24
