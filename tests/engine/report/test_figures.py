"""The figures of a run: right on the tiny run, and every sum adds up to the rows of its file."""

from pathlib import Path
from typing import Any

import pytest
from tests.engine.fixture_run import DONE, LICENCES, OPEN, PEOPLE, VEHICLES, connection, finding, tiny_run, write_run

from sosach.base.decisions import Criterion
from sosach.base.registers import Register
from sosach.engine.report.figures import AGE_EDGES, OWNER_EDGES, UNSTATED, Figures, collect
from sosach.engine.report.units import UNKNOWN


@pytest.fixture
def figures(tmp_path: Path) -> Figures:
    return collect(connection(), tiny_run(tmp_path), year=2026)


def collected(folder: Path, vehicles: list[dict[str, Any]], **lists: Any) -> Figures:
    return collect(connection(), write_run(folder, {Register.VEHICLES: vehicles}, **lists), year=2026)


def test_every_sum_is_the_rows_of_its_file(figures: Figures) -> None:
    rows = {Register.VEHICLES: len(VEHICLES), Register.LICENCES: len(LICENCES), Register.POPULATION: len(PEOPLE)}
    assert {register: numbers.rows for register, numbers in figures.registers.items()} == rows
    for register, numbers in figures.registers.items():
        for counts in (numbers.decisions, numbers.results, numbers.actions):
            assert sum(counts.values()) == rows[register]
        assert numbers.done + numbers.open == rows[register]
        assert sum(unit.rows.get(register, 0) for unit in figures.units) == rows[register]
        assert sum(unit.open.get(register, 0) for unit in figures.units) == numbers.open
        assert sum(unit.matches.get(register, 0) for unit in figures.units) == numbers.results["match"]
        assert all(numbers.all_four <= numbers.criteria[criterion] <= rows[register] for criterion in Criterion)
    vehicles = figures.registers[Register.VEHICLES]
    assert sum(figures.ages) + figures.ages_unknown == vehicles.rows
    assert sum(held for _, held in figures.owners.classes) == vehicles.decisions["link"]
    assert tuple(map(sum, zip(*vehicles.kinds.values(), strict=True))) == (vehicles.rows, vehicles.done)


def test_vehicles_of_the_tiny_run(figures: Figures) -> None:
    vehicles = figures.registers[Register.VEHICLES]
    assert vehicles.decisions == {"link": 3, "review": 1, "none": 2}
    assert vehicles.results == {"match": 2, "discrepancy": 2, "no_information": 1, "not_eligible": 1}
    assert vehicles.criteria == {"correct": 2, "complete": 3, "clean": 2, "live": 1}
    assert (vehicles.done, vehicles.all_four) == (1, 1)
    assert vehicles.kinds == {"motorbike": (4, 1), "car": (2, 0)}
    assert [(found["link"], found["review"]) for found in vehicles.probabilities][-2:] == [(1, 0), (2, 0)]


def test_owners_duplicates_and_rules_of_the_tiny_run(figures: Figures) -> None:
    assert figures.owners.classes[:2] == ((1, 1), (1, 2))
    assert [(owner.pin, owner.name, owner.vehicles) for owner in figures.owners.largest] == [
        ("001080000011", "NGUYỄN VĂN HÙNG", 2)
    ]
    (found,) = figures.duplicates
    assert (found.register, found.reason, found.groups, found.records, found.largest) == ("vehicles", "VEH-01", 1, 2, 2)
    assert [rule.code for rule in figures.rules] == ["LNO-02", "MIS-01", "PIN-02", "NAM-01"]
    assert [unit.code for unit in figures.units] == [UNKNOWN, "00004", "10144"]


def test_rules_are_ordered_by_severity_then_count_with_three_examples(tmp_path: Path) -> None:
    given = [finding("vehicles", f"R{row}", "DAT-01", field="registered_on", value=f"v{row}") for row in range(5)]
    given += [finding("vehicles", "R0", "PIN-01", field="owner_id_number", value="1")]
    given += [finding("vehicles", f"R{row}", "PLT-08", severity="info", field="plate", value="x") for row in range(6)]
    figures = collected(tmp_path, [dict(DONE) for _ in range(6)], findings=given)
    assert [(rule.code, rule.count) for rule in figures.rules] == [("DAT-01", 5), ("PIN-01", 1), ("PLT-08", 6)]
    assert [example.value for example in figures.rules[0].examples] == ["v0", "v1", "v2"]


@pytest.mark.parametrize(
    ("held", "place"), [(1, 0), (2, 1), (3, 2), (5, 2), (6, 3), (20, 4), (21, 5), (100, 5), (101, 6)]
)
def test_owner_classes_meet_at_their_edges(tmp_path: Path, held: int, place: int) -> None:
    figures = collected(tmp_path, [DONE | {"pin": "001080000011"} for _ in range(held)])
    assert figures.owners.classes[place] == (1, held)
    assert sum(owners for owners, _ in figures.owners.classes) == 1
    assert len(figures.owners.classes) == len(OWNER_EDGES)


@pytest.mark.parametrize(
    ("made", "place"), [("2026", 0), ("2022", 0), ("2021", 1), ("2001", 5), ("1900", 5), ("2027", None), ("về", None), (None, None)]
)  # fmt: skip
def test_ages(tmp_path: Path, made: str | None, place: int | None) -> None:
    figures = collected(tmp_path, [DONE | {"manufactured_year": made}])
    expected = [0] * len(AGE_EDGES)
    if place is not None:
        expected[place] = 1
    assert list(figures.ages) == expected
    assert figures.ages_unknown == (place is None)


def test_a_code_that_is_no_commune_counts_as_unknown(tmp_path: Path) -> None:
    figures = collected(tmp_path, [OPEN | {"commune_code": "99999"}, OPEN | {"commune_code": None}])
    (unit,) = figures.units
    assert (unit.code, unit.total, unit.total_open) == (UNKNOWN, 2, 2)


def test_what_is_not_stated_is_counted_too(tmp_path: Path) -> None:
    figures = collected(tmp_path, [DONE | {"result_class": None}, dict(DONE)])
    assert figures.registers[Register.VEHICLES].results[UNSTATED] == 1


def test_a_register_that_was_not_given_is_left_out(tmp_path: Path) -> None:
    figures = collect(connection(), write_run(tmp_path, {Register.LICENCES: LICENCES}), year=2026)
    assert list(figures.registers) == [Register.LICENCES]
    assert (figures.ages, figures.ages_unknown) == ((0,) * len(AGE_EDGES), 0)
    assert figures.owners.largest == ()


def test_an_apostrophe_in_the_path(tmp_path: Path) -> None:
    assert collected(tmp_path / "l'an 2026", [dict(DONE)]).registers[Register.VEHICLES].rows == 1
