"""Units, their groups and their order: nothing lost, nothing twice, the same books however many groups there are."""

from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.fixture_run import connection, tiny_run

from sosach.engine.report.units import communes, provinces, slug
from sosach.engine.worklists import units, write_worklists
from sosach.engine.worklists.units import Unit, groups_of, memory_limit, route_table


def unit(number: int, rows: int) -> Unit:
    return Unit(number, "10144", "", Path(), (rows, 0, 0))


@given(st.lists(st.integers(1, 50)), st.integers(1, 4), st.integers(1, 100_000))
def test_groups_hold_every_unit_once_in_order(rows: list[int], writers: int, memory: int) -> None:
    given_units = [unit(number, count) for number, count in enumerate(rows)]
    groups = groups_of(given_units, memory=memory, writers=writers)
    assert [each for group in groups for each in group] == given_units
    assert all(groups)


def test_groups_keep_all_writers_busy_and_memory_bounded() -> None:
    given_units = [unit(number, 1_000) for number in range(1_000)]
    assert len(groups_of(given_units, memory=1e12, writers=2)) == 2
    tight = groups_of(given_units, memory=units.BYTES_PER_ROW * 100_000, writers=2)
    assert max(sum(each.rows for each in group) for group in tight) <= 50_000


@pytest.mark.parametrize(("given", "least"), [("700MB", 6.9e8), ("3GB", 2.8e9), ("1TiB", 1.0e12)])
def test_memory_limit_is_read(given: str, least: float) -> None:
    con = duckdb.connect(config={"memory_limit": given})
    assert least < memory_limit(con) < least * 1.15


def test_many_groups_give_the_same_books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books = []
    for size in (units.GROUP_ROWS, 1):
        monkeypatch.setattr(units, "GROUP_ROWS", size)
        run = tiny_run(tmp_path / str(size))
        write_worklists(connection(), run, as_of=date(2026, 11, 22))
        folder = run / "worklists"
        books.append({path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.xlsx")})
    assert books[0] == books[1]


def test_every_commune_has_a_file_name_of_its_own() -> None:
    names = {f"{commune.province}/{code}-{slug(commune.name)}" for code, commune in communes().items()}
    assert len(names) == len(communes()) == 3321
    assert all(name.isascii() and " " not in name for name in names)
    assert len(provinces()) == 34


def test_a_plate_or_licence_leads_to_one_province_only() -> None:
    whole = [Unit(number, code, "", Path(), (1, 0, 0)) for number, code in enumerate(provinces())]
    routes = route_table(whole)
    keys = [(kind, code) for kind, code, _ in routes]
    assert len(keys) == len(set(keys))
    assert {("vehicles", "29"), ("vehicles", "36"), ("licences", "01"), ("province", "01")} <= set(keys)
