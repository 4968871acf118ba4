"""The folder of a cleaning run: its manifest, and its files in portions that fit in memory."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.provenance.rules import Computed

PORTION = 65_536  # rows at a time
RAISED = ("findings", "candidates", "duplicates")
T = TypeVar("T")
_BETWEEN = "\x1f"  # stands in no value
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}".encode()


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a register of a run: those behind a border without some of them, or all the others.

    Attributes:
        border: number of the last row before it.
        staying: numbers of rows behind the border that count as before it.
        behind: whether those behind are meant.
    """

    border: int
    staying: pa.Array
    behind: bool

    def of(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Those of a batch, which has a column `row_number`."""
        number = batch["row_number"]
        stays = pc.is_in(number, value_set=self.staying.cast(number.type))
        behind = pc.and_not(pc.greater(number, self.border), stays)
        return batch.filter(behind if self.behind else pc.invert(behind))

    def any_between(self, first: int, last: int) -> bool:
        """Whether some of the rows with these numbers may be meant."""
        if self.behind:
            return last > self.border
        if first <= self.border:
            return True
        between = pc.and_(pc.greater_equal(self.staying, first), pc.less_equal(self.staying, last))
        return bool(pc.any(between).as_py())


@dataclass(frozen=True)
class RunFolder:
    """What `sosach clean` left in a folder.

    Attributes:
        path: of the folder.
        only: rows that `portions`, `counted` and `raised` tell; None: all.
    """

    path: Path
    only: Rows | None = None

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What the run says of itself.

        Raises:
            SosachError: INPUT-01 there is no manifest; INPUT-02 it cannot be read.
        """
        file = self.path / "manifest.json"
        if not file.is_file():
            raise SosachError(
                ErrorCode.INPUT_MISSING,
                vi=f"Không thấy kết quả làm sạch trong “{self.path}”.",
                en=f"There is no cleaning run in {self.path}.",
                hint_vi="Chạy `sosach clean` trước.",
                hint_en="Run `sosach clean` first.",
            )
        try:
            found: dict[str, Any] = json.loads(file.read_text("utf-8"))
        except ValueError as broken:
            raise SosachError(
                ErrorCode.INPUT_UNREADABLE, vi=f"Tệp “{file}” bị hỏng.", en=f"{file} is damaged."
            ) from broken
        return found

    def digest(self, register: str, *, province: str = "") -> str:
        """What makes this run of this register the one it is: the same inputs cleaned the same way are the same run.

        Args:
            register: of the run.
            province: whose part of it alone is taken in; "" for the whole.
        """
        manifest = self.manifest
        inputs = sorted((found["register"], found["blake2b"], found["rows"]) for found in manifest["inputs"])
        told = [
            manifest["sosach"],
            manifest["as_of"],
            manifest["settings"],
            inputs,
            register,
            *([province] if province else []),
        ]
        plain = json.dumps(told, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(plain.encode()).hexdigest()

    def rows(self, register: str) -> int:
        """Rows of the register the run was given; 0 when it was not given at all."""
        return int(self.manifest["rows"].get(register, {}).get("in", 0))

    def raised(self, register: str) -> int:
        """How many findings, candidates and duplicates the run raised about a register."""
        counted = 0
        for name in RAISED:
            with self.file(name) as file:
                groups = self._groups(file, register)
                for batch in file.iter_batches(row_groups=groups, columns=["register", "row_number"]):
                    counted += self._meant(batch, register).num_rows
        return counted

    def file(self, name: str) -> pq.ParquetFile:
        """One of its Parquet files.

        Raises:
            SosachError: INPUT-01, it is missing.
        """
        path = self.path / f"{name}.parquet"
        if not path.is_file():
            raise SosachError(ErrorCode.INPUT_MISSING, vi=f"Thiếu tệp “{path}”.", en=f"{path} is missing.")
        return pq.ParquetFile(path)

    def columns(self, name: str) -> tuple[str, ...]:
        """Columns of one of its files, in order."""
        return tuple(self.file(name).schema_arrow.names)

    def portions(
        self, name: str, columns: Sequence[str], *, computed: Sequence[Computed] = (), register: str = ""
    ) -> Iterator[bytes]:
        """As `counted`, without the counts."""
        for portion, _ in self.counted(name, columns, computed=computed, register=register):
            yield portion

    def counted(
        self, name: str, columns: Sequence[str], *, computed: Sequence[Computed] = (), register: str = ""
    ) -> Iterator[tuple[bytes, int]]:
        """Columns of a file as CSV that PostgreSQL's COPY reads, some ten thousand rows at a time, and how many.

        Args:
            name: of the file.
            columns: which; a missing one is empty.
            computed: columns added behind them.
            register: only rows of this register (files that hold several).
        """
        with self.file(name) as file:
            there = set(file.schema_arrow.names)
            read = {
                *columns,
                *(column for made in computed for column in made.of),
                *(("register",) if register else ()),
                *(("row_number",) if self.only else ()),
            } & there
            for batch in file.iter_batches(PORTION, row_groups=self._groups(file, register), columns=sorted(read)):
                rows = self._meant(batch, register)
                if rows.num_rows:
                    yield _csv(rows, columns, computed), rows.num_rows

    def _groups(self, file: pq.ParquetFile, register: str) -> list[int]:
        """Row groups that may hold rows that are meant, as far as the file says what lies in each."""
        return [
            group for group in range(file.num_row_groups) if self._may_hold(file.metadata.row_group(group), register)
        ]

    def _may_hold(self, group: pq.RowGroupMetaData, register: str) -> bool:
        told = {found.path_in_schema: found.statistics for found in map(group.column, range(group.num_columns))}
        ends = {name: (each.min, each.max) for name, each in told.items() if each is not None and each.has_min_max}
        first, last = ends.get("register", (register, register))
        if register and not first <= register <= last:
            return False
        return self.only is None or "row_number" not in ends or self.only.any_between(*ends["row_number"])

    def _meant(self, batch: pa.RecordBatch, register: str) -> pa.RecordBatch:
        """Rows of a batch that are of a register, if one is named, and of those this folder tells."""
        rows = batch.filter(pc.equal(batch["register"], register)) if register else batch
        return self.only.of(rows) if self.only else rows


def ahead(portions: Iterator[T]) -> Iterator[T]:
    """The same portions; the next one is made while the database works on this one."""
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(next, portions, None)
        while (portion := coming.result()) is not None:
            coming = beside.submit(next, portions, None)
            yield portion


def _csv(rows: pa.RecordBatch, columns: Sequence[str], computed: Sequence[Computed]) -> bytes:
    empty = pa.nulls(rows.num_rows, pa.string())
    arrays = [rows[name] if name in rows.schema.names else empty for name in columns]
    arrays += [_made(rows, made) if made.of[0] in rows.schema.names else empty for made in computed]
    table = pa.table(arrays, names=[f"c{place}" for place in range(len(arrays))])
    sink = pa.BufferOutputStream()
    arrow_csv.write_csv(table, sink, arrow_csv.WriteOptions(include_header=False))
    plain: bytes = sink.getvalue().to_pybytes()
    # PostgreSQL's text cannot hold the character of number 0
    return plain.replace(b"\x00", _REPLACEMENT) if b"\x00" in plain else plain


def _made(rows: pa.RecordBatch, made: Computed) -> pa.Array:
    """A computed column: the function is asked once for each distinct value."""
    parts = [rows[name].cast(pa.string()) if name in rows.schema.names else None for name in made.of]
    empty = pa.array([""] * rows.num_rows)
    filled = [empty if part is None else pc.fill_null(part, "") for part in parts]
    joined = filled[0] if len(filled) == 1 else pc.binary_join_element_wise(*filled, _BETWEEN)
    coded = joined.dictionary_encode()
    told = [_asked(made, value.split(_BETWEEN)) for value in coded.dictionary.to_pylist()]
    return pa.array(told, pa.string()).take(coded.indices)


def _asked(made: Computed, values: list[str]) -> str | None:
    return made.by(*values) if values[0] else None
