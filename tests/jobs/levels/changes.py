"""The numbered changes of `writing`: each is done once, however often it is tried."""

from datetime import datetime

from tests.jobs.levels.writing import COMMUNE, EVERY_BIRTH, PEOPLE, birth_name, name_of

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.population.models import Person
from sosach.domain.population.operations.births import Birth, register_births
from sosach.domain.population.operations.civil import change_name, redetermine_sex
from sosach.domain.population.rules.words import Sex
from sosach.jobs.once import act_of, once

WRITER = Actor(ActorKind.SYSTEM, "writer", Level.NATION, roles=frozenset({Role.SYSTEM}))


def first_people(at: datetime) -> None:
    """Those whose data change all the time."""
    births = [Birth(f"first-{n}", f"NGUYỄN THỊ {n:02d}", "1990-05-06", "F", COMMUNE) for n in range(PEOPLE)]
    register_births(Order(WRITER, at), births=births)


def change(side: str, number: int, at: datetime) -> None:
    """Do one change, unless it was done.

    Raises:
        SosachError: the person is not known here yet.
    """
    act = act_of("writing", side, number)
    once(act, lambda: (_province if side == "province" else _nation)(Order(WRITER, at, act=act), number))


def _province(order: Order, number: int) -> None:
    if number % EVERY_BIRTH == 0:
        birth = Birth(f"later-{number}", birth_name(number), "2026-11-20", "M", COMMUNE)
        register_births(order, births=[birth])
        return
    change_name(order, person_id=_person(number), full_name=name_of(number), keep_old=False)


def _nation(order: Order, number: int) -> None:
    with acting(WRITER):
        sex = Person.objects.values_list("sex", flat=True).get(pk=_person(number))
    redetermine_sex(order, person_id=_person(number), sex=Sex.MALE if sex == Sex.FEMALE else Sex.FEMALE)


def _person(number: int) -> int:
    """One of those whose data change all the time, in the order of their numbers."""
    with acting(WRITER):
        pins = Person.objects.filter(birth_date="1990-05-06").order_by("pin").values_list("pk", flat=True)
        found = list(pins[:PEOPLE])
    if len(found) < PEOPLE:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Chưa có người này.", en="The person is not known yet.")
    return int(found[number % PEOPLE])
