"""The figures of a finished run for the terminal: each breakdown adds up."""

from pathlib import Path

from tests.engine.fixture_run import DONE, OPEN, write_run

from sosach.base.registers import Register
from sosach.engine.summary import summarise


def test_each_breakdown_adds_up(tmp_path: Path) -> None:
    review = OPEN | {"decision": "review", "result_class": "discrepancy"}
    write_run(tmp_path, {Register.VEHICLES: [DONE, DONE, OPEN, review], Register.LICENCES: [OPEN]})
    vehicles, licences = summarise(tmp_path)
    assert (vehicles.register, licences.register) == (Register.VEHICLES, Register.LICENCES)
    assert (vehicles.rows, licences.rows) == (4, 1)
    assert vehicles.decisions == {"link": 2, "none": 1, "review": 1}
    assert vehicles.results == {"match": 2, "no_information": 1, "discrepancy": 1}
    assert licences.decisions == {"none": 1}


def test_an_empty_folder_has_nothing_to_tell(tmp_path: Path) -> None:
    assert summarise(tmp_path) == []
