"""People registered from what was collected about them: record and PIN at once, many in one act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.population.models import Person
from sosach.domain.population.operations.births import LARGEST_BATCH
from sosach.domain.population.operations.inserting import insert_rows, reserve_ids
from sosach.domain.population.operations.journal import (
    LONGEST_KEY,
    Change,
    clean_name,
    commune,
    entry_fields,
    incomplete,
    must_reach,
)
from sosach.domain.population.operations.numbers import claim_numbers
from sosach.domain.population.operations.rows import TABLES
from sosach.domain.population.rules.days import day_of, is_partial_date, latest
from sosach.domain.population.rules.numbers import prefix
from sosach.domain.population.rules.words import Kin, Life, OldNumberKind, Part, Sex, Spell
from sosach.domain.population.states.civil import EVENT
from sosach.domain.population.states.pieces import STEPS, begin
from sosach.domain.provenance.models import JournalEntry
from sosach.vn.names import keys

# Single-valued items a form may tell beside name, date of birth and sex.
COLLECTED = frozenset(
    {
        "birth_registration_place",
        "hometown",
        "ethnicity",
        "religion",
        "nationality",
        "blood_type",
        "marital_status",
    }
)
_EVENT = {EVENT: {"name": "register_person", "other": None}}


@dataclass(frozen=True, slots=True)
class Collected:
    """What a form tells of somebody who has no record.

    Attributes:
        full_name: name.
        birth_date: partial date.
        sex: "M" or "F".
        commune_code: commune that collected it; residence and territory.
        columns: other items, by column (`COLLECTED`).
        addresses: kind of residence → address, within the commune.
        kin: relation → name and number, as told.
        old_number: of an older paper; "" for none.
    """

    full_name: str
    birth_date: str
    sex: str
    commune_code: str
    columns: Mapping[str, str] = field(default_factory=dict)
    addresses: Mapping[Spell, str] = field(default_factory=dict)
    kin: Mapping[Kin, tuple[str, str]] = field(default_factory=dict)
    old_number: str = ""


@operation("population.person_registered", roles=frozenset({Role.POPULATION, Role.STEWARD, Role.SYSTEM}))
def register_collected(order: Order, *, people: Sequence[Collected]) -> Done[list[int]]:
    """Make records of people who have none and establish their PINs (Decree 70/2024 art. 11(4)); ids in the order asked for.

    Raises:
        SosachError: STATE-04 something needed is missing; STATE-03 no number is free; ACCESS-02 another commune's.
    """
    if not 0 < len(people) <= LARGEST_BATCH:
        raise incomplete("Từ 1 đến 1000 người.", "1 to 1000 people.")
    today = day_of(order.at)
    provinces = {code: commune(code, today)[1] for code in {each.commune_code for each in people}}
    for each in people:
        _check(order, each, provinces[each.commune_code], today)
    ids = reserve_ids(Person, len(people))
    told = dict(zip(ids, people, strict=True))
    pins = claim_numbers({key: _head(each, provinces[each.commune_code]) for key, each in told.items()})
    columns = {key: _columns(each, pins[key], provinces[each.commune_code]) for key, each in told.items()}
    insert_rows(Person, [_row(key, values) for key, values in columns.items()])
    _write_entries(order, told, columns, provinces)
    return Done(ids, [Subject("person", str(key), each.commune_code) for key, each in told.items()])


def _check(order: Order, told: Collected, province: str, today: date) -> None:
    must_reach(order, (told.commune_code, province))
    clean_name(told.full_name)
    if told.sex not in set(Sex) or not is_partial_date(told.birth_date) or latest(told.birth_date).year > today.year:
        raise incomplete("Thiếu giới tính hoặc ngày sinh.", "Sex or date of birth is missing.")
    if not COLLECTED.issuperset(told.columns):
        raise incomplete("Có mục phiếu không thu thập.", "An item is told that forms do not collect.")


def _head(told: Collected, province: str) -> str:
    try:
        return prefix(province_code=province, sex=told.sex, birth_year=int(told.birth_date[:4]))
    except ValueError as wrong:
        raise incomplete("Năm sinh không hợp lệ.", "The year of birth is none.") from wrong


def _columns(told: Collected, pin: str, province: str) -> dict[str, Any]:
    return {
        "full_name": clean_name(told.full_name),
        "pin": pin,
        "birth_date": told.birth_date,
        "sex": told.sex,
        **{name: told.columns.get(name, "") for name in sorted(COLLECTED)},
        "life_status": Life.ALIVE.value,
        "commune_code": told.commune_code,
        "province_code": province,
    }


def _row(key: int, columns: Mapping[str, Any]) -> dict[str, Any]:
    found = keys(columns["full_name"])
    return {"id": key, **columns, "name_k1": found.k1[:LONGEST_KEY], "name_k2": found.k2[:LONGEST_KEY]}


def _write_entries(
    order: Order, told: Mapping[int, Collected], columns: Mapping[int, dict[str, Any]], provinces: Mapping[str, str]
) -> None:
    """Journal and dated pieces, one statement per table."""
    fields = entry_fields(order, Change("register_person"))
    entries = [
        {
            **fields,
            "subject_id": key,
            "changes": {**columns[key], **_EVENT, STEPS: _steps(each, provinces[each.commune_code])},
        }
        for key, each in told.items()
    ]
    journal = dict(insert_rows(JournalEntry, entries, returning="subject_id, id"))
    rows: dict[Part, list[dict[str, Any]]] = {}
    for entry in entries:
        for position, step in enumerate(entry["changes"][STEPS]):
            key = entry["subject_id"]
            piece = {"person_id": key, "origin": "entry", "key": journal[key], "position": position}
            rows.setdefault(step["part"], []).append(
                {**piece, "slot": step["slot"], "begins_on": None, "holds": True, **step["data"]}
            )
    for part, made in rows.items():
        insert_rows(TABLES[part], made)


def _steps(told: Collected, province: str) -> list[dict[str, Any]]:
    """What is told of residence, relatives and older numbers; since when is not told."""
    steps = [
        begin(Part.RESIDENCE, kind, None, address=text, commune_code=told.commune_code, province_code=province)
        for kind, text in told.addresses.items()
    ]
    if told.old_number:
        older = {"kind": OldNumberKind.CMND_9.value, "number": told.old_number}
        steps.append(begin(Part.OLD_NUMBER, f"{OldNumberKind.CMND_9}:{told.old_number}", None, **older))
    for kin, (name, number) in told.kin.items():
        modern = len(number) == 12
        data = {"full_name": name, "pin": number if modern else "", "old_number": "" if modern else number}
        steps.append(begin(Part.RELATION, kin, None, kind=kin, **data))
    return steps
