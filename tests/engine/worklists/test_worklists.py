"""Work lists: every record with something to do once, in order, usable in Excel, the same bytes each time."""

import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.fixture_run import (
    DONE,
    LICENCES,
    OPEN,
    PEOPLE,
    VEHICLES,
    connection,
    finding,
    tiny_run,
    write_run,
)

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.registers import Register
from sosach.engine.worklists import WorklistSummary, write, write_worklists
from sosach.engine.worklists.sheets import REGISTERS, TITLE_ROWS, template

AS_OF = date(2026, 11, 22)
TAM_HUNG = Path("01-ha-noi/10144-tam-hung.xlsx")


def lists(run: Path, **options: Any) -> WorklistSummary:
    return write_worklists(connection(), run, as_of=AS_OF, **options)


def books(run: Path) -> dict[str, Path]:
    folder = run / "worklists"
    return {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*.xlsx"))}


def table(path: Path, sheet: str = "Xe") -> list[dict[str, str]]:
    """Rows below the heading, by heading, as another reader sees them."""
    rows = python_calamine.load_workbook(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    heading = rows[TITLE_ROWS]
    return [dict(zip(map(str, heading), map(str, row), strict=True)) for row in rows[TITLE_ROWS + 1 :]]


def all_rows(run: Path) -> Iterator[tuple[str, str]]:
    names = {"Xe": "vehicles", "Giấy phép lái xe": "licences", "Dân cư": "population"}
    for path in books(run).values():
        for sheet in python_calamine.load_workbook(path).sheet_names:
            if sheet in names:
                yield from ((names[sheet], row["Mã bản ghi"]) for row in table(path, sheet))


def vehicles_run(folder: Path, vehicles: list[dict[str, Any]], **others: Any) -> Path:
    base = OPEN | {"commune_code": "10144"}
    return write_run(folder, {Register.VEHICLES: [base | row for row in vehicles]}, **others)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tiny_run(tmp_path_factory.mktemp("run"))
    lists(run)
    return run


def test_every_record_with_work_stands_in_exactly_one_list(tiny: Path) -> None:
    given = {"vehicles": VEHICLES, "licences": LICENCES, "population": PEOPLE}
    wanted = Counter(
        (name, row["record_id"]) for name, rows in given.items() for row in rows if row["action"] != "none"
    )
    assert Counter(all_rows(tiny)) == wanted


def test_files_are_where_one_looks_for_them(tiny: Path) -> None:
    assert list(books(tiny)) == [
        "01-ha-noi/00004-ba-dinh.xlsx",
        "01-ha-noi/10144-tam-hung.xlsx",
        "unknown/01-ha-noi.xlsx",
        "unknown/79-ho-chi-minh.xlsx",
    ]


def test_sheets_are_those_of_the_registers_with_rows(tiny: Path) -> None:
    names = python_calamine.load_workbook(books(tiny)["unknown/79-ho-chi-minh.xlsx"]).sheet_names
    assert names == ["Giấy phép lái xe", "Hướng dẫn"]


def test_a_row_says_what_is_wrong_and_what_to_do(tiny: Path) -> None:
    row = table(tiny / "worklists" / TAM_HUNG)[0]
    assert row["STT"] == "1"
    assert row["Tên chủ xe"] == "Nguyen Van Hung"
    assert row["Số giấy tờ"] == "1080000011"
    assert row["Kết quả đối chiếu"] == "Sai lệch"
    assert row["Việc cần làm"].startswith("Đã tìm được đúng một người.")
    assert "• Số định danh 12 chữ số trên thẻ căn cước là số nào?" in row["Cần hỏi"]
    assert row["Đề xuất, ứng viên"].splitlines() == [
        "• Chủ xe: NGUYỄN VĂN HÙNG, 001080000011, sinh 1980, Xã Tam Hưng (độ tin cậy 99,8 %)",
        "• Số giấy tờ chủ xe: 1080000011 → 001080000011",
        "• Tên chủ xe: Nguyen Van Hung → NGUYỄN VĂN HÙNG",
    ]
    assert [row[name] for name in ("Kết quả xác minh", "Số định danh đúng", "Ghi chú", "Ngày")] == [""] * 4


def test_candidates_and_doubles_are_named(tiny: Path) -> None:
    _, choose, double = table(tiny / "worklists" / TAM_HUNG)
    assert choose["Đề xuất, ứng viên"].splitlines() == [
        "1) NGUYỄN VĂN HƯNG, 001080000033, sinh 1981, Phường Ba Đình (62 %)",
        "2) NGUYỄN VĂN HÙNG, 001080000011, sinh 1980, Xã Tam Hưng (31 %)",
    ]
    assert "• Nhóm trùng 2 bản ghi: V4, V5" in double["Đề xuất, ứng viên"]


def test_an_officer_can_use_it_at_once(tiny: Path) -> None:
    sheet = openpyxl.load_workbook(tiny / "worklists" / TAM_HUNG)["Xe"]
    assert sheet["A1"].value == "Xã Tam Hưng, Hà Nội: xe cần xử lý"
    assert sheet["A2"].value == "Tính đến ngày 22/11/2026: 3 xe."
    assert sheet.freeze_panes == "E5"
    assert sheet.auto_filter.ref == "A4:T7"
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.pageOrder == "overThenDown"
    (validation,) = sheet.data_validations.dataValidation
    assert str(validation.sqref) == "Q5:Q7"
    assert sheet["Q5"].fill.start_color.rgb == "FFFFF6D6"
    assert sheet.row_dimensions[5].height > 30


def test_communes_and_days_are_proposed_in_words(tmp_path: Path) -> None:
    given = [
        finding("vehicles", "R0", code, field=field, value=value, proposed_value=proposed)
        for code, field, value, proposed in (
            ("VEH-90", "owner_address", "Thôn Đông, Huyện Thanh Oai", "10144"),
            ("VEH-82", "owner_birth_date", "02/07/1985", "1985-02-07"),
            ("PIN-02", "owner_id_number", "10144", "001080010144"),
        )
    ]
    run = vehicles_run(tmp_path, [{}], findings=given)
    lists(run)
    (row,) = table(run / "worklists" / TAM_HUNG)
    proposed = [line for line in row["Đề xuất, ứng viên"].splitlines() if "→" in line]
    assert proposed == [
        "• Ngày sinh chủ xe: 02/07/1985 → 07/02/1985",
        "• Số giấy tờ chủ xe: 10144 → 001080010144",
        "• Địa chỉ chủ xe → Xã Tam Hưng, Hà Nội",
    ]


def test_the_list_of_results_is_that_of_the_statuses(tiny: Path) -> None:
    book = openpyxl.load_workbook(tiny / "worklists" / TAM_HUNG)
    (validation,) = book["Xe"].data_validations.dataValidation
    name, cells = validation.formula1.split("!")
    values = [row[0].value for row in book[name.strip("'")][cells.replace("$", "")]]
    assert values[0] == "Đang sử dụng (chính chủ)"
    assert "Hỏng, không sử dụng được" in values
    assert len(values) == 15


def test_cells_are_text_and_formulas_do_nothing(tiny: Path) -> None:
    row = table(books(tiny)["unknown/01-ha-noi.xlsx"])[0]
    assert row["Tên chủ xe"] == '=HYPERLINK("x")'
    with zipfile.ZipFile(books(tiny)["unknown/01-ha-noi.xlsx"]) as parts:
        xml = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert 't="inlineStr"' in xml


def test_localities_are_in_the_order_people_walk(tmp_path: Path) -> None:
    given = ["Thôn 10", "Thôn 2", None, "Đội 1", "thôn 2", "Tổ 3", "Ấp Đông", "Thôn 2A", ""]
    run = vehicles_run(tmp_path, [{"locality": name, "owner_name_std": f"N{i}"} for i, name in enumerate(given)])
    lists(run)
    found = [row["Thôn, tổ, đường"] for row in table(run / "worklists" / TAM_HUNG)]
    assert found == ["Ấp Đông", "Đội 1", "Thôn 2", "thôn 2", "Thôn 2A", "Thôn 10", "Tổ 3", "", ""]


def test_names_then_rows_order_a_locality(tmp_path: Path) -> None:
    run = vehicles_run(
        tmp_path, [{"owner_name_std": name, "locality": "Thôn 1"} for name in ("LÊ B", "LÊ A", None, "LÊ A")]
    )
    lists(run)
    found = [row["Mã bản ghi"] for row in table(run / "worklists" / TAM_HUNG)]
    assert found == ["R2", "R1", "R3", "R0"]


def test_running_numbers_begin_anew_in_each_list(tmp_path: Path) -> None:
    communes = ["10144", "00004", "10144", "00004", "10144"]
    run = vehicles_run(tmp_path, [{"commune_code": code} for code in communes])
    lists(run)
    assert [row["STT"] for row in table(run / "worklists" / TAM_HUNG)] == ["1", "2", "3"]
    assert [row["STT"] for row in table(run / "worklists/01-ha-noi/00004-ba-dinh.xlsx")] == ["1", "2"]


@pytest.mark.parametrize(
    ("row", "file"),
    [
        ({"commune_code": None}, "unknown/00000.xlsx"),
        ({"commune_code": "99999", "province_code": "38"}, "unknown/38-thanh-hoa.xlsx"),
        ({"commune_code": None, "plate_std": "36B112345"}, "unknown/38-thanh-hoa.xlsx"),
        ({"commune_code": None, "province_code": "01", "plate_std": "36B112345"}, "unknown/01-ha-noi.xlsx"),
        ({"commune_code": None, "province_code": "xx", "plate_std": "XX"}, "unknown/00000.xlsx"),
    ],
)
def test_rows_without_a_commune_go_to_their_province(tmp_path: Path, row: dict[str, Any], file: str) -> None:
    run = vehicles_run(tmp_path, [row])
    lists(run)
    assert list(books(run)) == [file]


def test_a_large_unit_gets_several_workbooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "FILE_ROWS", 2)
    run = vehicles_run(tmp_path, [{"commune_code": None} for _ in range(5)])
    summary = lists(run)
    assert summary.files == 3
    assert list(books(run)) == ["unknown/00000-2.xlsx", "unknown/00000-3.xlsx", "unknown/00000.xlsx"]
    assert Counter(all_rows(run)) == Counter({("vehicles", f"R{number}"): 1 for number in range(5)})


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=40)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(TEXTS, min_size=1, max_size=6))
def test_any_text_survives(tmp_path: Path, names: list[str]) -> None:
    kept = [name.replace("\x00", "") for name in names]
    run = vehicles_run(tmp_path, [{"owner_name": name, "locality": "x"} for name in kept])
    lists(run)
    drawable = [_drawable(name) for name in kept]
    assert [row["Tên chủ xe"] for row in table(run / "worklists" / TAM_HUNG)] == drawable


