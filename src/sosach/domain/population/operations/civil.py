"""Civil events of one person: death, disappearance, name, sex, nationality, leaving the country and coming back."""

from datetime import date
from typing import Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level, Subject
from sosach.domain.population.models import Person
from sosach.domain.population.operations.journal import (
    Change,
    clean_name,
    commune,
    enter,
    home,
    incomplete,
    locked,
    must_reach,
    past,
    past_day,
    subject,
    told_of,
)
from sosach.domain.population.rules.days import day_of
from sosach.domain.population.rules.words import Kin, Part, Sex
from sosach.domain.population.states.civil import ImpossibleError, after
from sosach.domain.population.states.pieces import EVERY_SLOT, end

REGISTRAR = frozenset({Role.CIVIL_STATUS, Role.SYSTEM})
POLICE = frozenset({Role.POPULATION, Role.CHIEF})


@operation("population.death_registered", roles=REGISTRAR, nationwide=True)
def register_death(order: Order, *, person_id: int, died_on: str) -> Done[None]:
    """Register a death; residence ends, a spouse becomes widowed, where the spouse's own record knows of the marriage.

    Args:
        order: who, when, on what evidence.
        person_id: of the dead.
        died_on: partial date.

    Raises:
        SosachError: STATE-01; STATE-02 dead already; STATE-04 no date; ACCESS-02 another commune's person.
    """
    person, spouse = _with_spouse(person_id)
    must_reach(order, home(person))
    day = past_day(order, died_on)
    steps = [end(Part.RESIDENCE, EVERY_SLOT, day), end(Part.RELATION, Kin.SPOUSE, day)]
    enter(order, person, Change("register_death", {"died_on": died_on}, steps))
    if spouse is not None and _is_widowed(spouse, person):
        enter(order, spouse, Change("spouse_died", {}, [end(Part.RELATION, Kin.SPOUSE, day)], other=person.pk))
    return Done(None, _subjects(person, spouse))


def _is_widowed(spouse: Person, dead: Person) -> bool:
    """Whether the other's record knows of the marriage: where it does not, a check tells, and the death is registered all the same."""
    try:
        after(told_of(spouse).state, "spouse_died", other=dead.pk)
    except ImpossibleError:
        return False
    return True


def _with_spouse(person_id: int) -> tuple[Person, Person | None]:
    """A person and the spouse on record, locked in one order."""
    asked = Person.objects.filter(pk=person_id).first()
    spouse_id = told_of(asked).state.spouse if asked else None
    if spouse_id is None:
        (person,) = locked(person_id)
        if told_of(person).state.spouse is not None:
            raise SosachError(ErrorCode.CONFLICT, vi="Hồ sơ vừa thay đổi.", en="The record changed meanwhile.")
        return person, None
    person, spouse = locked(person_id, spouse_id)
    if told_of(person).state.spouse != spouse_id:
        raise SosachError(ErrorCode.CONFLICT, vi="Hồ sơ vừa thay đổi.", en="The record changed meanwhile.")
    return person, spouse


def _subjects(*persons: Person | None) -> list[Subject]:
    return [subject(person) for person in persons if person is not None]


@operation("population.declared_missing", roles=REGISTRAR)
def declare_missing(order: Order, *, person_id: int, since: str) -> Done[None]:
    """Note a court's declaration that somebody is missing; death and missing are separate facts (item 24).

    Raises:
        SosachError: STATE-01, STATE-02, STATE-04.
    """
    past_day(order, since)
    return _simple(order, person_id, Change("declare_missing", {"missing_since": since}))


@operation("population.declared_found", roles=REGISTRAR)
def declare_found(order: Order, *, person_id: int) -> Done[None]:
    """Note that a missing person is back.

    Raises:
        SosachError: STATE-01, STATE-02.
    """
    return _simple(order, person_id, Change("declare_found", {"missing_since": ""}))


