"""`sosach demo-two-levels`: what somebody does at one of the two levels, and what stands there afterwards, as one line of JSON."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.exchange.models import Item
from sosach.domain.places.queries import units
from sosach.domain.population.models import Person
from sosach.domain.population.operations.civil import change_name, register_death
from sosach.domain.population.operations.residence import Place, move_in
from sosach.domain.vehicles.models import Vehicle
from sosach.domain.vehicles.rules import INHERITED
from sosach.site.fitness import DataKind, facts
from sosach.site.management.administrator import administrator
from sosach.site.management.site_command import SiteCommand
from sosach.vn.working_days import day_of


class Command(SiteCommand):
    """Only where nobody's real data are."""

    def carry_out(self, *, lang: str, what: str, told: list[str]) -> None:
        """Do one thing.

        Raises:
            SosachError: DB-02 the data are real; STATE-01 nobody has that number; whatever the verb raises.
        """
        del lang
        if facts().data_kind is not DataKind.SYNTHETIC:
            raise SosachError(
                ErrorCode.DATABASE_UNFIT, vi="Không trình diễn trên dữ liệu thật.", en="No demonstration on real data."
            )
        with acting(administrator()):
            answer = ACTS[what](*told)
        self.stdout.write(json.dumps(answer, ensure_ascii=False))


def _order() -> Order:
    return Order(administrator(), datetime.now(UTC), reason="demo", evidence={"decision": "demo"})


def _person(pin: str) -> Person:
    found = Person.objects.filter(pin=pin).first()
    if found is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có số này.", en="Nobody has that number.")
    return found


def _shown(pin: str) -> dict[str, Any]:
    """A person and what the register of vehicles makes of it."""
    found = Person.objects.filter(pin=pin).first()
    if found is None:
        return {"name": "", "life_status": "", "vehicles": 0, "inherited": 0}
    vehicles = Vehicle.objects.filter(owner_person_id=found.pk)
    return {
        "name": found.full_name,
        "life_status": found.life_status,
        "vehicles": vehicles.count(),
        "inherited": vehicles.filter(proposed_status=INHERITED).count(),
    }


def _pick() -> dict[str, str]:
    """Numbers of living people for the parts of the story: two of whom nobody owns a vehicle, one who owns some."""
    living = Person.objects.filter(life_status="alive").exclude(pin__isnull=True).exclude(pin="").order_by("pk")
    owners = Vehicle.objects.filter(owner_person_id__isnull=False, registration="registered").values("owner_person_id")
    own, others = living.filter(pk__in=owners), living.exclude(pk__in=owners)
    renamed, disputed, refused = others.values_list("pin", flat=True)[:3]
    return {"renamed": renamed, "disputed": disputed, "refused": refused, "owner": own.values_list("pin", flat=True)[0]}


def _rename(pin: str, name: str) -> dict[str, Any]:
    change_name(_order(), person_id=_person(pin).pk, full_name=name, keep_old=False)
    return _shown(pin)


def _die(pin: str, day: str) -> dict[str, Any]:
    register_death(_order(), person_id=_person(pin).pk, died_on=day)
    return _shown(pin)


def _move(pin: str) -> dict[str, Any]:
    """Somebody moves to another province."""
    person, mover = _person(pin), replace(administrator(), roles=frozenset({Role.POPULATION, Role.SYSTEM}))
    elsewhere = units(level="commune", at=day_of(datetime.now(UTC))).exclude(province_code=person.province_code)
    place = Place(elsewhere.order_by("code").values_list("code", flat=True)[0], "Số 1 phố Giả Định")
    move_in(replace(_order(), actor=mover), person_id=person.pk, to=place)
    return _shown(pin)


def _open(state: str, pin: str) -> dict[str, Any]:
    """What the other level refused of a person, or changed itself, and nobody has settled; empty where there is nothing."""
    items = Item.objects.filter(register="population", record_id=_person(pin).pk, state=state, closed_at__isnull=True)
    item = items.order_by("-pk").first()
    if item is None:
        return {}
    fields = {name: [item.told.get(name, (None, None))[1], there] for name, there in item.theirs.items()}
    return {"code": item.code, "vi": item.reason_vi, "en": item.reason_en, "fields": fields}


ACTS: Mapping[str, Callable[..., dict[str, Any]]] = {
    "pick": _pick,
    "rename": _rename,
    "die": _die,
    "move": _move,
    "person": _shown,
    "open": _open,
}
