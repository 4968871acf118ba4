"""Loading a register as a whole: progress, date orders, false alarms, speed on damaged files."""

import csv
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from tests.engine.corpus.cases import VEHICLE_HEADINGS, render, vehicles

from sosach.base.registers import Register, column_names
from sosach.engine.load import LoadedRegister, load_register


def _load(con: duckdb.DuckDBPyConnection, source: Path, register: Register = Register.VEHICLES) -> LoadedRegister:
    return load_register(con, register=register, source=source, work=source.parent / "w", mapping=None, progress=None)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("SET enable_progress_bar = false").fetchall()
        yield connection


def test_progress_rises_to_the_end(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.csv").write_text(render([VEHICLE_HEADINGS, *vehicles(50)]), encoding="utf-8")
    heard: list[tuple[int, int | None]] = []
    load_register(
        con,
        register=Register.VEHICLES,
        source=folder,
        work=tmp_path / "w",
        mapping=None,
        progress=lambda *x: heard.append(x),
    )
    assert heard[-1] == (150, 150)
    assert [rows for rows, _ in heard] == sorted(rows for rows, _ in heard)


def test_columns_come_in_canonical_order_as_text(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    (tmp_path / "a.csv").write_text(render([VEHICLE_HEADINGS, *vehicles(3)]), encoding="utf-8")
    loaded = _load(con, tmp_path / "a.csv")
    described = con.execute(f"DESCRIBE {loaded.sql}").fetchall()
    assert [(row[0], row[1]) for row in described] == [
        ("row", "INTEGER"),
        *((name, "VARCHAR") for name in column_names(Register.VEHICLES)),
    ]
    assert loaded.missing == (
        "record_id",
        "plate_colour",
        "model",
        "colour",
        "manufactured_year",
        "owner_phone",
        "status",
    )


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["05/06/1980", "13/06/1980"], "dmy"),
        (["05/06/1980", "06/07/1980"], "dmy"),
        (["05/13/1980", "06/07/1980"], "mdy"),
        (["05/13/1980", "13/07/1980"], "dmy"),
        (["1980-05-13", "1980-05-14"], "ymd"),
        (["1980", "1981"], "dmy"),
        (["31/31/1980", "05/06/1980"], "dmy"),
    ],
)
def test_date_order(tmp_path: Path, con: duckdb.DuckDBPyConnection, dates: list[str], order: str) -> None:
    (tmp_path / "a.csv").write_text(
        render([("plate", "owner_birth_date"), *(("29A1-12345", day) for day in dates)]), encoding="utf-8"
    )
    assert _load(con, tmp_path / "a.csv").date_order == {"owner_birth_date": order}


def test_odd_but_honest_rows_are_no_damage(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    rows = [list(row) for row in vehicles(40)]
    rows[3][6] = "012345678"  # an old ID number
    rows[4][6], rows[4][7] = "", ""
    rows[5][7] = "1965"
    rows[6][0] = "KHÔNG CÓ"
    rows[7][5] = "CÔNG TY TNHH TỔNG HỢP CỘNG HÒA"
    rows[8][3], rows[8][4] = rows[8][4], rows[8][3]
    rows[9][6:8] = ["chưa có", "không rõ"]
    (tmp_path / "a.csv").write_text(render([VEHICLE_HEADINGS, *rows]), encoding="utf-8")
    assert _load(con, tmp_path / "a.csv").findings is None


@pytest.mark.slow
def test_a_file_full_of_damage_is_still_fast(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    rows = vehicles(2_000)
    lines = render([VEHICLE_HEADINGS, *rows], quoting=csv.QUOTE_MINIMAL).splitlines()
    broken = [line + ",x" if at % 2 else line.replace('"', "", 1) for at, line in enumerate(lines[1:])]
    (tmp_path / "a.csv").write_text("\n".join([lines[0], *broken * 50]), encoding="utf-8")
    start = time.process_time()
    assert len(list(csv.reader(lines * 50))) == len(lines) * 50
    plain = time.process_time() - start
    loaded = _load(con, tmp_path / "a.csv")
    seconds = time.process_time() - start - plain
    assert loaded.rows == 100_000
    assert seconds < 30 * plain, "a damaged row costs about eight times what Python takes for an intact one"


@pytest.mark.slow
def test_one_line_of_a_hundred_megabytes(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> None:
    head, *rest = render([VEHICLE_HEADINGS, *vehicles(5)]).encode().splitlines()
    (tmp_path / "a.csv").write_bytes(b"\n".join([head, rest[0], b'"' + b"x" * 100_000_000, *rest[1:]]))
    loaded = _load(con, tmp_path / "a.csv")
    assert loaded.rows == 6
    assert loaded.findings is not None
    assert con.execute(f"SELECT plate FROM ({loaded.sql}) WHERE row = 5").fetchall() == [(vehicles(5)[4][0],)]