@operation("population.name_changed", roles=REGISTRAR)
def change_name(order: Order, *, person_id: int, full_name: str, keep_old: bool = True) -> Done[None]:
    """Change a name by decision (Law 60/2014); the old one stays as another name unless told otherwise.

    Raises:
        SosachError: STATE-01, STATE-02; STATE-04 the name is empty or the same.
    """
    (person,) = locked(person_id)
    name = clean_name(full_name)
    if name == person.full_name:
        raise incomplete("Tên mới như cũ.", "The new name is as before.")
    steps = [_former_name(person.full_name, past(order, None))] if keep_old else []
    enter(order, person, Change("change_name", {"full_name": name}, steps))
    return Done(None, [subject(person)])


def _former_name(name: str, day: date) -> dict[str, Any]:
    return {"part": Part.NAME, "do": "begin", "slot": name, "on": day.isoformat(), "data": {"name": name}}


@operation("population.sex_redetermined", roles=REGISTRAR)
def redetermine_sex(order: Order, *, person_id: int, sex: Sex) -> Done[None]:
    """Note a re-determined sex; a new PIN is another procedure, and only when the citizen wishes (ground a).

    Raises:
        SosachError: STATE-01; STATE-02; STATE-04 it is as before.
    """
    (person,) = locked(person_id)
    if person.sex == sex:
        raise incomplete("Giới tính như cũ.", "The sex is as before.")
    enter(order, person, Change("redetermine_sex", {"sex": Sex(sex).value}))
    return Done(None, [subject(person)])


@operation("population.nationality_changed", roles=REGISTRAR)
def gain_nationality(order: Order, *, person_id: int, nationality: str = "VNM") -> Done[None]:
    """Note a nationality gained; a former one becomes the second.

    Raises:
        SosachError: STATE-01, STATE-02; STATE-04 it is held already.
    """
    (person,) = locked(person_id)
    held = [person.nationality, person.second_nationality]
    if nationality in held or len(nationality) != 3:
        raise incomplete("Đã có quốc tịch này.", "The nationality is held already, or is none.")
    second = person.nationality if nationality == "VNM" or not person.nationality else nationality
    first = nationality if second != nationality else person.nationality
    columns = {"nationality": first, "second_nationality": second}
    enter(order, person, Change("gain_nationality", columns))
    return Done(None, [subject(person)])


@operation("population.nationality_changed", roles=REGISTRAR)
def lose_nationality(order: Order, *, person_id: int, nationality: str = "VNM") -> Done[None]:
    """Note a nationality lost.

    Raises:
        SosachError: STATE-01, STATE-02; STATE-04 it is not held.
    """
    (person,) = locked(person_id)
    held = [held for held in (person.nationality, person.second_nationality) if held]
    if nationality not in held:
        raise incomplete("Không có quốc tịch này.", "The nationality is not held.")
    held.remove(nationality)
    columns = {"nationality": held[0] if held else "", "second_nationality": ""}
    enter(order, person, Change("lose_nationality", columns))
    return Done(None, [subject(person)])


@operation("population.emigrated", roles=POLICE, nationwide=True)
def emigrate(order: Order, *, person_id: int, on: date | None = None) -> Done[None]:
    """Note that somebody left to live abroad; residence ends.

    Raises:
        SosachError: STATE-01, STATE-02, STATE-04; ACCESS-02 another commune's person.
    """
    day = past(order, on)
    (person,) = locked(person_id)
    must_reach(order, home(person))
    whom = subject(person)
    enter(order, person, Change("emigrate", {}, [end(Part.RESIDENCE, EVERY_SLOT, day)]))
    return Done(None, [whom])


@operation("population.returned_home", roles=POLICE, nationwide=True)
def return_home(order: Order, *, person_id: int) -> Done[None]:
    """Note that somebody came back to live in the country; residence is registered by moving in.

    Raises:
        SosachError: STATE-01, STATE-02; ACCESS-02 another province's person.
    """
    (person,) = locked(person_id)
    if order.actor.level is not Level.COMMUNE:
        must_reach(order, home(person))
    elif commune(order.actor.unit, day_of(order.at))[1] != person.province_code:
        must_reach(order)
    enter(order, person, Change("return_home"))
    return Done(None, [subject(person)])


def _simple(order: Order, person_id: int, change: Change) -> Done[None]:
    (person,) = locked(person_id)
    enter(order, person, change)
    return Done(None, [subject(person)])
