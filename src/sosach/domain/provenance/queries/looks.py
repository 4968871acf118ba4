"""Looks at a record's story: where each value comes from, since when, who decided; what was raised; what was refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look, Seen, reading, require, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.provenance.models import (
    Candidate,
    Duplicate,
    Finding,
    Folded,
    JournalEntry,
    Proposal,
    RefusedRow,
    SourceRow,
)
from sosach.domain.provenance.queries.facts import facts_of
from sosach.domain.provenance.rules import OPEN, SOURCE, SUBJECTS, Value, active, fold, history, rights

READERS = frozenset(
    {
        *(Role.CLERK, Role.VERIFIER, Role.CHIEF, Role.CIVIL_STATUS, Role.POPULATION),
        *(Role.VEHICLES, Role.LICENCES, Role.STEWARD, Role.CITIZEN),
    }
)
WORKERS = READERS - {Role.CITIZEN}
# Column that holds the id of the person a citizen is, by register.
OWN = {"population": "id", "vehicles": "owner_person_id", "licences": "holder_id"}
MOST = 500


@dataclass(frozen=True, slots=True)
class Origin:
    """A value and where it comes from.

    Attributes:
        column: of the record.
        value: what it was or is.
        origin: `source`, `procedure`, `correction`, `judgement`, or `default` where nobody ever said anything.
        since: when the source was taken in, or it was decided.
        actor: kind and key of who decided; ("system", "") for sources.
        told_by: title of the source, or name of the verb.
        given: for sources: the row as it was given.
        reason: why it was decided.
        evidence: on the strength of what.
        entry: id of the journal entry, by which it is taken back; None for sources.
    """

    column: str
    value: Any
    origin: str
    since: datetime | None = None
    actor: tuple[str, str] = ("system", "")
    told_by: str = ""
    given: Mapping[str, Any] | None = None
    reason: str = ""
    evidence: Mapping[str, Any] | None = None
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was said or decided about a record.

    Attributes:
        at: when.
        kind: `source`, or the kind of the entry.
        told_by: title of the source, or name of the verb.
        changes: column → value.
        actor: who.
        reason: why.
        entry: id of the journal entry; None for sources.
        retracts: the entry it takes back.
        holds: whether it counts now: not taken back, or its taking back was taken back.
    """

    at: datetime
    kind: str
    told_by: str
    changes: Mapping[str, Any]
    actor: tuple[str, str]
    reason: str = ""
    entry: int | None = None
    retracts: int | None = None
    holds: bool = True


@dataclass(frozen=True, slots=True)
class Raised:
    """What is to be judged about a record, and what was.

    Attributes:
        findings: of runs, worst first.
        candidates: persons it may belong to, likeliest first.
        duplicates: groups it stands in.
        proposals: corrections somebody proposed, newest first.
        verdict: what the latest run said (`correct`, `complete`, `clean`, `live` …); empty while none has looked at the record.
    """

    findings: tuple[Finding, ...]
    candidates: tuple[Candidate, ...]
    duplicates: tuple[Duplicate, ...]
    proposals: tuple[Proposal, ...]
    verdict: Mapping[str, Any]


@reading("provenance.history_read", roles=READERS)
def origins(look: Look, *, model: type[Folded], record_id: int) -> Seen[dict[str, Origin]]:
    """Every column of a record: its value, where it comes from, since when, who decided and why.

    Raises:
        SosachError: STATE-01 no such record within reach.
    """
    record = _within_reach(look, model, record_id)
    values = fold(*facts_of(record))
    found = _explained([(column, values[column]) for column in record.FOLDED if column in values])
    told = {origin.column: origin for origin in found}
    silent = {
        column: Origin(column, getattr(record, record._meta.get_field(column).attname), "default")  # noqa: SLF001
        for column in record.FOLDED
        if column not in told
    }
    return Seen(told | silent, [_subject(record)])


@reading("provenance.history_read", roles=READERS)
def column_history(look: Look, *, model: type[Folded], record_id: int, column: str) -> Seen[tuple[Origin, ...]]:
    """Every value a column had, oldest first, each with its origin; what was taken back never was.

    Raises:
        SosachError: STATE-01 no such record within reach.
    """
    record = _within_reach(look, model, record_id)
    values = history(*facts_of(record), column)
    return Seen(tuple(_explained([(column, value) for value in values])), [_subject(record)])


@reading("provenance.history_read", roles=READERS)
def full_history(look: Look, *, model: type[Folded], record_id: int) -> Seen[tuple[Step, ...]]:
    """Everything ever said and decided about a record, what was taken back included, oldest first.

    Raises:
        SosachError: STATE-01 no such record within reach.
    """
    record = _within_reach(look, model, record_id)
    about = {"register": record.REGISTER, "subject_id": record.pk}
    rows = SourceRow.objects.filter(**about).select_related("source").order_by("source_id", "pk")
    steps = [Step(row.source.taken_in_at, SOURCE, row.source.title, row.values, ("system", "")) for row in rows]
    _, entries = facts_of(record)
    held = {entry.key for entry in active(entries)} | _holding_retractions(entries)
    steps += [
        Step(
            entry.at,
            entry.kind,
            entry.procedure,
            entry.changes,
            entry.actor,
            entry.reason,
            entry.key,
            entry.retracts,
            entry.key in held,
        )
        for entry in entries
    ]
    return Seen(tuple(steps), [_subject(record)])


