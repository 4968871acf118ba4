"""Takes persons in from a source, row by row of it; two persons with one PIN are reported as cases, and never written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.population.models import IssuedNumber, Person
from sosach.domain.population.operations.journal import commune, incomplete, locked, set_keys, settle, told_of
from sosach.domain.population.operations.rows import TABLES, row_of
from sosach.domain.population.rules.days import day_of, is_partial_date
from sosach.domain.population.rules.words import Life, Part, Sex, Spell
from sosach.domain.population.states.pieces import STEPS, begin, pieces
from sosach.domain.provenance.models import Source, SourceRow
from sosach.domain.provenance.rules import SourceFact
from sosach.vn.identifiers import pin as pin_number
from sosach.vn.names import keys

LARGEST_BATCH = 10_000
PIN_DUPLICATE = "PIN_DUP"
PIN_FORMAT = "PIN_FORMAT"


@dataclass(frozen=True, slots=True)
class Case:
    """A row that could not be taken in as it is.

    Attributes:
        row_number: of the source.
        code: `PIN_DUP`: another person has or had the number; `PIN_FORMAT`: it is none, the person was taken in without.
        number: the number.
        person_id: the record that has it; None: another row of the same source.
    """

    row_number: int
    code: str
    number: str
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the rows.

    Attributes:
        source_id: the source.
        persons: row number → record, for every row taken in.
        cases: rows somebody has to look at.
    """

    source_id: int
    persons: Mapping[int, int]
    cases: tuple[Case, ...]


@operation("population.taken_in", roles=frozenset({Role.STEWARD, Role.SYSTEM}))
def take_in_persons(
    order: Order, *, title: str, digest: str, rows: Sequence[Mapping[str, str]], first_row: int = 1
) -> Done[Report]:
    """Take in rows with the canonical columns of the population register; what is given stays beside what was understood.

    A row whose PIN is on record with the same name and birth date adds a source to that record; with another name it is a case.

    Args:
        order: who, when, on what evidence.
        title: of the source.
        digest: hash of the source, unique.
        rows: at most 10,000.
        first_row: number of the first row in the source.

    Raises:
        SosachError: STATE-04 too many rows, or a commune that does not exist.
    """
    if not 0 < len(rows) <= LARGEST_BATCH:
        raise incomplete("Từ 1 đến 10.000 dòng.", "1 to 10,000 rows.")
    source = Source.objects.filter(digest=digest).first() or Source.objects.create(
        kind="population", title=title, digest=digest, taken_in_at=order.at, act=order.act
    )
    today = day_of(order.at)
    places = {code: commune(code, today) for code in {row.get("commune_code", "") for row in rows} if code}
    understood = {first_row + step: _understood(row, places) for step, row in enumerate(rows)}
    given = {first_row + step: dict(row) for step, row in enumerate(rows)}
    known = _known({values["pin"] for values in understood.values() if values.get("pin")})
    cases, fresh, again = _sorted_out(understood, known)
    cases += [
        Case(number, PIN_FORMAT, given[number]["pin"])
        for number, values in understood.items()
        if given[number].get("pin") and not values.get("pin")
    ]
    _add_source(source, given, understood, again)
    persons = _create(source, given, {number: understood[number] for number in fresh}) | again
    subjects = [
        Subject("person", str(key), understood[number].get("commune_code") or "") for number, key in persons.items()
    ]
    report = Report(source.pk, persons, tuple(sorted(cases, key=lambda case: case.row_number)))
    details = {"source": source.pk, "rows": len(rows), "cases": len(cases)}
    return Done(report, subjects or [Subject("source", str(source.pk))], details)


