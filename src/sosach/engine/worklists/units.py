"""Who gets which rows: one list for each commune, one for each province's rows of no known commune."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import duckdb

from sosach.base.registers import Register
from sosach.engine.report.figures import NOTHING, parquet
from sosach.engine.report.units import UNKNOWN, communes, provinces, slug
from sosach.engine.worklists.sheets import REGISTERS

FILE_ROWS: Final = 50_000
"""Rows of one register in one workbook; a larger unit (rows of no known commune) gets several workbooks."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One work list.

    Attributes:
        number: its place in the order of writing.
        code: of the commune; of the province, or `00000`, for rows of no known commune.
        title: whose list it is, in words.
        path: below the folder of the work lists, without the ending.
        counts: rows by register, in the order of `REGISTERS`.
    """

    number: int
    code: str
    title: str
    path: Path
    counts: tuple[int, ...]

    @property
    def rows(self) -> int:
        """Rows of all registers."""
        return sum(self.counts)


def place_hint(register: Register) -> str:
    """Give the SQL of what hints at the province of an address that tells none: plate, or the licence number's first digits.

    The PIN of a person tells where the birth was registered, not where the person lives: no hint.
    """
    hints = {Register.VEHICLES: "left(v.plate_std, 2)", Register.LICENCES: "left(v.licence_number_std, 2)"}
    return hints.get(register, "NULL::VARCHAR")


def find_units(con: duckdb.DuckDBPyConnection, run: Path, registers: Iterable[Register]) -> list[Unit]:
    """Count the rows of every unit that has work, in the order of writing."""
    counts: dict[tuple[str, str], list[int]] = {}
    for register in registers:
        sql = f"""SELECT v.commune_code, v.province_code, {place_hint(register)} AS hint, count(*)
                  FROM {parquet(run, register)} AS v WHERE v.action <> '{NOTHING}' GROUP BY ALL"""
        for commune, province, hint, count in con.execute(sql).fetchall():
            key = _key(commune, province or "", (str(register), hint or ""))
            counts.setdefault(key, [0] * len(REGISTERS))[REGISTERS.index(register)] += count
    return [_unit(number, key, tuple(counts[key])) for number, key in enumerate(sorted(counts))]


def unit_of(register: Register) -> tuple[str, str]:
    """Give the SQL that finds the number of a row's unit: the joins to `worklist_place`, and the expression; -1 where there is none."""
    keys = {
        "commune": "v.commune_code",
        "province": "v.province_code",
        str(register): place_hint(register),
        "unknown": "''",
    }
    joins = [
        f"LEFT JOIN worklist_place AS u{index} ON u{index}.kind = '{kind}' AND u{index}.code = {key}"
        for index, (kind, key) in enumerate(keys.items())
    ]
    numbers = ", ".join(f"u{index}.number" for index in range(len(keys)))
    return " ".join(joins), f"coalesce({numbers}, -1)"


def route_table(units: Iterable[Unit]) -> list[tuple[str, str, int]]:
    """List how a row finds its unit: kind of code, code, number of the unit."""
    places: list[tuple[str, str, int]] = []
    for unit in units:
        if unit.code in communes():
            places.append(("commune", unit.code, unit.number))
        elif unit.code == UNKNOWN:
            places.append(("unknown", "", unit.number))
        else:
            places.append(("province", unit.code, unit.number))
            places += [(register, hint, unit.number) for register, hint in _hints_of(unit.code)]
    return places


def _key(commune: str | None, province: str, hint: tuple[str, str]) -> tuple[str, str]:
    """Sort by province, its communes first, then its rows of no known commune; the wholly unknown last."""
    if commune in communes():
        return communes()[str(commune)].province, str(commune)
    known = province if province in provinces() else _province_by_hint().get(hint, "")
    return (known, "~") if known else ("~", "~")


@cache
def _province_by_hint() -> Mapping[tuple[str, str], str]:
    return {hint: code for code in provinces() for hint in _hints_of(code)}


def _hints_of(province: str) -> list[tuple[str, str]]:
    known = provinces()[province]
    plates = [(str(Register.VEHICLES), code) for code in known.plate_codes]
    return plates + [(str(Register.LICENCES), code) for code in known.old_codes]


def _unit(number: int, key: tuple[str, str], counts: tuple[int, ...]) -> Unit:
    province, commune = key
    if province == "~":
        return Unit(number, UNKNOWN, "Chưa rõ xã, chưa rõ tỉnh", Path("unknown") / UNKNOWN, counts)
    name = provinces()[province].name
    folder = f"{province}-{slug(name)}"
    if commune == "~":
        return Unit(number, province, f"Chưa rõ xã, {name}", Path("unknown") / folder, counts)
    unit = communes()[commune]
    return Unit(number, commune, f"{unit.full_name}, {name}", Path(folder) / f"{commune}-{slug(unit.name)}", counts)
