"""The fold over many records at once: for imports that meet decided records, and to prove that nothing drifted."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from sosach.domain.access.operations import Order
from sosach.domain.provenance.models import Folded, JournalEntry, SourceRow
from sosach.domain.provenance.operations.journal import RAISED, set_values, settle
from sosach.domain.provenance.operations.registers import Register
from sosach.domain.provenance.queries import entry_of, fact_of
from sosach.domain.provenance.rules import Entry, Matter, SourceFact, fold, state_of, verdicts

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
            if drifted(raised[record.pk], entries):
                settle(record, entries)
            if register.settle is not None:
                register.settle(order, record)
            done += 1
    return done


def fold_new(order: Order, register: Register, keys: Iterable[int]) -> int:
    """Fold records that sources alone made just now, and make what hangs on them, many at once; how many."""
    if register.settle_new is None:
        return refold_many(order, register, keys)
    done = 0
    for batch in batches(register, keys):
        for record, facts, entries in batch:
            set_values(record, fold(facts, entries))
        register.settle_new(order, [(record, facts) for record, facts, _ in batch])
        _save_all([record for record, _, _ in batch])
        done += len(batch)
    return done


def _save_all(records: Sequence[Folded]) -> None:
    """Save records of one table by one statement that carries them as one JSON text."""
    fields = records[0]._meta.concrete_fields  # noqa: SLF001 - Django's documented way to fields
    told = [{field.column: field.value_from_object(record) for field in fields} for record in records]
    typed = ", ".join(
        f'"{field.column}" {field.rel_db_type(connection) if field.is_relation else field.cast_db_type(connection)}'
        for field in fields
    )
    sets = ", ".join(f'"{field.column}" = x."{field.column}"' for field in fields if not field.primary_key)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {records[0]._meta.db_table} t SET {sets} "  # noqa: SLF001 - names of our own models  # nosec B608
            f"FROM jsonb_to_recordset(%s::jsonb) AS x({typed}) WHERE t.id = x.id",
            [json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False)],
        )


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


def drifted(raised: Iterable[tuple[Matter, Any]], entries: Sequence[Entry]) -> list[tuple[Matter, Any, str]]:
    """Of what is raised about a record: what stands otherwise than the journal says, with the state it should have."""
    held = verdicts(entries)
    wanted = [(matter, row, state_of(held.get(matter), gone=row.gone)) for matter, row in raised]
    return [(matter, row, should) for matter, row, should in wanted if row.state != should]


def raised_of(register: str, keys: Sequence[int]) -> defaultdict[int, list[tuple[Matter, Any]]]:
    """Everything raised about some records."""
    found: defaultdict[int, list[tuple[Matter, Any]]] = defaultdict(list)
    for kind, model in RAISED.items():
        for row in model.objects.filter(register=register, subject_id__in=keys).only("subject_id", "gone", "state"):
            found[row.subject_id].append((Matter(kind, row.pk), row))
    return found
