"""Headings: what each spelling means, and that no two headings ever share a column silently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosach.base.registers import COLUMNS, Register, column_names
from sosach.engine.load.headings import find_heading, match_headings, words
from sosach.vn.tables import table


def _columns(register: Register, *headings: str) -> list[str | None]:
    return [match.column for match in match_headings(register, headings, {})]


def test_no_heading_means_two_columns() -> None:
    for register in Register:
        meaning: dict[str, str] = {}
        for row in table("headings"):
            if row["register"] == register.value:
                key = "".join(words(row["heading"]))
                assert meaning.setdefault(key, row["column"]) == row["column"], row


def test_the_table_knows_every_column_and_its_own_titles() -> None:
    known = {(row["register"], row["column"]) for row in table("headings")}
    for register, columns in COLUMNS.items():
        for column in columns:
            assert (register.value, column.name) in known
            assert _columns(register, column.name, "x") == [column.name, None]
            assert _columns(register, column.vi) == [column.name]
            assert _columns(register, column.en) == [column.name]
    assert known <= {(register.value, name) for register in Register for name in column_names(register)}


@pytest.mark.parametrize(
    ("register", "heading", "column"),
    [
        (Register.POPULATION, "Số ĐDCN", "pin"),
        (Register.POPULATION, "CCCD", "pin"),
        (Register.POPULATION, "Số CMND", "old_id"),
        (Register.POPULATION, "Họ, chữ đệm và tên khai sinh", "full_name"),
        (Register.POPULATION, "Họ và tên của công dân", "full_name"),
        (Register.VEHICLES, "Biển KS", "plate"),
        (Register.VEHICLES, "BKS", "plate"),
        (Register.VEHICLES, "HO VA TEN CHU XE", "owner_name"),
        (Register.VEHICLES, "Số CMND của chủ phương tiện", "owner_id_number"),
        (Register.VEHICLES, "Màu sơn", "colour"),
        (Register.VEHICLES, "Màu biển", "plate_colour"),
        (Register.VEHICLES, "12. Số khung", "chassis_number"),
        (Register.LICENCES, "Ngày cấp giấy phép lái", "issued_on"),
        (Register.LICENCES, "Hạng", "class"),
        # close to a known heading, yet something else
        (Register.LICENCES, "Ngày cấp CCCD", None),
        (Register.LICENCES, "Nơi cấp CCCD", None),
        (Register.VEHICLES, "Số CCCD người ủy quyền", None),
        (Register.VEHICLES, "Tên chủ cũ", None),
        (Register.VEHICLES, "STT", None),
        (Register.VEHICLES, "Số", None),
        (Register.VEHICLES, "", None),
        (Register.POPULATION, "Ngày cấp", None),
    ],
)
def test_meaning(register: Register, heading: str, column: str | None) -> None:
    assert _columns(register, heading) == [column]


def test_the_better_heading_wins_and_the_other_is_reported() -> None:
    matches = match_headings(Register.VEHICLES, ("CMND", "CCCD", "Họ tên", "Tên chủ xe", "Họ tên"), {})
    assert [(match.column, match.how) for match in matches] == [
        ("owner_id_number", "fallback"),
        ("owner_id_number", "synonym"),
        (None, "duplicate"),
        ("owner_name", "synonym"),
        (None, "duplicate"),
    ]


@given(st.lists(st.sampled_from([row["heading"] for row in table("headings")] + ["", "STT", "x"]), max_size=12))
def test_never_two_headings_for_one_column(headings: list[str]) -> None:
    for register in Register:
        matches = match_headings(register, headings, {})
        columns = [match.column for match in matches if match.column and match.how != "fallback"]
        assert {match.column for match in matches if match.how == "fallback"} <= set(columns)
        assert len(set(columns)) == len(columns)


@given(st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=25))
def test_any_rows_may_be_searched(rows: list[list[str]]) -> None:
    for register in Register:
        heading = find_heading(register, rows, {})
        assert heading is None or heading.columns


def test_two_line_heading_and_numbers_below() -> None:
    rows = [
        ["PHỤ LỤC", "", "", ""],
        ["STT", "Biển số", "Chủ xe", ""],
        ["", "", "Họ tên", "CCCD"],
        ["(1)", "(2)", "(3)", "(4)"],
        ["1", "29A1-12345", "An", "001099000001"],
    ]
    heading = find_heading(Register.VEHICLES, rows, {})
    assert heading is not None
    assert heading.columns == {"plate": 1, "owner_name": 2, "owner_id_number": 3}
    assert heading.first_data_row == 4
