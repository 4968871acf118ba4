"""Answers yes or no about a record. Not guarded: for use inside guarded answers."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sosach.domain.audit.rules import Actor
from sosach.domain.exchange.queries.attributes import Number, values_of
from sosach.domain.exchange.queries.searching import person_told
from sosach.domain.exchange.rules.questions import MATCHES
from sosach.domain.licences.queries.views import view_of
from sosach.domain.licences.states.status import Status
from sosach.domain.population.models import OldNumber
from sosach.domain.population.rules.days import latest
from sosach.domain.population.rules.words import Life
from sosach.domain.vehicles.rules import Registration
from sosach.vn.identifiers import chassis, old_id
from sosach.vn.names import keys

ADULT = 18


def answer(
    actor: Actor, register: str, row: Any, question: str, told: Mapping[str, Any], *, day: date
) -> bool | dict[str, bool]:
    """The answer to a question of the catalogue, or attribute by attribute."""
    if question == MATCHES:
        return _compared(actor, register, row, told, day)
    # whom the partner means is looked up whether the record is there or not
    person = person_told(actor, str(told.get("person", "")))
    return bool(_ANSWERS[question](row, told, day, person.pk if person is not None else None))


def _compared(actor: Actor, register: str, row: Any, told: Mapping[str, Any], day: date) -> dict[str, bool]:
    people = {name: person_told(actor, str(value)) for name, value in told.items()}
    held = values_of(register, row, told, day=day)
    return {name: _same(name, held[name], value, people[name]) for name, value in told.items()}


def _same(name: str, held: Any, told: Any, person: Any) -> bool:
    if isinstance(held, Number):
        by_person = held.person_id is not None and person is not None and person.pk == held.person_id
        return by_person or (bool(held.text) and _text(held.text) == _text(told))
    if held in (None, "", [], {}):
        return False
    if name == "full_name" or name.endswith("_name"):
        return keys(str(held)).k1 == keys(str(told)).k1
    return _text(held) == _text(told)


def _text(value: Any) -> str:
    return " ".join(str(value).split()).casefold()


def _age(row: Any, day: date) -> int:
    """Full years for certain: of a birth known by its year, the last day of it counts."""
    if not row.birth_date:
        return -1
    born = latest(row.birth_date)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _years(told: Mapping[str, Any]) -> int:
    text = str(told["years"])
    return int(text) if text.isdecimal() and len(text) <= 3 else 1_000


def _born(row: Any, told: Mapping[str, Any]) -> bool:
    """The day told is the one held; where less of it is known, it may be."""
    return bool(row.birth_date) and str(told["birth_date"]).startswith(row.birth_date)


def _lives_in(row: Any, told: Mapping[str, Any]) -> bool:
    return str(told["unit"]) in {row.commune_code or "-", row.province_code or "-"}


def _had(row: Any, told: Mapping[str, Any]) -> bool:
    number = str(told["number"])
    key = old_id.explain(number).key or number.strip().upper()
    return bool(OldNumber.objects.filter(person=row, number=key, holds=True).exists())


def _drives(row: Any, told: Mapping[str, Any], day: date) -> bool:
    wanted = str(told["class"]).strip().upper()
    return any(each.may_drive and each.fact.name == wanted for each in view_of(row, day, history=False).classes)


def _chassis(held: str, told: Any) -> bool:
    key = chassis.explain(str(told)).key or chassis.compact(str(told))
    return bool(held) and held == key


_Answer = Callable[[Any, Mapping[str, Any], date, int | None], bool]
_ANSWERS: Mapping[str, _Answer] = {
    "is_alive": lambda row, _told, _day, _who: row.life_status == Life.ALIVE,
    "is_adult": lambda row, _told, day, _who: _age(row, day) >= ADULT,
    "age_at_least": lambda row, told, day, _who: _age(row, day) >= _years(told),
    "name_matches": lambda row, told, _day, _who: keys(row.full_name).k1 == keys(str(told["full_name"])).k1,
    "birth_date_matches": lambda row, told, _day, _who: _born(row, told),
    "lives_in": lambda row, told, _day, _who: _lives_in(row, told),
    "had_old_number": lambda row, told, _day, _who: _had(row, told),
    "vehicle_registered": lambda row, _told, _day, _who: row.registration == Registration.REGISTERED,
    "vehicle_pledged": lambda row, _told, _day, _who: row.pledged,
    "owner_is": lambda row, _told, _day, who: who is not None and row.owner_person_id == who,
    "chassis_matches": lambda row, told, _day, _who: _chassis(row.chassis_number, told["chassis_number"]),
    "engine_matches": lambda row, told, _day, _who: (
        bool(row.engine_number) and chassis.compact(row.engine_number) == chassis.compact(str(told["engine_number"]))
    ),
    "licence_valid": lambda row, _told, day, _who: view_of(row, day, history=False).status is Status.VALID,
    "may_drive": lambda row, told, day, _who: _drives(row, told, day),
    "holder_is": lambda row, _told, _day, who: who is not None and row.holder_id == who,
}
