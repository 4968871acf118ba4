"""The PINs a person had, one after another, from the journal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sosach.domain.provenance.rules import Entry, SourceFact, active


@dataclass(frozen=True, slots=True)
class PinSpell:
    """One number of a person.

    Attributes:
        number: 12 digits.
        since: when the register got it.
        until: when it was cancelled; None while it holds.
        ground: ground of the cancellation (a to d).
    """

    number: str
    since: datetime
    until: datetime | None = None
    ground: str = ""


def pin_history(sources: Iterable[SourceFact], entries: Sequence[Entry]) -> tuple[PinSpell, ...]:
    """Numbers in the order they were given; the last one is in force unless it has an end."""
    spells: list[PinSpell] = []
    told = [(fact.at, fact.values) for fact in sorted(sources, key=lambda fact: (fact.source, fact.key))]
    told += [(entry.at, entry.changes) for entry in active(entries)]
    for at, values in told:
        if "pin" not in values or (spells and spells[-1].until is None and spells[-1].number == values["pin"]):
            continue
        if spells and spells[-1].until is None:
            ground = str(values.get("event", {}).get("ground", ""))
            spells[-1] = replace(spells[-1], until=at, ground=ground)
        if values["pin"]:
            spells.append(PinSpell(values["pin"], at))
    return tuple(spells)
