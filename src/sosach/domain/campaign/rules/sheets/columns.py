"""Columns of a work list as a workbook: those to look at, those to fill in, and what keeps a row recognisable."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sosach.domain.campaign.rules.visits import OUTCOMES
from sosach.vn.tables import table


class Column(StrEnum):
    """What may be filled in."""

    OUTCOME = "outcome"  # what came of a new visit
    NOTE = "note"  # about it
    STATUS = "status"  # of the vehicle, as its owner says
    PHONE = "phone"  # of the owner, as the owner says
    OFFICER = "officer"  # on whose desk the case lies


HEADINGS: Final[Mapping[Column, tuple[str, str]]] = {
    Column.OUTCOME: ("Kết quả lần đến này", "What came of this visit"),
    Column.NOTE: ("Ghi chú lần đến này", "Note about this visit"),
    Column.STATUS: ("Tình trạng xe (chủ xe khai)", "State of the vehicle (as the owner says)"),
    Column.PHONE: ("Số điện thoại (chủ xe khai)", "Phone (as the owner says)"),
    Column.OFFICER: ("Cán bộ phụ trách", "Officer in charge"),
}
"""Vietnamese, as in the workbook, and English."""

# Columns to look at: heading and width.
SHOWN: Final = (
    ("STT", 5),
    ("Biển số / số GPLX", 16),
    ("Họ và tên", 26),
    ("Địa chỉ", 38),
    ("Tổ dân phố, thôn", 16),
    ("Kết quả đối chiếu", 16),
    ("Nội dung cần kiểm tra", 44),
    ("Trạng thái", 14),
    ("Lần đến gần nhất", 18),
    ("Hạn", 11),
)
KEY_HEADING: Final = "Mã dòng"
SHEET: Final = "Danh sách"
ORIGIN: Final = "Gốc"
TITLE_ROWS: Final = 2
FILL: Final = "#FFF2CC"
MOST_NOTE: Final = 500
MOST_ROWS: Final = 20_000
NOTES: Final = (
    "Cách điền",
    "Chỉ điền vào các cột nền vàng; các cột khác chỉ để xem, sửa cũng không được nhận.",
    "Kết quả lần đến này: chọn trong danh sách khi vừa đến gặp chủ; để trống nếu chưa đến.",
    "Tình trạng xe, số điện thoại: ghi theo lời chủ xe; nếu không hỏi thì giữ nguyên.",
    "Có thể lọc, sắp xếp; không thêm dòng, không xóa cột, không sửa dòng tiêu đề.",
    "Lưu lại dưới dạng .xlsx rồi tải lên: hệ thống cho xem từng thay đổi, có xác nhận mới ghi nhận.",
    "Tệp này có dữ liệu cá nhân: không gửi qua mạng xã hội, xóa khỏi máy sau khi tải lên.",
)


@dataclass(frozen=True, slots=True)
class ListRow:
    """A case in the workbook.

    Attributes:
        case_id: case.
        version: of the case when it was written out.
        visits: made so far.
        shown: texts of the columns to look at, without the number in front.
        values: what stands in the columns to fill in.
    """

    case_id: int
    version: int
    visits: int
    shown: tuple[str, ...]
    values: Mapping[Column, str]


def statuses() -> dict[str, str]:
    """Code of a vehicle's status → its words."""
    return {row["code"]: row["name_vi"] for row in table("vehicle_statuses")}


def outcomes() -> dict[str, str]:
    """Code of a visit's outcome → its words."""
    return {str(code): kind.vi for code, kind in OUTCOMES.items()}


def plain(value: Any) -> str:
    r"""A cell as text: one spelling, no invisible ends, numbers without their zero decimals, dates as people write them.

    >>> plain(912345678.0), plain("  Đã gặp\u00a0chủ "), plain(None)
    ('912345678', 'Đã gặp chủ', '')
    """
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = unicodedata.normalize("NFC", str(value))
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
