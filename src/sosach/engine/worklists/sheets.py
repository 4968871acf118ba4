"""The sheets of a work list: what stands in each column, for vehicles, licences and persons; the notes on the last sheet."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from sosach.base.registers import Register
from sosach.base.workbook import BookTemplate, SheetColumn, SheetDesign
from sosach.vn.wording import ACTIONS, RESULT_MEANINGS, RESULTS, todo

TITLE_ROWS: Final = 3
REGISTERS: Final = (Register.VEHICLES, Register.LICENCES, Register.POPULATION)
"""Order of the sheets."""

_YELLOW: Final = "#FFF6D6"

# What the forms of the campaign offer for a licence and for a person's residence.
_LICENCE_RESULTS: Final = ("Còn sử dụng", "Đã đổi thẻ PET", "Bị mất", "Hết hạn", "Không tìm thấy người", "Khác")
_RESIDENCE_RESULTS: Final = ("Còn cư trú", "Đã chuyển đi", "Đã mất", "Không rõ", "Khác")


@dataclass(frozen=True, slots=True)
class Filled:
    """A column we fill: its look, and the SQL expression of its text over the register's file (`v`) and what is joined to it.

    `ask` and `proposal` are the texts derived from the findings, `result` and `todo` those of result class and action.
    """

    look: SheetColumn
    sql: str


_NUMBER: Final = SheetColumn("STT", 5)
_FIRST: Final = (
    Filled(SheetColumn("Thôn, tổ, đường", 14, wrap=True), "v.locality"),
)  # fmt: skip
_WORK: Final = (
    Filled(SheetColumn("Kết quả đối chiếu", 13, wrap=True), "result"),
    Filled(SheetColumn("Việc cần làm", 30, wrap=True), "todo"),
    Filled(SheetColumn("Cần hỏi", 30, wrap=True), "ask"),
    Filled(SheetColumn("Đề xuất, ứng viên", 40, wrap=True), "proposal"),
    Filled(SheetColumn("Mã bản ghi", 12), "v.record_id"),
)

COLUMNS: Final[dict[Register, tuple[Filled, ...]]] = {
    Register.VEHICLES: (
        *_FIRST,
        Filled(SheetColumn("Tên chủ xe", 22, wrap=True), "v.owner_name"),
        Filled(SheetColumn("Biển số", 12), "v.plate"),
        Filled(SheetColumn("Số giấy tờ", 14), "v.owner_id_number"),
        Filled(SheetColumn("Ngày sinh", 11), "v.owner_birth_date"),
        Filled(SheetColumn("Điện thoại", 14), "v.owner_phone"),
        Filled(SheetColumn("Địa chỉ", 30, wrap=True), "v.owner_address"),
        Filled(SheetColumn("Loại xe", 11, wrap=True), "v.vehicle_kind"),
        Filled(SheetColumn("Số khung", 19), "v.chassis_number"),
        Filled(SheetColumn("Số máy", 14), "v.engine_number"),
        *_WORK,
    ),
    Register.LICENCES: (
        *_FIRST,
        Filled(SheetColumn("Họ và tên", 22, wrap=True), "v.full_name"),
        Filled(SheetColumn("Số giấy phép", 14), "v.licence_number"),
        Filled(SheetColumn("Số giấy tờ", 14), "v.id_number"),
        Filled(SheetColumn("Ngày sinh", 11), "v.birth_date"),
        Filled(SheetColumn("Địa chỉ", 30, wrap=True), "v.address"),
        Filled(SheetColumn("Hạng", 7), 'v."class"'),
        Filled(SheetColumn("Ngày cấp", 11), "v.issued_on"),
        Filled(SheetColumn("Ngày hết hạn", 11), "v.expires_on"),
        *_WORK,
    ),
    Register.POPULATION: (
        *_FIRST,
        Filled(SheetColumn("Họ và tên", 22, wrap=True), "v.full_name"),
        Filled(SheetColumn("Số định danh", 14), "v.pin_given"),
        Filled(SheetColumn("Ngày sinh", 11), "v.birth_date"),
        Filled(SheetColumn("Giới tính", 9), "v.sex"),
        Filled(SheetColumn("Số CMND", 11), "v.old_id"),
        Filled(SheetColumn("Nơi thường trú", 30, wrap=True), "v.permanent_address"),
        *_WORK[1:],
    ),
}
"""The filled columns of each register, after the running number; the first of them are the sort order's."""

