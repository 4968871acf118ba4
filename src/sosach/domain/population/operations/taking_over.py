"""A person as another installation is told of them, and taking over what another installation tells; inside guarded verbs only.

Besides columns there is one field per kind and slot of dated pieces (`residence/permanent`): all its spells. People are ids of
their records, or numbers nobody here has; households go by the act that opened them.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from sosach.domain.access.operations import Order
from sosach.domain.population.models import Household, IssuedNumber, Person
from sosach.domain.population.operations.journal import (
    Change,
    as_entry,
    clean_name,
    entry_fields,
    incomplete,
    settle,
    told_of,
)
from sosach.domain.population.operations.journal import Told as Story
from sosach.domain.population.operations.register import REGISTER
from sosach.domain.population.operations.rows import TABLES
from sosach.domain.population.rules.words import Part
from sosach.domain.population.states.civil import EVENT, TOLD
from sosach.domain.population.states.pieces import STEPS, begin, clear, end, pieces, touched
from sosach.domain.provenance.models import JournalEntry
from sosach.domain.provenance.operations.folding import batches
from sosach.domain.provenance.operations.telling import as_json, known_person, read_columns, told_columns
from sosach.domain.provenance.rules import fold

MERGED = "merged_into_pin"
COLUMNS = tuple(column for column in Person.FOLDED if column != "merged_into")
_OWN = frozenset({"id", "person_id", "origin", "key", "position", "slot", "begins_on", "ends_on", "holds"})
_HOUSEHOLD = ("act", "address", "commune_code", "province_code", "file_number", "opened_on")


def portraits(person_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Persons as they stand, those that exist: field → value."""
    rows = Person.objects.filter(pk__in=person_ids).values("id", "merged_into_id", *COLUMNS)
    found = {row["id"]: {**told_columns(Person, COLUMNS, row), MERGED: row["merged_into_id"]} for row in rows}
    for part, model in TABLES.items():
        columns = [field.attname for field in model._meta.concrete_fields if field.attname not in _OWN]  # noqa: SLF001 - Django's documented way to fields
        homes = [f"household__{name}" for name in _HOUSEHOLD] if "household_id" in columns else []
        told = model.objects.filter(person_id__in=found, holds=True)
        for row in told.values("person_id", "slot", "begins_on", "ends_on", *columns, *homes):
            field, piece = _piece(part, row)
            found[row["person_id"]].setdefault(field, []).append(piece)
    return found


