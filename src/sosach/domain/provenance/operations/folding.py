"""The fold over many records at once: for imports that meet decided records, and to prove that nothing drifted."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sosach.domain.access.operations import Order
from sosach.domain.provenance.models import Folded, JournalEntry, SourceRow
from sosach.domain.provenance.operations.journal import RAISED, set_values, settle
from sosach.domain.provenance.operations.registers import Register
from sosach.domain.provenance.queries import entry_of, fact_of
from sosach.domain.provenance.rules import Entry, Matter, SourceFact, fold

BATCH = 2_000
Story = tuple[Folded, list[SourceFact], list[Entry]]


def refold_many(order: Order, register: Register, keys: Iterable[int]) -> int:
    """Fold records anew and bring what hangs on them up to date; how many."""
    done = 0
    for batch in batches(register, keys):
        raised = raised_of(register.name, [record.pk for record, _, _ in batch])
        for record, facts, entries in batch:
            set_values(record, fold(facts, entries))
            record.save()
            if raised[record.pk]:
                settle(record, entries)
            if register.settle is not None:
                register.settle(order, record)
            done += 1
    return done


def batches(register: Register, keys: Iterable[int]) -> Iterator[list[Story]]:
    """Records with all that was said and decided about them, some thousand at a time."""
    told = iter(keys)
    while batch := list(islice(told, BATCH)):
        facts, entries = _facts(register.name, batch), _entries(register.name, batch)
        rows = register.model.objects.filter(pk__in=batch).order_by("pk")
        yield [(record, facts[record.pk], entries[record.pk]) for record in rows]


def _facts(register: str, keys: Sequence[int]) -> defaultdict[int, list[SourceFact]]:
    found: defaultdict[int, list[SourceFact]] = defaultdict(list)
    rows = (
        SourceRow.objects.filter(register=register, subject_id__in=keys)
        .select_related("source")
        .defer("given", "verdict")
    )
    for row in rows:
        found[row.subject_id].append(fact_of(row))
    return found


def _entries(register: str, keys: Sequence[int]) -> defaultdict[int, list[Entry]]:
    found: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in JournalEntry.objects.filter(register=register, subject_id__in=keys).order_by("pk"):
        found[entry.subject_id].append(entry_of(entry))
    return found


def plain_columns(record: Folded) -> dict[str, Any]:
    """The folded columns of a record as they stand."""
    return {column: getattr(record, record._meta.get_field(column).attname) for column in record.FOLDED}  # noqa: SLF001


def raised_of(register: str, keys: Sequence[int]) -> defaultdict[int, list[tuple[Matter, Any]]]:
    """Everything raised about some records."""
    found: defaultdict[int, list[tuple[Matter, Any]]] = defaultdict(list)
    for kind, model in RAISED.items():
        for row in model.objects.filter(register=register, subject_id__in=keys).only("subject_id", "gone", "state"):
            found[row.subject_id].append((Matter(kind, row.pk), row))
    return found
