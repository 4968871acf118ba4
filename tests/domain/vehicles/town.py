"""A small town for the tests: two officers, three synthetic people, a pool of numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.population.models import Person
from sosach.domain.provenance.operations import enter_change, make_record
from sosach.domain.vehicles.models import Plate, Vehicle
from sosach.domain.vehicles.operations import open_series, register_first
from sosach.domain.vehicles.rules import Holder, person

T = TypeVar("T")
DAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PROVINCE = "01"
COMMUNE = "00004"


def officer(key: str, *roles: Role, level: Level = Level.PROVINCE, unit: str = PROVINCE) -> Actor:
    return Actor(ActorKind.OFFICER, key, level, unit, frozenset(roles))


OFFICER = officer("1", Role.VEHICLES)
CHIEF = officer("2", Role.CHIEF, Role.VERIFIER)
SECOND = officer("4", Role.VERIFIER)
CLERK = officer("3", Role.CLERK, level=Level.COMMUNE, unit=COMMUNE)
SYSTEM = Actor(ActorKind.SYSTEM, "nightly", Level.NATION, roles=frozenset({Role.SYSTEM}))
REGISTRAR = Actor(ActorKind.SYSTEM, "test", Level.NATION, roles=frozenset({Role.POPULATION, Role.SYSTEM}))


def order(actor: Actor = OFFICER, *, days: float = 0, reason: str = "", **evidence: str) -> Order:
    """An order so many days after the town was founded."""
    return Order(actor, DAY + timedelta(days=days), evidence, reason)


def description(serial: int = 1, **changes: Any) -> dict[str, Any]:
    """A car nobody has seen."""
    return {
        "kind": "o_to",
        "brand": "TOYOTA",
        "model": "VIOS",
        "chassis_number": f"RLHZZ1234ZY{123400 + serial}",
        "engine_number": f"JA39E-12345{10 + serial}",
        "paint_colour": "trang",
        "manufactured_year": 2020,
        "origin": "lap_rap_trong_nuoc",
        **changes,
    }


@dataclass
class Town:
    """Ids of its people, and a counter for frames."""

    an: int
    binh: int
    chi: int
    serial: int = 0

    @classmethod
    def founded(cls) -> "Town":
        """Three people and ten car numbers; must stand in a transaction of a test."""
        people = [_born(name, f"00109900000{place}") for place, name in enumerate(("AN", "BÌNH", "CHI"), 1)]
        open_series(order(), series="30K", kind="car", first=10, last=19)
        open_series(order(), series="29B1", kind="motorbike", first=10, last=14)
        open_series(order(), series="T30", kind="temporary", first=1, last=5)
        return cls(*people)

    def registered(self, owner: int, *, days: float = 0, number: str | None = None, **changes: Any) -> Vehicle:
        """A new vehicle in somebody's name."""
        self.serial += 1
        return register_first(
            order(days=days, invoice="HĐ 1"),
            holder=Holder(person(owner)),
            description=description(self.serial, **changes),
            number=number,
        )

    def numbers(self) -> dict[str, tuple[str, int | None, int | None]]:
        """Numbers that are not in the pool: state, vehicle, owner."""
        with acting(SYSTEM):
            rows = Plate.objects.exclude(state="pool").order_by("number")
            return {row.number: (row.state, row.vehicle_id, row.owner_person_id) for row in rows}


def _born(name: str, pin: str) -> int:
    with acting(REGISTRAR):
        values = {
            "full_name": f"NGUYỄN VĂN {name}",
            "pin": pin,
            "commune_code": COMMUNE,
            "province_code": PROVINCE,
        }
        return int(make_record(Order(REGISTRAR, DAY), Person, values, procedure="test").pk)


def merge(from_person: int, to_person: int | None) -> None:
    """What the population register says of two records, without its procedures."""
    with acting(REGISTRAR):
        found = Person.objects.get(pk=from_person)
        enter_change(Order(REGISTRAR, DAY), found, {"merged_into": to_person}, procedure="test")


def fresh(vehicle: Vehicle | int) -> Vehicle:
    """The vehicle as it stands in the database."""
    with acting(SYSTEM):
        return Vehicle.objects.get(pk=vehicle if isinstance(vehicle, int) else vehicle.pk)


def refused(verb: Callable[..., T], *args: Any, **kwargs: Any) -> ErrorCode:
    """The code with which a procedure is refused."""
    with pytest.raises(SosachError) as found:
        verb(*args, **kwargs)
    return found.value.code
