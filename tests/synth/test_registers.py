"""The registers: canonical columns, plausible people and machines, the same bytes for the same plan."""

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest
import python_calamine

from sosach.base.registers import COLUMNS, Register, column_names
from sosach.synth import SynthPlan, generate
from sosach.synth.dirt.table import PLANTINGS, SITUATIONS
from sosach.synth.lettering import rows

PLATE_FORMS = [re.compile(row["regex_on_key"]) for row in rows("plate_formats.csv")]
CLEAN = dict.fromkeys([planting.code for planting in PLANTINGS], 0.0) | dict.fromkeys(
    ["PIN_SEX", "PIN_YOB", "PIN_DUP", "VIN_SWAP"], 0.0
)


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """Registers without dirt in the cells; situations remain."""
    out = tmp_path_factory.mktemp("clean")
    generate(SynthPlan(5_000, out, seed=11, formats=("parquet",), rates=CLEAN))
    connection = duckdb.connect()
    for name in ("population", "vehicles", "licences", "truth/links", "truth/planted"):
        path = out / f"{name}.parquet"
        query = f"CREATE TABLE {path.stem} AS SELECT *, row_number() OVER () - 1 AS nth FROM read_parquet('{path}')"
        connection.execute(query)
    yield connection
    connection.close()


def one(connection: duckdb.DuckDBPyConnection, query: str) -> object:
    found = connection.execute(query).fetchone()
    assert found is not None
    return found[0]


def test_same_plan_same_bytes_and_other_seed_other_bytes(plan: SynthPlan, made: Path, tmp_path: Path) -> None:
    generate(replace(plan, out=tmp_path / "again"))
    assert digests(tmp_path / "again") == digests(made)
    generate(replace(plan, out=tmp_path / "other", seed=8))
    assert not set(digests(tmp_path / "other").values()) & set(digests(made).values())


def test_parquet_has_canonical_columns_as_text(made: Path) -> None:
    for register in Register:
        schema = pq.read_schema(made / f"{register}.parquet")
        assert tuple(schema.names) == column_names(register)
        assert {str(field.type) for field in schema} == {"string"}


def test_csv_and_workbook_hold_the_same_under_vietnamese_headings(made: Path) -> None:
    for register in Register:
        table = pq.read_table(made / f"{register}.parquet")
        expected = [
            ["" if value is None else value for value in row] for row in zip(*table.to_pydict().values(), strict=True)
        ]
        headings = [column.vi for column in COLUMNS[register]]
        with (made / f"{register}.csv").open(encoding="utf-8", newline="") as file:
            found = list(csv.reader(file))
        assert found == [headings, *expected]
        with python_calamine.load_workbook(str(made / f"{register}.xlsx")) as book:
            sheet = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
        assert sheet == [headings, *expected]


def test_workbook_opens_elsewhere(made: Path) -> None:
    book = openpyxl.load_workbook(made / "vehicles.xlsx", read_only=True)
    heading = next(iter(book.active.iter_rows(values_only=True)))
    assert heading == tuple(column.vi for column in COLUMNS[Register.VEHICLES])
    book.close()


def test_no_passing_files_stay(plan: SynthPlan, tmp_path: Path) -> None:
    summary = generate(replace(plan, out=tmp_path, persons=50, formats=("csv",)))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "licences.csv",
        "population.csv",
        "truth",
        "vehicles.csv",
    ]
    assert [path.name for path in summary.files] == ["population.csv", "vehicles.csv", "licences.csv"]
    assert summary.rows["population"] >= 50


