"""Every rule speaks on its example and is silent on the near miss; what it says fits the catalogue."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
from tests.engine.checks.example_tables import Case, connect, load

from sosach.base.checks import Scope
from sosach.base.registers import Register, column_names
from sosach.engine.checks.rule import RowRule, Rule, Stage
from sosach.engine.checks.rules import RULES_AFTER_MATCH, RULES_BEFORE_MATCH
from sosach.engine.checks.run import run_rules
from sosach.vn.catalogue import catalogue

AS_OF = date(2026, 11, 22)
RULES: tuple[Rule, ...] = (*RULES_BEFORE_MATCH, *RULES_AFTER_MATCH)
TABLES = load()


class Said(NamedTuple):
    row: int
    field: str
    value: str | None
    proposed: str | None
    other: str | None


Findings = dict[tuple[str, Register], list[Said]]


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = connect(TABLES)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def out(con: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("findings")
    run_rules(con, RULES_BEFORE_MATCH, registers=list(Register), as_of=AS_OF, out=folder)
    con.execute(f"INSERT INTO duplicates_population FROM '{folder}/duplicates_population.parquet'")
    run_rules(con, RULES_AFTER_MATCH, registers=list(Register), as_of=AS_OF, out=folder)
    return folder


@pytest.fixture(scope="module")
def findings(con: duckdb.DuckDBPyConnection, out: Path) -> Findings:
    found: Findings = defaultdict(list)
    for stage in Stage:
        for register in Register:
            sql = f"SELECT code, row, field, value, proposed, other FROM '{out}/findings_{stage}_{register}.parquet'"
            for code, *rest in con.execute(sql).fetchall():
                found[code, register].append(Said(*rest))
    return found


@pytest.mark.parametrize("case", TABLES.cases, ids=lambda case: case.label)
def test_rule_speaks_on_its_example_only(case: Case, findings: Findings) -> None:
    said = {one.row: one for one in findings.get((case.code, case.register), ())}
    if not case.hits:
        assert not said.keys() & set(case.rows)
    elif _is_about_all(case):
        assert set(case.rows) <= said.keys()
    else:
        assert case.rows[0] in said
    for part, expected in case.finds.items():
        assert getattr(said[case.rows[0]], part) == expected


def _is_about_all(case: Case) -> bool:
    """Of persons beside their family only the first is in question; everywhere else each record of the example."""
    rule = next(rule for rule in RULES if rule.code == case.code and rule.register is case.register)
    return not (isinstance(rule, RowRule) and rule.source.name == "relatives")


def test_every_rule_has_an_example_and_a_near_miss() -> None:
    for hits in (True, False):
        shown = {(case.code, case.register) for case in TABLES.cases if case.hits is hits}
        assert {(rule.code, rule.register) for rule in RULES} - shown == set()


def test_no_example_without_a_rule() -> None:
    assert {(case.code, case.register) for case in TABLES.cases} <= {(rule.code, rule.register) for rule in RULES}


def test_codes_are_unique_in_a_register() -> None:
    codes = [(rule.code, rule.register) for rule in RULES]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.code}-{rule.register}")
def test_rule_fits_its_entry(rule: Rule, findings: Findings) -> None:
    check = catalogue()[rule.code]
    assert rule.register in check.registers
    assert rule.column in column_names(rule.register)
    if check.scope is not Scope.FIELD:
        assert rule.column == check.field
    shown = {row for case in TABLES.cases if case.hits and case.code == rule.code for row in case.rows}
    said = [one for one in findings[rule.code, rule.register] if one.row in shown]
    assert said, "no finding in its example"
    for one in said:
        assert one.field == rule.column
        for part in ("value", "proposed", "other"):
            if f"{{{part}}}" in check.explanation["vi"] + check.explanation["en"]:
                assert getattr(one, part), f"{part} is spoken of but empty"


def test_prefixes_of_this_room_all_have_a_rule() -> None:
    own = {code for code in catalogue() if code.split("-")[0] in {"PER", "VEH", "LIC", "MIS"}}
    assert own == {rule.code for rule in RULES} & own
