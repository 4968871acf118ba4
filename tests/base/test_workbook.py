"""Workbooks as other people's readers see them: every value comes back as the text it was."""

import random
import time
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st

from sosach.base import workbook
from sosach.base.archive import ZipWriter
from sosach.base.workbook import SheetColumn, WorkbookTemplate, escape_text

COLUMNS = [
    SheetColumn("Mã", 12),
    SheetColumn("Họ và tên", 30, fill="#FFF2CC"),
    SheetColumn("Tình trạng", choices=("Có", "Không")),
]
TRICKY = ["=1+1", "+84912345678", "-5", "@SUM(A1)", "001099000001", "1E5", "30/02/2000", "<b>&amp;</b>", " hai  đầu ", "a\nb\tc",
          "Nguyễn Văn Hùng", "Ðặng", "Nguyễn", "𠀀", "#N/A", "TRUE", "'x", '"y"', "{z}", "%s %d"]  # fmt: skip


def read_openpyxl(path: Path) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(path)
    try:
        return list(book.active.iter_rows(values_only=True))
    finally:
        book.close()


def read_calamine(path: Path) -> list[list[object]]:
    with python_calamine.load_workbook(str(path)) as book:
        return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


@pytest.fixture(scope="module")
def template() -> WorkbookTemplate:
    return WorkbookTemplate(COLUMNS, sheet_name="Việc", title_rows=2, frozen_columns=1)


def test_values_come_back_exactly_from_both_readers(template: WorkbookTemplate, tmp_path: Path) -> None:
    rows = [[text, None, text] for text in TRICKY]
    assert template.write(tmp_path / "a.xlsx", rows, titles=["Xã <A> & B"]) == len(TRICKY)
    by_openpyxl, by_calamine = read_openpyxl(tmp_path / "a.xlsx"), read_calamine(tmp_path / "a.xlsx")
    assert by_openpyxl[:3] == [("Xã <A> & B", None, None), ("", None, None), ("Mã", "Họ và tên", "Tình trạng")]
    assert by_openpyxl[3:] == [(text, None, text) for text in TRICKY]
    assert by_calamine[3:] == [[text, "", text] for text in TRICKY]


def test_cells_are_text_never_formula_or_number(template: WorkbookTemplate, tmp_path: Path) -> None:
    template.write(tmp_path / "a.xlsx", [["=1+1", "007", None]])
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    cells = [book.active.cell(4, column) for column in (1, 2, 3)]
    assert [cell.data_type for cell in cells[:2]] == ["s", "s"]
    assert {cell.number_format for cell in cells} == {"@"}, "what a clerk types into an empty cell stays text too"
    book.close()


def test_sheet_has_heading_filter_choices_and_fill(template: WorkbookTemplate, tmp_path: Path) -> None:
    template.write(tmp_path / "a.xlsx", [["1", "2", "3"]] * 5)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = book.active
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("Việc", "B4", "A3:C8")
    assert sheet["A3"].font.bold
    assert sheet["B4"].fill.start_color.rgb == "FFFFF2CC"
    assert sheet.column_dimensions["B"].width > 29
    rule = sheet.data_validations.dataValidation[0]
    assert (str(rule.sqref), rule.formula1, rule.errorStyle) == ("C4:C8", '"Có,Không"', "warning")
    book.close()


def test_template_serves_many_files_and_no_rows(template: WorkbookTemplate, tmp_path: Path) -> None:
    assert template.write(tmp_path / "none.xlsx", [], titles=["Một", "Hai"]) == 0
    template.write(tmp_path / "one.xlsx", [["x", "y", "z"]], titles=["Ba"])
    assert [row[0] for row in read_openpyxl(tmp_path / "none.xlsx")] == ["Một", "Hai", "Mã"]
    assert [row[0] for row in read_openpyxl(tmp_path / "one.xlsx")] == ["Ba", "", "Mã", "x"]


