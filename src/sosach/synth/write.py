"""Writing: Parquet as the chunks come, CSV and workbooks from the finished Parquet, with the headings people know."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from sosach.base.registers import COLUMNS, Register
from sosach.base.workbook import SheetColumn, WorkbookTemplate

_ROWS_PER_BATCH = 8_192


class TableFile:
    """A Parquet file that grows by tables of one schema; nothing stands under its name before it is complete."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path, self._part = path, path.with_name(path.name + ".part")
        self._writer = pq.ParquetWriter(self._part, schema, compression="zstd", compression_level=1)
        self.rows = 0

    def add(self, table: pa.Table) -> None:
        """Append rows."""
        self._writer.write_table(table)
        self.rows += table.num_rows

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()
        self._part.replace(self._path)


def text_schema(register: Register) -> pa.Schema:
    """All canonical columns of a register, as text."""
    return pa.schema([(column.name, pa.string()) for column in COLUMNS[register]])


def write_csv(connection: duckdb.DuckDBPyConnection, register: Register, source: Path, target: Path) -> None:
    """A CSV with Vietnamese headings, UTF-8."""
    headings = ", ".join(f'"{column.name}" AS "{column.vi}"' for column in COLUMNS[register])
    part = target.with_name(target.name + ".part")
    connection.sql(f"SELECT {headings} FROM read_parquet('{_quoted(source)}')").write_csv(str(part), header=True)
    part.replace(target)


def write_xlsx(connection: duckdb.DuckDBPyConnection, register: Register, source: Path, target: Path) -> list[Path]:
    """Workbooks with Vietnamese headings; what one sheet cannot hold goes on in `-2`, `-3` and so on."""
    columns = COLUMNS[register]
    template = WorkbookTemplate([SheetColumn(column.vi, 20) for column in columns], sheet_name=register.value)
    row = template.row_sql([f'"{column.name}"' for column in columns])
    count = pq.read_metadata(source).num_rows
    written = []
    for number, start in enumerate(range(0, max(count, 1), template.capacity), start=1):
        path = target if number == 1 else target.with_stem(f"{target.stem}-{number}")
        query = f"SELECT {row} FROM read_parquet('{_quoted(source)}') LIMIT {template.capacity} OFFSET {start}"
        template.write_xml(path, _xml(connection.sql(query)))
        written.append(path)
    return written


def _xml(relation: duckdb.DuckDBPyRelation) -> Iterator[bytes]:
    """The text of a one-column result, batch by batch: Arrow keeps the strings of a column side by side."""
    for batch in relation.to_arrow_reader(_ROWS_PER_BATCH):
        _, offsets, texts = batch.column(0).buffers()
        ends = pa.Array.from_buffers(pa.int32(), batch.num_rows + 1, [None, offsets])
        yield texts[ends[0].as_py() : ends[batch.num_rows].as_py()].to_pybytes()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
