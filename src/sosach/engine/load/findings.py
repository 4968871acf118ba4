"""Where findings about source damage go while a register is read: Parquet pieces, joined at the end."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from sosach.engine.load.sql import literal, pattern

SCHEMA = pa.schema(
    [
        ("row", pa.int32()),
        ("code", pa.string()),
        ("field", pa.string()),
        ("value", pa.string()),
        ("proposed", pa.string()),
        ("other", pa.string()),
    ]
)
LONGEST_VALUE = 2_000
_PIECE = 50_000

TOO_FEW = "SRC-01"
TOO_MANY = "SRC-02"
QUOTES = "SRC-03"
BROKEN_IN_TWO = "SRC-04"
BAD_BYTES = "SRC-05"
CONTROL = "SRC-06"
CUT = "SRC-07"
SHIFTED = "SRC-08"
REPEATED_HEADING = "SRC-09"
TOTALS = "SRC-10"
CELL_ERROR = "SRC-11"
CELL_DATE = "SRC-12"
CELL_DIGITS = "SRC-13"
CELL_BOOLEAN = "SRC-14"
NESTED = "SRC-15"

Remark = tuple[int, str, str | None, str | None, str | None, str | None]


class FindingSink:
    """Collects remarks in memory up to a limit, then in Parquet pieces under `work`."""

    def __init__(self, work: Path) -> None:
        self._work = work
        self._rows: list[Remark] = []
        self._pieces: list[Path] = []

    def add(
        self, row: int, code: str, *, field: str | None = None, value: str | None = None, proposed: str | None = None,
        other: str | None = None,
    ) -> None:  # fmt: skip
        """One remark; long values are cut at 2,000 characters."""
        cut = value[:LONGEST_VALUE] if value else value
        self._rows.append((row, code, field, cut, proposed[:LONGEST_VALUE] if proposed else proposed, other))
        if len(self._rows) >= _PIECE:
            self._flush()

    def _flush(self) -> None:
        columns = [
            pa.array(column, type=kind.type) for column, kind in zip(zip(*self._rows, strict=True), SCHEMA, strict=True)
        ]
        path = self.piece()
        pq.write_table(pa.Table.from_arrays(columns, schema=SCHEMA), path, compression="lz4")
        self._rows.clear()

    def piece(self) -> Path:
        """A fresh path for a Parquet piece of findings with the schema above, joined with the others at the end."""
        path = self._work / f"findings-{len(self._pieces)}.parquet"
        self._pieces.append(path)
        return path

    def finish(self, con: duckdb.DuckDBPyConnection, target: Path) -> Path | None:
        """Join the pieces into one file ordered by row and code; None when nothing was remarked."""
        if self._rows:
            self._flush()
        pieces = [path for path in self._pieces if path.exists()]
        if not pieces:
            return None
        listed = ", ".join(pattern(piece) for piece in pieces)
        count = con.execute(f"SELECT count(*) FROM read_parquet([{listed}])").fetchall()[0][0]
        if count:
            con.execute(
                f"COPY (SELECT DISTINCT * FROM read_parquet([{listed}]) ORDER BY ALL)"
                f" TO {literal(target)} (FORMAT parquet, COMPRESSION lz4_raw)"
            ).fetchall()
        for piece in self._pieces:
            piece.unlink(missing_ok=True)
        return target if count else None
