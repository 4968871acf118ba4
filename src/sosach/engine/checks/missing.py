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

UNREAD: dict[tuple[Register, str], tuple[str, ...]] = {
    (Register.POPULATION, "pin"): ("pin",),
    (Register.POPULATION, "full_name"): ("name",),
    (Register.POPULATION, "sex"): ("sex",),
    (Register.POPULATION, "birth_date"): ("birth_year",),
    (Register.VEHICLES, "plate"): ("plate",),
    (Register.VEHICLES, "vehicle_kind"): ("vehicle_kind",),
    (Register.VEHICLES, "brand"): ("brand",),
    (Register.VEHICLES, "chassis_number"): ("chassis",),
    (Register.VEHICLES, "engine_number"): ("engine",),
    (Register.VEHICLES, "owner_name"): ("name",),
    (Register.VEHICLES, "owner_id_number"): ("pin", "old_id"),
    (Register.VEHICLES, "owner_address"): ("commune",),
    (Register.LICENCES, "licence_number"): ("licence_number",),
    (Register.LICENCES, "class"): ("class",),
    (Register.LICENCES, "issued_on"): ("issued_on",),
    (Register.LICENCES, "full_name"): ("name",),
    (Register.LICENCES, "birth_date"): ("birth_year",),
    (Register.LICENCES, "id_number"): ("pin", "old_id"),
}
"""The standardised columns an empty cell leaves empty: only where they are, the cell itself has to be looked at."""

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
        when=" AND ".join(f"s.{standard} IS NULL" for standard in UNREAD[register, column.name]),
        also=empty(f"r.{column.name}"),
        column=column.name,
    )
    for register, columns in COLUMNS.items()
    for column in columns
    if column.mandatory
)
