"""The runner: files it writes, what it leaves out, duplicates, and big groups that must not grow quadratically."""

from datetime import date
from pathlib import Path
from time import process_time

import duckdb
import pytest
from tests.engine.checks.example_tables import Tables, connect, load

from sosach.base.registers import Register
from sosach.engine.checks.families import MANY
from sosach.engine.checks.rule import RowRule, Rule
from sosach.engine.checks.rules import RULES_AFTER_MATCH, RULES_BEFORE_MATCH
from sosach.engine.checks.run import run_rules

AS_OF = date(2026, 11, 22)


def _rules(*codes: str) -> list[Rule]:
    return [rule for rule in (*RULES_BEFORE_MATCH, *RULES_AFTER_MATCH) if rule.code in codes]


def _read(con: duckdb.DuckDBPyConnection, file: Path) -> list[tuple[object, ...]]:
    return con.execute(f"SELECT * FROM '{file}' ORDER BY ALL").fetchall()


def test_grouped_scan_says_what_each_rule_alone_says(tmp_path: Path) -> None:
    con = connect(load())
    rules = [rule for rule in RULES_BEFORE_MATCH if isinstance(rule, RowRule) and not rule.source.families]
    run_rules(con, rules, registers=list(Register), as_of=AS_OF, out=tmp_path)
    for rule in rules:
        alone = con.execute(rule.sql.replace("{as_of}", f"DATE '{AS_OF}'") + " ORDER BY ALL").fetchall()
        file = tmp_path / f"findings_before_{rule.register}.parquet"
        together = con.execute(
            f"SELECT row, field, value, proposed, other FROM '{file}' WHERE code = '{rule.code}' ORDER BY ALL"
        ).fetchall()
        assert together == alone, rule.code


def test_counts_are_the_rows_of_the_files(tmp_path: Path) -> None:
    con = connect(load())
    runs = run_rules(con, RULES_BEFORE_MATCH, registers=list(Register), as_of=AS_OF, out=tmp_path)
    for register in Register:
        written = len(_read(con, tmp_path / f"findings_before_{register}.parquet"))
        assert written == sum(run.rows for run in runs if run.register is register) > 0
    assert all(run.seconds >= 0 for run in runs)
    assert len(runs) == len(RULES_BEFORE_MATCH)


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    con = connect(load())
    names = "SELECT table_name FROM duckdb_tables() WHERE table_name NOT LIKE 'look_%' ORDER BY 1"
    before = con.execute(names).fetchall()
    run_rules(con, RULES_BEFORE_MATCH, registers=list(Register), as_of=AS_OF, out=tmp_path)
    run_rules(con, RULES_AFTER_MATCH, registers=list(Register), as_of=AS_OF, out=tmp_path)
    assert con.execute(names).fetchall() == before


def test_a_register_that_is_not_there_is_left_out(tmp_path: Path) -> None:
    tables = Tables()
    tables.add(Register.VEHICLES, {"plate": "30A12345", "plate_kind": "car", "vehicle_kind": "mo_to"})
    con = connect(tables)
    for table in (
        "std_population",
        "raw_population",
        "std_licences",
        "raw_licences",
        "links_vehicles",
        "links_licences",
    ):
        con.execute(f"DROP TABLE {table}")
    runs = run_rules(con, RULES_BEFORE_MATCH, registers=[Register.VEHICLES], as_of=AS_OF, out=tmp_path)
    assert {run.register for run in runs} == {Register.VEHICLES}
    assert run_rules(con, RULES_AFTER_MATCH, registers=[Register.VEHICLES], as_of=AS_OF, out=tmp_path) == []
    assert _read(con, tmp_path / "findings_after_vehicles.parquet") == []
    assert not (tmp_path / "findings_before_population.parquet").exists()


def test_rules_of_two_stages_are_refused(tmp_path: Path) -> None:
    con = duckdb.connect()
    with pytest.raises(ValueError, match="one stage"):
        run_rules(con, _rules("VEH-01", "VEH-75"), registers=[Register.VEHICLES], as_of=AS_OF, out=tmp_path)


def test_only_links_decided_as_link_count(tmp_path: Path) -> None:
    tables = Tables()
    tables.link(Register.VEHICLES, {"person": {"status": "deceased"}})
    for decision, expected in (("link", 1), ("review", 0), ("none", 0)):
        tables.links[0]["decision"] = decision
        con = connect(tables)
        (run,) = run_rules(con, _rules("VEH-75"), registers=[Register.VEHICLES], as_of=AS_OF, out=tmp_path)
        assert run.rows == expected


