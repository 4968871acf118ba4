"""Rows of a register in their order, read from DuckDB and handed out unit by unit while they are being drawn elsewhere."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final

import duckdb

from sosach.base.errors import ErrorCode, SosachError

BATCH: Final = 8_192

Draw = Callable[[Any, int], "Future[Any]"]
"""Draws a batch of rows, given how many stood before it: an Arrow array of texts, some time later."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Neighbouring rows of a batch that is drawn, or will be."""

    batch: "Future[Any]"
    start: int
    stop: int

    def text(self) -> memoryview:
        """Show the rows in the array's buffer, where they stand side by side; waits until they are drawn."""
        column = self.batch.result()
        _, offsets, text = column.buffers()
        places = memoryview(offsets).cast("i")
        return memoryview(text)[places[column.offset + self.start] : places[column.offset + self.stop]]


class RowStream:
    """The rows of one register: a query whose first column is the unit, read once from first to last.

    Args:
        relation: the query; its rows stand in the order of the units.
        draw: starts the drawing of a batch.
    """

    def __init__(self, relation: duckdb.DuckDBPyRelation, draw: Draw) -> None:
        self._reader: Any = relation.to_arrow_reader(BATCH)
        self._draw = draw
        self._units: Any = ()
        self._drawn: Future[Any] | None = None
        self._at = 0
        self._seen = 0

    def take(self, unit: int, count: int) -> Iterator[Drawn]:
        """Hand out the next rows, which all belong to the unit.

        Raises:
            SosachError: `ROWS_LOST`, when the next rows are not the unit's.
        """
        while count:
            if self._drawn is None or self._at == len(self._units):
                self._drawn, self._at = self._next(unit), 0
            size = min(count, len(self._units) - self._at)
            if self._units[self._at].as_py() != unit or self._units[self._at + size - 1].as_py() != unit:
                raise _lost(unit)
            yield Drawn(self._drawn, self._at, self._at + size)
            self._at += size
            count -= size

    def close(self) -> None:
        """End the query.

        Raises:
            SosachError: `ROWS_LOST`, when rows are left.
        """
        if self._at < len(self._units) or any(batch.num_rows for batch in self._reader):
            raise _lost(-1)
        self._reader.close()

    def _next(self, unit: int) -> "Future[Any]":
        for batch in self._reader:
            if batch.num_rows:
                self._units = batch.column(0)
                self._seen += batch.num_rows
                return self._draw(batch, self._seen - batch.num_rows)
        raise _lost(unit)


def _lost(unit: int) -> SosachError:
    return SosachError(
        ErrorCode.ROWS_LOST,
        vi=f"Danh sách việc: dòng không đúng chỗ (đơn vị {unit}).",
        en=f"Work lists: rows out of place (unit {unit}).",
    )
