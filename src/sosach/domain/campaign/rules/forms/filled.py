"""What stands on a form: the head of the office, and for each record its fields with what the registers say."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from sosach.base.registers import Register
from sosach.vn.tables import table


class Layout(StrEnum):
    """How forms stand on paper."""

    TWO_PER_PAGE = "two_per_page"  # one record each, cut in two
    HOUSEHOLD = "household"  # one page for the records of a household


@dataclass(frozen=True, slots=True)
class FormHead:
    """What stands on every page.

    Attributes:
        campaign_id: campaign.
        campaign: its name.
        above: the office above (police of the province).
        office: the office whose form it is (police of the commune).
        printed_on: day, dd/mm/yyyy.
    """

    campaign_id: int
    campaign: str
    above: str
    office: str
    printed_on: str


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A record on a form.

    Attributes:
        case_id: its case.
        register: vehicles or licences.
        values: what the registers say, by field; a field that is missing is left to be written.
        to_check: what a check said about the record, in words.
        household: whose page it stands on; records of one household have the same.
        address: of the household.
    """

    case_id: int
    register: Register
    values: Mapping[str, str]
    to_check: str = ""
    household: str = ""
    address: str = ""


# Kind in the register → kind on the form.
_KINDS: Final = {
    "o_to": "ô tô",
    "bon_banh_cho_nguoi": "ô tô",
    "bon_banh_cho_hang": "ô tô",
    "mo_to": "mô tô",
    "gan_may": "mô tô",
    "may_dien": "xe máy điện",
    "chuyen_dung": "xe chuyên dùng",
}
# Status somebody declared → status on the form; what is not here is "khác".
_STATUSES: Final = {
    "dang_su_dung": "đang sử dụng",
    "da_ban_chua_sang_ten": "đã bán",
    "het_nien_han": "hết niên hạn",
    "chuyen_dia_ban": "không còn trên địa bàn",
}


def kind_on_form(kind: str) -> str:
    """The kind of a vehicle as the form asks for it; "" when the form has none for it.

    >>> kind_on_form("gan_may"), kind_on_form("ro_mooc")
    ('mô tô', '')
    """
    return _KINDS.get(kind, "")


def status_on_form(status: str) -> str:
    """A declared status as the form asks for it.

    >>> status_on_form("mat_cap"), status_on_form("")
    ('khác', '')
    """
    return _STATUSES.get(status, "khác") if status else ""


@cache
def result_class_words() -> dict[str, str]:
    """Result class of a run → its official words.

    >>> result_class_words()["no_information"]
    'Không có thông tin'
    """
    words = {row["code"]: row["name_vi"] for row in table("campaign_result_classes")}
    codes = {
        "match": "trung_khop",
        "discrepancy": "sai_lech",
        "no_information": "khong_co_thong_tin",
        "not_eligible": "khong_du_dieu_kien",
    }
    return {english: words[code] for english, code in codes.items()}
