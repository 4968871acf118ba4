"""Requests that take an application in: done once, and what is to be kept of those turned away is kept."""

from collections.abc import Callable
from typing import Any

from sosach.domain.access.operations import Order
from sosach.domain.exchange.operations.taking_in import TurnedAwayError, keep_attempt
from sosach.web.exchange.osia.answers import Asked


def take_in(asked: Asked, order: Order, do: Callable[[], Any]) -> None:
    """Do what a request asks, once.

    Raises:
        TurnedAwayError: no card can be made for this person; all is undone but that the attempt is kept.
        SosachError: whatever `do` raises.
    """
    try:
        asked.once(order, do)
    except TurnedAwayError as refused:
        keep_attempt(order, refused)
        raise
