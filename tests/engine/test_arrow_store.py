"""Results of queries as Parquet: rows stand in their order, however the database hands them out."""

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from sosach.engine.arrow_store import ROWS_PER_GROUP, store, store_rows

ROWS = 5 * ROWS_PER_GROUP // 2


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 2})


def assert_in_order(path: Path, rows: int) -> None:
    file = pq.ParquetFile(path)
    assert file.read(["row"])["row"].to_pylist() == list(range(rows))
    groups = [file.metadata.row_group(number).num_rows for number in range(file.metadata.num_row_groups)]
    full, rest = divmod(rows, ROWS_PER_GROUP)
    assert groups == [ROWS_PER_GROUP] * full + [rest] * (rest > 0)


# runs swapped; groups that begin late; every row elsewhere
@pytest.mark.parametrize(
    "order",
    ["i", "(i // 1000) % 7, i", "(i // 100000) DESC, i", "i DESC", "hash(i)"],
    ids=lambda order: str(order)[:12],
)
def test_rows_are_put_in_their_order(con: duckdb.DuckDBPyConnection, tmp_path: Path, order: str) -> None:
    sql = f"SELECT i::INTEGER AS row, 'x' || i AS text FROM range({ROWS}) t(i) ORDER BY {order}"
    assert store_rows(con, sql, tmp_path / "t.parquet") == ROWS
    assert_in_order(tmp_path / "t.parquet", ROWS)
    assert pq.read_table(tmp_path / "t.parquet")["text"][ROWS - 1].as_py() == f"x{ROWS - 1}"
    assert [path.name for path in tmp_path.iterdir()] == ["t.parquet"]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT range::INTEGER AS row FROM range(10) WHERE range <> 4",
        "SELECT unnest([0, 1, 1, 2]) AS row",
        f"SELECT range::INTEGER AS row FROM range({ROWS}) WHERE range <> {ROWS_PER_GROUP - 1}",
    ],
)
def test_a_row_that_is_missing_or_comes_twice_is_an_error(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, sql: str
) -> None:
    with pytest.raises(ValueError, match="row"):
        store_rows(con, sql, tmp_path / "t.parquet")
    assert not (tmp_path / "t.parquet").exists()
    assert con.execute("SELECT 1").fetchone() == (1,)


def test_several_queries_one_after_the_other(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    parts = [f"SELECT i::INTEGER AS row FROM range({a}, {b}) t(i)" for a, b in ((0, 9), (9, 9), (9, ROWS))]
    assert store(con, parts, tmp_path / "t.parquet") == ROWS
    assert_in_order(tmp_path / "t.parquet", ROWS)


def test_no_rows(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for write in (store, store_rows):
        assert write(con, "SELECT 0::INTEGER AS row, '' AS text WHERE false", tmp_path / "t.parquet") == 0
        assert pq.read_table(tmp_path / "t.parquet").column_names == ["row", "text"]
