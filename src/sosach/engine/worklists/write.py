"""Writes the work lists of a run: the rows of each register, sorted by commune, streamed as XML into the workbooks."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any, Final

import duckdb

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.registers import Register
from sosach.base.workbook import SheetRows
from sosach.engine.report.figures import NOTHING, parquet
from sosach.engine.report.numbers import day, grouped
from sosach.engine.report.units import communes
from sosach.engine.worklists import texts as sql
from sosach.engine.worklists.questions import WORD, numbered
from sosach.engine.worklists.rows import xml_rows
from sosach.engine.worklists.sheets import NAMES, REGISTERS, registers_of, template, width_of
from sosach.engine.worklists.stream import RowStream
from sosach.engine.worklists.units import FILE_ROWS, Unit, find_units, groups_of, memory_limit, route_table

FOLDER: Final = "worklists"
WRITERS: Final = 2
"""Groups of units written at the same time."""

Progress = Callable[[int, int], None]
"""Is told how many rows of how many are written."""

_SHARED: Final = ("needed", "person", "commune", "place", "unit")
_OF_REGISTER: Final = ("row", "question", "asked", "ask", "candidates", "doubles", "owner", "locality")


@dataclass(frozen=True, slots=True)
class WorklistSummary:
    """What was written: workbooks, and rows by register."""

    files: int
    rows: dict[Register, int]


def write_worklists(
    con: duckdb.DuckDBPyConnection, run: Path, *, as_of: date, progress: Progress | None = None
) -> WorklistSummary:
    """Write `worklists/` into the folder of a finished run, replacing an older one.

    Every record with something to do stands in exactly one workbook: that of its commune, or one of `worklists/unknown/`.

    Args:
        con: a connection to work in; the tables made in it are dropped again.
        run: folder of a finished run.
        as_of: the day that stands in the titles.
        progress: told now and then.

    Raises:
        SosachError: `ROWS_LOST`, when rows written are not the rows with something to do.
    """
    files = {register: parquet(run, register) for register in REGISTERS if (run / f"{register}.parquet").exists()}
    fresh = run / f"{FOLDER}.part"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    con.execute("SET preserve_insertion_order = true")
    tables = [*_SHARED, *(f"{name}_{register}" for register in files for name in _OF_REGISTER)]
    try:
        units = find_units(con, run, files)
        groups = groups_of(units, memory=memory_limit(con), writers=WRITERS)
        _make_shared(con, run, files, groups)
        words = {register: _make_texts(con, run, register) for register in files}
        desk = _Desk(con, files, words, fresh, as_of)
        desk.write(groups, progress)
        _refuse_lost(con, files, desk.written)
    finally:
        for table in tables:
            con.execute(f"DROP TABLE IF EXISTS worklist_{table}")
    shutil.rmtree(run / FOLDER, ignore_errors=True)
    fresh.replace(run / FOLDER)
    return WorklistSummary(desk.files, {register: desk.written.get(register, 0) for register in files})


def _make_shared(
    con: duckdb.DuckDBPyConnection, run: Path, files: Mapping[Register, str], groups: Sequence[Sequence[Unit]]
) -> None:
    """Make the tables every register is joined to: where a row goes, who a PIN is."""
    communes_named = [(unit.code, unit.full_name) for unit in communes().values()]
    _fill(con, "commune", {"code": "VARCHAR", "name": "VARCHAR"}, communes_named)
    _fill(
        con,
        "place",
        {"kind": "VARCHAR", "code": "VARCHAR", "number": "INTEGER"},
        route_table(unit for group in groups for unit in group),
    )
    _fill(con, "unit", {"number": "INTEGER", "part": "INTEGER"} | dict.fromkeys(REGISTERS, "INTEGER"), _firsts(groups))
    _make(con, "needed", sql.needed_pins(files, parquet(run, "candidates")))
    if Register.POPULATION in files:
        _make(con, "person", sql.persons(files[Register.POPULATION]))
    else:
        _fill(con, "person", {"pin": "BIGINT", "who": "VARCHAR"}, ())


def _firsts(groups: Iterable[Iterable[Unit]]) -> Iterator[tuple[int, ...]]:
    """Tell for each unit its group and how many rows of each register stand before its own there."""
    for number, group in enumerate(groups):
        before = [0] * len(REGISTERS)
        for unit in group:
            yield (unit.number, number, *before)
            before = [rows + count for rows, count in zip(before, unit.counts, strict=True)]


def _make_texts(con: duckdb.DuckDBPyConnection, run: Path, register: Register) -> int:
    """Put the texts of a register together: questions, proposals, candidates, the order of localities.

    Returns:
        How many whole numbers hold the questions of a row.
    """
    file, findings, candidates = parquet(run, register), parquet(run, "findings"), parquet(run, "candidates")
    codes = con.execute(f"SELECT DISTINCT code FROM {findings} WHERE register = ? ORDER BY code", [register]).fetchall()
    texts, numbers = numbered([code for (code,) in codes])
    words = max(1, -(-len(texts) // WORD))
    _fill(con, f"question_{register}", {"code": "VARCHAR", "number": "INTEGER"}, numbers.items())
    _make(con, f"row_{register}", sql.open_rows(file, register))
    _make(con, f"asked_{register}", sql.asked(findings, register, words))
    _make(con, f"ask_{register}", sql.ask_texts(register, texts, words, width=width_of("ask")))
    _make(con, f"candidates_{register}", sql.candidates(candidates, register))
    _make(con, f"doubles_{register}", sql.doubles(parquet(run, "duplicates"), register))
    _make(con, f"owner_{register}", sql.owners(file, register))
    _make(con, f"locality_{register}", sql.localities(file))
    return words


class _Desk:
    """Writes workbook after workbook, some groups of units side by side: sorting and deflating leave Python free."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        files: Mapping[Register, str],
        words: Mapping[Register, int],
        folder: Path,
        as_of: date,
    ) -> None:
        self._con = con
        self._sources = files
        self._words = words
        self._folder = folder
        self._as_of = as_of
        self._lock = Lock()
        self.files = 0
        self.written: dict[Register, int] = {}

    def write(self, groups: Sequence[Sequence[Unit]], progress: Progress | None) -> None:
        """Write the workbooks of all groups."""
        total = sum(unit.rows for group in groups for unit in group)
        with ThreadPoolExecutor(WRITERS) as writers:
            jobs = [writers.submit(self._write_group, number, group) for number, group in enumerate(groups)]
            for _ in as_completed(jobs):
                if progress is not None:
                    progress(sum(self.written.values()), total)
            for job in jobs:
                job.result()

    def _write_group(self, number: int, units: Iterable[Unit]) -> None:
        streams = {register: self._open(register, number) for register in self._sources}
        for unit in units:
            for part, counts in enumerate(_parts(unit.counts), start=1):
                self._write_part(unit, part, counts, streams)
        for stream in streams.values():
            stream.close()

    def _open(self, register: Register, group: int) -> RowStream:
        sheet = template((register,)).sheets[0]
        cursor = self._con.cursor()
        cursor.execute(sql.ask_variables(register))
        rows = xml_rows(self._sources[register], register, self._words[register], sheet=sheet, group=group)
        return RowStream(cursor.sql(rows))

    def _write_part(
        self, unit: Unit, part: int, counts: tuple[int, ...], streams: Mapping[Register, RowStream]
    ) -> None:
        registers = registers_of(counts)
        sheets = []
        for register in registers:
            count = counts[REGISTERS.index(register)]
            rows = streams[register].take(unit.number, count)
            sheets.append(SheetRows(self._titles(unit, register, count), rows, count))
        name = unit.path.name + (f"-{part}" if part > 1 else "") + ".xlsx"
        path = self._folder / unit.path.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        template(registers).write_xml(path, sheets)
        with self._lock:
            self.files += 1
            for register, sheet in zip(registers, sheets, strict=True):
                self.written[register] = self.written.get(register, 0) + (sheet.count or 0)

    def _titles(self, unit: Unit, register: Register, count: int) -> tuple[str, str, str]:
        _, what, _ = NAMES[register]
        return (
            f"{unit.title}: {what} cần xử lý",
            f"Tính đến ngày {day(self._as_of.isoformat())}: {grouped(count, 'vi')} {what}.",
            "Ghi kết quả vào các cột màu vàng; không sửa các cột khác. Cách dùng: xem trang “Hướng dẫn”.",
        )


