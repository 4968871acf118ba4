"""An agency that speaks OSIA, and synthetic people it may ask about."""

import itertools
import json
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.test import Client
from tests.web.exchange.agency import EVERYTHING, Agency, agency

from sosach.domain.access.operations import Order
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.exchange.queries.partners import standing_of
from sosach.domain.exchange.rules.attribute_sets import SETS, scope_of
from sosach.domain.population.operations.births import Birth, ParentTold, Registered, register_births
from sosach.domain.population.rules.words import Kin
from sosach.web.frame import clock

BASE = "/exchange/osia"
COMMUNE = "00004"
SYSTEM = Actor(ActorKind.SYSTEM, "setup", Level.NATION, roles=frozenset({Role.SYSTEM, Role.CIVIL_STATUS}))
SCOPES = [
    "uin.generate",
    *(f"{of}.{each}" for of in ("pr", "cr") for each in ("person.read", "person.match", "person.verify")),
    *("pr.document.read", "pr.person.write", "pr.identity.read", "pr.identity.write", "pr.gallery.read"),
    *("pr.reference.read", "pr.reference.write", "id.verify", "id.identify", "id.read", *map(scope_of, SETS)),
]
_COUNT = itertools.count(1)


@dataclass(frozen=True)
class Asking:
    """An agency with a token.

    Attributes:
        by: the agency.
        client: how its requests get there.
    """

    by: Agency
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def __call__(self, method: str, address: str, body: Any = None, **headers: str) -> HttpResponse:
        """Ask, under a transaction of its own where the address names none."""
        if "transactionId" not in address and not address.startswith("dataaccess"):
            address += ("&" if "?" in address else "?") + f"transactionId=t-{next(_COUNT)}"
        told = self.by.headers(scope=" ".join(SCOPES)) | headers
        content = "" if body is None else json.dumps(body)
        return self.client.generic(method, f"{BASE}/{address}", content, "application/json", headers=told)

    def actor(self) -> Actor:
        """As whom the agency acts."""
        found = standing_of(self.by.key, at=clock.now())
        assert found is not None
        return found.actor


def asking(**changed: Any) -> Asking:
    """An agency that may do everything OSIA knows, or something else."""
    terms = {"scopes": SCOPES, "attributes": EVERYTHING, "roles": ["civil_status", "population"]}
    return Asking(agency(**(terms | changed)))


def order() -> Order:
    """By the register itself, now."""
    return Order(SYSTEM, clock.now(), {"paper": "1"})


def people(*names: str, born: str = "1990-02-0") -> list[Registered]:
    """People of one commune, men and women by turns, each born a day after the one before."""
    mother = (ParentTold(Kin.MOTHER, "Trần Thị Mẫu"),)
    told = [
        Birth(
            message_id=f"m-{next(_COUNT)}",
            full_name=name,
            birth_date=f"{born}{place + 1}",
            sex="MF"[place % 2],
            commune_code=COMMUNE,
            birth_place="Hà Nội",
            hometown="Nam Định",
            ethnicity="Kinh",
            parents=mother,
        )
        for place, name in enumerate(names)
    ]
    return register_births(order(), births=told)
