"""What can be judged about a record, and what judgements make of it: derived from the entries that hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sosach.domain.provenance.rules.fold import Entry, active


class MatterKind(StrEnum):
    """Kinds of things that are judged."""

    FINDING = "finding"  # what a check said about a value
    CANDIDATE = "candidate"  # a person the record may belong to
    DUPLICATE = "duplicate"  # the record may be one with others of its group
    PROPOSAL = "proposal"  # somebody says that a value should be another


class Verdict(StrEnum):
    """What somebody decided."""

    ACCEPTED = "accepted"  # of findings and proposals: it is so, and the value was changed
    DISMISSED = "dismissed"  # of findings: looked at, the value is right as it is
    REFUSED = "refused"  # of proposals
    SAME = "same"  # of candidates and duplicates
    DIFFERENT = "different"
    UNSURE = "unsure"


VERDICTS: Mapping[MatterKind, frozenset[Verdict]] = {
    MatterKind.FINDING: frozenset({Verdict.ACCEPTED, Verdict.DISMISSED}),
    MatterKind.CANDIDATE: frozenset({Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE}),
    MatterKind.DUPLICATE: frozenset({Verdict.SAME, Verdict.DIFFERENT, Verdict.UNSURE}),
    MatterKind.PROPOSAL: frozenset({Verdict.ACCEPTED, Verdict.REFUSED}),
}
OPEN = "open"
GONE = "gone"  # the latest run about the record does not say it any more


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that is judged.

    Attributes:
        kind: what kind.
        key: its id.
    """

    kind: MatterKind
    key: int


def matter_of(entry: Entry) -> tuple[Matter, Verdict] | None:
    """What an entry judges and how; None when it judges nothing."""
    told: Mapping[str, Any] = entry.matter
    if not told:
        return None
    return Matter(MatterKind(told["kind"]), int(told["key"])), Verdict(told["verdict"])


def verdicts(entries: Sequence[Entry]) -> dict[Matter, Verdict]:
    """The verdict that holds on each matter: the latest one not taken back."""
    found: dict[Matter, Verdict] = {}
    for entry in active(entries):
        if told := matter_of(entry):
            found[told[0]] = told[1]
    return found


def state_of(verdict: Verdict | None, *, gone: bool) -> str:
    """State of a matter: a judgement outlives the run that raised it; without one it is open or gone."""
    if verdict is not None:
        return verdict
    return GONE if gone else OPEN
