"""What loading a register gives: its files, what its headings were taken for, and the SQL that reads its rows."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sosach.base.registers import Register

DateOrder = Literal["dmy", "mdy", "ymd"]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One input file as it was read.

    Attributes:
        path: where it is.
        bytes: its size.
        rows: rows it gave.
        format: csv, workbook or parquet.
        encoding: how its text was read (`utf-8`, `utf-16-le`, `tcvn3` …); empty where the format fixes it.
        delimiter: what stands between two cells of a text file; empty elsewhere.
        blank: empty lines or rows, which are no rows of the register.
        above: title lines above the heading row.
        filled: canonical column → rows with a value.
    """

    path: Path
    bytes: int
    rows: int
    format: str
    encoding: str = ""
    delimiter: str = ""
    blank: int = 0
    above: int = 0
    filled: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HeadingMatch:
    """What one heading was taken for.

    Attributes:
        heading: as it stands in the file.
        column: canonical column, None when it was not taken for any.
        how: mapping, name (the canonical name), synonym, words (same words in other order), decoded (written in a
            legacy encoding), duplicate (another heading already gives this column), fallback (the same, but its cell
            counts where that of the other is empty), ignored (the mapping says so) or unknown.
    """

    heading: str
    column: str | None
    how: str


@dataclass(frozen=True, slots=True)
class Note:
    """A remark about a whole file: something was skipped or looks odd, nothing is wrong with a single row."""

    file: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class LoadedRegister:
    """A register ready for SQL.

    Attributes:
        register: which one.
        sql: SELECT giving `row` INTEGER (0-based, contiguous, in input order) and every canonical column as VARCHAR,
            NULL where the cell is empty or the column is missing.
        rows: number of rows.
        files: the files in the order of their rows.
        headings: every distinct heading and what it was taken for.
        missing: canonical columns no file has.
        date_order: order of day and month in each date column that has a value.
        findings: Parquet file (row, code, field, value, proposed, other) of source damage; None without damage.
        notes: remarks about files.
    """

    register: Register
    sql: str
    rows: int
    files: tuple[SourceFile, ...]
    headings: tuple[HeadingMatch, ...]
    missing: tuple[str, ...]
    date_order: dict[str, DateOrder]
    findings: Path | None
    notes: tuple[Note, ...] = ()
