"""What the footer of a Parquet file says about its columns: how many cells are missing, whether some text is empty."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq


@dataclass(frozen=True, slots=True)
class Footer:
    """Counts kept at the end of a Parquet file, known without reading its values.

    Attributes:
        rows: number of rows.
        missing: column → cells that are NULL; a column whose writer did not count them is absent.
        without_empty: columns of text in which no value is the empty text; one left out may have some.
    """

    rows: int
    missing: dict[str, int]
    without_empty: frozenset[str]

    def filled(self) -> dict[str, int]:
        """Column → cells that hold something, empty texts among them."""
        return {name: self.rows - missing for name, missing in self.missing.items()}


def read_footer(path: Path) -> Footer:
    """Read the footer.

    Raises:
        OSError, ValueError, pyarrow.ArrowException: this is no sound Parquet file.
    """
    with pq.ParquetFile(path) as file:
        metadata = file.metadata
        missing: dict[str, int | None] = {}
        shortest: dict[str, bool] = {}
        for group in range(metadata.num_row_groups):
            pieces = metadata.row_group(group)
            for at in range(metadata.num_columns):
                piece = pieces.column(at)
                found, no_empty = _of_piece(piece)
                name = piece.path_in_schema
                before = missing.get(name, 0)
                missing[name] = None if before is None or found is None else before + found
                shortest[name] = shortest.get(name, True) and no_empty
    return Footer(
        rows=int(metadata.num_rows),
        missing={name: count for name, count in missing.items() if count is not None},
        without_empty=frozenset(name for name, holds in shortest.items() if holds),
    )


def _of_piece(piece: pq.ColumnChunkMetaData) -> tuple[int | None, bool]:
    """Missing cells of one column of one row group, and whether its least text is longer than nothing.

    The empty text comes before all others in every order, so it would be the least one.
    """
    statistics = piece.statistics
    if statistics is None:
        return None, False
    missing = int(statistics.null_count) if statistics.has_null_count else None
    if statistics.has_min_max:
        return missing, statistics.physical_type == "BYTE_ARRAY" and statistics.min_raw != b""
    return missing, missing == piece.num_values
