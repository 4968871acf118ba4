"""The fold: what a record's values are, given its sources, what happened to it and what was taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EntryKind(StrEnum):
    """Kinds of entries in the journal of a record."""

    PROCEDURE = "procedure"  # something happened by law: birth, registration, transfer, issue
    CORRECTION = "correction"  # a value was wrong and somebody decided what is right
    JUDGEMENT = "judgement"  # somebody decided what a finding or a candidate means
    RETRACTION = "retraction"  # an entry is taken back; may be taken back itself


SOURCE = "source"
# Register → kind of its records in the evidence log.
SUBJECTS = {"population": "person", "vehicles": "vehicle", "licences": "licence"}


@dataclass(frozen=True, slots=True)
class SourceFact:
    """What one row of one source says about a record.

    Attributes:
        key: id of the source row.
        source: id of the source; later sources win over earlier ones.
        at: when the source was taken in.
        values: column → value; columns left out are not told.
    """

    key: int
    source: int
    at: datetime
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the journal.

    Attributes:
        key: its id; entries are folded in this order.
        kind: what kind.
        changes: column → new value.
        at: when it was decided.
        actor: who decided (kind and key).
        reason: why, where the procedure asks for it.
        retracts: the entry a retraction takes back.
        matter: what it judges and how (`matters.matter_of`); empty when it judges nothing.
        procedure: name of the verb.
    """

    key: int
    kind: EntryKind
    changes: Mapping[str, Any]
    at: datetime
    actor: tuple[str, str]
    reason: str = ""
    retracts: int | None = None
    matter: Mapping[str, Any] = field(default_factory=dict)
    procedure: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A present value and its origin.

    Attributes:
        value: the value; None is one, too.
        origin: `source`, or the kind of the entry.
        key: id of the source row or entry.
        at: since when the register says so.
        actor: who decided; ("system", "") for sources.
    """

    value: Any
    origin: str
    key: int
    at: datetime
    actor: tuple[str, str]


def active(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Entries that hold, in order: those no holding retraction takes back. Retractions themselves are left out.

    A retraction comes after what it takes back, so one walk from the end decides all.
    """
    taken_back: set[int] = set()
    held: list[Entry] = []
    for entry in sorted(entries, key=lambda entry: entry.key, reverse=True):
        if entry.key in taken_back:
            continue
        if entry.kind is EntryKind.RETRACTION and entry.retracts is not None:
            taken_back.add(entry.retracts)
        else:
            held.append(entry)
    return tuple(reversed(held))


def fold(sources: Iterable[SourceFact], entries: Sequence[Entry]) -> dict[str, Value]:
    """The present value of each column: the latest source, overruled by what happened or was corrected.

    The result depends on what holds, not on the order in which things were taken back.
    """
    values: dict[str, Value] = {}
    for fact in sorted(sources, key=lambda fact: (fact.source, fact.key)):
        for column, value in fact.values.items():
            values[column] = Value(value, SOURCE, fact.key, fact.at, ("system", ""))
    for entry in active(entries):
        for column, value in entry.changes.items():
            values[column] = Value(value, entry.kind, entry.key, entry.at, entry.actor)
    return values


def history(sources: Iterable[SourceFact], entries: Sequence[Entry], column: str) -> tuple[Value, ...]:
    """Every value a column had by sources and holding entries, oldest first."""
    told = [
        Value(fact.values[column], SOURCE, fact.key, fact.at, ("system", ""))
        for fact in sorted(sources, key=lambda fact: (fact.source, fact.key))
        if column in fact.values
    ]
    decided = [
        Value(entry.changes[column], entry.kind, entry.key, entry.at, entry.actor)
        for entry in active(entries)
        if column in entry.changes
    ]
    return (*told, *decided)