def test_same_rows_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        WorkbookTemplate(COLUMNS).write(tmp_path / name, [["1", "2", "3"]])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_sql_renders_what_python_renders(template: WorkbookTemplate, tmp_path: Path) -> None:
    rows = [(text, None, "_x0041_" + text + "\r\n\x01\ufffe") for text in TRICKY]
    con = duckdb.connect()
    con.execute("CREATE TABLE t (n INTEGER, a VARCHAR, b VARCHAR, c VARCHAR)")
    con.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", [(n, *row) for n, row in enumerate(rows)])
    rendered = con.sql(f"SELECT {template.row_sql(['a', 'b', 'c'])} FROM t ORDER BY n").fetchall()
    template.write_xml(tmp_path / "sql.xlsx", [row.encode() for (row,) in rendered])
    template.write(tmp_path / "python.xlsx", rows)
    assert read_calamine(tmp_path / "sql.xlsx") == read_calamine(tmp_path / "python.xlsx")


def test_too_many_rows_are_refused_and_leave_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 4)
    small = WorkbookTemplate(COLUMNS)
    assert small.write(tmp_path / "fits.xlsx", [["", "", ""]] * 3) == 3
    with pytest.raises(ValueError, match="several files"):
        small.write(tmp_path / "a.xlsx", [["1", "2", "3"]] * 4)
    assert [path.name for path in tmp_path.iterdir()] == ["fits.xlsx"]


def test_misuse_is_refused(template: WorkbookTemplate, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2 cells for 3 columns"):
        template.write(tmp_path / "a.xlsx", [["1", "2"]])
    with pytest.raises(ValueError, match="3 titles"):
        template.write(tmp_path / "a.xlsx", [], titles=["1", "2", "3"])
    with pytest.raises(ValueError, match="needs a column"):
        WorkbookTemplate([])


def test_long_text_is_cut_visibly(template: WorkbookTemplate, tmp_path: Path) -> None:
    template.write(tmp_path / "a.xlsx", [["x" * 40_000, "𠀀" * 20_000, "y" * workbook.MAX_CELL]])
    long, wide, whole = read_openpyxl(tmp_path / "a.xlsx")[3]
    assert long == "x" * 32_766 + "…"
    assert wide == "𠀀" * 16_383 + "…"
    assert whole == "y" * 32_767


def test_excels_own_escapes_are_protected() -> None:
    assert escape_text("_x0041_ _x_") == "_x005F_x0041_ _x_"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=20))
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    path = tmp_path_factory.mktemp("wb") / "a.xlsx"
    WorkbookTemplate([SheetColumn("x"), SheetColumn("y")]).write(path, [["v", text] for text in texts])
    expected = [workbook._REMOVED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")) for text in texts]
    assert [row[1] for row in read_calamine(path)[1:]] == expected


def test_archive_is_sound_and_refuses_giants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (tmp_path / "a.zip").open("wb") as file, ZipWriter(file) as archive:
        archive.add("một.txt", [b"ab", b"", b"c" * 100_000])
        archive.add("hai.txt", [])
    with zipfile.ZipFile(tmp_path / "a.zip") as archive_read:
        assert archive_read.testzip() is None
        assert {name: len(archive_read.read(name)) for name in archive_read.namelist()} == {
            "một.txt": 100_002,
            "hai.txt": 0,
        }
    monkeypatch.setattr("sosach.base.archive._LIMIT", 10)
    with (
        (tmp_path / "b.zip").open("wb") as file,
        ZipWriter(file) as archive,
        pytest.raises(ValueError, match="too large"),
    ):
        archive.add("x", [b"0123456789ab"])


@pytest.mark.slow
def test_speed_does_not_collapse(tmp_path: Path) -> None:
    """A tenth of what an idle machine does, so that only a real fall fails."""
    template = WorkbookTemplate([SheetColumn(str(n)) for n in range(15)])
    rng = random.Random(1)
    rows = [[f"{rng.randrange(10**9)} Nguyễn Văn Hùng" for _ in range(15)] for _ in range(4_000)]
    start = time.process_time()
    template.write(tmp_path / "a.xlsx", rows)
    assert 15 * len(rows) / (time.process_time() - start) > 40_000
