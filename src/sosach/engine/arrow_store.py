"""Writes the result of a query as Parquet through Arrow: four times less work than the database's own writer."""

import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROWS_PER_GROUP = 122_880
# A column whose first rows repeat this much is stored by dictionary; for others the attempt would cost and not pay.
REPEATS = 0.2
WAITING = 4


def store(con: duckdb.DuckDBPyConnection, sql: str | Sequence[str], path: Path) -> int:
    """Write the rows of a query, or of several with the same columns one after the other, to a Parquet file.

    The rows keep their order. The file is written beside its place and moved there when whole. Reading and writing
    overlap.

    Returns:
        How many rows it holds.
    """
    con.complete()  # a result somebody looked at without reading it to its end would be in the way
    first, *others = [sql] if isinstance(sql, str) else sql
    reader = con.sql(first).to_arrow_reader(ROWS_PER_GROUP)
    fresh = path.with_name(path.name + ".part")
    batches: queue.Queue[pa.Table | None] = queue.Queue(WAITING)
    writer = _Writer(fresh, reader.schema, batches)
    writer.start()
    rows = 0
    try:
        later = (con.sql(other).to_arrow_reader(ROWS_PER_GROUP) for other in others)
        for table in _grouped(batch for each in chain((reader,), later) for batch in each):
            rows += table.num_rows
            if writer.failure is not None:
                break
            batches.put(table)
    finally:
        batches.put(None)
        writer.join()
    if writer.failure is not None:
        raise writer.failure
    fresh.replace(path)
    return rows


def _grouped(reader: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Batches put together to row groups of exactly `ROWS_PER_GROUP`, only the last one smaller.

    Files of the same rows so have the same row groups, and columns of both can be put side by side in one file.
    """
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in reader:
        if batch.num_rows == 0:
            continue
        held.append(batch)
        count += batch.num_rows
        while count >= ROWS_PER_GROUP:
            count -= ROWS_PER_GROUP
            last = held[-1].num_rows - count
            yield pa.Table.from_batches([*held[:-1], held[-1].slice(0, last)])
            held = [held[-1].slice(last)] if count else []
    if count:
        yield pa.Table.from_batches(held)


class _Writer(threading.Thread):
    """Writes tables from a queue until None comes; keeps the first failure."""

    def __init__(self, path: Path, schema: pa.Schema, tables: "queue.Queue[pa.Table | None]") -> None:
        super().__init__(daemon=True)
        self._path = path
        self._schema = schema
        self._tables = tables
        self.failure: BaseException | None = None

    def run(self) -> None:
        """Write until the end."""
        writer: pq.ParquetWriter | None = None
        try:
            while (table := self._tables.get()) is not None:
                if writer is None:
                    writer = self._open(table)
                writer.write_table(table, row_group_size=ROWS_PER_GROUP)
            if writer is None:
                writer = self._open(self._schema.empty_table())
            writer.close()
        except (OSError, pa.ArrowException) as failure:
            self.failure = failure
            while self._tables.get() is not None:
                pass

    def _open(self, first: pa.Table) -> pq.ParquetWriter:
        repeating = [
            name
            for name, column in zip(first.column_names, first.columns, strict=True)
            if pa.types.is_dictionary(column.type) or (pa.types.is_string(column.type) and _repeats(column))
        ]
        return pq.ParquetWriter(
            self._path,
            first.schema,
            compression="lz4",
            use_dictionary=repeating,
            write_statistics=False,
            store_schema=False,
        )


def _repeats(column: pa.ChunkedArray) -> bool:
    return bool(pc.count_distinct(column).as_py() <= max(1.0, REPEATS * len(column)))
