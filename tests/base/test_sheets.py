"""Workbooks of several sheets: titles, ranges and choices of each stay its own; fixed parts are packed once."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from sosach.base.archive import ZipWriter, pack
from sosach.base.workbook import MAX_ROWS, BookTemplate, SheetColumn, SheetDesign, SheetRows

LONG = tuple(f"Lựa chọn số {number}, có dấu phẩy" for number in range(30))
DESIGNS = [
    SheetDesign(
        "Xe", (SheetColumn("A", 5), SheetColumn("B", choices=LONG)), title_rows=2, frozen_columns=1, pages_wide=2
    ),
    SheetDesign("Dân cư", (SheetColumn("C", choices=("có", "không")),), title_rows=1),
]


@pytest.fixture(scope="module")
def template() -> BookTemplate:
    return BookTemplate(DESIGNS, notes=["Cách dùng", "Dòng hai"])


def rows(template: BookTemplate, place: int, *values: tuple[str, ...]) -> list[bytes]:
    return list(template.sheets[place].render(values))


def test_each_sheet_has_its_titles_rows_and_ranges(template: BookTemplate, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    parts = [
        SheetRows(("Xe & người", "hai"), rows(template, 0, ("1", "x"), ("2", "y"))),
        SheetRows(("Dân cư",), rows(template, 1, ("có",), ("không",), ("có",)), 3),
    ]
    assert template.write_xml(path, parts) == [2, 3]
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Xe", "Dân cư", "Hướng dẫn", "Danh mục"]
    assert [cell.value for cell in book["Xe"]["A"]] == ["Xe & người", "hai", "A", "1", "2"]
    assert [cell.value for cell in book["Dân cư"]["A"]] == ["Dân cư", "C", "có", "không", "có"]
    assert (book["Xe"].auto_filter.ref, book["Dân cư"].auto_filter.ref) == ("A3:B5", "A2:A5")
    assert book["Hướng dẫn"]["A2"].value == "Dòng hai"
    assert book["Xe"].page_setup.fitToWidth == 2
    assert book["Xe"].print_title_cols == "$A:$A"
    assert str(MAX_ROWS)[:5] not in zipfile.ZipFile(path).read("xl/workbook.xml").decode()


def test_lists_a_cell_cannot_carry_stand_on_a_hidden_sheet(template: BookTemplate, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    template.write_xml(path, [SheetRows((), []), SheetRows((), [])])
    book = openpyxl.load_workbook(path)
    assert book["Danh mục"].sheet_state == "hidden"
    assert [cell.value for cell in book["Danh mục"]["A"]] == list(LONG)
    (long,) = book["Xe"].data_validations.dataValidation
    (short,) = book["Dân cư"].data_validations.dataValidation
    assert long.formula1 == "'Danh mục'!$A$1:$A$30"
    assert short.formula1 == '"có,không"'


def test_more_titles_or_rows_than_there_is_room_for(template: BookTemplate, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="3 titles for 2 title rows"):
        template.write_xml(tmp_path / "a.xlsx", [SheetRows(("1", "2", "3"), []), SheetRows((), [])])
    with pytest.raises(ValueError, match="write several files"):
        template.write_xml(tmp_path / "a.xlsx", [SheetRows((), [], MAX_ROWS), SheetRows((), [])])
    assert list(tmp_path.iterdir()) == []


def test_no_sheet_no_workbook() -> None:
    with pytest.raises(ValueError, match="needs a column"):
        BookTemplate([])


def test_packed_parts_are_read_as_written() -> None:
    buffer = io.BytesIO()
    with ZipWriter(buffer) as archive:
        archive.add_packed(pack("một.xml", b"<a/>" * 1000))
        archive.add("hai.xml", [b"x", memoryview(b"y")])
        archive.add_packed(pack("ba.xml", b""))
    with zipfile.ZipFile(buffer) as parts:
        assert parts.testzip() is None
        assert {name: parts.read(name) for name in parts.namelist()} == {
            "một.xml": b"<a/>" * 1000,
            "hai.xml": b"xy",
            "ba.xml": b"",
        }
