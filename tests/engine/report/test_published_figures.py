"""The figures one commune published in the campaign, reproduced as they were printed.

Triệu Lộc, December 2025: 10,398 vehicles (9,663 motorbikes and 735 cars), 63.89 % of them done; licences wholly
reviewed: 168 match, 481 differ or have no information. The records here are made up; only the numbers are theirs.
"""

from datetime import date

import pytest
from tests.engine.fixture_run import DONE, MANIFEST, OPEN, Row, connection, write_run

from sosach.base.registers import Register
from sosach.engine.report.figures import Figures, collect
from sosach.engine.report.numbers import grouped, percent
from sosach.engine.report.page import render

MOTORBIKES, CARS, DONE_VEHICLES = 9_663, 735, 6_643
MATCHES, OTHERS = 168, 481
COMMUNE = {"commune_code": "16051"}


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    vehicles: list[Row] = []
    for number in range(MOTORBIKES + CARS):
        state = DONE if number * DONE_VEHICLES % (MOTORBIKES + CARS) < DONE_VEHICLES else OPEN
        vehicles.append(state | COMMUNE | {"plate_kind": "motorbike" if number < MOTORBIKES else "car"})
    licences = [DONE | COMMUNE] * MATCHES + [OPEN | COMMUNE | {"result_class": "discrepancy"}] * 300
    licences += [OPEN | COMMUNE] * (OTHERS - 300)
    run = write_run(tmp_path_factory.mktemp("run"), {Register.VEHICLES: vehicles, Register.LICENCES: licences})
    return collect(connection(), run, year=2025)


def test_vehicles(figures: Figures) -> None:
    vehicles = figures.registers[Register.VEHICLES]
    assert grouped(vehicles.rows, "vi") == "10.398"
    assert {kind: grouped(count, "vi") for kind, (count, _) in vehicles.kinds.items()} == {
        "motorbike": "9.663",
        "car": "735",
    }
    assert percent(vehicles.done, vehicles.rows, "vi") == "63,89 %"
    assert percent(vehicles.done, vehicles.rows, "en") == "63.89 %"
    assert vehicles.done + vehicles.open == MOTORBIKES + CARS


def test_licences(figures: Figures) -> None:
    licences = figures.registers[Register.LICENCES]
    assert licences.results["match"] == MATCHES
    assert licences.results["discrepancy"] + licences.results["no_information"] == OTHERS
    assert licences.rows == MATCHES + OTHERS


def test_the_commune_is_one_unit_with_all_of_it(figures: Figures) -> None:
    (unit,) = figures.units
    assert unit.total == MOTORBIKES + CARS + MATCHES + OTHERS
    assert unit.rows[Register.VEHICLES] - unit.open[Register.VEHICLES] == DONE_VEHICLES


def test_the_page_prints_them(figures: Figures) -> None:
    page = render(figures, MANIFEST, as_of=date(2025, 12, 8))
    for printed in ("10.398", "9.663", "735", "63,89 %", "168", "63.89 %", "10,398", "9,663"):
        assert f">{printed}<" in page, printed


@pytest.mark.parametrize(
    ("done", "all_", "printed"),
    [(2_235_887, 2_814_839, "79,43 %"), (578_952, 2_814_839, "20,57 %"), (3_896_641, 7_794_673, "49,99 %")],
)
def test_shares_published_by_provinces(done: int, all_: int, printed: str) -> None:
    assert percent(done, all_, "vi") == printed
