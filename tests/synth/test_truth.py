"""The truth: right persons, honest decidability, duplicates that are duplicates."""

from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from sosach.synth import SynthPlan, generate
from sosach.synth.dirt.table import PLANTINGS
from sosach.synth.lettering import toneless


def first(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row


def test_links_name_each_record_once_in_order(db: duckdb.DuckDBPyConnection) -> None:
    for register in ("vehicles", "licences"):
        ours = db.execute(f"SELECT record_id FROM {register} ORDER BY nth").fetchall()
        theirs = db.execute(f"SELECT record_id FROM links WHERE register = '{register}' ORDER BY row").fetchall()
        assert ours == theirs
        rows = db.execute(f"SELECT row FROM links WHERE register = '{register}' ORDER BY row").fetchall()
        assert rows == [(n,) for n in range(len(ours))]


def test_unplanted_numbers_are_the_persons(db: duckdb.DuckDBPyConnection) -> None:
    """Where nothing was planted on the number, twelve digits are the PIN of the person meant."""
    wrong = first(
        db,
        """SELECT count(*), count(*) FILTER (l.pin <> v.owner_id_number) FROM vehicles v JOIN links l USING (record_id)
           WHERE l.register = 'vehicles' AND length(v.owner_id_number) = 12 AND l.pin IS NOT NULL
             AND record_id NOT IN (SELECT record_id FROM planted WHERE register = 'vehicles' AND field = 'owner_id_number')""",
    )
    assert wrong[0] > 1_000
    assert wrong[1] == 0


def test_population_row_holds_the_pin(db: duckdb.DuckDBPyConnection) -> None:
    odd = db.execute(
        """SELECT p.pin, l.pin FROM links l JOIN population p ON p.nth = l.population_row
           WHERE p.pin <> l.pin AND p.nth NOT IN (SELECT row FROM planted WHERE register = 'population' AND field = 'pin')"""
    ).fetchall()
    assert odd == []


def test_outside_and_organisations_have_no_person(db: duckdb.DuckDBPyConnection) -> None:
    query = """SELECT count(*), count(l.pin), count(*) FILTER (l.decidable) FROM planted JOIN links l USING (register, record_id)
        WHERE pattern IN ('ORG', 'ORG_AS_PERSON', 'OUTSIDE')"""
    assert first(db, query)[1:] == (0, 0)


def test_planted_rows_are_what_the_registers_show(db: duckdb.DuckDBPyConnection) -> None:
    for register, column in (
        ("vehicles", "owner_name"),
        ("licences", "birth_date"),
        ("population", "permanent_address"),
    ):
        query = f"""SELECT count(*), count(*) FILTER (r.{column} IS DISTINCT FROM planted) FROM planted
            JOIN {register} r ON r.nth = planted.row WHERE register = '{register}' AND field = '{column}'"""
        count, wrong = first(db, query)
        assert count > 20
        assert wrong == 0


def test_duplicates_show_the_same_thing(db: duckdb.DuckDBPyConnection) -> None:
    groups = db.execute(
        "SELECT register, group_id, count(*), count(DISTINCT row) FROM duplicates GROUP BY ALL"
    ).fetchall()
    assert {register for register, *_ in groups} == {"population", "vehicles", "licences"}
    assert all(count == distinct == 2 for _, _, count, distinct in groups)
    seconds = first(db, "SELECT count(*) FROM planted WHERE pattern = 'DUP_VEHICLE'")
    assert seconds[0] == sum(register == "vehicles" for register, *_ in groups)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Registers in which nothing is dirty, but half of the records have no number: names and dates must decide."""
    out = tmp_path_factory.mktemp("plain")
    rates = dict.fromkeys([planting.code for planting in PLANTINGS], 0.0)
    rates |= {"VIN_SWAP": 0.0, "ID_MISSING": 0.5, "NAME_CHANGED": 0.0, "WRONG_PIN": 0.0, "PERSON_DUP": 0.02}
    generate(SynthPlan(3_000, out, seed=5, provinces=("15",), formats=("parquet",), rates=rates))
    return out


def test_decidable_agrees_with_counting_the_texts(plain: Path) -> None:
    people = pq.read_table(plain / "population.parquet").to_pylist()
    vehicles = pq.read_table(plain / "vehicles.parquet").to_pylist()
    links = [
        row for row in pq.read_table(plain / "truth" / "links.parquet").to_pylist() if row["register"] == "vehicles"
    ]
    names = Counter(key(p["full_name"]) for p in people)
    dated = Counter((key(p["full_name"]), p["birth_date"]) for p in people)
    years = Counter((key(p["full_name"]), p["birth_date"][-4:]) for p in people)
    old = Counter((key(p["full_name"]), p["old_id"]) for p in people)
    pins = Counter(p["pin"] for p in people)
    kinds: Counter[str] = Counter()
    for vehicle, link in zip(vehicles, links, strict=True):
        if link["pin"] is None:
            assert not link["decidable"]
            continue
        name, number, birth = (
            key(vehicle["owner_name"]),
            vehicle["owner_id_number"] or "",
            vehicle["owner_birth_date"] or "",
        )
        by_name = {0: names[name], 4: years[name, birth]}.get(len(birth), dated[name, birth])
        without_place = 1 in (pins[number], old[name, number], by_name)
        if without_place:
            assert link["decidable"], vehicle
        elif link["decidable"]:
            assert only_one_at_home(people, name, birth, people[link["population_row"]]), vehicle
        kinds[f"{without_place}/{link['decidable']}"] += 1
    assert min(kinds["True/True"], kinds["False/False"], kinds["False/True"]) > 5, kinds


def only_one_at_home(people: list[dict[str, str]], name: str, birth: str, person: dict[str, str]) -> bool:
    """Nobody else of that name and birth date has both his homes where the person has one."""

    def tails(row: dict[str, str]) -> set[str]:
        return {
            row[column].split(", ", 1)[1].rpartition(", ")[0].rpartition(", ")[2]
            for column in ("permanent_address", "current_address")
        }

    others = [
        row
        for row in people
        if row is not person
        and key(row["full_name"]) == name
        and row["birth_date"].endswith(birth)
        and tails(row) == tails(person)
    ]
    return not others


def key(name: str) -> str:
    return toneless(name).lower()
