"""What every finished run promises, whatever went in: checked on its output files, without looking inside the engine."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from operator import itemgetter
from pathlib import Path
from typing import Any

from tests.engine.running import Table, Tables, read

from sosach.base.decisions import Criterion, Decision, ResultClass
from sosach.base.findings import Severity
from sosach.base.registers import Register, column_names
from sosach.vn.catalogue import catalogue

Row = Mapping[str, Any]
Rows = dict[Register, list[dict[str, Any]]]

ACTIONS = {
    *("none", "confirm", "choose", "identify", "follow_life", "duplicate"),
    *("complete", "organisation", "over_age"),
}
EVIDENCE = re.compile(
    r"id=(pin|pin_repair|old_id|old_id_repair|partial|none|conflict);name=(equal|toneless|tone|near|part|different);"
    r"birth=(equal|swapped|year|part|none|conflict);place=(address|hamlet|commune|province|none|other);rivals=\d+"
)
PLACEHOLDER = re.compile(r"\{(value|proposed|other)\}")
# Written under another name, since the person the record is about has a column of that name.
RENAMED = {(Register.POPULATION, "pin"): "pin_given", (Register.POPULATION, "commune_code"): "commune_code_given"}
# Not written as given: the commune of the work list has that name.
REPLACED = {(Register.POPULATION, "commune_code")}


def assert_sound(out: Path, tables: Tables) -> Rows:
    """Assert everything a run promises about its files; returns the rows of the record files.

    Args:
        out: folder of the run.
        tables: what went in, row by row.
    """
    rows = {register: sorted(read(out / f"{register}.parquet"), key=itemgetter("row_number")) for register in tables}
    findings, candidates, duplicates = (
        read(out / f"{name}.parquet") for name in ("findings", "candidates", "duplicates")
    )
    for register, given in tables.items():
        _assert_as_given(register, rows[register], given)
        for row in rows[register]:
            _assert_closed_lists(register, row)
    _assert_findings(rows, findings)
    _assert_criteria(rows, findings, {(d["register"], d["row_number"]) for d in duplicates})
    _assert_candidates(rows, candidates)
    _assert_duplicates(rows, duplicates)
    return rows


def _assert_as_given(register: Register, rows: list[dict[str, Any]], given: Table) -> None:
    """Every input row once, its cells untouched."""
    assert [row["row_number"] for row in rows] == list(range(len(given)))
    columns = [name for name in column_names(register) if name != "record_id" and (register, name) not in REPLACED]
    for row, cells in zip(rows, given, strict=True):
        shown = {name: row[RENAMED.get((register, name), name)] for name in columns}
        assert shown == {name: cells.get(name) or None for name in columns}
        assert row["record_id"]


def _assert_closed_lists(register: Register, row: Row) -> None:
    assert row["decision"] in set(Decision)
    assert row["result_class"] in set(ResultClass)
    assert row["action"] in ACTIONS
    assert all(isinstance(row[criterion], bool) for criterion in Criterion)
    assert row["commune_code"] is None or register is Register.POPULATION or re.fullmatch(r"\d{5}", row["commune_code"])
    assert row["probability"] is None or 0 <= row["probability"] <= 1
    assert (row["probability"] is None) == (row["decision"] == "none")
    if register is not Register.POPULATION:
        assert (row["pin"] is None) == (row["decision"] != "link")
        assert (row["evidence"] is None) == (row["decision"] == "none")
        assert row["evidence"] is None or EVIDENCE.fullmatch(row["evidence"])


def _assert_findings(rows: Rows, findings: list[dict[str, Any]]) -> None:
    checks = catalogue()
    for finding in findings:
        check = checks[finding["code"]]
        register = Register(finding["register"])
        assert register in check.registers
        assert finding["severity"] == check.severity
        assert finding["record_id"] == rows[register][finding["row_number"]]["record_id"]
        assert finding["field"] or check.field == "row", "damage of a whole row names no field"
        assert finding["explanation"]
        inside = "".join(finding[part] or "" for part in ("value", "proposed_value"))
        assert PLACEHOLDER.search(inside) or not PLACEHOLDER.search(finding["explanation"])


def _assert_criteria(rows: Rows, findings: list[dict[str, Any]], doubled: set[tuple[str, int]]) -> None:
    """A criterion is broken exactly where a finding, a duplicate or a missing link breaks it."""
    broken: dict[tuple[str, int], set[Criterion]] = defaultdict(set)
    for finding in findings:
        check = catalogue()[finding["code"]]
        if check.criterion and check.severity is not Severity.INFO:
            broken[finding["register"], finding["row_number"]].add(check.criterion)
    for register, row in _all(rows):
        here = (register.value, row["row_number"])
        assert row["complete"] == (Criterion.COMPLETE not in broken[here])
        assert row["live"] == (Criterion.LIVE not in broken[here])
        assert row["correct"] == (row["decision"] == "link" and Criterion.CORRECT not in broken[here])
        assert not (row["clean"] and Criterion.CLEAN in broken[here])
        assert row["clean"] or Criterion.CLEAN in broken[here] or here in doubled


def _all(rows: Rows) -> Iterator[tuple[Register, dict[str, Any]]]:
    return ((register, row) for register, here in rows.items() for row in here)


def _assert_candidates(rows: Rows, candidates: list[dict[str, Any]]) -> None:
    listed: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for candidate in candidates:
        listed[candidate["register"], candidate["row_number"]].append(candidate)
    subjects = [(register, row) for register, row in _all(rows) if register is not Register.POPULATION]
    wanted = {(register.value, row["row_number"]) for register, row in subjects if row["decision"] == "review"}
    assert set(listed) == wanted
    for (register, number), several in listed.items():
        row = rows[Register(register)][number]
        assert [candidate["rank"] for candidate in several] == list(range(1, len(several) + 1))
        chances = [candidate["probability"] for candidate in several]
        assert chances == sorted(chances, reverse=True)
        assert sum(chances) <= 1 + 1e-6
        assert chances[0] == row["probability"]
        assert all(EVIDENCE.fullmatch(candidate["evidence"]) for candidate in several)
        assert {candidate["record_id"] for candidate in several} == {row["record_id"]}
        assert all(candidate["pin"] for candidate in several)


def _assert_duplicates(rows: Rows, duplicates: list[dict[str, Any]]) -> None:
    sizes = Counter((d["register"], d["reason"], d["group_id"]) for d in duplicates)
    assert all(size >= 2 for size in sizes.values())
    assert len({(d["register"], d["reason"], d["group_id"], d["row_number"]) for d in duplicates}) == len(duplicates)
    for duplicate in duplicates:
        row = rows[Register(duplicate["register"])][duplicate["row_number"]]
        assert duplicate["record_id"] == row["record_id"]
        assert duplicate["reason"] in catalogue()
