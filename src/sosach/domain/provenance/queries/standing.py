"""Records as rows a cleaning run would be given today: what sources gave, overlaid with what was decided since."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sosach.base.registers import Register, column_names
from sosach.domain.provenance.models import Folded, JournalEntry, SourceRow
from sosach.domain.provenance.queries.facts import entry_of
from sosach.domain.provenance.rules import active

Row = dict[str, str]
Decided = Callable[[Any, frozenset[str]], Sequence[Mapping[str, str]]]


def standing(records: Iterable[Folded], decided: Decided) -> dict[int, tuple[list[Row], int]]:
    """Rows of each record in canonical columns, and the last entry of its journal they know of (0: none).

    A value nobody decided stands as its source gave it, so that a check says today what it said then. Callers are guarded
    looks or operations.

    Args:
        records: of one register.
        decided: what the journal made of a record (`operations.registers.Register.decided`).
    """
    there = {record.pk: record for record in records}
    if not there:
        return {}
    register = next(iter(there.values())).REGISTER
    given, entries = _given(register, there), _entries(register, there)
    found = {}
    for key, record in there.items():
        told = entries[key]
        columns = frozenset(column for entry in active([entry_of(each) for each in told]) for column in entry.changes)
        rows = _overlaid(given[key], decided(record, columns))
        found[key] = ([_whole(register, row, key) for row in rows], max((each.pk for each in told), default=0))
    return found


def _overlaid(given: list[Row], decided: Sequence[Mapping[str, str]]) -> list[Row]:
    """Rows as given under what was decided; where the numbers differ, what was decided says how many rows there are."""
    if len(given) <= 1 or len(decided) > 1:
        base = given[0] if given else {}
        return [{**base, **row} for row in decided]
    return [{**row, **decided[0]} for row in given]


def _whole(register: str, row: Mapping[str, str], key: int) -> Row:
    whole = {column: str(row.get(column) or "") for column in column_names(Register(register))}
    return whole | {"record_id": row.get("record_id") or str(key)}


def _given(register: str, keys: Iterable[int]) -> defaultdict[int, list[Row]]:
    """Rows of the latest source that speaks of each record."""
    found: defaultdict[int, list[Row]] = defaultdict(list)
    latest: dict[int, int] = {}
    rows = SourceRow.objects.filter(register=register, subject_id__in=list(keys)).order_by("-source_id", "row_number")
    for key, source, record, given in rows.values_list("subject_id", "source_id", "record_id", "given"):
        if latest.setdefault(key, source) == source:
            found[key].append({**given, "record_id": record})
    return found


def _entries(register: str, keys: Iterable[int]) -> defaultdict[int, list[JournalEntry]]:
    found: defaultdict[int, list[JournalEntry]] = defaultdict(list)
    for entry in JournalEntry.objects.filter(register=register, subject_id__in=list(keys)).order_by("pk"):
        found[entry.subject_id].append(entry)
    return found
