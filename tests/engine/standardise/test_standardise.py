"""Standardising gives every row what the functions of `vn` say of its values, on the short way through SQL as well."""

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from tests.engine.junk import cell, tables
from tests.engine.running import Given, standardised

from sosach.base.registers import Register, column_names
from sosach.engine.standardise.fields import LAST_PARTS_SQL, FieldSpec, fields
from sosach.engine.standardise.kinds import KINDS
from sosach.synth import SynthPlan, generate
from sosach.vn import addresses

P, V, L = Register.POPULATION, Register.VEHICLES, Register.LICENCES
PLAIN = sorted(kind.name for kind in KINDS.values() if kind.plain)
# For an ordinary value of each kind the column that holds it.
HOLDS = {spec.kind: (register, spec) for register in (L, V, P) for spec in fields(register, {})}

once = examples(
    max_examples=2,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def meant(spec: FieldSpec, raw: str) -> dict[str, Any]:
    """What the function says of a value, by the standardised columns it gives."""
    kind = KINDS[spec.kind]
    said = dict(zip((*kind.columns, "findings"), kind.read(raw), strict=True))
    return {column: said[source] for column, source in spec.gives.items() if source in kind.columns}


def assert_as_the_functions_say(given_rows: list[Given], rows: list[dict[str, Any]], register: Register) -> None:
    for spec in fields(register, {}):
        if spec.through == LAST_PARTS_SQL:
            continue
        for cells, row in zip(given_rows, rows, strict=True):
            raw = cells.get(spec.column)
            if raw:
                expected = meant(spec, raw)
                assert {name: row.get(name, said) for name, said in expected.items()} == expected, (spec.column, raw)


@pytest.mark.slow
@once
@given(data=st.data())
def test_ordinary_values_take_the_short_way_to_the_same_meaning(data: st.DataObject, tmp_path_factory: Any) -> None:
    values: dict[Register, list[Given]] = {register: [] for register in Register}
    for name in PLAIN:
        register, spec = HOLDS[name]
        drawn = data.draw(
            st.lists(st.from_regex(KINDS[name].plain or "", fullmatch=True), min_size=1, max_size=25), name
        )
        values[register] += [{spec.column: raw} for raw in drawn]
    found = standardised(tmp_path_factory.mktemp("plain"), values)
    for register, rows in values.items():
        assert_as_the_functions_say(rows, found[f"std_{register}"], register)
        assert not any(finding["code"] for finding in found[f"findings_field_{register}"]), (
            "ordinary values are in order"
        )


@pytest.mark.slow
def test_any_value_means_what_the_functions_say(tmp_path: Path) -> None:
    values = tables(Random(5), 60)
    found = standardised(tmp_path, values)
    for register, rows in values.items():
        assert_as_the_functions_say(rows, found[f"std_{register}"], register)


@pytest.mark.slow
def test_findings_of_values_are_given_to_each_row(tmp_path: Path) -> None:
    random = Random(6)
    shared = [cell(random) for _ in range(12)]
    values = {register: [dict.fromkeys(column_names(register), raw) for raw in shared * 2] for register in Register}
    found = standardised(tmp_path, values)
    for register, rows in values.items():
        expected = []
        for spec in fields(register, {}):
            for number, cells in enumerate(rows):
                raw = cells[spec.column]
                if raw:
                    remarks: Any = KINDS[spec.kind].read(raw)[-1]
                    expected += [(number, spec.column, raw, remark.code, remark.proposed) for remark in remarks]
        told = [
            (f["row"], f["field"], f["value"], f["code"], f["proposed"]) for f in found[f"findings_field_{register}"]
        ]
        assert sorted(told, key=str) == sorted(expected, key=str)


# addresses ------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_last_parts_of_an_address_say_what_the_whole_says(tmp_path: Path) -> None:
    """Both eras and all styles of the synthetic registers, abbreviated, without accents, damaged."""
    generate(SynthPlan(1_500, tmp_path / "synth", seed=9, formats=("parquet",)))
    registers = {
        register: pq.read_table(tmp_path / "synth" / f"{register}.parquet").to_pylist() for register in Register
    }
    found = standardised(tmp_path, registers)
    columns = {P: "current_address", V: "owner_address", L: "address"}
    same = differing = 0
    for register, rows in registers.items():
        for cells, row in zip(rows, found[f"std_{register}"], strict=True):
            raw = cells[columns[register]]
            if raw:
                whole = addresses.resolve(raw)
                # a person whose address names no commune has the one of the commune code
                place = row["current_commune"] if register is P and whole.commune else row["commune"]
                known = whole.commune or (place if register is P else None)
                agrees = (row["address_status"], place) == (whole.status, known)
                same, differing = same + agrees, differing + (not agrees)
    assert same > 3_000
    assert differing / (same + differing) < 0.001


# rows, made columns ---------------------------------------------------------------------------------------------------


def test_every_row_once_and_numbered_where_it_has_no_name(tmp_path: Path) -> None:
    values = {V: [{"record_id": " a "}, {}, {"record_id": ""}, {"record_id": "a"}], P: [{"pin": "x"}, {}]}
    found = standardised(tmp_path, values)
    assert [(row["row"], row["record_id"]) for row in found["std_vehicles"]] == [
        (0, "a"),
        (1, "#2"),
        (2, "#3"),
        (3, "a"),
    ]
    assert [row["record_id"] for row in found["std_population"]] == ["x", "#2"]


def test_made_columns(tmp_path: Path) -> None:
    here, there = "Xã Quan Sơn, Tỉnh Thanh Hóa", "Xã Như Thanh, Tỉnh Thanh Hóa"
    values: dict[Register, list[Given]] = {
        P: [
            {"permanent_address": here, "current_address": there},
            {"permanent_address": here},
            {"permanent_address": here, "commune_code": "16228", "household_id": "  "},
            {"commune_code": "4"},
        ],
        V: [{"registered_on": "15/03/2015"}, {"registered_on": "2015"}, {"owner_address": here}],
        L: [
            {"issued_on": "31/12/2024", "class": "A1"},
            {"issued_on": "01/01/2025", "class": "A1", "expires_on": "Không thời hạn"},
            {"class": "B2"},
        ],
    }
    found = standardised(tmp_path, values)
    people, vehicles, licences = (found[f"std_{register}"] for register in (P, V, L))
    assert [(p["commune"], p["current_commune"], p["permanent_commune"]) for p in people[:3]] == [
        ("16228", "16228", "15016"),
        ("15016", None, "15016"),
        ("16228", "16228", "15016"),
    ]
    assert people[2]["household_id"] is None
    assert [v["registered_on"] for v in vehicles] == [date(2015, 3, 15), None, None]
    assert [v["commune"] for v in vehicles] == [None, None, "15016"]
    assert [licence["law"] for licence in licences] == ["2008", "2024", "2008"]
    assert [licence["unlimited"] for licence in licences[:2]] == [None, True]
    assert licences[0]["issued_on"] == date(2024, 12, 31)


def test_dates_are_read_in_the_order_of_their_column(tmp_path: Path) -> None:
    values = {V: [{"registered_on": "03/04/2015", "owner_birth_date": "03/04/1980"}]}
    found = standardised(tmp_path, values, vehicles={"registered_on": "mdy"})
    (row,) = found["std_vehicles"]
    assert row["registered_on"] == date(2015, 3, 4)
    assert (row["birth_year"], row["birth_month"], row["birth_day"]) == (1980, 4, 3)


@pytest.mark.parametrize("register", [P])
def test_an_empty_cell_means_nothing(register: Register, tmp_path: Path) -> None:
    (row,) = standardised(tmp_path, {register: [{}]})[f"std_{register}"]
    said = {name: value for name, value in row.items() if value is not None}
    assert said == {"row": 0, "record_id": "#1"}
