"""What reading one file gives, whatever its format, and the circumstances it is read in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.registers import Register, column_names
from sosach.engine.load.findings import FindingSink
from sosach.engine.load.headings import Heading
from sosach.engine.load.loaded import HeadingMatch, Note, SourceFile
from sosach.engine.load.sql import rows_of


@dataclass(slots=True)
class Part:
    """Rows of one file or sheet in Parquet.

    Attributes:
        file: what it was read from.
        parquet: file that holds the rows in input order.
        columns: canonical column → SQL expression over the Parquet's columns that gives its text.
        matches: every heading and what it was taken for.
        rows: number of rows.
        notes: remarks about the file.
    """

    file: SourceFile
    parquet: Path
    columns: dict[str, str]
    matches: tuple[HeadingMatch, ...]
    rows: int
    notes: tuple[Note, ...] = ()

    def select(self, columns: Sequence[str], first_row: int) -> str:
        """SELECT of the rows with `row` counted from `first_row`; a column the file lacks is NULL."""
        cells = ", ".join(
            f"{self.columns[name]} AS {name}" if name in self.columns else f"NULL::VARCHAR AS {name}"
            for name in columns
        )
        return f"SELECT (file_row_number + {first_row})::INTEGER AS row, {cells} FROM {rows_of(self.parquet)}"


@dataclass(slots=True)
class Reading:
    """The circumstances in which the files of one register are read.

    Attributes:
        con: connection for set work.
        register: which register.
        work: folder for Parquet made on the way.
        mapping: heading → column from the mapping file.
        sink: where findings go.
        progress: hears the rows read so far of this register.
        first_row: rows read from the files before.
        parts: how many Parquet files were made.
    """

    con: duckdb.DuckDBPyConnection
    register: Register
    work: Path
    mapping: dict[str, str]
    sink: FindingSink
    progress: Callable[[int], None]
    first_row: int = 0
    parts: int = field(default=0)

    def new_parquet(self) -> Path:
        """A fresh path for rows."""
        self.parts += 1
        return self.work / f"{self.register.value}-{self.parts:05d}.parquet"


def in_order(register: Register, heading: Heading) -> list[tuple[str, int]]:
    """Recognised columns and their positions, in the order of the file."""
    known = set(column_names(register))
    return sorted(((name, at) for name, at in heading.columns.items() if name in known), key=lambda pair: pair[1])


def filled_from(register: Register, heading: Heading, texts: Sequence[str]) -> dict[str, str]:
    """Recognised column → SQL expression of its text: its own cell, or the first filled one it falls back on.

    Args:
        register: whose columns.
        heading: what the columns of the file mean.
        texts: SQL expression of each column of the file, NULL where a cell is empty.
    """
    others = heading.fallbacks
    return {
        name: f"coalesce({', '.join(texts[place] for place in (at, *others[name]))})" if name in others else texts[at]
        for name, at in in_order(register, heading)
    }


def rows_lost(path: Path, *, expected: int, found: int) -> SosachError:
    """The defect that must never reach a result: rows in ≠ rows out."""
    return SosachError(
        ErrorCode.ROWS_LOST,
        vi=f"Tệp “{path.name}”: đọc được {found} dòng nhưng tệp có {expected} dòng; đã dừng để không mất dữ liệu.",
        en=f"“{path.name}”: {found} rows read of {expected}; stopped so that nothing is lost.",
        hint_vi="Đây là lỗi của phần mềm: hãy gửi thông báo này cho người bảo trì.",
        hint_en="This is a defect of the software: send this message to its maintainers.",
    )
