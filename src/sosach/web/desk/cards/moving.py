"""Applications that go to another office: sent there with a reason, and those the own office gave away."""

from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.idcards.operations.transferring import transfer
from sosach.domain.idcards.queries.applications import ApplicationSeen, application
from sosach.domain.idcards.queries.transfers import transferred
from sosach.domain.idcards.states.applications import STEPS, State
from sosach.domain.idcards.states.applications import Step as Move
from sosach.domain.idcards.states.packets import PacketState
from sosach.web.desk.cards.behind import LINES, page_of, paged
from sosach.web.desk.cards.words import APPROVERS, CLERKS, PURPOSE
from sosach.web.desk.figures.tables import Cell, Table
from sosach.web.frame import words
from sosach.web.frame.flashes import flash
from sosach.web.frame.offices import OfficeForm, offices
from sosach.web.frame.pages import look, officer_page, once

GIVEN_AWAY: Final = gettext_lazy("Đã chuyển đi")


class MoveForm(OfficeForm):
    """Where an application goes, and why."""

    reason = forms.CharField(
        label=gettext_lazy("Lý do chuyển"), help_text=gettext_lazy("Công dân đọc được lý do này."), max_length=500
    )


def may_move(seen: ApplicationSeen) -> bool:
    """Whether the desk may send an application elsewhere: not in doubt, not approved, no capture under way."""
    under_way = any(each.state == PacketState.OPEN for each in seen.packets)
    return State(seen.line.state) in STEPS[Move.TRANSFER] and not under_way


@officer_page(roles=CLERKS)
def move(request: HttpRequest, application_id: int) -> HttpResponse:
    """Send an application to another office; the own one sees the transfer, and nothing of the application, from then on."""
    form = MoveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        told = form.cleaned_data
        try:
            return once(
                request, lambda order: _moved(request, order, application_id, told["office"]), reason=told["reason"]
            )
        except SosachError as refused:
            form.refuse(refused)
    seen = application(look(request, PURPOSE), application_id=application_id)
    if not may_move(seen):
        raise SosachError(
            ErrorCode.STATE_FORBIDS,
            vi="Hồ sơ này không chuyển đi được: đang thu nhận dở, nghi trùng, đã duyệt hoặc đã kết thúc.",
            en="This application cannot go elsewhere: a capture is under way, it is in doubt, approved or closed.",
        )
    found = offices(request, usual=seen.row.province_code, without=seen.line.commune_code)
    form.offer(found)
    context = {
        "room": "cards",
        "tab": "applications",
        "line": seen.line,
        "form": form,
        "offices": found,
        "office": words.place_with_province(seen.line.commune_code),
    }
    return render(request, "desk/cards/move.html", context, status=422 if form.is_bound else 200)


def _moved(request: HttpRequest, order: Order, application_id: int, office: str) -> str:
    made = transfer(order, application_id=application_id, office=office)
    told = {"number": made.number, "office": words.place_with_province(office)}
    flash(request, _("Đã chuyển hồ sơ %(number)s sang Công an %(office)s.") % told)
    return reverse("desk:card-transferred")


@officer_page(roles=CLERKS | APPROVERS)
def given_away(request: HttpRequest) -> HttpResponse:
    """What offices of the territory gave away, the latest first: numbers, where to, why; the rest is the other office's."""
    page = page_of(request)
    found, count = transferred(look(request, PURPOSE), offset=(page - 1) * LINES, limit=LINES)
    rows = [
        [
            Cell(
                each.number,
                reverse("desk:card-application", args=[each.application_id]) if each.application_id else "",
            ),
            Cell(words.moment(each.at)),
            Cell(words.place_with_province(each.commune_code)),
            Cell(words.place_with_province(each.to_commune)),
            Cell(_("Công dân") if each.by_applicant else _("Cán bộ")),
            Cell(each.reason or "–"),
        ]
        for each in found
    ]
    heads = [pgettext("card", "Hồ sơ"), _("Chuyển lúc"), _("Từ nơi"), _("Sang nơi"), _("Ai đề nghị"), _("Lý do")]
    context = {
        "room": "cards",
        "tab": "approval" if request.actor.roles.isdisjoint(CLERKS) else "applications",
        "title": _("Hồ sơ đã chuyển đi"),
        "lead": _("Nơi nhận tiếp tục giải quyết; nơi chuyển chỉ còn thấy việc chuyển."),
        "table": Table("da-chuyen", _("Hồ sơ đã chuyển đi"), heads, rows, note=_("Chưa chuyển hồ sơ nào.")),
        "count": count,
        "pages": paged(reverse("desk:card-transferred"), page, len(found), count),
    }
    return render(request, "desk/cards/list.html", context)
