"""Two columns for one paper's number (CCCD beside CMND): the second counts where the first is empty; files in a VNI font."""

from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sosach.base.registers import Register
from sosach.engine.load import LoadedRegister, load_register
from sosach.vn.tables import table

_HEADINGS = ("Biển số", "CMND", "Họ tên chủ xe", "CCCD")
_ROWS = (
    ("29A1-123.45", "012345678", "Nguyễn Văn Bưởi", "001099000123"),
    ("29A1-123.46", "012345679", "Đỗ Thị Ổi", ""),
    ("29A1-123.47", "", "Lê Văn Na", "001099000124"),
    ("29A1-123.48", "", "Lê Văn Mận", ""),
)
_NUMBERS = ["001099000123", "012345679", "001099000124", None]


def _load(source: Path) -> tuple[LoadedRegister, duckdb.DuckDBPyConnection]:
    con = duckdb.connect()
    work = source.parent / "work"
    return (
        load_register(con, register=Register.VEHICLES, source=source, work=work, mapping=None, progress=None),
        con,
    )


def _write(folder: Path, suffix: str) -> Path:
    source = folder / f"xe{suffix}"
    if suffix == ".csv":
        lines = (",".join(row) for row in (_HEADINGS, *_ROWS))
        source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    elif suffix == ".parquet":
        columns = zip(*_ROWS, strict=True)
        pq.write_table(pa.table(dict(zip(_HEADINGS, map(list, columns), strict=True))), source)
    else:
        book = openpyxl.Workbook()
        for row in (_HEADINGS, *_ROWS):
            book.active.append([cell or None for cell in row])
        book.save(source)
    return source


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_the_old_number_counts_where_the_new_one_is_empty(suffix: str, tmp_path: Path) -> None:
    loaded, con = _load(_write(tmp_path, suffix))
    found = con.execute(f"SELECT owner_id_number FROM ({loaded.sql}) ORDER BY row").fetchall()
    assert [number for (number,) in found] == _NUMBERS
    assert {match.heading: (match.column, match.how) for match in loaded.headings} == {
        "Biển số": ("plate", "synonym"),
        "CMND": ("owner_id_number", "fallback"),
        "Họ tên chủ xe": ("owner_name", "synonym"),
        "CCCD": ("owner_id_number", "synonym"),
    }
    assert loaded.files[0].filled["owner_id_number"] == 3
    assert loaded.findings is None


def test_columns_that_are_no_papers_do_not_fall_back(tmp_path: Path) -> None:
    (tmp_path / "xe.csv").write_text("Biển số,Biển kiểm soát,Chủ xe\n,29A1-123.45,An\n", encoding="utf-8")
    loaded, con = _load(tmp_path / "xe.csv")
    assert con.execute(f"SELECT plate FROM ({loaded.sql})").fetchall() == [(None,)]
    assert [match.how for match in loaded.headings] == ["synonym", "duplicate", "synonym"]


def test_a_file_in_a_vni_font_is_read_as_vietnamese(tmp_path: Path) -> None:
    rows = [
        ("Biển số", "Họ tên chủ xe", "Địa chỉ"),
        *((f"29A1-{n:05d}", "TRẦN THỊ ỔI", f"Số {n} đường Trần Hưng Đạo, Quận 1") for n in range(300)),
    ]
    shown = {row["char"]: row["vni_windows"] for row in table("legacy_encodings")}
    shown |= {letter.upper(): text.upper() for letter, text in shown.items()}
    text = "".join(";".join("".join(shown.get(char, char) for char in cell) for cell in row) + "\n" for row in rows)
    (tmp_path / "xe.csv").write_bytes(text.encode("cp1252"))
    loaded, con = _load(tmp_path / "xe.csv")
    assert loaded.files[0].encoding == "vni"
    assert [match.how for match in loaded.headings] == ["synonym"] * 3
    found = con.execute(f"SELECT plate, owner_name, owner_address FROM ({loaded.sql}) ORDER BY row").fetchall()
    assert found == rows[1:]


def test_western_text_is_not_taken_for_vni(tmp_path: Path) -> None:
    lines = ("plate;owner_name", *(f"29A1-{n:05d};Renée Müller" for n in range(90)))
    (tmp_path / "xe.csv").write_bytes("\n".join(lines).encode("cp1252"))
    loaded, con = _load(tmp_path / "xe.csv")
    assert loaded.files[0].encoding == "cp1252"
    assert con.execute(f"SELECT DISTINCT owner_name FROM ({loaded.sql})").fetchall() == [("Renée Müller",)]
