"""Rows as XML, read from DuckDB in their order and handed out unit by unit without touching a single row in Python."""

from collections.abc import Iterator
from typing import Any, Final

import duckdb

from sosach.base.errors import ErrorCode, SosachError

BATCH: Final = 8_192


class RowStream:
    """The rows of one register of a batch: a query of two columns, unit and xml, read once from first to last.

    Args:
        relation: the query; its rows stand in the order of the units.
    """

    def __init__(self, relation: duckdb.DuckDBPyRelation) -> None:
        self._reader: Any = relation.to_arrow_reader(BATCH)
        self._batch: Any = None
        self._at = 0

    def take(self, unit: int, count: int) -> Iterator[memoryview]:
        """Hand out the next rows, which all belong to the unit, as XML in pieces.

        Raises:
            SosachError: `ROWS_LOST`, when the next rows are not the unit's.
        """
        while count:
            if self._batch is None or self._at == self._batch.num_rows:
                self._batch, self._at = self._next(unit), 0
            size = min(count, self._batch.num_rows - self._at)
            units = self._batch.column(0)
            if units[self._at].as_py() != unit or units[self._at + size - 1].as_py() != unit:
                raise _lost(unit)
            yield self._text(self._at, self._at + size)
            self._at += size
            count -= size

    def close(self) -> None:
        """End the query.

        Raises:
            SosachError: `ROWS_LOST`, when rows are left.
        """
        left = self._batch is not None and self._at < self._batch.num_rows
        if left or any(batch.num_rows for batch in self._reader):
            raise _lost(-1)
        self._reader.close()

    def _next(self, unit: int) -> Any:
        for batch in self._reader:
            if batch.num_rows:
                return batch
        raise _lost(unit)

    def _text(self, start: int, stop: int) -> memoryview:
        """Show the text of some rows in the column's buffer, where they stand side by side."""
        column = self._batch.column(1)
        _, offsets, text = column.buffers()
        places = memoryview(offsets).cast("i")
        return memoryview(text)[places[column.offset + start] : places[column.offset + stop]]


def _lost(unit: int) -> SosachError:
    return SosachError(
        ErrorCode.ROWS_LOST,
        vi=f"Danh sách việc: dòng không đúng chỗ (đơn vị {unit}).",
        en=f"Work lists: rows out of place (unit {unit}).",
    )