def test_pins_tell_province_sex_and_year(clean: duckdb.DuckDBPyConnection) -> None:
    people = clean.execute("SELECT pin, sex, birth_date FROM population").fetchall()
    provinces = {row["pin_code"] for row in rows("pin_province_codes.csv")}
    assert len({pin for pin, _, _ in people}) == len(people)
    for pin, sex, birth in people:
        year = int(birth[-4:])
        assert pin[:3] in provinces
        assert int(pin[3]) == 2 * ((year - 1900) // 100) + (sex == "Nữ")
        assert pin[4:6] == f"{year % 100:02}"


def test_names_are_skewed_like_life(clean: duckdb.DuckDBPyConnection) -> None:
    nguyen = one(clean, "SELECT avg((full_name LIKE 'Nguyễn %')::INT) FROM population")
    assert 0.28 < nguyen < 0.45
    top = clean.execute("SELECT full_name FROM population GROUP BY 1 ORDER BY count(*) DESC LIMIT 12").fetchall()
    assert any(name.startswith("Nguyễn Văn") for (name,) in top)
    assert any(name.startswith("Nguyễn Thị") for (name,) in top)


def test_families_hang_together(clean: duckdb.DuckDBPyConnection) -> None:
    bad = """SELECT count(*) FROM population c JOIN population f ON c.father_pin = f.pin
        WHERE f.sex <> 'Nam' OR split_part(c.full_name, ' ', 1) <> split_part(f.full_name, ' ', 1)
           OR right(c.birth_date, 4)::INT - right(f.birth_date, 4)::INT < 14"""
    assert one(clean, "SELECT count(*) FROM population WHERE father_pin IS NOT NULL") > 1_000
    assert one(clean, bad) == 0
    assert (
        one(
            clean,
            "SELECT count(*) FROM population a JOIN population b ON a.spouse_pin = b.pin WHERE a.nth < 5000 AND b.spouse_pin <> a.pin",
        )
        == 0
    )


def test_statuses_are_in_proportion(clean: duckdb.DuckDBPyConnection) -> None:
    shares = dict(clean.execute("SELECT status, count(*) / 5000 FROM population GROUP BY 1").fetchall())
    assert 0.90 < shares["Còn sống"] < 0.96
    assert set(shares) == {"Còn sống", "Đã chết", "Mất tích", "Xuất cảnh"}


def test_plates_are_of_known_forms_and_unique(clean: duckdb.DuckDBPyConnection) -> None:
    doubled = "SELECT row FROM planted WHERE register = 'vehicles' AND pattern IN ('PLATE_DUP', 'DUP_VEHICLE')"
    plates = [
        plate for (plate,) in clean.execute(f"SELECT plate FROM vehicles WHERE nth NOT IN ({doubled})").fetchall()
    ]
    keys = [re.sub(r"[^0-9A-ZĐ]", "", plate) for plate in plates]
    assert len(set(keys)) == len(keys)
    assert not [key for key in keys if not any(form.match(key) for form in PLATE_FORMS)]


def test_chassis_numbers_are_vins_or_legacy_and_unique(clean: duckdb.DuckDBPyConnection) -> None:
    numbers = [n for (n,) in clean.execute("SELECT chassis_number FROM vehicles GROUP BY 1").fetchall()]
    vins = [n for n in numbers if "-" not in n]
    assert len(vins) > 0.9 * len(numbers)
    assert all(re.fullmatch(r"R[LM][A-HJ-NPR-Z0-9]{15}", vin) for vin in vins)
    doubles = one(clean, "SELECT count(*) FROM planted WHERE pattern = 'DUP_VEHICLE'")
    assert len(numbers) == one(clean, "SELECT count(*) FROM vehicles") - doubles


def test_vehicles_are_built_before_registered_by_grown_ups(clean: duckdb.DuckDBPyConnection) -> None:
    assert one(clean, "SELECT count(*) FROM vehicles WHERE manufactured_year > right(registered_on, 4)") == 0
    assert (
        one(
            clean,
            "SELECT count(*) FROM vehicles WHERE right(registered_on, 4)::INT - right(owner_birth_date, 4)::INT < 18",
        )
        == 0
    )
    latest = one(clean, "SELECT max(strptime(registered_on, '%d/%m/%Y'))::DATE FROM vehicles")
    assert latest <= date(2026, 11, 1)


def test_addresses_are_of_their_time(clean: duckdb.DuckDBPyConnection) -> None:
    """Three parts behind the house since the reform have become two."""
    new = "SELECT count(*) FROM vehicles WHERE strptime(registered_on, '%d/%m/%Y') >= DATE '2025-07-01'"
    assert one(clean, f"{new} AND owner_address SIMILAR TO '.*(Quận|Huyện|Thị xã) .*'") == 0
    assert (
        one(clean, "SELECT count(*) FROM vehicles WHERE owner_address SIMILAR TO '.*, (Quận|Huyện|Thị xã) .*'") > 1_000
    )


def test_old_records_lack_pins(clean: duckdb.DuckDBPyConnection) -> None:
    share = "SELECT avg((owner_id_number IS NULL OR length(owner_id_number) = 9)::INT) FROM vehicles WHERE owner_name NOT LIKE 'CÔNG TY%' AND "
    assert one(clean, share + "right(registered_on, 4)::INT < 2016") > 0.3
    assert one(clean, share + "right(registered_on, 4)::INT > 2021") < 0.12


def test_licences_obey_the_law_of_their_day(clean: duckdb.DuckDBPyConnection) -> None:
    new_only = "('A', 'B', 'C1', 'D1', 'D2', 'BE', 'C1E', 'CE', 'D1E', 'D2E', 'DE')"
    assert (
        one(clean, f"SELECT count(*) FROM licences WHERE class IN {new_only} AND right(issued_on, 4)::INT < 2025") == 0
    )
    old_only = "('A2', 'A3', 'A4', 'B2', 'E', 'FB2', 'FC', 'FD', 'FE')"
    assert (
        one(clean, f"SELECT count(*) FROM licences WHERE class IN {old_only} AND right(issued_on, 4)::INT >= 2025") == 0
    )
    assert one(clean, "SELECT count(*) FROM licences WHERE class = 'A1' AND expires_on <> 'Không thời hạn'") == 0
    odd = (
        "SELECT count(*) FROM licences WHERE material <> 'Giấy' AND NOT regexp_full_match(licence_number, '[0-9]{12}')"
    )
    assert one(clean, odd) == 0


def test_one_province_stays_in_the_province(tmp_path: Path) -> None:
    generate(SynthPlan(400, tmp_path, provinces=("38",), formats=("parquet",), rates=CLEAN))
    table = pq.read_table(tmp_path / "population.parquet")
    assert all(address.endswith("Tỉnh Thanh Hóa") for address in table["permanent_address"].to_pylist())


def test_dirt_zero_is_clean(tmp_path: Path) -> None:
    generate(SynthPlan(400, tmp_path, dirt=0.0, formats=("parquet",)))
    patterns = set(pq.read_table(tmp_path / "truth" / "planted.parquet")["pattern"].to_pylist())
    assert not patterns & {planting.code for planting in PLANTINGS}
    assert patterns <= {"LIC_OLD", "OVER_AGE", "DEAD_OWNER"} | set(SITUATIONS), "what age alone brings about remains"


@pytest.mark.parametrize(
    ("change", "message"),
    [({"persons": 3}, "10 persons"), ({"formats": ("pdf",)}, "no format pdf"), ({"dirt": -1.0}, "not negative")],
)
def test_impossible_plans_are_refused(change: dict[str, object], message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        SynthPlan(**({"persons": 100, "out": tmp_path} | change))


def test_unknown_province_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no province 99"):
        generate(SynthPlan(100, tmp_path, provinces=("99",)))


@pytest.mark.parametrize("size", [0, 0.01])
def test_empty_registers_are_files_without_rows(size: float, tmp_path: Path) -> None:
    formats = ("parquet", "csv", "xlsx")
    heard: list[str] = []
    summary = generate(
        SynthPlan(persons=10, out=tmp_path, vehicles_per_person=size, licences_per_person=size, formats=formats),
        told=lambda file, share: heard.append(f"{file} {share}"),
    )
    assert (summary.rows["vehicles"], summary.rows["licences"], summary.rows["links"]) == (0, 0, 0)
    assert pq.read_table(tmp_path / "vehicles.parquet").num_rows == 0
    assert len((tmp_path / "licences.csv").read_text(encoding="utf-8").splitlines()) == 1
    assert heard[0] == "population.parquet 0.0"
    assert "licences.xlsx 0.0" in heard