def _understood(row: Mapping[str, str], places: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """Values of a row as columns and steps; what cannot be read is left out."""
    values: dict[str, Any] = {"full_name": " ".join(row.get("full_name", "").split())}
    values["pin"] = pin_number.explain(row.get("pin", "")).key
    values["sex"] = row["sex"] if row.get("sex") in set(Sex) else ""
    values["birth_date"] = row["birth_date"] if is_partial_date(row.get("birth_date", "")) else ""
    values["life_status"] = Life(row["status"]).value if row.get("status") in set(Life) else Life.ALIVE.value
    steps = []
    if row.get("commune_code"):
        code, province = places[row["commune_code"]]
        values |= {"commune_code": code, "province_code": province}
        for kind, column in ((Spell.PERMANENT, "permanent_address"), (Spell.CURRENT, "current_address")):
            if row.get(column) and values["life_status"] == Life.ALIVE:
                place = {"address": row[column], "commune_code": code, "province_code": province}
                steps.append(begin(Part.RESIDENCE, kind, None, **place))
    if row.get("old_id"):
        data = {"kind": "cmnd9", "number": row["old_id"]}
        steps.append(begin(Part.OLD_NUMBER, f"cmnd9:{row['old_id']}", None, **data))
    return values | ({STEPS: steps} if steps else {})


def _known(pins: set[str]) -> dict[str, Person]:
    rows = IssuedNumber.objects.filter(pk__in=pins).select_related("person")
    found = {row.number: row.person for row in rows}
    return found | {person.pin: person for person in Person.objects.filter(pin__in=pins - set(found))}


def _sorted_out(
    understood: Mapping[int, dict[str, Any]], known: Mapping[str, Person]
) -> tuple[list[Case], list[int], dict[int, int]]:
    """Cases, rows of new persons, rows about known ones."""
    cases: list[Case] = []
    fresh: list[int] = []
    again: dict[int, int] = {}
    first: dict[str, int] = {}
    for number, values in understood.items():
        pin = values["pin"]
        person = known.get(pin or "")
        if person is not None and _is_same(person, values):
            again[number] = person.pk
        elif person is not None:
            cases.append(Case(number, PIN_DUPLICATE, pin, person.pk))
        elif pin in first:
            cases.append(Case(number, PIN_DUPLICATE, pin))
        else:
            fresh.append(number)
        if pin:
            first.setdefault(pin, number)
    return cases, fresh, again


def _is_same(person: Person, values: Mapping[str, Any]) -> bool:
    return keys(values["full_name"]).k1 == person.name_k1 and values["birth_date"] == person.birth_date


def _add_source(
    source: Source,
    given: Mapping[int, dict[str, str]],
    understood: Mapping[int, dict[str, Any]],
    again: Mapping[int, int],
) -> None:
    """Give records on file another source."""
    rows = [_source_row(source, number, key, given[number], understood[number]) for number, key in again.items()]
    SourceRow.objects.bulk_create(rows)
    for key in sorted(set(again.values())):
        (person,) = locked(key)
        settle(person, told_of(person), list(Part))


def _create(
    source: Source, given: Mapping[int, dict[str, str]], understood: Mapping[int, dict[str, Any]]
) -> dict[int, int]:
    """Write new records, their numbers and their pieces, one statement per table."""
    persons = []
    for values in understood.values():
        person = Person(**{name: value for name, value in values.items() if name != STEPS})
        set_keys(person)
        persons.append(person)
    Person.objects.bulk_create(persons)
    ids = {number: person.pk for number, person in zip(understood, persons, strict=True)}
    _claim([(person.pin, person.pk) for person in persons if person.pin])
    rows = [_source_row(source, number, ids[number], given[number], values) for number, values in understood.items()]
    SourceRow.objects.bulk_create(rows)
    found = [(row.subject_id, piece) for row in rows for piece in pieces([_fact(row, source)], ())]
    for part, model in TABLES.items():
        model.objects.bulk_create([row_of(model, key, piece) for key, piece in found if piece.part is part])
    return ids


def _source_row(source: Source, number: int, key: int, given: dict[str, str], values: dict[str, Any]) -> SourceRow:
    return SourceRow(
        source=source, register=Person.REGISTER, subject_id=key, row_number=number, given=given, values=values
    )


def _fact(row: SourceRow, source: Source) -> SourceFact:
    return SourceFact(row.pk, source.pk, source.taken_in_at, row.values)


def _claim(numbers: list[tuple[str, int]]) -> None:
    """Claim numbers that were given elsewhere; the database refuses one that is another's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO population_issuednumber (number, person_id) SELECT * FROM unnest(%s::text[], %s::bigint[])",
            [[number for number, _ in sorted(numbers)], [key for _, key in sorted(numbers)]],
        )
