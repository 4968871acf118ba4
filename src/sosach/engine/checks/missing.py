"""Rules MIS: one per mandatory column of each register; a cell of blanks, dashes or “không có” counts as empty."""

from sosach.base.registers import COLUMNS, Register
from sosach.engine.checks.rule import RowRule, Source
from sosach.engine.checks.sources import LICENCES_GIVEN, POPULATION_GIVEN, VEHICLES_GIVEN

_SOURCES: dict[Register, Source] = {
    Register.POPULATION: POPULATION_GIVEN,
    Register.VEHICLES: VEHICLES_GIVEN,
    Register.LICENCES: LICENCES_GIVEN,
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

_NOTHING = "-", "--", "---", ".", "..", "/", "?", "x", "X", "0", "00", "null", "none", "n/a", "na", "nan", "#n/a"
_NOTHING_VI = "không", "không có", "khong", "khong co", "ko", "ko có", "chưa có", "chua co", "chưa rõ", "không rõ"
_LONGEST = max(len(word.encode()) for word in (*_NOTHING, *_NOTHING_VI))


def empty(cell: str) -> str:
    """SQL: the cell holds nothing. Text that is longer than any word for nothing costs one comparison.

    >>> empty("r.plate").startswith("(r.plate IS NULL OR (")
    True
    """
    words = ", ".join(f"'{word}'" for word in sorted({*(word.lower() for word in _NOTHING), *_NOTHING_VI}))
    return (
        f"({cell} IS NULL OR ({cell} < '!' AND trim({cell}) = '') OR "
        f"(strlen({cell}) <= {_LONGEST} AND lower(trim({cell}, ' \u00a0\t')) IN ('', {words})))"
    )


MISSING_RULES = tuple(
    RowRule(
        code=MISSING_CODES[register, column.name],
        source=_SOURCES[register],
        when=empty(f"r.{column.name}"),
        column=column.name,
    )
    for register, columns in COLUMNS.items()
    for column in columns
    if column.mandatory
)