def test_the_day_of_the_run_decides(tmp_path: Path) -> None:
    tables = Tables()
    tables.add(Register.LICENCES, {"expires_on": "2026-11-22"})
    con = connect(tables)
    for as_of, expected in ((date(2026, 11, 22), 0), (date(2026, 11, 23), 1)):
        (run,) = run_rules(con, _rules("LIC-20"), registers=[Register.LICENCES], as_of=as_of, out=tmp_path)
        assert run.rows == expected


def test_duplicates_have_stable_groups_with_their_reason(tmp_path: Path) -> None:
    tables = Tables()
    same = {"plate": "36B112345", "plate_kind": "motorbike"}
    tables.add(Register.VEHICLES, {**same, "chassis": "A1"})
    tables.add(Register.VEHICLES, {**same, "chassis": "A2"})
    tables.add(Register.VEHICLES, {"chassis": "B", "engine": "E", "times": 3})
    tables.add(Register.VEHICLES, {"chassis": "C", "engine": "E2"})
    con = connect(tables)
    run_rules(con, RULES_BEFORE_MATCH, registers=[Register.VEHICLES], as_of=AS_OF, out=tmp_path)
    assert _read(con, tmp_path / "duplicates_vehicles.parquet") == [
        ("VEH-60:36B112345:motorbike", 0, "VEH-60"),
        ("VEH-60:36B112345:motorbike", 1, "VEH-60"),
        ("VEH-64:B", 2, "VEH-64"),
        ("VEH-64:B", 3, "VEH-64"),
        ("VEH-64:B", 4, "VEH-64"),
    ]


def test_each_of_two_duplicates_names_the_other(tmp_path: Path) -> None:
    tables = Tables()
    for record in ("first", "second"):
        tables.add(Register.VEHICLES, {"record_id": record, "chassis": "B", "engine": "E"})
    con = connect(tables)
    run_rules(con, _rules("VEH-64"), registers=[Register.VEHICLES], as_of=AS_OF, out=tmp_path)
    others = con.execute(
        f"SELECT row, other FROM '{tmp_path}/findings_before_vehicles.parquet' ORDER BY row"
    ).fetchall()
    assert others == [(0, "second"), (1, "first")]


def test_a_placeholder_is_no_group_of_duplicates(tmp_path: Path) -> None:
    tables = Tables()
    tables.add(Register.VEHICLES, {"chassis": "0", "engine": "0", "plate": "0", "plate_kind": "car", "times": MANY})
    con = connect(tables)
    runs = run_rules(con, RULES_BEFORE_MATCH, registers=[Register.VEHICLES], as_of=AS_OF, out=tmp_path)
    rows = {run.code: run.rows for run in runs}
    assert rows["VEH-66"] == rows["VEH-67"] == rows["VEH-68"] == MANY
    assert _read(con, tmp_path / "duplicates_vehicles.parquet") == []


def _same_for_all(con: duckdb.DuckDBPyConnection, rows: int) -> None:
    """Rows that all share every key there is, and name each other as parents and spouse."""
    for register in Register:
        for table in (f"std_{register}", f"raw_{register}"):
            columns = [name for (name,) in con.execute(f"SELECT column_name FROM (DESCRIBE {table})").fetchall()]
            rest = ", ".join(f'first(t."{name}") AS "{name}"' for name in columns if name != "row")
            con.execute(
                f"CREATE OR REPLACE TABLE {table} AS SELECT CAST(i AS INTEGER) AS row, o.* "
                f"FROM (SELECT {rest} FROM {table} t) o, range({rows}) n(i)"
            )
    for register in (Register.VEHICLES, Register.LICENCES):
        con.execute(
            f"CREATE OR REPLACE TABLE links_{register} AS SELECT CAST(i AS INTEGER) AS row, CAST(i AS INTEGER) AS p_row, "
            f"'link' AS decision, CAST(1 AS TINYINT) AS lname FROM range({rows}) n(i)"
        )


@pytest.mark.slow
def test_one_key_for_everybody_stays_linear(tmp_path: Path) -> None:
    pin = "000000000000"
    tables = Tables()
    tables.link(
        Register.VEHICLES,
        {
            "record": {"plate": "0", "chassis": "0", "engine": "0", "phone": "0"},
            "person": {"pin": pin, "father_pin": pin, "mother_pin": pin, "spouse_pin": pin, "household_id": "1"},
        },
    )
    tables.add(Register.LICENCES, {"licence_number": "0", "pin": pin, "class": "B2", "name": "NGUYỄN VĂN A"})
    seconds = []
    for rows in (20_000, 80_000):
        con = connect(tables)
        _same_for_all(con, rows)
        start = process_time()
        for rules in (RULES_BEFORE_MATCH, RULES_AFTER_MATCH):
            run_rules(con, rules, registers=list(Register), as_of=AS_OF, out=tmp_path)
        seconds.append(process_time() - start)
    assert seconds[1] < 8 * seconds[0]
