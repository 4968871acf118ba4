"""Officers of the own units: who holds which role, roles handed on, officers moved and closed, forgotten passwords."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.operations.officers import (
    create_officer,
    delegate,
    end_role,
    give_password,
    grant_role,
    suspend,
    transfer,
)
from sosach.domain.access.queries.colleagues import READERS, Colleague, colleagues
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.granting import DELEGABLE, NATION_ONLY, NEVER_GRANTED
from sosach.domain.audit.rules import Level
from sosach.vn import dates
from sosach.web.desk.filters import number_of
from sosach.web.desk.queues import queue_keys
from sosach.web.frame.flashes import flash
from sosach.web.frame.language import of_error
from sosach.web.frame.pages import look, officer_page, once, order
from sosach.web.frame.parts import Pages
from sosach.web.frame.words import role as role_name

PURPOSE = "oversight"
REFERENCE = "don-vi"  # what such looks belong to: the list of the unit, no case
PAGE = 100
FORGOTTEN = "forgotten"  # the password; a step that is not done once


@officer_page(roles=READERS)
def units(request: HttpRequest) -> HttpResponse:
    """The officers within reach; chiefs hand roles on, administrators give them, move and close accounts."""
    if request.method == "POST":
        try:
            if request.POST.get("lam") == FORGOTTEN:
                return _password_given(request)
            return once(request, lambda told: _act(request, told), reason=request.POST.get("reason", "").strip()[:500])
        except SosachError as refused:
            flash(request, " ".join(filter(None, of_error(refused))), tone="bad")
    after = request.GET.get("sau", "")[:64]
    found = colleagues(look(request, PURPOSE, reference=REFERENCE), after=after, limit=PAGE + 1)
    shown = found[:PAGE]
    roles, own = request.actor.roles, number_of(request.actor)
    return render(
        request,
        "desk/units.html",
        {
            "room": "units",
            "rows": [_row(request, one, own) for one in shown],
            "admin": Role.ADMIN in roles,
            "hand_on": [(each, role_name(each)) for each in sorted(DELEGABLE & roles)],
            "give": [
                (each, role_name(each))
                for each in Role
                if each not in NEVER_GRANTED and (each not in NATION_ONLY or request.actor.level is Level.NATION)
            ],
            "unit": request.actor.unit,
            "typed": request.POST,
            "pages": Pages(
                newer=reverse("desk:units") if after else "",
                older=f"?sau={shown[-1].user_name}" if len(found) > PAGE else "",
            ),
            "keys": queue_keys(),
        },
    )


def _row(request: HttpRequest, one: Colleague, own: int | None) -> dict[str, Any]:
    held = {each.role for each in one.held}
    same_unit = one.unit == request.actor.unit
    return {
        "one": one,
        "held": [(each, role_name(each.role)) for each in one.held],
        "own": one.officer_id == own,
        "hand_on": [(each, role_name(each)) for each in sorted(DELEGABLE & request.actor.roles - held)]
        if same_unit and one.is_active and one.officer_id != own
        else [],
    }


def _password_given(request: HttpRequest) -> HttpResponse:
    """A password to tell the officer: shown here and kept nowhere, so a form sent twice gives another one."""
    given = give_password(order(request), officer_id=_officer(request))
    return render(request, "desk/password_given.html", {"room": "units", "given": given})


def _act(request: HttpRequest, told: Order) -> str:
    what = request.POST.get("lam", "")
    if what not in _STEPS:
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Không có việc này.", en="There is no such step.")
    flash(request, _STEPS[what](request, told, _officer(request)))
    return reverse("desk:units")


def _officer(request: HttpRequest) -> int:
    """The account a form is about; 0: none."""
    told = request.POST.get("officer", "")
    return int(told) if told.isdecimal() and len(told) < 19 else 0


def _hand_on(request: HttpRequest, order: Order, officer: int) -> str:
    delegate(order, officer_id=officer, role=_role(request), until=_until(request, required=True) or order.at)
    return _("Đã ủy quyền.")


def _give(request: HttpRequest, order: Order, officer: int) -> str:
    grant_role(order, officer_id=officer, role=_role(request), until=_until(request, required=False))
    return _("Đã cấp vai trò.")


def _end(request: HttpRequest, order: Order, officer: int) -> str:
    end_role(order, officer_id=officer, role=_role(request))
    return _("Đã thu hồi vai trò, kể cả phần đã ủy quyền tiếp.")


def _move(request: HttpRequest, order: Order, officer: int) -> str:
    level, unit = _place(request)
    transfer(order, officer_id=officer, level=level, unit=unit)
    return _("Đã chuyển đơn vị; mọi quyền cũ hết ngay lúc này.")


def _close(request: HttpRequest, order: Order, officer: int) -> str:
    del request
    suspend(order, officer_id=officer)
    return _("Đã khóa tài khoản.")


def _open(request: HttpRequest, order: Order, officer: int) -> str:
    del officer
    level, unit = _place(request)
    create_officer(
        order,
        user_name=request.POST.get("user_name", "").strip(),
        display_name=request.POST.get("display_name", "").strip(),
        password=request.POST.get("password", ""),
        level=level,
        unit=unit,
    )
    return _("Đã mở tài khoản; hãy cấp vai trò. Mật khẩu đầu tiên phải đổi khi đăng nhập.")


_STEPS: Mapping[str, Callable[[HttpRequest, Order, int], str]] = {
    "delegate": _hand_on,
    "grant": _give,
    "end": _end,
    "transfer": _move,
    "suspend": _close,
    "create": _open,
}


def _role(request: HttpRequest) -> Role:
    told = request.POST.get("role", "")
    if told not in set(Role):
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Chưa chọn vai trò.", en="No role is chosen.")
    return Role(told)


def _until(request: HttpRequest, *, required: bool) -> datetime | None:
    """The end of the day that was typed, in Vietnam."""
    text = request.POST.get("until", "").strip()
    if not text and not required:
        return None
    read = dates.explain(text, kind="expiry")
    if read.iso is None or read.precision != "day":
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi="Nhập ngày hết hạn, ví dụ 31/12/2026.",
            en="Write the last day, as in 31/12/2026.",
        )
    day = datetime.combine(datetime.fromisoformat(read.iso).date(), time(), UTC)
    return day + timedelta(hours=17)  # midnight at the end of the day, Vietnamese time


def _place(request: HttpRequest) -> tuple[Level, str]:
    """A unit by its code: five digits a commune, two a province, none the nation."""
    code = request.POST.get("unit", "").strip()
    levels = {0: Level.NATION, 2: Level.PROVINCE, 5: Level.COMMUNE}
    if len(code) not in levels or (code and not code.isdecimal()):
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE, vi="Mã đơn vị gồm 2 hoặc 5 chữ số.", en="A unit has 2 or 5 digits."
        )
    return levels[len(code)], code
