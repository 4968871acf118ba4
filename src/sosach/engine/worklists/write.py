"""Writes the work lists of a run: the rows of each register, sorted by commune, streamed as XML into the workbooks."""

import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import duckdb

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.registers import Register
from sosach.base.workbook import SheetRows
from sosach.engine.report.figures import NOTHING, parquet
from sosach.engine.report.numbers import day, grouped
from sosach.engine.report.units import communes, provinces
from sosach.engine.worklists import texts as sql
from sosach.engine.worklists.drawing import RowDrawing
from sosach.engine.worklists.questions import WORD, numbered
from sosach.engine.worklists.rows import open_rows
from sosach.engine.worklists.sheets import NAMES, REGISTERS, registers_of, template
from sosach.engine.worklists.stream import Drawn, RowStream
from sosach.engine.worklists.units import FILE_ROWS, Unit, find_units, route_table

FOLDER: Final = "worklists"
WRITERS: Final = 2
"""Threads that draw rows and deflate workbooks; both leave Python free."""

AHEAD: Final = 3 * WRITERS
"""Workbooks begun before the oldest has to be finished: keeps the rows in memory few."""

Progress = Callable[[int, int], None]
"""Is told how many rows of how many are written."""

_SHARED: Final = ("needed", "person", "commune", "place")
_OF_REGISTER: Final = ("question", "asked", "ask", "locality")


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
        _make_shared(con, run, files, units)
        with ThreadPoolExecutor(WRITERS) as writers:
            desk = _Desk(writers, fresh, as_of)
            desk.write(units, {register: _open(con, run, register, units, writers) for register in files}, progress)
        _refuse_lost(con, files, desk.written)
    finally:
        for table in tables:
            con.execute(f"DROP TABLE IF EXISTS worklist_{table}")
    shutil.rmtree(run / FOLDER, ignore_errors=True)
    fresh.replace(run / FOLDER)
    return WorklistSummary(desk.files, {register: desk.written.get(register, 0) for register in files})


def _make_shared(
    con: duckdb.DuckDBPyConnection, run: Path, files: Mapping[Register, str], units: Iterable[Unit]
) -> None:
    """Make the tables every register is joined to: where a row goes, who a PIN is."""
    named = [(unit.code, unit.full_name, provinces()[unit.province].name) for unit in communes().values()]
    _fill(con, "commune", {"code": "VARCHAR", "name": "VARCHAR", "province": "VARCHAR"}, named)
    _fill(con, "place", {"kind": "VARCHAR", "code": "VARCHAR", "number": "INTEGER"}, route_table(units))
    _make(con, "needed", sql.needed_pins(files, parquet(run, "candidates")))
    if Register.POPULATION in files:
        _make(con, "person", sql.persons(files[Register.POPULATION]))
    else:
        _fill(con, "person", {"pin": "BIGINT", "who": "VARCHAR"}, ())


def _open(
    con: duckdb.DuckDBPyConnection, run: Path, register: Register, units: Sequence[Unit], writers: ThreadPoolExecutor
) -> RowStream:
    """Begin to read the rows of a register; the writers draw them."""
    sources = {name: parquet(run, name) for name in (register, "findings", "candidates", "duplicates")}
    codes = con.execute(f"SELECT DISTINCT code FROM {sources['findings']} WHERE register = ? ORDER BY code", [register])
    texts, numbers = numbered([code for (code,) in codes.fetchall()])
    words = max(1, -(-len(texts) // WORD))
    _fill(con, f"question_{register}", {"code": "VARCHAR", "number": "INTEGER"}, numbers.items())
    _make(con, f"asked_{register}", sql.asked(sources["findings"], register, words))
    _make(con, f"ask_{register}", sql.ask_texts(register, texts, words))
    _make(con, f"locality_{register}", sql.localities(sources[register]))
    asks = con.execute(f"SELECT ask FROM worklist_ask_{register} ORDER BY id").fetchall()
    counts = [unit.counts[REGISTERS.index(register)] for unit in units]
    firsts = list(accumulate(counts, initial=0))
    drawing = RowDrawing(register, template((register,)).sheets[0], asks=[ask for (ask,) in asks], firsts=firsts)
    rows = con.cursor().sql(open_rows(sources, register, words))
    return RowStream(rows, lambda batch, before: writers.submit(drawing.draw, batch, before))


class _Desk:
    """Writes workbook after workbook: one thread reads the rows in their order, the writers draw and deflate them."""

    def __init__(self, writers: ThreadPoolExecutor, folder: Path, as_of: date) -> None:
        self._writers = writers
        self._folder = folder
        self._as_of = as_of
        self._begun: deque[Future[int]] = deque()
        self._done = 0
        self.files = 0
        self.written: dict[Register, int] = {}

    def write(self, units: Sequence[Unit], streams: Mapping[Register, RowStream], progress: Progress | None) -> None:
        """Write the workbooks of all units.

        Raises:
            SosachError: `ROWS_LOST`, when the rows of a register are not those of the units.
        """
        total = sum(unit.rows for unit in units)
        for unit in units:
            for part, counts in enumerate(_parts(unit.counts), start=1):
                self._begin(unit, part, counts, streams)
                self._finish(AHEAD)
            if progress is not None:
                progress(self._done, total)
        for stream in streams.values():
            stream.close()
        self._finish(0)
        if progress is not None:
            progress(self._done, total)

    def _begin(self, unit: Unit, part: int, counts: tuple[int, ...], streams: Mapping[Register, RowStream]) -> None:
        registers = registers_of(counts)
        sheets = []
        for register in registers:
            count = counts[REGISTERS.index(register)]
            rows = _texts(deque(streams[register].take(unit.number, count)))
            sheets.append(SheetRows(self._titles(unit, register, count), rows, count))
            self.written[register] = self.written.get(register, 0) + count
        name = unit.path.name + (f"-{part}" if part > 1 else "") + ".xlsx"
        path = self._folder / unit.path.parent / name
        path.parent.mkdir(parents=True, exist_ok=True)
        book = template(registers)
        self._begun.append(self._writers.submit(lambda: sum(book.write_xml(path, sheets))))
        self.files += 1

    def _finish(self, allowed: int) -> None:
        """Wait for the oldest workbooks until no more than some are still being written."""
        while len(self._begun) > allowed:
            self._done += self._begun.popleft().result()

    def _titles(self, unit: Unit, register: Register, count: int) -> tuple[str, str, str]:
        _, what, _ = NAMES[register]
        return (
            f"{unit.title}: {what} cần xử lý",
            f"Tính đến ngày {day(self._as_of.isoformat())}: {grouped(count, 'vi')} {what}.",
            "Ghi kết quả vào các cột màu vàng; không sửa các cột khác. Cách dùng: xem trang “Hướng dẫn”.",
        )


def _texts(rows: deque[Drawn]) -> Iterator[memoryview]:
    """Show rows in their order, each piece let go of once it is written."""
    while rows:
        yield rows.popleft().text()


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
