"""Synthetic people and officers for the tests of the population register."""

from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level, account_key
from sosach.domain.population.models import Person
from sosach.domain.population.operations.births import Birth, register_birth
from sosach.domain.population.operations.journal import told_of

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)  # a Friday
BA_DINH, NGOC_HA, HA_NOI = "00004", "00008", "01"
_NUMBERS = count(1)


def officer(unit: str, *roles: Role, level: Level = Level.COMMUNE) -> Actor:
    return Actor(ActorKind.OFFICER, f"officer-{unit}", level, unit, frozenset(roles))


def nation(*roles: Role) -> Actor:
    return Actor(ActorKind.OFFICER, "officer-nation", Level.NATION, "", frozenset(roles))


def citizen(person_id: int) -> Actor:
    return Actor(
        ActorKind.CITIZEN, account_key(ActorKind.CITIZEN, person_id), Level.PERSON, "", frozenset({Role.CITIZEN})
    )


REGISTRAR = officer(BA_DINH, Role.CIVIL_STATUS)
POLICE = officer(BA_DINH, Role.POPULATION, Role.CHIEF)
NEIGHBOUR = officer(NGOC_HA, Role.POPULATION, Role.CHIEF, Role.CIVIL_STATUS)
EVERYBODY = nation(Role.SYSTEM, Role.POPULATION)


def order(actor: Actor = REGISTRAR, reason: str = "", act: UUID | None = None) -> Order:
    return Order(actor, AT, reason=reason, act=act or uuid4())


def look(actor: Actor = POLICE) -> Look:
    return Look(actor, "case", AT)


def birth(name: str = "NGUYỄN VĂN AN", **told: Any) -> Birth:
    values = {"birth_date": "1990-05-06", "sex": "M", "commune_code": BA_DINH} | told
    return Birth(values.pop("message_id", f"m-{next(_NUMBERS)}"), name, **values)


def born(name: str = "NGUYỄN VĂN AN", actor: Actor = REGISTRAR, **told: Any) -> int:
    return register_birth(order(actor), birth=birth(name, **told)).person_id


def woman(name: str = "TRẦN THỊ BÌNH", **told: Any) -> int:
    return born(name, **({"sex": "F"} | told))


def stored(person_id: int) -> Person:
    with acting(EVERYBODY):
        return Person.objects.get(pk=person_id)


def columns(person_id: int) -> dict[str, Any]:
    """Everything the columns of a record say."""
    with acting(EVERYBODY):
        return Person.objects.filter(pk=person_id).values().get()


def rows_of(person_id: int, model: type[Any]) -> list[dict[str, Any]]:
    """Rows about a record that hold."""
    with acting(EVERYBODY):
        return list(model.objects.filter(person_id=person_id, holds=True).order_by("pk").values())


def state_of(person_id: int) -> Any:
    with acting(EVERYBODY):
        return told_of(Person.objects.get(pk=person_id)).state
