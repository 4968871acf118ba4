"""Questions of partners beyond one number: people by exact attributes, conditions on attributes; traced like every answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from sosach.domain.access.operations.budgets import take_misses
from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.exchange.operations.disclosing import PARTNERS, Ask, covered, details_of, note
from sosach.domain.exchange.queries.attributes import records_of, subjects_of, values_of
from sosach.domain.exchange.queries.partners import PartnerRefusedError
from sosach.domain.exchange.queries.questions import answer
from sosach.domain.exchange.queries.searching import person_told
from sosach.domain.exchange.rules.agreements import Agreement, Refused
from sosach.domain.exchange.rules.identities import Expression, Operator, in_order
from sosach.domain.exchange.rules.questions import MATCHES
from sosach.domain.population.models import Person, Relation
from sosach.domain.population.rules.days import day_of
from sosach.domain.population.rules.words import Kin
from sosach.vn.names import keys

POPULATION, MARRIAGE = "population", "marital_status"
NEEDED = ("full_name", "birth_date")  # whoever knows no number knows at least these, whole
MOST = 100  # people of one name born on one day


def seek_people(ask: Ask, *, told: Mapping[str, Any]) -> list[int]:
    """People of whom everything told is true, exactly; nobody found is charged like a wrong number.

    Args:
        ask: who asks and when.
        told: attributes: the number, or whole name and date of birth; others narrow it down.

    Raises:
        PartnerRefusedError: ACCESS-01, an attribute was not agreed, a consent is missing, or too little is told to mean somebody.
    """
    found = people_sought(ask.look, ask=ask, told=dict(told))
    limits = ask.caller.agreement.by_minute()
    take_misses(ask.caller.actor, at=ask.at, limits=limits, count=int(not found))
    return found


def verify_conditions(ask: Ask, *, person_id: int, conditions: Sequence[Expression]) -> bool:
    """Whether a person meets all conditions; a no is charged, since asking often enough would find the value out.

    Raises:
        PartnerRefusedError: ACCESS-01, an attribute was not agreed, or a consent is missing.
    """
    found = conditions_met(ask.look, ask=ask, person_id=person_id, conditions=tuple(conditions))
    limits = ask.caller.agreement.by_minute()
    take_misses(ask.caller.actor, at=ask.at, limits=limits, count=int(not found))
    return found


@reading("exchange.people_sought", roles=PARTNERS)
def people_sought(look: Look, *, ask: Ask, told: dict[str, Any]) -> Seen[list[int]]:
    """People sought by attributes, with the trace; see `seek_people`.

    Raises:
        PartnerRefusedError: ACCESS-01.
    """
    del look
    _agreed(covered(ask.caller, POPULATION), told)
    if any("\x00" in str(value) for value in told.values()):
        raise _too_little()
    day = day_of(ask.at)
    found = []
    for row in _rows(ask, told):
        same = answer(ask.caller.actor, POPULATION, row, MATCHES, told, day=day)
        if isinstance(same, dict) and all(same.values()):
            found.append(row)
    note(ask, "search", POPULATION, [row.pk for row in found] or [None], asked=sorted(told))
    subjects = [subject for row in found for subject in subjects_of(POPULATION, row)]
    return Seen([row.pk for row in found], subjects, details=details_of(ask, sorted(told)), act=ask.act)


@reading("exchange.confirmed", roles=PARTNERS)
def conditions_met(look: Look, *, ask: Ask, person_id: int, conditions: tuple[Expression, ...]) -> Seen[bool]:
    """Conditions on attributes of a person, with the trace; see `verify_conditions`.

    Raises:
        PartnerRefusedError: ACCESS-01.
    """
    del look
    names = sorted({one.attribute for one in conditions})
    _agreed(covered(ask.caller, POPULATION), names)
    (row,) = records_of(POPULATION, [person_id])
    told = [_met(ask, row, one) for one in conditions]  # each is looked at: the time must not tell which one failed
    note(ask, "question", POPULATION, [row.pk], asked=names)
    return Seen(all(told), subjects_of(POPULATION, row), details=details_of(ask, names), act=ask.act)


def are_married(ask: Ask, *, person_id: int, other_id: int) -> bool:
    """Whether two people are married to each other today; a no is charged.

    Raises:
        PartnerRefusedError: ACCESS-01, relations were not agreed, or a consent is missing.
    """
    found = marriage_confirmed(ask.look, ask=ask, person_id=person_id, other_id=other_id)
    limits = ask.caller.agreement.by_minute()
    take_misses(ask.caller.actor, at=ask.at, limits=limits, count=int(not found))
    return found


@reading("exchange.confirmed", roles=PARTNERS)
def marriage_confirmed(look: Look, *, ask: Ask, person_id: int, other_id: int) -> Seen[bool]:
    """Whether two people are married, with the trace; see `are_married`.

    Raises:
        PartnerRefusedError: ACCESS-01.
    """
    del look
    _agreed(covered(ask.caller, POPULATION), [MARRIAGE])
    open_rows = Relation.objects.filter(slot=Kin.SPOUSE.value, holds=True, ends_on__isnull=True)
    found = open_rows.filter(person_id=person_id, other_id=other_id).exists()
    note(ask, "question", POPULATION, [person_id, other_id], asked=[MARRIAGE])
    subjects = [each for row in records_of(POPULATION, [person_id, other_id]) for each in subjects_of(POPULATION, row)]
    return Seen(found, subjects, details=details_of(ask, [MARRIAGE]), act=ask.act)


def _rows(ask: Ask, told: Mapping[str, Any]) -> list[Person]:
    if "pin" in told:
        person = person_told(ask.caller.actor, str(told["pin"]))
        return [person] if person is not None else []
    if not all(told.get(name) for name in NEEDED):
        raise _too_little()
    wanted = keys(str(told["full_name"]))
    rows = Person.objects.filter(name_k2=wanted.k2, birth_date=str(told["birth_date"]), merged_into__isnull=True)
    return list(rows.order_by("pk")[:MOST])


def _met(ask: Ask, row: Person, one: Expression) -> bool:
    """A condition: the same as the registers mean it (names, numbers), below and above by letters and days."""
    day = day_of(ask.at)
    held = values_of(POPULATION, row, [one.attribute], day=day)[one.attribute]
    same = answer(ask.caller.actor, POPULATION, row, MATCHES, {one.attribute: one.value}, day=day)
    is_same = isinstance(same, dict) and same[one.attribute]
    if one.operator is Operator.EQUAL:
        return is_same
    if one.operator is Operator.OTHER:
        return held not in (None, "", [], {}) and not is_same
    return in_order(held, one)


def _agreed(agreement: Agreement, names: Any) -> None:
    """Refuse attributes that were not agreed; whether there are such, is not said.

    Raises:
        PartnerRefusedError: ACCESS-01.
    """
    if set(names) - agreement.may_match(POPULATION):
        raise PartnerRefusedError(
            Refused.CONTENT,
            vi="Có thuộc tính không nằm trong thỏa thuận.",
            en="One of the attributes is not in the agreement.",
        )


def _too_little() -> PartnerRefusedError:
    return PartnerRefusedError(
        Refused.CONTENT,
        vi="Chỉ tìm được theo số định danh, hoặc theo đủ họ tên và ngày sinh.",
        en="People are sought by the number, or by the whole name and the date of birth.",
    )
