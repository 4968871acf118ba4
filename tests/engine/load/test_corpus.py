"""Every broken input of the corpus: an error a person can act on or every row; never a traceback, never a lost row."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from tests.engine.corpus.cases import Case
from tests.engine.corpus.make import cases

from sosach.base.errors import SosachError
from sosach.base.registers import column_names
from sosach.engine.load import LoadedRegister, load_register
from sosach.vn.catalogue import catalogue

CASES = {case.name: case for case in cases()}


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("SET enable_progress_bar = false").fetchall()
        yield connection


def test_the_corpus_is_large() -> None:
    assert len(CASES) >= 300


@pytest.mark.parametrize("name", CASES)
def test_loads_or_says_why_not(name: str, con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    case = CASES[name]
    folder = tmp_path / "in"
    folder.mkdir()
    source = case.write(folder)
    loaded: LoadedRegister | None = None
    refusal: SosachError | None = None
    try:
        loaded = load_register(
            con, register=case.register, source=source, work=tmp_path / "work", mapping=None, progress=None
        )
    except SosachError as error:
        refusal = error
    if refusal is not None:
        assert refusal.code in case.errors, refusal.text("en")
        assert all((refusal.vi, refusal.en, refusal.hint_vi, refusal.hint_en))
    else:
        assert loaded is not None
        _check(case, loaded, con)


def _check(case: Case, loaded: LoadedRegister, con: duckdb.DuckDBPyConnection) -> None:
    assert case.rows is not None, f"{loaded.rows} rows of what should be refused"
    assert loaded.rows == case.rows
    assert sum(file.rows for file in loaded.files) == case.rows
    table = con.execute(f"SELECT * FROM ({loaded.sql}) ORDER BY row").fetchall()
    assert [row[0] for row in table] == list(range(case.rows))
    columns = ("row", *column_names(case.register))
    for (at, name), text in case.cells.items():
        assert table[at][columns.index(name)] == text, (at, name)
    found = (
        []
        if loaded.findings is None
        else con.execute("SELECT * FROM read_parquet(?)", [str(loaded.findings)]).fetchall()
    )
    codes = {row[1] for row in found}
    assert codes <= set(catalogue())
    assert case.findings <= codes, found
    assert not (case.clean and found), found
    assert all(0 <= row[0] < case.rows for row in found)
