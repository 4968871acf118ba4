"""A caller of DCI's registry interface for the tests: its server, its messages, what is held of every answer."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from tests.conformance.scenarios import Table, document, fits
from tests.web.exchange.agency import Agency, agency

from sosach.domain.audit.operations.keys import FileKey
from sosach.domain.exchange.rules.dci import Signature, signing_text
from sosach.jobs.call_backs import call_back
from sosach.jobs.deliveries import Sender
from sosach.web.frame import clock

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
            "message_ts": clock.now().isoformat(),
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
        assert call_back(self.sender, name="sosach", clock=clock.now) == 1
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
    return clock.now().isoformat()


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


def rejected(there: There, path: str, asked: dict[str, Any], code: str) -> None:
    """A request that is answered with a rejection of its own."""
    told = there.ask(path, asked)
    name = f"{path.rpartition('/')[2]}_response"
    told = told["message"] if path.startswith("sync/") else there.called()["message"]
    assert (told[name][0]["status"], told[name][0]["status_reason_code"]) == ("rjct", code)


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


def signed(there: There, envelope: dict[str, Any]) -> dict[str, Any]:
    """A message with the caller's signature."""
    created = int(clock.now().timestamp())
    text = signing_text(envelope["header"], envelope["message"], created=created, expires=created + 60)
    value = there.sp.private.private_key.sign(text)
    return {"signature": str(Signature(SP, "k1", "ed25519", created, created + 60, value)), **envelope}


def key_told(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=")


TABLE: Table[There] = Table(
    "DCI CRVS 1.0.0",
    "Addresses below `/exchange/dci/`. Every answer and every call-back is held against the schemas of the file as well.",
)
REFUSALS: Table[There] = Table(
    "DCI CRVS 1.0.0: what is refused",
    "Held against the schemas of the file: `ERR` with its code from addresses that call back, 400 with a rejected header from the others.",
)


@contextmanager
def world(pins: list[str], folder: Path) -> Iterator[There]:
    """A caller with its server, an agreement and a key.

    Args:
        pins: people of the register.
        folder: for the key of this installation.
    """
    server: Any = HTTPServer(("127.0.0.1", 0), Receiver)
    server.calls, server.statuses = [], []
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    sender = Sender(FileKey(folder / "notice.key"), "http://127.0.0.1", loopback=True)
    sp = agency(SP, **TERMS, addresses=[f"http://127.0.0.1:{server.server_port}/callback"])
    try:
        yield There(pins, sp, server, sender)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
