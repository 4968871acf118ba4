"""One set of synthetic registers for all tests that only look at it."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from sosach.synth import SynthPlan, generate

PERSONS = 4_000


@pytest.fixture(scope="session")
def plan(tmp_path_factory: pytest.TempPathFactory) -> SynthPlan:
    return SynthPlan(PERSONS, tmp_path_factory.mktemp("synth"), seed=7, formats=("parquet", "csv", "xlsx"), chunk=1_500)


@pytest.fixture(scope="session")
def made(plan: SynthPlan) -> Path:
    generate(plan)
    return plan.out


@pytest.fixture
def db(made: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    for path in (*made.glob("*.parquet"), *made.glob("truth/*.parquet")):
        connection.execute(
            f"CREATE VIEW {path.stem} AS SELECT *, row_number() OVER () - 1 AS nth FROM read_parquet('{path}')"
        )
    yield connection
    connection.close()
