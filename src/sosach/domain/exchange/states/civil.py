"""What becomes of a message of civil status.

`STEPS` is the whole machine: what is not in it cannot happen. A message takes effect at most once; taking its effect out again is
another message.
"""

from enum import StrEnum


class State(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"  # for another message that comes before it
    APPLIED = "applied"  # the register says so
    ASKED = "asked"  # the commune's chief of police decides (a birth is corrected by petition)
    REFUSED = "refused"  # nothing was done
    CORRECTED = "corrected"  # another message of the sender stands in its place
    WITHDRAWN = "withdrawn"  # by the sender


STEPS: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.APPLIED, State.ASKED, State.REFUSED, State.WITHDRAWN}),
    # sent again it is judged again: what stood against it may be gone
    State.REFUSED: frozenset({State.WAITING, State.APPLIED, State.ASKED, State.REFUSED, State.WITHDRAWN}),
    State.APPLIED: frozenset({State.CORRECTED, State.WITHDRAWN}),
    State.CORRECTED: frozenset({State.APPLIED}),  # its correction was withdrawn
    State.ASKED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
OPEN = frozenset({State.WAITING, State.REFUSED})  # nothing was done yet; may still be


def may_become(now: State, then: State) -> bool:
    """Whether a message may go from one state to another.

    >>> may_become(State.WAITING, State.APPLIED), may_become(State.WITHDRAWN, State.APPLIED)
    (True, False)
    """
    return then in STEPS[now]