def told_by_sources(person_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The same, as sources alone tell it."""
    found = {}
    for batch in batches(REGISTER, person_ids):
        for record, facts, _ in batch:
            if not facts:
                continue
            told = told_columns(Person, COLUMNS, {name: value.value for name, value in fold(facts, []).items()})
            told |= {"commune_code": record.commune_code, "province_code": record.province_code}
            for piece in pieces(facts, []):
                row = {"slot": piece.slot, "begins_on": piece.begins, "ends_on": piece.ends, **piece.data}
                field, value = _piece(piece.part, row)
                told.setdefault(field, []).append(value)
            found[record.pk] = told
    return found


def _piece(part: Part, row: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """A row as the member of a field."""
    told = {
        name: as_json(value)
        for name, value in row.items()
        if name not in _OWN and not name.startswith("household") and value not in (None, "")
    }
    if told.pop("other_id", None) is not None:
        told["pin"] = row["other_id"]
    if row.get("household__act") is not None:
        told["household"] = {name: as_json(row[f"household__{name}"]) for name in _HOUSEHOLD}
    told |= {"from": as_json(row["begins_on"]), "to": as_json(row["ends_on"])}
    return f"{part}/{row['slot']}", told


def take_over(order: Order, person: Person | None, changes: Mapping[str, Any]) -> Person:
    """Let a record be what another installation tells; one entry of its journal, that can be taken back like any other.

    Args:
        order: who tells, when.
        person: the record, locked; None makes one.
        changes: fields → values, as `portraits` has them; None where nothing is told any more.

    Raises:
        SosachError: STATE-03 somebody else has the number, or a constraint refuses it; STATE-04 no such field or value.
    """
    columns, steps = _columns(changes), _steps(changes)
    story = told_of(person) if person is not None else Story([], [])
    if person is None:
        if not columns.get("full_name"):
            raise incomplete("Hồ sơ gửi đến không có họ tên.", "The record that was told has no name.")
        person = Person(
            **{"merged_into_id" if name == "merged_into" else name: value for name, value in columns.items()}
        )
        person.save(force_insert=True)
    if columns.get("pin"):
        _claim(person, columns["pin"])
    entry = JournalEntry.objects.create(
        **entry_fields(order, Change(TOLD)),
        subject_id=person.pk,
        changes={
            **{name: as_json(value) for name, value in columns.items()},
            EVENT: {"name": TOLD},
            **({STEPS: steps} if steps else {}),
        },
    )
    settle(person, Story(story.sources, [*story.entries, as_entry(entry)]), touched({STEPS: steps}))
    return person


def _columns(changes: Mapping[str, Any]) -> dict[str, Any]:
    columns = {name: value for name, value in changes.items() if "/" not in name and name != MERGED}
    found = read_columns(Person, COLUMNS, columns)
    if MERGED in changes:
        found["merged_into"] = known_person(changes[MERGED])
    if "full_name" in found:
        found["full_name"] = clean_name(found["full_name"])
    return found


def _steps(changes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Steps that make the slots hold what was told, and nothing else."""
    found: list[dict[str, Any]] = []
    for name, told in changes.items():
        kind, _, slot = name.partition("/")
        if not slot:
            continue
        if kind not in list(Part) or not isinstance(told, list | None):
            raise incomplete(f"Không có mục “{name}”.", f"There is no field {name}.")
        part = Part(kind)
        found.append(clear(part, slot))
        for piece in sorted(told or (), key=_place):
            found += _rebuilt(part, slot, piece)
    return found


def _place(piece: Mapping[str, Any]) -> tuple[bool, str, str]:
    """What has ended comes first: only one piece of a slot is open."""
    return piece.get("to") is None, str(piece.get("from") or ""), json.dumps(piece, sort_keys=True)


def _rebuilt(part: Part, slot: str, piece: Mapping[str, Any]) -> list[dict[str, Any]]:
    try:
        since, until = (date.fromisoformat(day) if day else None for day in (piece.get("from"), piece.get("to")))
    except (AttributeError, TypeError, ValueError) as broken:
        raise incomplete("Ngày không hợp lệ.", "That is no day.") from broken
    known = {field.attname for field in TABLES[part]._meta.concrete_fields} - _OWN  # noqa: SLF001 - as above
    data = {name: value for name, value in piece.items() if name in known}
    if isinstance(piece.get("pin"), int):
        data["other_id"] = piece["pin"]
        data.pop("pin", None)
    if piece.get("household"):
        data["household_id"] = _household(piece["household"])
    step = begin(part, slot, since, **data)
    return [step] if until is None else [step, end(part, slot, until)]


def _household(told: Mapping[str, Any]) -> int:
    """The household an act opened, here or elsewhere; made when it is heard of for the first time."""
    try:
        columns = {name: told.get(name, "") for name in _HOUSEHOLD}
        there = Household.objects.filter(act=UUID(columns["act"])).values_list("pk", flat=True).first()
        return int(there or Household.objects.create(**columns).pk)
    except (AttributeError, TypeError, ValueError) as broken:
        raise incomplete("Hộ không hợp lệ.", "That is no household.") from broken


def _claim(person: Person, number: str) -> None:
    """A number is one person's for ever, whoever gave it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO population_issuednumber (number, person_id) VALUES (%s, %s) ON CONFLICT (number) DO NOTHING",
            [number, person.pk],
        )
        if cursor.rowcount:
            return
    if not IssuedNumber.objects.filter(number=number, person=person).exists():
        raise incomplete("Số định danh này đã cấp cho người khác.", "Somebody else has, or had, the number.")


def by_pin(numbers: Iterable[str]) -> dict[str, int]:
    """Records that have these numbers, or had them before they were cancelled; merges are not followed."""
    wanted = list(numbers)
    found = dict(IssuedNumber.objects.filter(number__in=wanted).values_list("number", "person_id"))
    return found | dict(Person.objects.filter(pin__in=wanted).values_list("pin", "pk"))
