"""Loading a register: its files one after the other, into one SELECT with contiguous row numbers."""

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.registers import Register, column_names
from sosach.engine.load.damage import remark_damage
from sosach.engine.load.dates import date_orders
from sosach.engine.load.delimited import load_delimited
from sosach.engine.load.faults import empty, unreadable_os
from sosach.engine.load.findings import FindingSink
from sosach.engine.load.loaded import HeadingMatch, LoadedRegister
from sosach.engine.load.mapping import Mapping
from sosach.engine.load.parquet import load_parquet, readable
from sosach.engine.load.parts import Part, Reading, rows_lost
from sosach.engine.load.sources import Format, Source, find_sources
from sosach.engine.load.sql import COPY_OPTIONS, literal, rows_of
from sosach.engine.load.workbook import load_workbook

_MOST_PARTS = 64  # pieces in one SELECT; more are first joined into one file


def load_register(
    con: duckdb.DuckDBPyConnection,
    *,
    register: Register,
    source: Path,
    work: Path,
    mapping: Mapping | None,
    progress: Callable[[int, int | None], None] | None,
) -> LoadedRegister:
    """Read a register from a file or a folder of files (CSV, XLSX, XLS, Parquet; formats may be mixed).

    Nothing is dropped and nothing repaired silently: every line that is not blank is a row; what could not be read as
    it stands is a finding beside it.

    Args:
        con: connection for set work.
        register: which register it is.
        source: file, or folder whose files are read in the order of their names.
        work: folder for Parquet made from CSV and workbooks; must live as long as the result is used.
        mapping: headings a person has explained.
        progress: hears (rows so far, rows in all or None while unknown).

    Raises:
        SosachError: the input is missing, empty, unreadable, or its columns are not recognised.
    """
    work.mkdir(parents=True, exist_ok=True)
    sources, notes = find_sources(source)
    known = (mapping or Mapping()).for_register(register)

    def report(rows: int) -> None:
        if progress:
            progress(rows, None)

    reading = Reading(con, register, work, known, FindingSink(work), report)
    parts = [part for file in sources for part in _read(file, reading)]
    _refuse_empty(source, parts)
    _refuse_unused(mapping, known, parts)
    sql = _select(parts, reading)
    _refuse_lost(con, sql, reading.first_row, source)
    if progress:
        progress(reading.first_row, reading.first_row)
    headings = _headings(parts)
    found = {match.column for match in headings}
    return LoadedRegister(
        register=register,
        sql=sql,
        rows=reading.first_row,
        files=tuple(part.file for part in parts),
        headings=headings,
        missing=tuple(name for name in column_names(register) if name not in found),
        date_order=date_orders(con, sql, reading.first_row, [name for name in column_names(register) if name in found]),
        findings=reading.sink.finish(con, work / f"{register.value}-findings.parquet"),
        notes=(*notes, *(note for part in parts for note in part.notes)),
    )


def _read(file: Source, reading: Reading) -> Sequence[Part]:
    """The parts of one file, remarks on their damaged rows made; `first_row` then counts them."""
    parts = _load(file, reading)
    for part in parts:
        with readable(part):
            remark_damage(part, reading)
        reading.first_row += part.rows
    reading.progress(reading.first_row)
    return parts


def _load(file: Source, reading: Reading) -> Sequence[Part]:
    try:
        if file.format is Format.PARQUET:
            return [load_parquet(file, reading)]
        if file.format is Format.WORKBOOK:
            return load_workbook(file, reading)
        return [load_delimited(file, reading)]
    except OSError as error:
        raise unreadable_os(file.path, error) from error


def _refuse_empty(source: Path, parts: Sequence[Part]) -> None:
    if not any(part.rows for part in parts):
        raise empty(source)


def _refuse_unused(mapping: Mapping | None, known: dict[str, str], parts: Sequence[Part]) -> None:
    """A heading of the mapping file that stands in no file is a typing error."""
    if mapping is None or not known:
        return
    used = {match.column for part in parts for match in part.matches if match.how == "mapping"}
    lost = [heading for heading, column in known.items() if column not in used and column != "-"]
    if lost:
        listed = "; ".join(f"“{heading}”" for heading in lost)
        raise SosachError(
            ErrorCode.INPUT_MAPPING,
            vi=f"Tệp ánh xạ có tiêu đề không nằm trong tệp dữ liệu nào: {listed}.",
            en=f"The mapping names headings that stand in no file: {listed}.",
            hint_vi="Chép đúng tiêu đề như trong tệp, kể cả dấu và khoảng trắng.",
            hint_en="Copy the heading exactly as it stands in the file.",
        )


def _select(parts: Sequence[Part], reading: Reading) -> str:
    columns = column_names(reading.register)
    first = 0
    selects = []
    for part in parts:
        if part.rows:
            selects.append(part.select(columns, first))
        first += part.rows
    if len(selects) <= _MOST_PARTS:
        return " UNION ALL ".join(selects)
    target = reading.new_parquet()
    reading.con.execute(
        f"COPY (SELECT * FROM ({' UNION ALL '.join(selects)}) ORDER BY row) TO {literal(target)} ({COPY_OPTIONS})"
    ).fetchall()
    return f"SELECT row, {', '.join(columns)} FROM {rows_of(target)}"


def _refuse_lost(con: duckdb.DuckDBPyConnection, sql: str, rows: int, source: Path) -> None:
    """Rows in = rows out, and their numbers contiguous."""
    found = con.execute(f"SELECT count(*), min(row), max(row) FROM ({sql})").fetchall()[0]
    if found != (rows, 0, rows - 1):
        raise rows_lost(source, expected=rows, found=int(found[0]))


def _headings(parts: Sequence[Part]) -> tuple[HeadingMatch, ...]:
    return tuple(
        dict.fromkeys(match for part in parts for match in part.matches if match.heading.strip() or match.column)
    )
