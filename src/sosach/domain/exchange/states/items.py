"""States of what one level has to tell the other: from an act in the log to the other side's answer."""

from enum import StrEnum

from sosach.domain.exchange.rules.batches import Outcome

__all__ = ["TO_SETTLE", "ItemState", "Outcome"]


class ItemState(StrEnum):
    """Where a change of a record stands."""

    WAITING = "waiting"  # an act in the log; what is told is worked out when a batch is made
    SAME = "same"  # nothing to tell: the record stands as both sides agreed
    SENT = "sent"  # in a batch the other side has not answered yet
    APPLIED = "applied"
    PRESENT = "present"  # the other side had it already
    REFUSED = "refused"
    CONFLICT = "conflict"  # both sides changed the same field


# Somebody has to look at the record.
TO_SETTLE = frozenset({ItemState.REFUSED, ItemState.CONFLICT})
