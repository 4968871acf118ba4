"""Dated pieces of a person's record (residence, relations, cards …) from the steps the journal holds.

An entry's `changes["parts"]` is a list of steps. `begin` opens a piece in a slot and closes the one that was open there; `end` closes
what is open in a slot, or in all slots of the part; `clear` lets a slot never have held anything.
Taking an entry back takes its steps out, so every piece is as if it never was.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sosach.domain.population.rules.words import Part
from sosach.domain.provenance.rules import Entry, SourceFact, active

STEPS = "parts"  # key in changes and in the values of source rows
EVERY_SLOT = "*"


@dataclass(frozen=True, slots=True)
class Piece:
    """One row of a dependent table.

    Attributes:
        part: its table.
        origin: `entry` or `source`: what told of it.
        key: id of the journal entry or source row.
        position: which of its steps.
        slot: of which only one is open at a time: `permanent`, `spouse`, a number.
        begins: first day; None where unknown.
        ends: first day on which it holds no more; None while it holds.
        data: its columns.
    """

    part: Part
    origin: str
    key: int
    position: int
    slot: str
    begins: date | None
    ends: date | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def begin(part: Part, slot: str, on: date | None, **data: Any) -> dict[str, Any]:
    """A step that opens a piece, as the journal holds it."""
    return {"part": part, "do": "begin", "slot": slot, "on": on.isoformat() if on else None, "data": data}


def end(part: Part, slot: str, on: date) -> dict[str, Any]:
    """A step that closes what is open in a slot (or in `EVERY_SLOT`)."""
    return {"part": part, "do": "end", "slot": slot, "on": on.isoformat()}


def clear(part: Part, slot: str) -> dict[str, Any]:
    """A step that takes out what a slot ever held: what another installation tells of it follows."""
    return {"part": part, "do": "clear", "slot": slot, "on": None}


def touched(changes: Mapping[str, Any]) -> frozenset[Part]:
    """Parts the steps of an entry are about."""
    return frozenset(Part(step["part"]) for step in changes.get(STEPS, ()))


def pieces(sources: Iterable[SourceFact], entries: Sequence[Entry]) -> tuple[Piece, ...]:
    """Every piece a person's sources and holding entries tell of, in the order they were told."""
    found: list[Piece] = []
    opened: dict[tuple[Part, str], int] = {}
    for origin, key, position, step in _told(sources, entries):
        part, slot = Part(step["part"]), step["slot"]
        on = date.fromisoformat(step["on"]) if step["on"] else None
        if step["do"] == "clear":
            found, opened = _cleared(found, part, slot)
            continue
        if step["do"] == "end":
            for spot in [spot for spot in opened if spot[0] is part and slot in (spot[1], EVERY_SLOT)]:
                _close(found, opened.pop(spot), on)
            continue
        there = opened.get((part, slot))
        if there is not None:
            if on is None and dict(found[there].data) == step["data"]:
                continue  # a later source tells the same again
            _close(found, there, on)
        opened[part, slot] = len(found)
        found.append(Piece(part, origin, key, position, slot, on, data=step["data"]))
    return tuple(found)


def _cleared(found: Sequence[Piece], part: Part, slot: str) -> tuple[list[Piece], dict[tuple[Part, str], int]]:
    """Pieces without those of a slot, and where the open ones of the others are now."""
    kept = [piece for piece in found if (piece.part, piece.slot) != (part, slot)]
    return kept, {(piece.part, piece.slot): place for place, piece in enumerate(kept) if piece.ends is None}


def _close(found: list[Piece], index: int, on: date | None) -> None:
    """Let a piece end; what began later than it ends never held a day."""
    begins = found[index].begins
    ends = on or begins or date.min
    found[index] = replace(found[index], ends=max(ends, begins) if begins else ends)


def _told(sources: Iterable[SourceFact], entries: Sequence[Entry]) -> Iterator[tuple[str, int, int, Mapping[str, Any]]]:
    for fact in sorted(sources, key=lambda fact: (fact.source, fact.key)):
        for position, step in enumerate(fact.values.get(STEPS, ())):
            yield "source", fact.key, position, step
    for entry in active(entries):
        for position, step in enumerate(entry.changes.get(STEPS, ())):
            yield "entry", entry.key, position, step


def open_piece(found: Iterable[Piece], part: Part, slot: str) -> Piece | None:
    """The piece that holds in a slot."""
    return next((piece for piece in found if piece.part is part and piece.slot == slot and piece.ends is None), None)
