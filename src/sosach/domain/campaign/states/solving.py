"""States of an answer to a case."""

from enum import StrEnum


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
