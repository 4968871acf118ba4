"""State of a number: pool → issued (owner, vehicle) → kept (owner, five years) → issued again, or back to the pool.

A number is told of by the vehicles it was on and by what happened to it alone; its state is the fold of what holds.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from sosach.domain.vehicles.rules import UNKNOWN_OWNER, Owner


class PlateState(StrEnum):
    """Where a number is."""

    POOL = "pool"
    ISSUED = "issued"  # on a vehicle
    KEPT = "kept"  # its owner may put it on another vehicle
    LOST = "lost"  # on a vehicle, the plate itself is lost
    CANCELLED = "cancelled"  # never issued again


class Happening(StrEnum):
    """What happens to a number."""

    ISSUED = "issued"
    KEPT = "kept"
    POOL = "pool"
    LOST = "lost"
    CANCELLED = "cancelled"
    AUCTIONED = "auctioned"  # won at auction: kept for the winner, no vehicle yet
    EXPIRED = "expired"  # five years are over
    REPOINTED = "repointed"  # its owner's record was merged into another


@dataclass(frozen=True, slots=True)
class NumberEvent:
    """One thing that happened to a number.

    Attributes:
        at: when.
        entry: entry of the vehicle's journal it follows from; 0 for its source, and for what happened to the number alone.
        key: its id.
        what: what happened.
        vehicle: on, or from, which vehicle; None for what happened to the number alone.
        owner: of the number, from then on.
        until: last day a kept number is kept; for an expiry, the day it was found expired.
        colour: of the plate, when issued.
        former: owner before, for a merge.
    """

    at: datetime
    entry: int
    key: int
    what: Happening
    vehicle: int | None = None
    owner: Owner = UNKNOWN_OWNER
    until: date | None = None
    colour: str = ""
    former: Owner = UNKNOWN_OWNER


@dataclass(frozen=True, slots=True)
class NumberState:
    """Where a number is, whose it is, and until when."""

    state: PlateState = PlateState.POOL
    vehicle: int | None = None
    owner: Owner = UNKNOWN_OWNER
    until: date | None = None
    colour: str = ""
    auctioned: bool = False


class NumberConflictError(Exception):
    """Two records claim one number: `vehicle` came too late, `held_by` has it."""

    def __init__(self, vehicle: int | None, held_by: int | None) -> None:
        super().__init__(f"vehicle {vehicle} claims a number of {held_by}")
        self.vehicle = vehicle
        self.held_by = held_by


def number_state(events: Iterable[NumberEvent]) -> NumberState:
    """The present state of a number.

    Raises:
        NumberConflictError: what holds contradicts itself: two vehicles, or somebody else's number.
    """
    state = NumberState()
    for event in sorted(events, key=lambda event: (event.at, event.entry, event.key)):
        state = _after_vehicle(state, event) if event.vehicle is not None else _after_own(state, event)
    return state


def _after_vehicle(state: NumberState, event: NumberEvent) -> NumberState:
    on_vehicle = state.state in {PlateState.ISSUED, PlateState.LOST}
    if on_vehicle and state.vehicle != event.vehicle:
        raise NumberConflictError(event.vehicle, state.vehicle)
    if event.what is Happening.ISSUED:
        if state.state is PlateState.CANCELLED or (state.state is PlateState.KEPT and state.owner != event.owner):
            raise NumberConflictError(event.vehicle, state.vehicle)
        return NumberState(
            PlateState.ISSUED, event.vehicle, event.owner, colour=event.colour, auctioned=state.auctioned
        )
    if not on_vehicle:
        raise NumberConflictError(event.vehicle, state.vehicle)
    if event.what is Happening.LOST:
        return replace(state, state=PlateState.LOST)
    if event.what is Happening.KEPT:
        return replace(state, state=PlateState.KEPT, vehicle=None, owner=event.owner, until=event.until)
    return NumberState(PlateState(event.what), colour=state.colour)


def _after_own(state: NumberState, event: NumberEvent) -> NumberState:
    """What happened to the number alone counts only where the number still is as it was then."""
    if event.what is Happening.REPOINTED:
        is_his = state.state is PlateState.KEPT and state.owner == event.former
        return replace(state, owner=event.owner) if is_his else state
    if event.what is Happening.AUCTIONED and state.state is PlateState.POOL:
        return NumberState(PlateState.KEPT, owner=event.owner, until=event.until, colour=state.colour, auctioned=True)
    if event.what is Happening.EXPIRED and state.state is PlateState.KEPT and _is_over(state.until, event.until):
        return NumberState(colour=state.colour)
    if event.what is Happening.CANCELLED and state.state in {PlateState.POOL, PlateState.KEPT}:
        return NumberState(PlateState.CANCELLED, colour=state.colour)
    return state


def _is_over(until: date | None, day: date | None) -> bool:
    return until is not None and day is not None and until < day
