"""Dictionaries: the distinct values of a kind, each read once by plain Python, in as many processes as there are cores.

Values of an ordinary shape (`Kind.plain`) never come here: SQL gives them the meaning the function is proven to give.
"""

import gc
import os
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sosach.engine.standardise.kinds import KINDS, Kind
from sosach.engine.standardise.reading import FINDINGS_TYPE, read_each
from sosach.engine.workspace import Workspace, quoted

# Below this many values telling a process costs more than it saves.
PARALLEL_FROM = 4_000
CHUNK = 32_768


@dataclass(frozen=True, slots=True)
class Source:
    """Where values of a kind stand: an SQL expression over the rows of a table that fulfil a condition."""

    table: str
    expression: str
    where: str


class Readers:
    """Reads dictionaries: in child processes that run beside the database, or here when there is little to read."""

    def __init__(self, processes: int) -> None:
        self._pool: ProcessPoolExecutor | None = None
        if processes > 1:
            # no garbage collection: millions of small tuples live and die in order, looking for cycles only costs
            # spawn: a forked child of a process with database threads may hang
            self._pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=gc.disable)
            # children start while the first values are being collected
            for _ in range(processes):
                self._pool.submit(gc.isenabled)

    def read(self, kind: Kind, values: Path, out: Path) -> "tuple[int, list[Future[None]]]":
        """Read a Parquet file of values (one column `raw`) into part files; returns their count and what to wait for."""
        file = pq.ParquetFile(values)
        parts = []
        first = 0
        for group in range(file.metadata.num_row_groups):
            parts.append((kind.name, str(values), group, first, str(out / f"part-{group:05d}.parquet")))
            first += file.metadata.row_group(group).num_rows
        rows: int = file.metadata.num_rows
        if self._pool is not None and rows >= PARALLEL_FROM:
            return rows, [self._pool.submit(read_part, *part) for part in parts]
        for part in parts:
            read_part(*part)
        return rows, []

    def close(self) -> None:
        """End the child processes."""
        if self._pool is not None:
            self._pool.shutdown()


@contextmanager
def readers(processes: int) -> Iterator[Readers]:
    """Readers with that many processes, closed at the end."""
    pool = Readers(processes)
    try:
        yield pool
    finally:
        pool.close()


def read_part(kind_name: str, values: str, group: int, first: int, out: str) -> None:
    """Read one row group of values; top-level, so that a child process can be told to do it."""
    kind = KINDS[kind_name]
    raw = pq.ParquetFile(values).read_row_group(group).column(0).combine_chunks()
    table = _table(kind, raw, first)
    pq.write_table(table, out, compression="lz4")


def _table(kind: Kind, raw: pa.Array, first: int) -> pa.Table:
    table = kind.many(raw) if kind.many else read_each(raw, kind.read, kind.columns)
    return table.add_column(0, "id", pa.array(np.arange(first, first + len(raw), dtype=np.int32)))


@dataclass(frozen=True, slots=True)
class Begun:
    """A dictionary whose values are collected and being read."""

    kind: Kind
    folder: Path
    count: int
    reading: "list[Future[None]]"


def begin_dictionary(workspace: Workspace, pool: Readers, kind: Kind, sources: list[Source]) -> Begun:
    """Collect the distinct odd values of the sources and have them read; `finish_dictionary` waits for the end."""
    folder = workspace.path("standardise", "x").parent / f"dict_{kind.name}"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    values = folder.with_suffix(".values")
    selects = []
    for source in sources:
        odd = f" AND NOT regexp_full_match({source.expression}, '{quoted(kind.plain)}')" if kind.plain else ""
        selects.append(f"SELECT {source.expression} AS raw FROM {source.table} WHERE {source.where}{odd}")
    union = " UNION ALL ".join(selects) or "SELECT NULL::VARCHAR AS raw WHERE false"
    distinct = f"SELECT raw FROM ({union}) GROUP BY raw"
    workspace.con.execute(
        f"COPY ({distinct}) TO '{quoted(values)}' (FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE {CHUNK})"
    )
    return Begun(kind, folder, *pool.read(kind, values, folder))


def finish_dictionary(workspace: Workspace, begun: Begun) -> int:
    """Wait until a dictionary is read, show it as table `dict_<kind>`, and return how many values it has."""
    for part in begun.reading:
        part.result()
    begun.folder.with_suffix(".values").unlink()
    if begun.count == 0:
        pq.write_table(_empty(begun.kind), begun.folder / "part-00000.parquet")
    show_dictionary(workspace, begun.kind)
    return begun.count


def _empty(kind: Kind) -> pa.Table:
    fields = [("id", pa.int32()), ("raw", pa.string()), *kind.columns.items(), ("findings", FINDINGS_TYPE)]
    return pa.schema(fields).empty_table()


def show_dictionary(workspace: Workspace, kind: Kind) -> None:
    """Make a dictionary that was written before visible."""
    folder = workspace.work / "standardise" / f"dict_{kind.name}"
    workspace.con.execute(
        f"CREATE OR REPLACE VIEW dict_{kind.name} AS SELECT * FROM read_parquet('{quoted(folder)}{os.sep}*.parquet')"
    )
