"""Parquet files, read in place: every type as faithful text, damage found before anything is built on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa

from sosach.base.errors import SosachError
from sosach.engine.load import findings as codes
from sosach.engine.load.faults import columns_not_recognised, unreadable
from sosach.engine.load.footer import Footer, read_footer
from sosach.engine.load.headings import Heading, has_key_column, match_headings
from sosach.engine.load.loaded import SourceFile
from sosach.engine.load.parts import Part, Reading, filled_from, in_order, rows_lost
from sosach.engine.load.sources import Source
from sosach.engine.load.sql import COPY_OPTIONS, identifier, literal, pattern, rows_of

_NESTED = ("STRUCT", "MAP", "UNION", "VARIANT", "GEOMETRY", "JSON")


def load_parquet(source: Source, reading: Reading) -> Part:
    """Examine one Parquet file; nothing is copied.

    Raises:
        SosachError: INPUT_UNREADABLE (cut off, damaged pages, encrypted) or INPUT_COLUMNS.
    """
    names, kinds, footer = _schema(source.path, reading.con)
    heading = _heading(source.path, names, reading)
    wanted = in_order(reading.register, heading)
    texts = [_text(name, kind, footer) for name, kind in zip(names, kinds, strict=True)]
    columns = filled_from(reading.register, heading, texts)
    file = SourceFile(path=source.path, bytes=source.bytes, rows=footer.rows, format="parquet")
    part = Part(file, source.path, columns, heading.matches, footer.rows)
    if any(name.lower() == "file_row_number" for name in names):
        _copy(part, reading)
    _read_through(part, reading)
    for name, at in wanted:
        if _is_nested(kinds[at]):
            _remark_nested(part, name, reading)
    return part


def _text(name: str, kind: str, footer: Footer) -> str:
    """The text of a column: itself where it is text and never empty, so that later scans have nothing to compute."""
    column = identifier(name)
    return column if kind == "VARCHAR" and name in footer.without_empty else as_text(column, kind)


def _copy(part: Part, reading: Reading) -> None:
    """A file with a column named like DuckDB's own row number cannot be read in place."""
    target = reading.new_parquet()
    cells = ", ".join(f"{text} AS {identifier(name)}" for name, text in part.columns.items())
    with readable(part):
        reading.con.execute(
            f"COPY (SELECT {cells} FROM read_parquet({pattern(part.parquet)}, hive_partitioning = false))"
            f" TO {literal(target)} ({COPY_OPTIONS})"
        ).fetchall()
    part.parquet = target
    part.columns = {name: identifier(name) for name in part.columns}


def _schema(path: Path, con: duckdb.DuckDBPyConnection) -> tuple[list[str], list[str], Footer]:
    """Names and DuckDB types of the columns, and what the file says of itself."""
    try:
        footer = read_footer(path)
        described = con.execute(
            f"DESCRIBE SELECT * FROM read_parquet({pattern(path)}, hive_partitioning = false)"
        ).fetchall()
    except (duckdb.Error, pa.ArrowException, OSError, ValueError) as error:
        raise _damaged(path) from error
    return [str(row[0]) for row in described], [str(row[1]) for row in described], footer


def _damaged(path: Path) -> SosachError:
    return unreadable(path, vi="tệp Parquet bị hỏng hoặc bị cắt cụt", en="the Parquet file is damaged or cut off")


@contextmanager
def readable(part: Part) -> Iterator[None]:
    """Turn what DuckDB says while it reads a Parquet input into an error with the file's name.

    Raises:
        SosachError: INPUT_UNREADABLE.
    """
    try:
        yield
    except duckdb.Error as error:
        if part.file.format != "parquet":
            raise  # our own file of a moment ago: a defect, not the input's
        if "encod" in str(error).lower():
            raise unreadable(
                part.file.path, vi="có chữ không phải UTF-8", en="some of its text is not UTF-8"
            ) from error
        raise _damaged(part.file.path) from error


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
    """Read every value once: a damaged page shows here, with the file's name, not in the middle of the run.

    Values are compared, for nothing less makes DuckDB check that they are UTF-8: it takes lengths without looking.
    """
    counts = "".join(f", count_if({text} <> '')" for text in part.columns.values())
    with readable(part):
        rows, *filled = reading.con.execute(f"SELECT count(*){counts} FROM {rows_of(part.parquet)}").fetchall()[0]
    if rows != part.rows:
        raise rows_lost(part.file.path, expected=part.rows, found=int(rows))
    part.file = replace(part.file, filled=dict(zip(part.columns, (count or 0 for count in filled), strict=True)))


def _remark_nested(part: Part, name: str, reading: Reading) -> None:
    text = part.columns[name]
    reading.con.execute(
        f"COPY (SELECT (file_row_number + {reading.first_row})::INTEGER AS row, '{codes.NESTED}' AS code,"
        f" '{name}' AS field, left({text}, {codes.LONGEST_VALUE}) AS value, NULL::VARCHAR AS proposed,"
        f" NULL::VARCHAR AS other FROM {rows_of(part.parquet)}"
        f" WHERE {text} IS NOT NULL) TO {literal(reading.sink.piece())} (FORMAT parquet)"
    ).fetchall()