NAMES: Final = {
    Register.VEHICLES: ("Xe", "xe", "v.owner_name_std"),
    Register.LICENCES: ("Giấy phép lái xe", "giấy phép lái xe", "v.full_name_std"),
    Register.POPULATION: ("Dân cư", "người", "v.full_name_std"),
}
"""For each register: name of its sheet, what its rows are called, the column persons are sorted by."""


def width_of(text: str) -> float:
    """Give the width of the column that holds a derived text.

    >>> width_of("todo")
    30
    """
    return next(column.look.width for column in _WORK if column.sql == text)


def registers_of(counts: Sequence[int]) -> tuple[Register, ...]:
    """Name the registers that have rows, in the order of the sheets.

    >>> [str(register) for register in registers_of((3, 0, 1))]
    ['vehicles', 'population']
    """
    return tuple(register for register, count in zip(REGISTERS, counts, strict=True) if count)


@cache
def template(registers: tuple[Register, ...]) -> BookTemplate:
    """Draw the workbook for a commune that has work in these registers."""
    return BookTemplate([_design(register) for register in registers], notes=_notes())


def officer_columns(register: Register) -> tuple[SheetColumn, ...]:
    """Give the empty columns the officer fills in."""
    return (
        SheetColumn("Kết quả xác minh", 20, choices=_choices(register), fill=_YELLOW, wrap=True),
        SheetColumn("Số định danh đúng", 14, fill=_YELLOW),
        SheetColumn("Ghi chú", 24, fill=_YELLOW, wrap=True),
        SheetColumn("Ngày", 11, fill=_YELLOW),
    )


def _design(register: Register) -> SheetDesign:
    filled = tuple(column.look for column in COLUMNS[register])
    columns = (_NUMBER, *filled, *officer_columns(register))
    return SheetDesign(NAMES[register][0], columns, title_rows=TITLE_ROWS, frozen_columns=4, pages_wide=2)


def _choices(register: Register) -> tuple[str, ...]:
    if register is Register.VEHICLES:
        return _vehicle_statuses()
    return _LICENCE_RESULTS if register is Register.LICENCES else _RESIDENCE_RESULTS


@cache
def _vehicle_statuses() -> tuple[str, ...]:
    with (files("sosach.vn") / "data" / "vehicle_statuses.csv").open(encoding="utf-8") as lines:
        return tuple(row["name_vi"] for row in csv.DictReader(lines))


def _notes() -> list[str]:
    results = [f"• {RESULTS[key]['vi']}: {RESULT_MEANINGS[key]['vi']}" for key in RESULTS]
    work = [f"• {ACTIONS[key]['vi']}: {todo(key, Register.VEHICLES, 'vi')}" for key in ACTIONS if key != "none"]
    return [
        "Cách dùng danh sách này",
        "1. Mỗi sổ một trang tính. Các dòng xếp theo thôn, tổ, đường rồi theo tên, để đi một vòng là xong.",
        "2. Lọc bằng mũi tên ở hàng tiêu đề, ví dụ chỉ xem một thôn hoặc một loại việc.",
        "3. Gặp chủ hoặc xem giấy tờ, hỏi theo cột “Cần hỏi”, rồi ghi vào các cột màu vàng.",
        "4. Cột “Đề xuất, ứng viên” chỉ là gợi ý của máy; chỉ ghi khi đã xác minh.",
        "5. Không sửa các cột màu trắng, không xóa dòng, không đổi mã bản ghi.",
        "6. Danh sách có dữ liệu cá nhân: không gửi cho người không có nhiệm vụ, xóa khi xong việc.",
        "",
        "Kết quả đối chiếu",
        *results,
        "",
        "Việc cần làm",
        *work,
    ]
