"""Rules MIS: one per mandatory column of each register; words that stand for nothing are found by the checks of values."""

from sosach.base.registers import COLUMNS, Register
from sosach.engine.checks.rule import RowRule, Source
from sosach.engine.checks.sources import LICENCES, POPULATION, VEHICLES

_SOURCES: dict[Register, Source] = {
    Register.POPULATION: POPULATION,
    Register.VEHICLES: VEHICLES,
    Register.LICENCES: LICENCES,
}

MISSING_CODES: dict[tuple[Register, str], str] = {
    (Register.POPULATION, "pin"): "MIS-01",
    (Register.POPULATION, "full_name"): "MIS-02",
    (Register.POPULATION, "sex"): "MIS-03",
    (Register.POPULATION, "birth_date"): "MIS-04",
    (Register.VEHICLES, "plate"): "MIS-11",
    (Register.VEHICLES, "vehicle_kind"): "MIS-12",
    (Register.VEHICLES, "brand"): "MIS-13",
    (Register.VEHICLES, "chassis_number"): "MIS-14",
    (Register.VEHICLES, "engine_number"): "MIS-15",
    (Register.VEHICLES, "owner_name"): "MIS-16",
    (Register.VEHICLES, "owner_id_number"): "MIS-17",
    (Register.VEHICLES, "owner_address"): "MIS-18",
    (Register.LICENCES, "licence_number"): "MIS-21",
    (Register.LICENCES, "class"): "MIS-22",
    (Register.LICENCES, "issued_on"): "MIS-23",
    (Register.LICENCES, "full_name"): "MIS-24",
    (Register.LICENCES, "birth_date"): "MIS-25",
    (Register.LICENCES, "id_number"): "MIS-26",
}
"""Code of every mandatory column; codes are never reused, so a new column takes a new number."""

_UNREAD = {
    "full_name": "coalesce(s.name, '') = ''",
    "owner_name": "coalesce(s.name, '') = ''",
    "birth_date": "s.birth_year IS NULL",
    "chassis_number": "s.chassis IS NULL",
    "engine_number": "s.engine IS NULL",
    "owner_id_number": "s.pin IS NULL AND s.old_id IS NULL AND s.pin_repair IS NULL",
    "id_number": "s.pin IS NULL AND s.old_id IS NULL AND s.pin_repair IS NULL",
    "owner_address": "coalesce(s.address_status, 'not_found') = 'not_found'",
}


def unread(column: str) -> str:
    """SQL: nothing was read from the cell of a mandatory column; only then it has to be looked at whether it is empty.

    >>> unread("plate")
    's.plate IS NULL'
    """
    return _UNREAD.get(column, f"s.{column} IS NULL")


_BLANKS = " \u00a0\t\r\n"


def empty(cell: str) -> str:
    """SQL: the cell holds nothing but blanks.

    >>> empty("r.plate").startswith("(r.plate IS NULL OR ")
    True
    """
    return f"({cell} IS NULL OR trim({cell}, '{_BLANKS}') = '')"


MISSING_RULES = tuple(
    RowRule(
        code=MISSING_CODES[register, column.name],
        source=_SOURCES[register],
        when=unread(column.name),
        also=empty(f"r.{column.name}"),
        column=column.name,
    )
    for register, columns in COLUMNS.items()
    for column in columns
    if column.mandatory
)
