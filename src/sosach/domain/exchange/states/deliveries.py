"""What a subscription and a delivery may become."""

from collections.abc import Mapping
from enum import StrEnum


class SubscriptionState(StrEnum):
    """States of a subscription."""

    PENDING = "pending"  # whoever is at the address has not shown the token yet
    CONFIRMED = "confirmed"
    SUSPENDED = "suspended"  # an officer holds it: what happens meanwhile waits
    ENDED = "ended"


class DeliveryState(StrEnum):
    """States of a delivery."""

    WAITING = "waiting"  # for its first or next try, or for the one before it
    SENDING = "sending"  # a worker is at it
    DELIVERED = "delivered"
    DEAD = "dead"  # given up; an officer decides
    DROPPED = "dropped"  # nobody will be told


class Step(StrEnum):
    """What is done with a delivery."""

    TAKE = "take"
    ACCEPT = "accept"
    FAIL = "fail"
    GIVE_UP = "give_up"
    SEND_AGAIN = "send_again"
    DROP = "drop"


OPEN = frozenset({DeliveryState.WAITING, DeliveryState.SENDING})  # the next one of the record waits for it
_STEPS: Mapping[Step, tuple[frozenset[DeliveryState], DeliveryState]] = {
    # a worker that was killed leaves deliveries it was at: another one takes them over
    Step.TAKE: (OPEN, DeliveryState.SENDING),
    # the answer may come after the next worker took over, or after the delivery was given up: it was delivered all the same
    Step.ACCEPT: (OPEN | {DeliveryState.DEAD}, DeliveryState.DELIVERED),
    Step.FAIL: (frozenset({DeliveryState.SENDING}), DeliveryState.WAITING),
    Step.GIVE_UP: (OPEN, DeliveryState.DEAD),
    Step.SEND_AGAIN: (frozenset({DeliveryState.DEAD}), DeliveryState.WAITING),
    Step.DROP: (frozenset({DeliveryState.DEAD, DeliveryState.WAITING}), DeliveryState.DROPPED),
}


def after(state: str, step: Step) -> DeliveryState | None:
    """The state after a step; None where the step is not possible.

    >>> after("dead", Step.SEND_AGAIN), after("delivered", Step.SEND_AGAIN)
    (<DeliveryState.WAITING: 'waiting'>, None)
    """
    begins, ends = _STEPS[step]
    return ends if state in begins else None
