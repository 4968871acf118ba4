"""Writes entries into the journal and folds them into the record; called inside the operations of the registers."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.provenance.models import Candidate, Duplicate, Finding, Folded, JournalEntry, Proposal
from sosach.domain.provenance.queries import facts_of
from sosach.domain.provenance.rules import (
    Entry,
    EntryKind,
    Matter,
    MatterKind,
    Value,
    Verdict,
    fold,
    state_of,
    verdicts,
)

R = TypeVar("R", bound=Folded)
_ENCODER = DjangoJSONEncoder()
RAISED: Mapping[MatterKind, type[Finding | Candidate | Duplicate | Proposal]] = {
    MatterKind.FINDING: Finding,
    MatterKind.CANDIDATE: Candidate,
    MatterKind.DUPLICATE: Duplicate,
    MatterKind.PROPOSAL: Proposal,
}


def enter_change(
    order: Order,
    record: Folded,
    changes: Mapping[str, Any],
    *,
    procedure: str,
    kind: EntryKind = EntryKind.PROCEDURE,
    judged: tuple[Matter, Verdict] | None = None,
) -> JournalEntry:
    """Append what was decided to the journal of a record and bring its columns up to date.

    The record is locked by its caller (`select_for_update`) or was just made.

    Args:
        order: who, when, on what evidence.
        record: the record; saved.
        changes: column → new value; only columns of `FOLDED`.
        procedure: name of the verb.
        kind: procedure, correction or judgement.
        judged: the finding, candidate, duplicate or proposal it settles, and how.

    Raises:
        ValueError: a column is not folded.
    """
    unknown = set(changes) - set(record.FOLDED)
    if unknown:
        raise ValueError(f"{type(record).__name__} does not fold {', '.join(sorted(unknown))}")
    entry = _append(order, record, kind=kind, procedure=procedure, changes=_plain(changes), judged=judged)
    refold(record)
    return entry


def make_record(order: Order, model: type[R], changes: Mapping[str, Any], *, procedure: str) -> R:
    """Make a new record by a procedure (a birth, a first registration): its first entry holds all its values.

    Raises:
        ValueError: a column is not folded.
        django.db.IntegrityError: a constraint refuses the values.
    """
    # the row is written with its commune: row-level security refuses one that lies nowhere
    record = model(**changes)
    record.save(force_insert=True)
    enter_change(order, record, changes, procedure=procedure)
    return record


def retract(order: Order, record: Folded, entry_id: int) -> JournalEntry:
    """Take an entry of a record back, whatever came after it; the columns become what they were without it.

    Raises:
        SosachError: STATE-01 no such entry of this record; STATE-02 it is taken back already.
    """
    entries = JournalEntry.objects.filter(register=record.REGISTER, subject_id=record.pk)
    entry = entries.filter(pk=entry_id).first()
    if entry is None:
        raise SosachError(
            ErrorCode.NOT_FOUND, vi="Không có mục này trong nhật ký của bản ghi.", en="The record has no such entry."
        )
    if _is_taken_back(entry):
        raise SosachError(ErrorCode.STATE_FORBIDS, vi="Mục này đã được thu hồi.", en="The entry is taken back already.")
    taken = _append(order, record, kind=EntryKind.RETRACTION, procedure="retract", changes={}, retracts=entry)
    refold(record)
    return taken


def refold(record: Folded) -> None:
    """Set the folded columns of a record to what sources and journal say, and save it."""
    sources, entries = facts_of(record)
    set_values(record, fold(sources, entries))
    record.save()
    if any(entry.matter for entry in entries):
        settle(record, entries)


def set_values(record: Folded, values: Mapping[str, Value]) -> None:
    """Set the folded columns of a record to the values of a fold; nothing is saved."""
    for column in record.FOLDED:
        field = record._meta.get_field(column)  # noqa: SLF001 - Django's documented way to fields
        told = values[column].value if column in values else field.get_default()
        setattr(record, field.attname, field.to_python(told))


def settle(record: Folded, entries: Sequence[Entry]) -> None:
    """Bring the states of what is judged about a record up to date with the judgements that hold."""
    told = verdicts(entries)
    about = {"register": record.REGISTER, "subject_id": record.pk}
    for kind, model in RAISED.items():
        changed = []
        for row in model.objects.filter(**about):
            state = state_of(told.get(Matter(kind, row.pk)), gone=row.gone)
            if state != row.state:
                row.state = state
                changed.append(row)
        if changed:
            model.objects.bulk_update(changed, ["state"])


def _is_taken_back(entry: JournalEntry) -> bool:
    """Whether a retraction of the entry holds, that is, is not taken back itself."""
    return any(not _is_taken_back(later) for later in JournalEntry.objects.filter(retracts=entry))


def _append(  # noqa: PLR0913 - each says something else about the entry
    order: Order,
    record: Folded,
    *,
    kind: EntryKind,
    procedure: str,
    changes: dict[str, Any],
    retracts: JournalEntry | None = None,
    judged: tuple[Matter, Verdict] | None = None,
) -> JournalEntry:
    return JournalEntry.objects.create(
        register=record.REGISTER,
        subject_id=record.pk,
        kind=kind,
        procedure=procedure,
        changes=changes,
        at=order.at,
        act=order.act,
        actor_kind=order.actor.kind,
        actor_key=order.actor.key,
        reason=order.reason,
        evidence=order.evidence,
        retracts=retracts,
        matter={"kind": judged[0].kind, "key": judged[0].key, "verdict": judged[1]} if judged else {},
    )


def _plain(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON holds them: records by their id, days as text."""
    return {column: _plain_value(value) for column, value in changes.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return _ENCODER.default(value)
