"""What a planting is: a pattern of dirt, the function that makes it, where it goes, what it costs the reader."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from random import Random
from typing import TypeAlias

from sosach.base.registers import Register


class Loss(IntEnum):
    """What a reader can no longer tell from the value, even with all rules of the trade."""

    NOTHING = 0  # a rule gets the value back
    YEAR_LEFT = 1  # of a date, the year remains
    OLD_ID_LEFT = 2  # instead of the PIN the old number stands there
    PLACE_IF_SPLIT = 3  # the old ward was divided among several communes
    ALL = 4


Plant: TypeAlias = Callable[[str, str, Random], str | None]
"""Gets the value, the auxiliary value of the row ('' when there is none) and a stream; returns the dirty value, '' to empty the
cell, None when the pattern cannot happen to this value."""


Columns: TypeAlias = dict[Register, tuple[str, ...]]
"""By register the columns something goes into."""


@dataclass(frozen=True, slots=True)
class Planting:
    """One way a pattern gets into one kind of column.

    Attributes:
        code: pattern code of dirty_patterns.csv, or one of our own.
        plant: makes the dirty value.
        usual: share of the values it is tried on.
        columns: by register the columns it goes into.
        loss: what can no longer be told.
        aux: by column the auxiliary column handed to `plant`.
    """

    code: str
    plant: Plant
    usual: float
    columns: Columns
    loss: Loss = Loss.NOTHING
    aux: Mapping[str, str] = field(default_factory=dict)


PINS: Columns = {
    Register.VEHICLES: ("owner_id_number",),
    Register.LICENCES: ("id_number",),
}
PINS_EVERYWHERE: Columns = {**PINS, Register.POPULATION: ("pin",)}
OLD_IDS: Columns = {**PINS, Register.POPULATION: ("old_id",)}
NAMES: Columns = {
    Register.POPULATION: ("full_name",),
    Register.VEHICLES: ("owner_name",),
    Register.LICENCES: ("full_name",),
}
OWNERS: Columns = {Register.VEHICLES: ("owner_name",)}
BIRTHS: Columns = {
    Register.POPULATION: ("birth_date",),
    Register.VEHICLES: ("owner_birth_date",),
    Register.LICENCES: ("birth_date",),
}
DAYS: Columns = {Register.VEHICLES: ("registered_on",), Register.LICENCES: ("issued_on", "expires_on")}
ADDRESSES: Columns = {
    Register.POPULATION: ("permanent_address", "current_address"),
    Register.VEHICLES: ("owner_address",),
    Register.LICENCES: ("address",),
}
PHONES: Columns = {Register.VEHICLES: ("owner_phone",)}


def vehicle(column: str) -> Columns:
    """A column of the vehicle register."""
    return {Register.VEHICLES: (column,)}


def licence(column: str) -> Columns:
    """A column of the licence register."""
    return {Register.LICENCES: (column,)}
