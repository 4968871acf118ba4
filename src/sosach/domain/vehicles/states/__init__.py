"""States of vehicles and of numbers, as pure functions of the journal; what each procedure needs to begin."""

from sosach.domain.vehicles.states.chains import Chain, Sale, chain
from sosach.domain.vehicles.states.numbers import (
    NumberConflictError,
    NumberEvent,
    NumberState,
    PlateState,
    number_state,
)
from sosach.domain.vehicles.states.procedures import BlockKind, Verb, refusal
from sosach.domain.vehicles.states.walk import Block, Derived, OwnerSpell, PlateStep, derive

__all__ = [
    "Block",
    "BlockKind",
    "Chain",
    "Derived",
    "NumberConflictError",
    "NumberEvent",
    "NumberState",
    "OwnerSpell",
    "PlateState",
    "PlateStep",
    "Sale",
    "Verb",
    "chain",
    "derive",
    "number_state",
    "refusal",
]