def _holding_retractions(entries: Sequence[Any]) -> set[int]:
    """Retractions that are not taken back themselves."""
    taken_back: set[int] = set()
    held: set[int] = set()
    for entry in sorted(entries, key=lambda entry: entry.key, reverse=True):
        if entry.retracts is not None and entry.key not in taken_back:
            held.add(entry.key)
            taken_back.add(entry.retracts)
    return held


@reading("provenance.raised_read", roles=READERS)
def raised_about(look: Look, *, model: type[Folded], record_id: int) -> Seen[Raised]:
    """Findings, candidates, duplicates and proposals about a record, open ones and settled ones.

    Raises:
        SosachError: STATE-01 no such record within reach.
    """
    record = _within_reach(look, model, record_id)
    about = {"register": record.REGISTER, "subject_id": record.pk}
    worst = {"error": 0, "warning": 1, "info": 2}
    findings = sorted(Finding.objects.filter(**about), key=lambda each: (worst.get(each.severity, 3), each.pk))
    found = Raised(
        tuple(findings),
        tuple(Candidate.objects.filter(**about).order_by("rank", "pk")),
        tuple(Duplicate.objects.filter(**about).order_by("pk")),
        tuple(Proposal.objects.filter(**about).order_by("-pk")),
        SourceRow.objects.filter(**about).order_by("-source_id", "-pk").values_list("verdict", flat=True).first() or {},
    )
    others = {each.person_id for each in found.candidates if each.person_id is not None}
    return Seen(found, [_subject(record), *(Subject("person", str(key)) for key in sorted(others))])


@reading("provenance.raised_read", roles=WORKERS)
def twins(look: Look, *, model: type[Folded], record_id: int) -> Seen[tuple[tuple[Duplicate, tuple[Folded, ...]], ...]]:
    """Open groups of duplicates a record stands in, each with the other records of it that are within reach.

    Raises:
        SosachError: STATE-01 no such record within reach.
    """
    record = _within_reach(look, model, record_id)
    about = {"register": record.REGISTER, "gone": False, "state": OPEN}
    groups = list(Duplicate.objects.filter(subject_id=record.pk, **about).order_by("pk"))
    rows = Duplicate.objects.filter(register=record.REGISTER, gone=False, group__in=[each.group for each in groups])
    members = list(rows.exclude(subject_id=record.pk).values_list("group", "subject_id").order_by("subject_id"))
    wanted = [key for _, key in members][:MOST]
    others = {each.pk: each for each in scoped(model.objects.filter(pk__in=wanted), look.actor)}
    found = tuple(
        (each, tuple(others[key] for group, key in members if group == each.group and key in others)) for each in groups
    )
    return Seen(found, [_subject(record), *(_subject(each) for each in others.values())])


@reading("provenance.refused_rows_read", roles=WORKERS)
def refused_rows(
    look: Look, *, register: str, reason: str = "", after: int = 0, limit: int = 100
) -> Seen[tuple[RefusedRow, ...]]:
    """Rows of runs that became no record, by id, of the own territory.

    Args:
        look: who, why, when.
        register: of which register.
        reason: only these (what stands before a colon counts).
        after: id of the last one seen.
        limit: at most 500.
    """
    require(look.actor, rights.WORKERS[register])
    rows = scoped(RefusedRow.objects.filter(register=register, pk__gt=after), look.actor)
    if reason:
        rows = rows.filter(reason__startswith=reason)
    found = tuple(rows.order_by("pk")[: min(limit, MOST)])
    return Seen(found, [Subject("refused_row", str(row.pk), row.commune_code or "") for row in found])


def _within_reach(look: Look, model: type[Folded], record_id: int) -> Folded:
    require(look.actor, rights.READERS[model.REGISTER])
    record = scoped(model.objects.filter(pk=record_id), look.actor, person=OWN[model.REGISTER]).first()
    if record is None:
        raise SosachError(
            ErrorCode.NOT_FOUND, vi="Không tìm thấy trong phạm vi quản lý.", en="There is none within reach."
        )
    return record


def _subject(record: Folded) -> Subject:
    return Subject(SUBJECTS[record.REGISTER], str(record.pk), record.commune_code or "")


def _explained(values: Sequence[tuple[str, Value]]) -> list[Origin]:
    """Values with the source rows and entries they come from."""
    rows = SourceRow.objects.select_related("source").in_bulk(
        {value.key for _, value in values if value.origin == SOURCE}
    )
    entries = JournalEntry.objects.in_bulk({value.key for _, value in values if value.origin != SOURCE})
    return [
        _of_source(column, value, rows[value.key])
        if value.origin == SOURCE
        else _of_entry(column, value, entries[value.key])
        for column, value in values
    ]


def _of_source(column: str, value: Value, row: SourceRow) -> Origin:
    return Origin(column, value.value, SOURCE, value.at, value.actor, row.source.title, row.given)


def _of_entry(column: str, value: Value, entry: JournalEntry) -> Origin:
    return Origin(
        column,
        value.value,
        value.origin,
        value.at,
        value.actor,
        entry.procedure,
        reason=entry.reason,
        evidence=entry.evidence,
        entry=entry.pk,
    )
