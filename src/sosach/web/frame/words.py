"""Filters of every template: days, moments, figures, numbers of people and vehicles, places, as people read them."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from sosach.domain.access.rules import Role
from sosach.vn import places
from sosach.vn.identifiers import plate
from sosach.web.frame import clock
from sosach.web.frame.language import is_vietnamese

RESULT_CLASSES = {
    "match": (_("Trùng khớp"), "good"),
    "discrepancy": (_("Sai lệch"), "warn"),
    "no_information": (_("Không có thông tin"), "bad"),
    "not_eligible": (_("Chưa đủ điều kiện đối chiếu"), "plain"),
}
ROLE_NAMES = {
    Role.CLERK: _("Cán bộ thụ lý"),
    Role.VERIFIER: _("Cán bộ xác minh"),
    Role.CHIEF: _("Thủ trưởng đơn vị"),
    Role.CIVIL_STATUS: _("Cán bộ hộ tịch"),
    Role.POPULATION: _("Quản lý dân cư"),
    Role.VEHICLES: _("Đăng ký xe"),
    Role.LICENCES: _("Cấp giấy phép lái xe"),
    Role.CARDS: _("Thu nhận hồ sơ và trả thẻ căn cước"),
    Role.CARD_APPROVER: _("Duyệt cấp thẻ căn cước"),
    Role.CARD_STOCK: _("Giữ phôi và sản xuất thẻ căn cước"),
    Role.CARD_QUALITY: _("Kiểm tra chất lượng thẻ căn cước"),
    Role.STEWARD: _("Quản lý dữ liệu"),
    Role.ADMIN: _("Quản trị tài khoản"),
    Role.AUDITOR: _("Kiểm tra nhật ký"),
    Role.CITIZEN: _("Công dân"),
    Role.SYSTEM: _("Hệ thống"),
}
# What a run over a register is called; its source is titled `register YYYY-MM-DD`.
RUNS = {
    "population": _("dữ liệu dân cư, đợt ngày %(day)s"),
    "vehicles": _("dữ liệu đăng ký xe, đợt ngày %(day)s"),
    "licences": _("dữ liệu giấy phép lái xe, đợt ngày %(day)s"),
}
NARROW = "\u202f"
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def day(value: Any) -> str:
    """A day as dd/mm/yyyy; partial dates of the registers (`1985`, `1985-03`) as far as they are known.

    >>> day(date(1985, 3, 27)), day("1985-03"), day(None)
    ('27/03/1985', '03/1985', '')
    """
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return "/".join(reversed(str(value or "").split("-")))


def source(title: str) -> str:
    """A source by its title: of which register, run on which day; titles somebody gave in words stay as they are.

    >>> source("Sổ giấy xã Hàm Rồng")
    'Sổ giấy xã Hàm Rồng'
    """
    register, _space, told = title.partition(" ")
    try:
        return str(RUNS[register]) % {"day": day(date.fromisoformat(told))}
    except (KeyError, ValueError):
        return title


def moment(value: datetime | None) -> str:
    """A moment as dd/mm/yyyy hh:mm, in Vietnamese time."""
    return f"{timezone.localtime(value):%d/%m/%Y %H:%M}" if value else ""


def grouped(value: Any) -> str:
    """A figure with its digits in groups of three: dots in Vietnamese, commas in English, where a dot would be read as a fraction."""
    if value is None or value == "":
        return ""
    text = f"{value:,}"
    return text.translate(str.maketrans(",.", ".,")) if is_vietnamese() else text


def figure(value: float | None) -> str:
    """A figure of a chart: whole where it is whole, one digit behind the point elsewhere."""
    if value is None:
        return ""
    return grouped(int(value)) if float(value).is_integer() else grouped(round(value, 1))


def percent(value: float | None, digits: int = 1) -> str:
    """A share as percent: 0.7943 → 79,4 %."""
    if value is None:
        return ""
    text = f"{value * 100:.{digits}f}"
    return f"{text.replace('.', ',') if is_vietnamese() else text}{NARROW}%"


def masked(number: str | None) -> str:
    """A number with its middle hidden.

    >>> masked("001326123456")
    '001••••••456'
    """
    text = str(number or "")
    return f"{text[:3]}{'•' * (len(text) - 6)}{text[-3:]}" if len(text) > 6 else "•" * len(text)


def spaced(number: str | None) -> str:
    """A PIN in groups of three, for reading aloud and comparing.

    >>> spaced("001326123456") == NARROW.join(["001", "326", "123", "456"])
    True
    """
    text = str(number or "")
    return NARROW.join(text[at : at + 3] for at in range(0, len(text), 3))


def role(name: str) -> str:
    """What a role is called."""
    return str(ROLE_NAMES[Role(name)])


def plate_text(key: str | None, kind: str | None = None) -> str:
    """A plate as it is painted.

    >>> plate_text("30A12345", "car")
    '30A-123.45'
    """
    return plate.format(key, kind) if key else ""


def place(code: str | None) -> str:
    """Full name of a commune (5 digits), province (2) or the nation (""): what it is called today."""
    today = timezone.localtime(clock.now()).date()
    if not code:
        return ""
    found = places.province(code, at=today) if len(code) == 2 else places.commune(code, at=today)
    return places.full_name(found) if found is not None else code


def place_with_province(code: str | None) -> str:
    """A commune with its province: "Xã Triệu Lộc, Tỉnh Thanh Hóa"."""
    today = timezone.localtime(clock.now()).date()
    found = places.commune(code, at=today) if code and len(code) == 5 else None
    if found is None:
        return place(code)
    return ", ".join(filter(None, (places.full_name(found), place(found.parent))))


def age(since: datetime | timedelta | None, now: datetime) -> str:
    """How long something has waited, roughly; "" where nothing waits."""
    if since is None:
        return ""
    seconds = int((since if isinstance(since, timedelta) else now - since).total_seconds())
    if seconds < _MINUTE:
        return gettext("dưới 1 phút")
    if seconds < _HOUR:
        return ngettext("%(n)d phút", "%(n)d phút", seconds // _MINUTE) % {"n": seconds // _MINUTE}
    if seconds < 2 * _DAY:
        return ngettext("%(n)d giờ", "%(n)d giờ", seconds // _HOUR) % {"n": seconds // _HOUR}
    return ngettext("%(n)d ngày", "%(n)d ngày", seconds // _DAY) % {"n": seconds // _DAY}
