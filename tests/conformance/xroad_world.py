"""A client of X-Road for the tests, behind its security server, and what is held of every answer."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client
from tests.conformance.scenarios import Table
from tests.web.exchange.agency import Agency
from tests.web.world import Town

from sosach.domain.access.queries import Look
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.population.queries.looks import LookSeen, looks_at
from sosach.web.frame import clock

BASE, OWN = "/exchange/xroad/r1", "VN/GOV/SOSACH/REGISTERS"
TAX, BANK = "VN/GOV/THUE/QLT", "VN/COM/NGANHANG"
SERVER = "ab" * 32
TERMS: dict[str, Any] = {
    "scopes": ["xroad"],
    "attributes": {"population": ["full_name", "birth_date"], "vehicles": ["brand", "kind"]},
    "questions": ["is_alive", "name_matches"],
}
AUDITOR = Actor(ActorKind.OFFICER, "officer-9", Level.NATION, roles=frozenset({Role.AUDITOR}))
HOP_BY_HOP = {
    "Connection",
    "Keep-Alive",
    "Proxy-Authenticate",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "Server",
}


@dataclass(frozen=True)
class There:
    """What is there to be asked.

    Attributes:
        pins: people of the register.
        tax: an agency that may be told names and ask whether somebody lives.
        town: people with a vehicle and a licence.
        browser: how calls get here.
    """

    pins: list[str]
    tax: Agency
    town: Town
    browser: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def call(
        self, path: str = "person/check", body: Any = None, *, method: str = "POST", own: str = OWN, **headers: str
    ) -> HttpResponse:
        """Call as the security server passes a message on; names of headers with `_` for `-`."""
        told = {"X-Client-Certificate-SHA256": SERVER, "X-Road-Client": TAX, "X-Road-Issue": "VV-1"}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        content = json.dumps(body if body is not None else self.question())
        sent = {name: value for name, value in told.items() if value}
        if method == "GET":
            return self.browser.get(f"{BASE}/{own}/{path}", headers=sent)
        return self.browser.generic(
            method, f"{BASE}/{own}/{path}", content, content_type="application/json", headers=sent
        )

    def question(self, **changed: Any) -> dict[str, Any]:
        """Whether somebody lives."""
        return {"number": self.pins[0], "questions": ["is_alive"]} | changed


def answered(response: HttpResponse) -> Any:
    """The answer of the service itself."""
    assert response.status_code == 200, response.content
    assert "X-Road-Error" not in response
    return response.json()


def faulted(response: HttpResponse, kind: str) -> None:
    """A fault of X-Road: its form, its flag, its status."""
    told = response.json()
    assert told.keys() == {"type", "message", "detail"}
    assert told["type"] == response["X-Road-Error"] == kind
    assert response["Content-Type"] == "application/json;charset=utf-8"
    assert response.status_code == (400 if kind.startswith("Client.") else 500)
    assert told["message"]
    UUID(told["detail"])


def hashed(lines: list[str], body: bytes) -> str:
    """The hash of a request, made as whoever asked would make it."""
    digest = hashlib.sha512("".join(f"{line}\r\n" for line in lines).encode()).digest()
    if body:
        digest = hashlib.sha512(digest + hashlib.sha512(body).digest()).digest()
    return base64.b64encode(digest).decode()


def latest_look(person_id: int) -> LookSeen:
    """What the person reads about the latest look."""
    citizen = Actor(ActorKind.CITIZEN, f"person-{person_id}", Level.PERSON, roles=frozenset({Role.CITIZEN}))
    return looks_at(Look(citizen, "data-subject", clock.now(), "own"), person_id=person_id)[0]


TABLE: Table[There] = Table(
    "X-Road message protocol for REST",
    "Addresses below `/exchange/xroad/r1/`; numbers are sections of PR-REST 1.0 and PR-MREST 0.8.",
)
