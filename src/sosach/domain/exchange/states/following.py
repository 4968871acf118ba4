"""Whether what must follow from an event has."""

from enum import StrEnum


class FollowingState(StrEnum):
    """States of one reaction to one event."""

    WAITING = "waiting"  # a job of the queue is to do it, perhaps again
    DONE = "done"
    FAILED = "failed"  # tried for hours in vain; somebody has to look
    AGAIN = "again"  # an officer wants it tried anew: the next look at the log makes a job of it


UNDONE = frozenset(FollowingState) - {FollowingState.DONE}
