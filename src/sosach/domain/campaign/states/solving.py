"""States of an answer to a case, of a batch of them, and of a second opinion."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class SolutionState(StrEnum):
    """Where an answer stands."""

    PROPOSED = "proposed"  # somebody else has to confirm it; nothing has changed
    DONE = "done"  # the register holds it
    REFUSED = "refused"  # the second person said no
    UNDONE = "undone"  # taken back; the register is as if it had never been


MOVES: dict[SolutionState, frozenset[SolutionState]] = {
    SolutionState.PROPOSED: frozenset({SolutionState.DONE, SolutionState.REFUSED, SolutionState.UNDONE}),
    SolutionState.DONE: frozenset({SolutionState.UNDONE}),
    SolutionState.REFUSED: frozenset(),
    SolutionState.UNDONE: frozenset(),
}


def may_become(before: SolutionState, after: SolutionState) -> bool:
    """Whether an answer may go from one state to another.

    >>> may_become(SolutionState.PROPOSED, SolutionState.DONE), may_become(SolutionState.UNDONE, SolutionState.DONE)
    (True, False)
    """
    return after in MOVES[before]


class Verdict(StrEnum):
    """What somebody says of a case of a sample."""

    RIGHT = "right"
    WRONG = "wrong"


class Holds(StrEnum):
    """Whose answer holds where two do not agree."""

    FIRST = "first"
    SECOND = "second"


class BatchState(StrEnum):
    """Where a batch of safe answers stands."""

    LOOKING = "looking"  # its sample is looked at
    REFUSED = "refused"  # an error was found in the sample; nothing was done
    READY = "ready"  # the sample is right
    DONE = "done"  # every case was answered, or is left with its reason
    UNDONE = "undone"  # taken back


class BatchTold(Protocol):
    """What the state of a batch follows from."""

    sample: Sequence[int]
    looked_at: Mapping[str, Any]
    refused_at: datetime | None
    done_at: datetime | None
    undone_at: datetime | None


def batch_state(batch: BatchTold) -> BatchState:
    """Where a batch stands, by what happened to it."""
    if batch.refused_at is not None:
        return BatchState.REFUSED
    if batch.undone_at is not None:
        return BatchState.UNDONE
    if batch.done_at is not None:
        return BatchState.DONE
    looked = {int(key) for key in batch.looked_at}
    return BatchState.READY if looked >= set(batch.sample) else BatchState.LOOKING
