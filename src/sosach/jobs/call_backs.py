"""Calls back whoever asked to be answered later, and whoever watches somebody's life: again and again until it was taken."""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from sosach.domain.access.operations import Order
from sosach.domain.exchange.operations.call_backs import note_called, owe_notices, take_due
from sosach.domain.exchange.operations.delivering import Parcel
from sosach.domain.exchange.queries.call_backs import is_watched
from sosach.domain.exchange.rules.dci import LIFE_EVENTS, Signer
from sosach.jobs.deliveries import Sender

__all__ = ["LIFE_EVENTS", "WATCHED", "call_back", "tell_watchers"]

# What the reaction to a life event says of itself.
WATCHED = (
    "Báo cho cơ quan theo dõi sự kiện hộ tịch của người này",
    "Whoever watches the person's life under an agreement is told",
)
AT_MOST = 200  # of one job; what is left is the next one's


class Happened(Protocol):
    """An event of the log about a person."""

    @property
    def name(self) -> str:
        """Of its kind."""

    @property
    def key(self) -> int:
        """Id of the person."""


def tell_watchers(order: Order, event: Happened) -> object:
    """Partners that watch a life event of the person are told."""
    return owe_notices(order, person_id=event.key, event=event.name) if is_watched(event.key, event.name) else None


def call_back(sender: Sender, *, name: str, clock: Callable[[], datetime], most: int = AT_MOST) -> int:
    """Make the calls that are due; how many were taken.

    Each is committed as taken up before it is made and noted after: whoever is killed in between makes it again, with the same
    correlation id, by which the other side knows it.

    Args:
        sender: how messages leave the house.
        name: of this installation, as partners know it.
        clock: tells the moment of every call.
        most: at most so many.
    """
    taken, by = 0, Signer(name, sender.signer.key_id)
    for _ in range(most):
        call = take_due(at=clock(), by=by, signed=sender.signer.sign)
        if call is None:
            break
        number = call.correlation_id
        outcome = sender.send(Parcel(number, number, call.address, call.action, number, call.body))
        chance = random.random()  # noqa: S311 # nosec B311 - spreads load, no secret
        note_called(key=call.key, at=clock(), error=outcome.error, chance=chance)
        taken += not outcome.error
    return taken
