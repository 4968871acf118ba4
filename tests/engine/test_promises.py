"""Promises a run keeps even at its edges: odd folders, older runs, empty cells, braces, tax codes."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.engine.running import read, run, standardised

from sosach.base.registers import Register

P, V, L = Register.POPULATION, Register.VEHICLES, Register.LICENCES
ONE = {
    P: {"pin": "038080900101", "full_name": "Lê Bá Khuyến", "birth_date": "11/02/1980", "commune_code": "15016"},
    V: {"record_id": "v1", "plate": "36-B1 123.45", "owner_name": "LÊ BÁ KHUYẾN", "owner_id_number": "038080900101"},
    L: {"record_id": "l1", "class": "A1", "full_name": "LÊ BÁ KHUYẾN", "id_number": "038080900101"},
}


def test_a_folder_name_with_an_apostrophe(tmp_path: Path) -> None:
    done = run(tmp_path / "l'an", {P: [ONE[P]], V: [ONE[V]]})
    assert done.manifest["rows"]["vehicles"] == {"in": 1, "out": 1}


def test_an_older_run_leaves_nothing_behind(tmp_path: Path) -> None:
    run(tmp_path, {P: [ONE[P]], L: [ONE[L]]})
    out = run(tmp_path, {P: [ONE[P]], V: [ONE[V]]}).out
    assert not (out / "licences.parquet").exists()
    assert (out / "vehicles.parquet").exists()


@pytest.mark.parametrize("register", [P, V])
def test_no_column_stands_twice(register: Register, tmp_path: Path) -> None:
    out = run(tmp_path, {P: [ONE[P]], V: [ONE[V]]}).out
    names = pq.read_schema(out / f"{register}.parquet").names
    assert len(names) == len(set(names))


def test_records_stand_in_the_order_of_the_input(tmp_path: Path) -> None:
    rows = [{"record_id": str(n), "owner_name": "LÊ BÁ KHUYẾN"} for n in range(30)]
    out = run(tmp_path, {P: [ONE[P]], V: rows}).out
    assert [row["row_number"] for row in read(out / "vehicles.parquet")] == list(range(30))


@pytest.mark.parametrize("tax_code", ["2801234567", "0101234567"])
def test_a_tax_code_is_no_bad_pin(tax_code: str, tmp_path: Path) -> None:
    vehicle = ONE[V] | {"owner_name": "CÔNG TY TNHH QUAN SƠN", "owner_id_number": tax_code}
    out = run(tmp_path, {P: [ONE[P]], V: [vehicle]}).out
    assert "PIN-01" not in {finding["code"] for finding in read(out / "findings.parquet")}


def test_braces_inside_a_cell_stay_what_they_are(tmp_path: Path) -> None:
    out = run(tmp_path, {P: [ONE[P]], V: [ONE[V] | {"plate": "{proposed}{other}"}]}).out
    said = [f["explanation"] for f in read(out / "findings.parquet") if f["value"] == "{proposed}{other}"]
    assert said
    assert all("{proposed}{other}" in sentence for sentence in said)


@pytest.mark.parametrize("register", list(Register))
def test_an_empty_cell_means_nothing(register: Register, tmp_path: Path) -> None:
    (row,) = standardised(tmp_path, {register: [{}]})[f"std_{register}"]
    assert {name: value for name, value in row.items() if value is not None} == {"row": 0, "record_id": "#1"}
