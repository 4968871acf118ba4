"""Parquet is read where it lies: what its footer says, which values are checked, samples that cost the same at any size."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.registers import Register
from sosach.engine.load import LoadedRegister, load_register
from sosach.engine.load.footer import read_footer
from sosach.engine.load.sampling import sampled


def _load(tmp_path: Path, table: pa.Table, **options: object) -> LoadedRegister:
    pq.write_table(table, tmp_path / "a.parquet", **options)
    return load_register(
        duckdb.connect(),
        register=Register.POPULATION,
        source=tmp_path / "a.parquet",
        work=tmp_path / "w",
        mapping=None,
        progress=None,
    )


def _people(*names: str | None) -> pa.Table:
    return pa.table({"pin": [f"0010990{n:05d}" for n in range(len(names))], "full_name": pa.array(names, pa.string())})


def test_footer_tells_missing_cells_and_columns_without_empty_text(tmp_path: Path) -> None:
    table = pa.table({"a": ["x", None, "y"], "b": ["x", "", None], "c": pa.nulls(3, pa.string()), "d": [1, None, 3]})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=2)
    footer = read_footer(tmp_path / "a.parquet")
    assert (footer.rows, footer.missing) == (3, {"a": 1, "b": 1, "c": 3, "d": 1})
    assert footer.without_empty == {"a", "c"}
    assert footer.filled() == {"a": 2, "b": 2, "c": 0, "d": 2}


def test_a_footer_without_statistics_promises_nothing(tmp_path: Path) -> None:
    pq.write_table(_people("An"), tmp_path / "a.parquet", write_statistics=False)
    footer = read_footer(tmp_path / "a.parquet")
    assert (footer.missing, footer.without_empty) == ({}, frozenset())


@pytest.mark.parametrize("statistics", [True, False])
def test_empty_texts_are_missing_whatever_the_footer_says(tmp_path: Path, *, statistics: bool) -> None:
    loaded = _load(tmp_path, _people("An", "", None, "Bình"), write_statistics=statistics)
    assert loaded.files[0].filled == {"pin": 4, "full_name": 2}
    names = duckdb.connect().execute(f"SELECT full_name FROM ({loaded.sql}) ORDER BY row").fetchall()
    assert names == [("An",), (None,), (None,), ("Bình",)]


def test_text_without_empty_cells_is_read_as_it_stands(tmp_path: Path) -> None:
    assert "nullif" not in _load(tmp_path, _people("An", None, "Bình")).sql


@pytest.mark.parametrize("column", ["pin", "full_name"])
@pytest.mark.parametrize("dictionary", [True, False])
def test_text_that_is_no_utf8_is_refused_in_any_column(tmp_path: Path, column: str, *, dictionary: bool) -> None:
    good = pa.array(["a", "b"])
    _, offsets, data = pa.array([b"Nguy\xd4n", b"An"]).buffers()
    bad = pa.Array.from_buffers(pa.string(), 2, [None, offsets, data])
    table = pa.table({name: bad if name == column else good for name in ("pin", "full_name")})
    with pytest.raises(SosachError) as caught:
        _load(tmp_path, table, use_dictionary=dictionary)
    assert caught.value.code is ErrorCode.INPUT_UNREADABLE
    assert "a.parquet" in caught.value.en


def test_a_sample_reaches_from_the_first_row_to_the_last() -> None:
    con = duckdb.connect()
    for rows, wanted in ((5, 10), (10_001, 10_000), (1_000_000, 40_000), (8_032_033, 60_000)):
        kept = con.execute(
            f"SELECT count(*), min(row), max(row) FROM (SELECT unnest(range({rows})) AS row) WHERE {sampled(rows, wanted)}"
        ).fetchall()[0]
        assert kept[1:] == (0, rows - 1)
        assert min(rows, wanted) * 0.95 <= kept[0] <= wanted
