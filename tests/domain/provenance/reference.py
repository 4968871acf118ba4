"""What a record should be, worked out the plain way: leave out what was taken back, then tell the story again from the start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Happened:
    """One entry of a journal in the plain model.

    Attributes:
        key: place in the journal.
        changes: column → value.
        judged: what was judged → verdict; None for nothing.
        retracts: key of the entry taken back.
    """

    key: int
    changes: Mapping[str, Any] = field(default_factory=dict)
    judged: tuple[Any, str] | None = None
    retracts: int | None = None


def never_retracted(journal: Sequence[Happened]) -> list[Happened]:
    """The history that never had what was taken back, nor any taking back."""

    def is_gone(entry: Happened) -> bool:
        return any(later.retracts == entry.key and not is_gone(later) for later in journal)

    return [entry for entry in journal if entry.retracts is None and not is_gone(entry)]


def told(sources: Sequence[Mapping[str, Any]], journal: Sequence[Happened]) -> dict[str, Any]:
    """Columns after sources and a history without takings back."""
    values: dict[str, Any] = {}
    for source in sources:
        values |= source
    for entry in never_retracted(journal):
        values |= entry.changes
    return values


def judged(journal: Sequence[Happened]) -> dict[Any, str]:
    """Verdicts after a history without takings back."""
    found: dict[Any, str] = {}
    for entry in never_retracted(journal):
        if entry.judged is not None:
            found[entry.judged[0]] = entry.judged[1]
    return found
