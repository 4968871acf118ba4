"""A register with a few synthetic people and an agency that may do everything OSIA knows; how many cases were asked, at the end."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection
from psycopg import sql
from tests.conformance import frame
from tests.conftest import _copied
from tests.web.exchange.agency import EVERYTHING, Agency, agency

from sosach.domain.access.operations import Order
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.exchange.queries.partners import standing_of
from sosach.domain.exchange.rules.attribute_sets import SETS, scope_of
from sosach.domain.population.operations.births import Birth, ParentTold, register_births
from sosach.domain.population.operations.marriages import register_marriage
from sosach.domain.population.rules.words import Kin
from sosach.site.databases import DATABASE
from sosach.site.embedded import EmbeddedServer
from sosach.web.frame import clock

SYSTEM = Actor(ActorKind.SYSTEM, "setup", Level.NATION, roles=frozenset({Role.SYSTEM, Role.CIVIL_STATUS}))
COMMUNE = "00004"
SCOPES = (
    "uin.generate",
    *(
        f"{of}.{each}"
        for of in ("pr", "cr")
        for each in ("person.read", "person.match", "person.verify", "document.read")
    ),
    *(f"pr.{each}" for each in ("person.write", "identity.read", "identity.write")),
    *(f"pr.{each}" for each in ("reference.read", "reference.write", "gallery.read")),
    *("id.verify", "id.identify", "id.read", *map(scope_of, SETS)),
    *(
        f"cms.{each}"
        for each in ("request.read", "request.write", "credential.read", "credential.write", "profile.read")
    ),
    *(f"enroll.{each}" for each in ("read", "write", "buf.read", "buf.write")),
    *(f"notif.{each}" for each in ("sub.read", "sub.write", "topic.read", "topic.write", "topic.publish")),
)
ROLES = ["civil_status", "population", "cards", "card_approver"]


@dataclass(frozen=True)
class Registry:
    """What is there to be asked.

    Attributes:
        by: an agency with every scope.
        actor: as whom it acts.
        pins: people of the register; the first two are married.
    """

    by: Agency
    actor: Actor
    pins: list[str]

    def token(self) -> str:
        """A token with every scope."""
        return self.by.token(scope=" ".join(SCOPES))


def order() -> Order:
    """By the register itself, now."""
    return Order(SYSTEM, clock.now(), {"paper": "1"})


def births(count: int) -> list[Birth]:
    """Messages about synthetic people."""
    mother = (ParentTold(Kin.MOTHER, "Trần Thị Mẫu"),)
    return [
        Birth(
            message_id=f"message-{number}",
            full_name=f"Nguyễn Văn {name}",
            birth_date=f"199{number}-02-0{number + 1}",
            sex="MF"[number % 2],
            commune_code=COMMUNE,
            birth_place="Hà Nội",
            hometown="Nam Định",
            ethnicity="Kinh",
            parents=mother,
        )
        for number, name in enumerate(("An", "Bình", "Châu", "Dũng")[:count])
    ]


def people() -> list[str]:
    """Four people, the first two married to each other; their numbers."""
    made = register_births(order(), births=births(4))
    register_marriage(order(), person_id=made[0].person_id, spouse_id=made[1].person_id)
    return [one.pin for one in made]


@pytest.fixture(scope="module")
def registry(server: EmbeddedServer, database: str) -> Iterator[Registry]:
    """A database of its own; thrown away afterwards."""
    name = f"conform_{os.getpid()}"
    _copied(server, name, DATABASE)
    connection.close()
    connection.settings_dict["NAME"] = name
    by = agency("osia", scopes=list(SCOPES), attributes=EVERYTHING, roles=ROLES)
    standing = standing_of(by.key, at=clock.now())
    assert standing is not None
    yield Registry(by, standing.actor, people())
    connection.close()
    connection.settings_dict["NAME"] = database
    with server.address.connect("postgres") as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many operations and cases were held against OSIA's files."""
    if not frame.asked_so_far:
        return
    cases: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for (name, _operation), count in frame.asked_so_far.items():
        cases[name] += count
        found[name] += 1
    for name in sorted(found):
        terminalreporter.write_line(f"OSIA {name}: {found[name]} operations, {cases[name]} cases")
    terminalreporter.write_line(f"OSIA: {found.total()} operations, {cases.total()} cases held against its own files")