def _drawable(text: str) -> str:
    """What XML can hold of a text."""
    return "".join(c for c in text if c in "\t\n" or (ord(c) >= 32 and c not in "\ufffe\uffff"))


def test_a_monstrous_value_is_cut_so_that_excel_opens_the_file(tmp_path: Path) -> None:
    run = vehicles_run(tmp_path, [{"owner_name": "&" * 100_000, "owner_address": "x" * 9_000}])
    lists(run)
    row = table(run / "worklists" / TAM_HUNG)[0]
    assert row["Tên chủ xe"].endswith("&…")
    assert len(row["Địa chỉ"]) == 8_000


def test_same_run_same_bytes(tmp_path: Path) -> None:
    first, second = tiny_run(tmp_path / "a"), tiny_run(tmp_path / "b")
    lists(first)
    lists(second)
    assert [path.read_bytes() for path in books(first).values()] == [
        path.read_bytes() for path in books(second).values()
    ]


def test_an_older_set_of_lists_is_replaced(tmp_path: Path) -> None:
    run = tiny_run(tmp_path)
    (run / "worklists").mkdir()
    (run / "worklists" / "old.xlsx").write_bytes(b"")
    lists(run)
    assert "old.xlsx" not in books(run)
    assert sorted(path.name for path in run.iterdir() if path.is_dir()) == ["worklists"]


