"""Parquet files, read in place: every type as faithful text, damage found before anything is built on them."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from sosach.base.errors import SosachError
from sosach.engine.load import findings as codes
from sosach.engine.load.faults import columns_not_recognised, unreadable
from sosach.engine.load.headings import Heading, has_key_column, match_headings
from sosach.engine.load.loaded import SourceFile
from sosach.engine.load.parts import Part, Reading, in_order, rows_lost
from sosach.engine.load.sources import Source
from sosach.engine.load.sql import COPY_OPTIONS, identifier, literal, pattern, rows_of

_NESTED = ("STRUCT", "MAP", "UNION", "VARIANT", "GEOMETRY", "JSON")


def load_parquet(source: Source, reading: Reading) -> Part:
    """Examine one Parquet file; nothing is copied.

    Raises:
        SosachError: INPUT_UNREADABLE (cut off, damaged pages, encrypted) or INPUT_COLUMNS.
    """
    names, kinds, expected = _schema(source.path, reading.con)
    heading = _heading(source.path, names, reading)
    columns: dict[str, str] = {}
    for name, at in in_order(reading.register, heading):
        columns[name] = as_text(identifier(names[at]), kinds[at])
    part = Part(_file(source, expected), source.path, columns, heading.matches, expected)
    if any(name.lower() == "file_row_number" for name in names):
        _copy(part, reading)
    _read_through(part, reading)
    nested = [(name, at) for name, at in in_order(reading.register, heading) if _is_nested(kinds[at])]
    for name, _ in nested:
        _remark_nested(part, name, reading)
    return part


def _copy(part: Part, reading: Reading) -> None:
    """A file with a column named like DuckDB's own row number cannot be read in place."""
    target = reading.new_parquet()
    cells = ", ".join(f"{text} AS {identifier(name)}" for name, text in part.columns.items())
    try:
        reading.con.execute(
            f"COPY (SELECT {cells} FROM read_parquet({pattern(part.parquet)}, hive_partitioning = false))"
            f" TO {literal(target)} ({COPY_OPTIONS})"
        ).fetchall()
    except duckdb.Error as error:
        raise _damaged(part.file.path) from error
    part.parquet = target
    part.columns = {name: identifier(name) for name in part.columns}


def _file(source: Source, rows: int) -> SourceFile:
    return SourceFile(path=source.path, bytes=source.bytes, rows=rows, format="parquet")


def _schema(path: Path, con: duckdb.DuckDBPyConnection) -> tuple[list[str], list[str], int]:
    """Names and DuckDB types of the columns, and the rows the file says it has."""
    try:
        rows = pq.ParquetFile(path).metadata.num_rows
        described = con.execute(
            f"DESCRIBE SELECT * FROM read_parquet({pattern(path)}, hive_partitioning = false)"
        ).fetchall()
    except (duckdb.Error, pa.ArrowException, OSError, ValueError) as error:
        raise _damaged(path) from error
    return [str(row[0]) for row in described], [str(row[1]) for row in described], int(rows)


def _damaged(path: Path) -> SosachError:
    return unreadable(path, vi="tệp Parquet bị hỏng hoặc bị cắt cụt", en="the Parquet file is damaged or cut off")


def _heading(path: Path, names: list[str], reading: Reading) -> Heading:
    heading = Heading(match_headings(reading.register, names, reading.mapping), 0)
    if not has_key_column(reading.register, heading):
        raise columns_not_recognised(
            path, register=reading.register, headings=heading.matches, first_row=names, has_heading=True
        )
    return heading


def as_text(column: str, kind: str) -> str:
    """SQL expression that gives a column of a DuckDB type as text, NULL for empty.

    Whole numbers stand without `.0`, days as 2001-02-03, nested values as JSON.
    """
    plain = kind.split("(")[0]
    if kind == "VARCHAR" or plain == "ENUM":
        return f"nullif({column}::VARCHAR, '')"
    if plain in {"DOUBLE", "FLOAT"}:
        whole = f"isfinite({column}) AND {column} = trunc({column}) AND abs({column}) < 1e18"
        return f"CASE WHEN {whole} THEN {column}::BIGINT::VARCHAR ELSE {column}::VARCHAR END"
    if kind.startswith("TIMESTAMP"):
        day = f"{column}::DATE"
        return f"CASE WHEN {column}::VARCHAR LIKE '% 00:00:00%' THEN ({day})::VARCHAR ELSE {column}::VARCHAR END"
    if kind == "BLOB":
        return f"nullif(coalesce(try(decode({column})), {column}::VARCHAR), '')"
    if _is_nested(kind):
        return f"to_json({column})::VARCHAR"
    return f"{column}::VARCHAR"


def _is_nested(kind: str) -> bool:
    return kind.endswith("]") or kind.startswith(_NESTED)


def _read_through(part: Part, reading: Reading) -> None:
    """Read every value once: a damaged page shows here, with the file's name, not in the middle of the run."""
    counts = ", ".join(f"count({text})" for text in part.columns.values())
    try:
        row = reading.con.execute(f"SELECT count(*), {counts} FROM {rows_of(part.parquet)}").fetchall()[0]
    except duckdb.Error as error:
        if "encod" in str(error).lower():
            raise unreadable(
                part.file.path, vi="có chữ không phải UTF-8", en="some of its text is not UTF-8"
            ) from error
        raise _damaged(part.file.path) from error
    if row[0] != part.rows:
        raise rows_lost(part.file.path, expected=part.rows, found=int(row[0]))


def _remark_nested(part: Part, name: str, reading: Reading) -> None:
    text = part.columns[name]
    reading.con.execute(
        f"COPY (SELECT (file_row_number + {reading.first_row})::INTEGER AS row, '{codes.NESTED}' AS code,"
        f" '{name}' AS field, left({text}, {codes.LONGEST_VALUE}) AS value, NULL::VARCHAR AS proposed,"
        f" NULL::VARCHAR AS other FROM {rows_of(part.parquet)}"
        f" WHERE {text} IS NOT NULL) TO {literal(reading.sink.piece())} (FORMAT parquet)"
    ).fetchall()
