"""Columns of several Parquet files side by side in one: same values, same types, for every reader."""

from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sosach.engine.parquet_splice import Taken, reorder, splice

ROWS, GROUP = 1_000, 300
TEXT = pa.table(
    {
        "row": pa.array(range(ROWS), pa.int32()),
        "tên": pa.array([None if i % 7 == 0 else f"Nguyễn Văn {i}" for i in range(ROWS)]),
        "kind": pa.array([("car", "motorbike", None)[i % 3] for i in range(ROWS)]).dictionary_encode(),
    }
)
MORE = pa.table(
    {
        "places": pa.array([None if i % 5 == 0 else list(range(i % 4)) for i in range(ROWS)], pa.list_(pa.int32())),
        "pair": pa.array([{"a": i, "b": str(i)} for i in range(ROWS)]),
        "day": pa.array([date(2020, 1, 1 + i % 28) for i in range(ROWS)]),
        "yes": pa.array([i % 2 == 0 for i in range(ROWS)]),
        "sum": pa.array([i / 3 for i in range(ROWS)]),
    }
)


def written(path: Path, table: pa.Table, group: int = GROUP, codec: str = "lz4") -> Path:
    pq.write_table(table, path, row_group_size=group, compression=codec, store_schema=False)
    return path


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return written(tmp_path / "a.parquet", TEXT), written(tmp_path / "b.parquet", MORE, codec="zstd")


def test_values_and_types_stay(tmp_path: Path, files: tuple[Path, Path]) -> None:
    a, b = files
    columns = [Taken(b, "pair", "đôi"), Taken(a, "tên", "name"), *(Taken(b, c, c) for c in ("sum", "places", "day"))]
    columns += [Taken(a, "kind", "kind"), Taken(a, "kind", "again"), Taken(b, "yes", "yes"), Taken(a, "row", "row")]
    assert splice(tmp_path / "c.parquet", columns) == ROWS
    whole = pq.read_table(tmp_path / "c.parquet")
    sources = {a: pq.read_table(a), b: pq.read_table(b)}
    assert whole.column_names == [one.name for one in columns]
    for one in columns:
        assert whole[one.name].equals(sources[one.file][one.column]), one
    with duckdb.connect() as con:
        rows = con.execute(
            "SELECT name, places, day, row FROM read_parquet(?)", [str(tmp_path / "c.parquet")]
        ).fetchall()
    expected = zip(
        *(sources[f][c].to_pylist() for f, c in ((a, "tên"), (b, "places"), (b, "day"), (a, "row"))), strict=True
    )
    assert rows == list(expected)


def test_the_same_files_give_the_same_bytes(tmp_path: Path, files: tuple[Path, Path]) -> None:
    columns = [Taken(files[0], "row", "row"), Taken(files[1], "places", "places")]
    for name in ("c", "d"):
        splice(tmp_path / name, columns)
    assert (tmp_path / "c").read_bytes() == (tmp_path / "d").read_bytes()


def test_many_columns_and_groups(tmp_path: Path, files: tuple[Path, Path]) -> None:
    del files
    narrow = written(tmp_path / "n.parquet", TEXT, group=1)
    columns = [Taken(narrow, "row", f"row{number}") for number in range(40)]
    assert splice(tmp_path / "c.parquet", columns) == ROWS
    assert pq.read_table(tmp_path / "c.parquet")["row39"].equals(TEXT["row"])


def test_no_rows(tmp_path: Path) -> None:
    empty = written(tmp_path / "n.parquet", TEXT.slice(0, 0))
    assert splice(tmp_path / "c.parquet", [Taken(empty, "tên", "name")]) == 0
    assert pq.read_table(tmp_path / "c.parquet").num_rows == 0


def test_files_of_other_rows_are_refused(tmp_path: Path, files: tuple[Path, Path]) -> None:
    for table, group in ((MORE, GROUP + 1), (MORE.slice(1), GROUP)):
        other = written(tmp_path / "o.parquet", table, group=group)
        with pytest.raises(ValueError, match="same rows"):
            splice(tmp_path / "c.parquet", [Taken(files[0], "row", "row"), Taken(other, "day", "day")])
    with pytest.raises(ValueError, match="no column"):
        splice(tmp_path / "c.parquet", [Taken(files[0], "day", "day")])


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"row;plate\n" * 9)
    with pytest.raises(ValueError, match="no Parquet"):
        splice(tmp_path / "c.parquet", [Taken(tmp_path / "x", "row", "row")])


def test_row_groups_in_another_order(tmp_path: Path) -> None:
    path = written(tmp_path / "a.parquet", TEXT)
    reorder(path, [2, 0, 3, 1])
    groups = [TEXT.slice(start, GROUP) for start in range(0, ROWS, GROUP)]
    # the first group of the file is to be the third, the second the first …
    assert (
        pq.read_table(path)["row"].to_pylist() == pa.concat_tables(groups[i] for i in (1, 3, 0, 2))["row"].to_pylist()
    )
