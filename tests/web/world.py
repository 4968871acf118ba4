"""Accounts and synthetic people for the tests of the API, and a caller who speaks it as an integrator would."""

import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client

from sosach.domain.access.operations import Order
from sosach.domain.access.operations.clients import create_client
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level

SYSTEM = Actor(ActorKind.SYSTEM, "setup", Level.NATION, roles=frozenset({Role.SYSTEM}))
BASE = "/api/v1"
OWN, SIBLING, PARENT, ELSEWHERE = (
    "00004",
    "00008",
    "01",
    "02650",
)  # two communes of Hà Nội, Hà Nội itself, one of Lào Cai
_COUNT = itertools.count(1)


@dataclass
class Caller:
    """A program with a key.

    Attributes:
        key: its key; "" for none.
        purpose: what it says it looks for.
        case: number of the case.
        client: how it gets there.
    """

    key: str
    purpose: str = "identity-check"
    case: str = "HS-1"
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, path: str, **headers: str) -> HttpResponse:
        """Ask."""
        return self.client.get(BASE + path, headers=self._headers() | headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Tell; under a new idempotency key unless one is given."""
        content = body if isinstance(body, str | bytes) else json.dumps(body if body is not None else {})
        told = self._headers() | {"Idempotency-Key": f"test-key-{next(_COUNT):08d}"} | headers
        return self.client.post(BASE + path, content, content_type="application/json", headers=told)

    def _headers(self) -> dict[str, str]:
        told = {"X-Sosach-Purpose": self.purpose, "X-Sosach-Case": self.case}
        return told | ({"Authorization": f"Bearer {self.key}"} if self.key else {})


def caller(*roles: Role, level: Level = Level.COMMUNE, unit: str = OWN) -> Caller:
    """A program let in with roles in a unit."""
    made = create_client(
        Order(SYSTEM, datetime.now(UTC)), name=f"client {next(_COUNT)}", scopes=frozenset(roles), level=level, unit=unit
    )
    return Caller(made.key)


def birth(number: int, *, commune: str = OWN, name: str = "Nguyễn Văn Thử", sex: str = "M") -> dict[str, Any]:
    """A message about a synthetic newborn."""
    return {
        "message_id": f"KS-{number:06d}",
        "full_name": name,
        "birth_date": "2026-11-20",
        "sex": sex,
        "commune_code": commune,
    }


def newborn(by: Caller, *, commune: str = OWN, name: str = "Nguyễn Văn Thử", sex: str = "M") -> dict[str, Any]:
    """Register a birth; what the API answered of the child."""
    response = by.post("/births", {"births": [birth(next(_COUNT), commune=commune, name=name, sex=sex)]})
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()["result"][0]
    return found
