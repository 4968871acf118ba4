"""What waits for a second person: answers to cases and verified declarations; confirmed or refused, never one's own."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries.colleagues import READERS as WHO_READS
from sosach.domain.access.queries.colleagues import names
from sosach.domain.access.rules import Role
from sosach.domain.campaign.operations.solving import confirm, refuse, unsolve
from sosach.domain.campaign.queries.lists import READERS, Line, work_list
from sosach.domain.campaign.queries.progress import campaigns
from sosach.domain.campaign.queries.solving import BatchSeen, Waiting, batches, case_fixes, waiting
from sosach.domain.campaign.queries.solving.batches import BATCHERS
from sosach.domain.campaign.rules.fixes import Fix, chosen
from sosach.domain.campaign.rules.wanted import Wanted
from sosach.domain.campaign.states.solving import BatchState
from sosach.domain.declarations.queries import Filter, Place, queue
from sosach.domain.declarations.queries.queues import OFFICERS
from sosach.domain.declarations.states import State
from sosach.web.desk import words
from sosach.web.desk.cases.showing import PURPOSE, effects_of
from sosach.web.desk.queues import queue_keys
from sosach.web.frame.flashes import flash
from sosach.web.frame.language import of_error, said
from sosach.web.frame.pages import look, officer_page, once
from sosach.web.frame.parts import Key, Pages

PAGE = 50
SECONDS = READERS - {Role.CLERK}


@officer_page()
def waiting_list(request: HttpRequest) -> HttpResponse:
    """Everything that waits, oldest first; what somebody proposed oneself is shown without buttons."""
    if request.method == "POST":
        return _decided(request)
    roles = request.actor.roles
    after = request.GET.get("sau", "")
    start = int(after) if after.isdecimal() and len(after) < 19 else 0
    found: tuple[Waiting, ...] = ()
    if not roles.isdisjoint(SECONDS):
        found = waiting(look(request, PURPOSE), after=start, limit=PAGE + 1)
    shown = found[:PAGE]
    verified: tuple[Place, ...] = ()
    if not roles.isdisjoint(OFFICERS):
        verified = queue(look(request, PURPOSE), wanted=Filter(states=frozenset({State.VERIFIED})), limit=PAGE)
    return render(
        request,
        "desk/waiting.html",
        {
            "room": "waiting",
            "rows": _rows(request, shown),
            "verified": verified,
            "batches": _batches(request),
            "pages": Pages(
                newer=reverse("desk:waiting") if start else "",
                older=f"?sau={shown[-1].solution.pk}" if len(found) > PAGE else "",
            ),
            "may": not roles.isdisjoint(SECONDS),
            "keys": [*queue_keys(), Key("y", _("duyệt dòng đầu"))],
        },
    )


def _batches(request: HttpRequest) -> list[BatchSeen]:
    """Batches of others that wait for a second person."""
    if request.actor.roles.isdisjoint(BATCHERS):
        return []
    asked = look(request, PURPOSE)
    found = [each for campaign in campaigns(asked) for each in batches(asked, campaign_id=campaign.pk)]
    return [
        each
        for each in found
        if each.state is BatchState.READY and each.needs_second and not each.batch.agreed_by and not each.own
    ]


def _rows(request: HttpRequest, shown: tuple[Waiting, ...]) -> list[dict[str, Any]]:
    """Answers with their records, what would change, and who proposed them."""
    lines = _lines(request, shown)
    told: dict[str, str] = {}
    if shown and not request.actor.roles.isdisjoint(WHO_READS):
        told = names(look(request, PURPOSE), keys={_asking(each) for each in shown})
    rows = []
    for each in shown:
        case = each.solution.case
        found = case_fixes(look(request, PURPOSE, reference=f"case-{case.pk}"), case_id=case.pk)
        fix = chosen(found.matters, each.solution.fix)
        rows.append(
            {
                "solution": each.solution,
                "own": each.own,
                "line": lines.get(case.pk),
                "case": case,
                "undoing": bool(each.solution.undo_asked_by),
                "text": _text(each, fix),
                "effects": effects_of(case.register, each.solution.effects),
                "who": told.get(_asking(each), _("cán bộ đơn vị khác")),
                "codes": [(code, words.title(code)) for code in each.solution.codes],
            }
        )
    return rows


def _asking(one: Waiting) -> str:
    """Key of the account that wants it."""
    return one.solution.undo_asked_by or one.solution.made_by


def _text(one: Waiting, fix: Fix | None) -> str:
    if one.solution.undo_asked_by:
        return _("Hoàn tác việc xác định chủ xe")
    return said(fix) if fix is not None else _("Phương án này không còn.")


def _lines(request: HttpRequest, shown: tuple[Waiting, ...]) -> dict[int, Line]:
    """Cases with their records, campaign by campaign."""
    by_campaign: dict[int, list[int]] = {}
    for each in shown:
        by_campaign.setdefault(each.solution.case.campaign_id, []).append(each.solution.case_id)
    found: dict[int, Line] = {}
    for campaign, cases in by_campaign.items():
        page = work_list(
            look(request, PURPOSE), campaign_id=campaign, wanted=Wanted(ids=tuple(cases)), limit=len(cases)
        )
        found |= {line.case.pk: line for line in page.lines}
    return found


def _decided(request: HttpRequest) -> HttpResponse:
    """Confirm or refuse one; what is not possible is told above the list."""
    reason = request.POST.get("reason", "").strip()[:500]
    try:
        return once(request, lambda order: _decide(request, order), reason=reason)
    except SosachError as refused:
        flash(request, " ".join(filter(None, of_error(refused))), tone="bad")
        request.method = "GET"
        return waiting_list(request)


def _decide(request: HttpRequest, order: Order) -> str:
    number = request.POST.get("solution", "")
    solution = int(number) if number.isdecimal() and len(number) < 19 else 0
    if request.POST.get("lam") == "confirm":
        confirm(order, solution_id=solution)
        flash(request, _("Đã duyệt và ghi vào sổ; bản ghi đang được kiểm tra lại."))
    elif request.POST.get("lam") == "undo":
        unsolve(replace(order, reason=order.reason or str(words.UNDO)), solution_id=solution)
        flash(request, _("Đã hoàn tác; bản ghi đang được kiểm tra lại."))
    else:
        refuse(order, solution_id=solution)
        flash(request, _("Đã từ chối, trả lại người đề xuất."))
    return reverse("desk:waiting")
