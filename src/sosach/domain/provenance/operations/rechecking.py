"""Takes in what a cleaning run says of records as they stand now: what it says no more is gone. Their values stay.

Whose a record is, is not decided here: among the few persons beside a record a likeness means less than in the whole country.
What compares a record with its person counts only where the run meets the person the register names.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db.models import Max

from sosach.base.checks import Scope
from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.provenance.models import Candidate, Duplicate, Finding, JournalEntry, Source, SourceRow
from sosach.domain.provenance.operations.importing.folder import RunFolder
from sosach.domain.provenance.operations.importing.matching import Task
from sosach.domain.provenance.operations.importing.raising import raise_all
from sosach.domain.provenance.operations.importing.staging import run, temporary
from sosach.domain.provenance.operations.registers import Register
from sosach.domain.provenance.rules import PERSON
from sosach.vn.catalogue import catalogue
from sosach.vn.working_days import day_of

KIND = "recheck"
STAGED = ("import_plan", "import_subject", "import_refused_said")
CRITERIA = ("correct", "complete", "clean", "live")
_ACROSS = frozenset(check.code for check in catalogue().values() if check.scope is Scope.CROSS)
_WORST_FIRST = ("not_eligible", "no_information", "discrepancy", "match")


@dataclass(frozen=True, slots=True)
class Checked:
    """What the run says of one record.

    Attributes:
        result_class: `match`, `discrepancy`, `no_information` or `not_eligible`; of several rows the worst.
        criteria: `correct`, `complete`, `clean`, `live` → whether it is.
    """

    result_class: str
    criteria: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Told:
    """A run over some records of a register and what stood beside them.

    Attributes:
        folder: of the run.
        rows: row number → id of the record it is; other rows were there for comparison only.
        journal: id of the record → last entry of its journal the run knew of.
        unseen: codes of checks that need more of the register than the run was given; they stay as they are.
    """

    folder: Path
    rows: Mapping[int, int]
    journal: Mapping[int, int]
    unseen: Collection[str] = ()


@operation("provenance.records_rechecked", roles=frozenset({Role.STEWARD, Role.SYSTEM}), nationwide=True)
def take_in_recheck(
    order: Order, *, register: Register, told: Told, population: Register | None = None
) -> Done[dict[int, Checked]]:
    """Bring findings, candidates and duplicates of records up to date with a run over them as they stand.

    Returns:
        What the run says of each record; a record that changed meanwhile is left out and wants another run.

    Raises:
        SosachError: STATE-03, every one of them changed meanwhile.
    """
    still = _unchanged(register, told.journal)
    rows = {row: record for row, record in told.rows.items() if record in still}
    if not rows:
        raise SosachError(
            ErrorCode.CONFLICT, vi="Bản ghi vừa thay đổi, cần kiểm tra lại.", en="The records changed meanwhile."
        )
    source = Source.objects.create(
        kind=KIND,
        register=register.name,
        title=f"{register.name} {day_of(order.at).isoformat()}",
        digest=f"{KIND}:{order.act}",
        taken_in_at=order.at,
        act=order.act,
        details={"records": len(still)},
    )
    folder = RunFolder(told.folder)
    doubtful = _doubtful(folder, register, rows, population)
    _leave_out(folder, register, {row for row, record in rows.items() if record in doubtful})
    with temporary(*STAGED):
        _stage(rows)
        _keep(register, source, still, told.unseen)
        _keep_persons(register, source, doubtful)
        raise_all(Task(folder, register, source, population, was_empty=False))
    checked = _checked(folder, register, rows) | _as_before(register, doubtful)
    return Done(checked, [Subject("register", register.name)], {"records": sorted(still)})


def _unchanged(register: Register, journal: Mapping[int, int]) -> frozenset[int]:
    """Records, locked, whose journal has not moved on."""
    locked = list(register.model.objects.select_for_update(of=("self",)).filter(pk__in=journal).order_by("pk"))
    entries = JournalEntry.objects.filter(register=register.name, subject_id__in=journal)
    last = dict(entries.values_list("subject_id").annotate(last=Max("pk")))
    return frozenset(record.pk for record in locked if last.get(record.pk, 0) == journal[record.pk])


def _stage(rows: Mapping[int, int]) -> None:
    """The plan of an import that makes no record: which row is which; what is said of others is nobody's."""
    run("CREATE TEMP TABLE import_plan (row_number integer, subject bigint, reason text, fresh boolean)")
    run("CREATE TEMP TABLE import_refused_said (row_number integer, file text, said jsonb)")
    run(
        "INSERT INTO import_plan SELECT r, s, NULL, false FROM unnest(%s::integer[], %s::bigint[]) AS t (r, s)",
        [list(rows), list(rows.values())],
    )
    run("CREATE TEMP TABLE import_subject AS SELECT DISTINCT subject FROM import_plan")