def test_summary_and_progress_add_up(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    summary = lists(tiny_run(tmp_path), progress=lambda done, of: told.append((done, of)))
    assert summary == WorklistSummary(4, {Register.VEHICLES: 5, Register.LICENCES: 2, Register.POPULATION: 1})
    assert told[-1] == (8, 8)


def test_nothing_to_do_writes_an_empty_folder(tmp_path: Path) -> None:
    run = write_run(tmp_path, {Register.VEHICLES: [dict(DONE)]})
    assert lists(run).files == 0
    assert books(run) == {}
    assert (run / "worklists").is_dir()


def test_nothing_is_left_in_the_connection(tmp_path: Path) -> None:
    con = connection()
    write_worklists(con, tiny_run(tmp_path), as_of=AS_OF)
    assert con.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]


def test_lost_rows_stop_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = write.find_units
    monkeypatch.setattr(write, "find_units", lambda *args: real(*args)[:-1])
    with pytest.raises(SosachError) as caught:
        lists(tiny_run(tmp_path))
    assert caught.value.code is ErrorCode.ROWS_LOST


def test_more_questions_than_bits_of_one_number(tmp_path: Path) -> None:
    codes = [f"ZZZ-{number}" for number in range(130)]
    given = [finding("vehicles", f"R{row}", code, field="plate") for row in range(2) for code in codes[row::2]]
    run = vehicles_run(tmp_path, [{}, {}], findings=given)
    lists(run)
    asked = [row["Cần hỏi"].splitlines() for row in table(run / "worklists" / TAM_HUNG)]
    assert [sorted(lines) for lines in asked] == [sorted(f"• {code}" for code in codes[row::2]) for row in range(2)]


def test_remarks_ask_nothing(tmp_path: Path) -> None:
    given = [finding("vehicles", "R0", "PLT-08", severity="info", field="plate", value="a", proposed_value="b")]
    run = vehicles_run(tmp_path, [{}], findings=given)
    lists(run)
    row = table(run / "worklists" / TAM_HUNG)[0]
    assert (row["Cần hỏi"], row["Đề xuất, ứng viên"]) == ("", "")


def test_cells_look_alike_in_every_combination_of_sheets() -> None:
    """Rows are drawn for a sheet that stands alone; in a workbook with others its styles must have the same numbers."""
    for chosen in ((0, 1, 2), (0, 1), (0, 2), (1, 2)):
        registers = tuple(REGISTERS[place] for place in chosen)
        for register, sheet in zip(registers, template(registers).sheets, strict=True):
            assert sheet.cells == template((register,)).sheets[0].cells
