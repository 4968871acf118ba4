"""Reads of sources and journal: what a record's values are and where each comes from."""

from sosach.domain.provenance.models import Folded, JournalEntry, SourceRow
from sosach.domain.provenance.rules import Entry, EntryKind, SourceFact, Value, fold, history


def facts_of(record: Folded) -> tuple[list[SourceFact], list[Entry]]:
    """Everything said and decided about a record. Callers are guarded looks or operations."""
    about = {"register": record.REGISTER, "subject_id": record.pk}
    rows = SourceRow.objects.filter(**about).select_related("source")
    sources = [fact_of(row) for row in rows]
    entries = [entry_of(entry) for entry in JournalEntry.objects.filter(**about).order_by("pk")]
    return sources, entries


def fact_of(row: SourceRow) -> SourceFact:
    """A source row as the fold takes it."""
    return SourceFact(row.pk, row.source_id, row.source.taken_in_at, row.values)


def entry_of(entry: JournalEntry) -> Entry:
    """An entry of the journal as the fold takes it."""
    return Entry(
        key=entry.pk,
        kind=EntryKind(entry.kind),
        changes=entry.changes,
        at=entry.at,
        actor=(entry.actor_kind, entry.actor_key),
        reason=entry.reason,
        retracts=entry.retracts_id,
        matter=entry.matter,
        procedure=entry.procedure,
    )


def values_of(record: Folded) -> dict[str, Value]:
    """Present values with their origin, by column."""
    return fold(*facts_of(record))


def history_of(record: Folded, column: str) -> tuple[Value, ...]:
    """Every value a column had, oldest first."""
    return history(*facts_of(record), column)