def _keep(register: Register, source: Source, records: Collection[int], unseen: Collection[str]) -> None:
    """What this run cannot see counts as said again."""
    about = {"register": register.name, "subject_id__in": records, "gone": False}
    Finding.objects.filter(**about, code__in=unseen).update(source=source)
    Duplicate.objects.filter(**about, reason__in=unseen).update(source=source)


def _doubtful(
    folder: RunFolder, register: Register, rows: Mapping[int, int], population: Register | None
) -> frozenset[int]:
    """Records of which the run does not say the person the register names."""
    linking = register.columns.linking if register.columns else {}
    column = next((name for name, value in linking.items() if value == PERSON), None)
    if column is None or population is None:
        return frozenset()
    persons = dict(register.model.objects.filter(pk__in=set(rows.values())).values_list("pk", column))
    pins = dict(population.model.objects.filter(pk__in=set(persons.values()) - {None}).values_list("pk", "pin"))
    said = folder.file(register.name).read(columns=["row_number", "decision", "pin"]).to_pylist()
    met = {row["row_number"]: row["pin"] if row["decision"] == "link" else None for row in said}
    return frozenset(
        record for row, record in rows.items() if met[row] is None or met[row] != pins.get(persons[record])
    )


def _leave_out(folder: RunFolder, register: Register, rows: Collection[int]) -> None:
    """Take what compares doubtful records with a person out of the files of the run."""
    for name, codes in (("findings", _ACROSS), ("candidates", None)):
        told = folder.file(name).read()
        drop = pc.and_(
            pc.equal(told["register"], register.name), pc.is_in(told["row_number"], pa.array(rows, pa.int32()))
        )
        if codes is not None:
            drop = pc.and_(drop, pc.is_in(told["code"], pa.array(sorted(codes))))
        pq.write_table(told.filter(pc.invert(drop)), folder.path / f"{name}.parquet")


def _keep_persons(register: Register, source: Source, records: Collection[int]) -> None:
    about = {"register": register.name, "subject_id__in": records, "gone": False}
    Finding.objects.filter(**about, code__in=_ACROSS).update(source=source)
    Candidate.objects.filter(**about).update(source=source)


def _as_before(register: Register, records: Collection[int]) -> dict[int, Checked]:
    """What the last run over the whole register said of records."""
    found: dict[int, Checked] = {}
    told = SourceRow.objects.filter(register=register.name, subject_id__in=records).order_by("source_id", "row_number")
    for record, verdict in told.values_list("subject_id", "verdict"):
        if verdict.get("result_class"):
            found[record] = Checked(verdict["result_class"], {name: bool(verdict.get(name)) for name in CRITERIA})
    return found


def _checked(folder: RunFolder, register: Register, rows: Mapping[int, int]) -> dict[int, Checked]:
    columns = ["row_number", "result_class", *CRITERIA]
    found: dict[int, Checked] = {}
    for row in folder.file(register.name).read(columns=columns).to_pylist():
        record = rows.get(row["row_number"])
        if record is not None:
            found[record] = _worse(found.get(record), row)
    return found


def _worse(known: Checked | None, row: Mapping[str, Any]) -> Checked:
    criteria = {name: bool(row[name]) for name in CRITERIA}
    if known is None:
        return Checked(row["result_class"], criteria)
    worst = min(known.result_class, row["result_class"], key=_WORST_FIRST.index)
    return Checked(worst, {name: criteria[name] and known.criteria[name] for name in CRITERIA})
