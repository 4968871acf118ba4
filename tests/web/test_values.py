"""Values of the wrong kind in what a program tells of a record: refused in words, whatever column they are for."""

from typing import Any

import pytest
from tests.web.world import CAR, town

from sosach.domain.population.operations.corrections import CORRECTABLE as OF_PERSONS
from sosach.domain.vehicles.operations.corrections import CORRECTABLE as OF_VEHICLES

pytestmark = pytest.mark.usefixtures("db")
# What neither a day, nor a number, nor a text, nor a switch is, each where it does not belong.
WRONG: dict[str, tuple[Any, ...]] = {
    "birth_date": (5, True, False, "2026-02-30"),
    "certificate_until": (5, True, "2026-02-30"),
    "chassis_restamped": (1, "x"),
    "full_name": (5, True, False, None),
    "manufactured_year": ("2026-01-01", True, "x"),
    "other": (5, True, "x"),
}


def test_corrections_take_values_of_the_kind_of_their_column() -> None:
    there = town()
    registers = (("persons", "person", OF_PERSONS), ("vehicles", "vehicle", OF_VEHICLES))
    for register, kind, columns in registers:
        for column in sorted(columns):
            for value in WRONG.get(column, (True,) if not column.startswith("chassis_") else (1,)):
                path = f"/{register}/{there.refs[kind][0]}/corrections"
                told = there.by.post(path, {"changes": {column: value}, "reason": "viết sai"})
                assert (told.status_code, told.json()["code"]) == (422, "STATE-04"), (column, value, told.content)


def test_a_new_vehicle_is_described_by_values_of_the_kind_of_their_column() -> None:
    there = town()
    holder = {"owner": {"kind": "person", "person": there.refs["person"][0]}}
    for column, value in (("manufactured_year", "2026-01-01"), ("seats", True), ("brand", 5)):
        car = CAR | {"chassis_number": "RLMKA1234M7654321", column: value}
        told = there.by.post("/vehicles", {"holder": holder, "description": car, "evidence": {"invoice": "HD 9"}})
        assert (told.status_code, told.json()["code"]) == (422, "STATE-04"), (column, told.content)
        assert column in told.content.decode()