def _parts(counts: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Share the rows of a unit out over workbooks.

    >>> list(_parts((FILE_ROWS + 1, 2, 0))) == [(FILE_ROWS, 2, 0), (1, 0, 0)]
    True
    """
    while any(counts):
        part = tuple(min(count, FILE_ROWS) for count in counts)
        yield part
        counts = tuple(count - taken for count, taken in zip(counts, part, strict=True))


def _refuse_lost(
    con: duckdb.DuckDBPyConnection, files: Mapping[Register, str], written: Mapping[Register, int]
) -> None:
    """Compare the rows written with the rows that have something to do.

    Raises:
        SosachError: they differ.
    """
    for register, file in files.items():
        wanted = con.execute(f"SELECT count(*) FROM {file} WHERE action <> '{NOTHING}'").fetchall()[0][0]
        found = written.get(register, 0)
        if found != wanted:
            raise SosachError(
                ErrorCode.ROWS_LOST,
                vi=f"Danh sách việc có {found} dòng, nhưng {register} có {wanted} bản ghi cần xử lý.",
                en=f"The work lists hold {found} rows, but {wanted} records of {register} need work.",
            )


def _make(con: duckdb.DuckDBPyConnection, table: str, select: str) -> None:
    con.execute(f"CREATE OR REPLACE TABLE worklist_{table} AS {select}")


def _fill(
    con: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Make a small table from Python rows in one statement."""
    fields = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    con.execute(f"CREATE OR REPLACE TABLE worklist_{table} ({fields})")
    lists = [list(values) for values in zip(*rows, strict=True)]
    if lists:
        unnested = ", ".join(f"unnest(?::{kind}[])" for kind in columns.values())
        con.execute(f"INSERT INTO worklist_{table} SELECT {unnested}", lists)
