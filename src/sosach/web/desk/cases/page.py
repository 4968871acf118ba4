"""The page of a case, what is sent from it, and whether its re-check has come."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from sosach.base.errors import SosachError
from sosach.domain.campaign.operations.steps import VERIFIERS
from sosach.domain.campaign.queries.lists import READERS, case_view
from sosach.domain.campaign.queries.solving import case_fixes
from sosach.domain.campaign.rules.visits import OUTCOMES
from sosach.domain.campaign.states.cases import State, Step
from sosach.domain.campaign.states.solving import SolutionState
from sosach.domain.population.rules.days import day_of
from sosach.vn import places
from sosach.web.desk import words
from sosach.web.desk.cases.answers import LAST, Asked, act, address, following
from sosach.web.desk.cases.showing import PURPOSE, Screen, effects_of, screen
from sosach.web.desk.filters import Picked
from sosach.web.frame.language import either, own_address
from sosach.web.frame.pages import look, officer_page, once
from sosach.web.frame.parts import Key, Moment

# Outcomes in the order of their keys; the keys of visits are pressed after `v`.
VISITS = ("met", "papers_later", "owner_only", "nobody", "works_away", "refused", "moved", "unknown", "deceased")


@officer_page(roles=READERS)
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case on one screen; what is sent from it is done once and leads to the next."""
    picked = Picked.of(request.GET)
    if request.method != "POST":
        return _shown(request, case_id, picked)
    version, what = request.POST.get("version", ""), request.POST.get("lam", "")
    try:
        seen = case_view(look(request, PURPOSE, reference=f"case-{case_id}"), case_id=case_id)
        asked = Asked(
            case=seen.line.case,
            version=int(version) if version.isdecimal() and len(version) <= 9 else seen.line.case.version,
            what=what,
            told={name: str(value) for name, value in request.POST.items()},
            picked=picked,
        )
        reason = request.POST.get("reason", "").strip()[:500]
        return once(request, lambda order: act(request, order, asked), reason=reason)
    except SosachError as refused:
        return _shown(request, case_id, picked, refused)


@officer_page(roles=READERS)
def following_case(request: HttpRequest, case_id: int) -> HttpResponse:
    """The next case of the list."""
    seen = case_view(look(request, PURPOSE, reference=f"case-{case_id}"), case_id=case_id)
    return HttpResponseRedirect(following(request, seen.line.case, Picked.of(request.GET)))


@officer_page(roles=READERS)
def recheck(request: HttpRequest, case_id: int) -> HttpResponse:
    """Whether the re-check of a case has come: a part of its page."""
    found = case_fixes(look(request, PURPOSE, reference=f"case-{case_id}"), case_id=case_id)
    return render(
        request, "desk/parts/recheck.html", {"found": found, "address": own_address(request.GET.get("tu", ""), "")}
    )


def _shown(request: HttpRequest, case_id: int, picked: Picked, refused: SosachError | None = None) -> HttpResponse:
    seen = screen(request, case_id)
    told = {
        "room": "queue",
        "screen": seen,
        "found": seen.found,
        "case": seen.found.case,
        "picked": picked,
        "here": picked.query(),
        "address": address(case_id, picked),
        "refused": refused,
        "last": _last(request),
        "moments": _moments(seen),
        "answers": _answers(seen),
        "visits": [
            (code, str(place), either((OUTCOMES[code].vi, OUTCOMES[code].en))) for place, code in enumerate(VISITS, 1)
        ],
        "visit_next": either(seen.view.proposal) if seen.view.proposal else "",
        "communes": _communes(request, seen),
        "may": _may(request, seen),
        "keys": _keys(),
        "typed": request.POST,
    }
    return render(request, "desk/case.html", told, status=409 if refused is not None else 200)


def _may(request: HttpRequest, seen: Screen) -> dict[str, bool]:
    """Which panels the page has."""
    verifier = not request.actor.roles.isdisjoint(VERIFIERS)
    return {
        "correct": verifier and seen.answerable and bool(seen.found.matters.findings),
        "forward": verifier and Step.FORWARD in seen.steps and seen.found.case.register != "population",
        "dispute": Step.DISPUTE in seen.steps,
        "settle": verifier and Step.SETTLE in seen.steps,
        "visit": Step.CONTACT in seen.steps or Step.MISS in seen.steps,
        "mine": Step.ASSIGN in seen.steps and seen.found.case.officer_id is None,
        "send_back": verifier and seen.found.case.state == State.DECLARED,
    }


def _communes(request: HttpRequest, seen: Screen) -> list[str]:
    """Communes of the province, to choose from while typing; others by their code."""
    today = day_of(request.sosach_at)
    province = seen.found.case.province_code or ""
    return (
        [f"{places.full_name(each)} ({each.code})" for each in places.communes(at=today, province=province)]
        if province
        else []
    )


def _last(request: HttpRequest) -> dict[str, Any] | None:
    """The answer given just before, which `u` takes back."""
    told = request.session.get(LAST)
    return told if isinstance(told, dict) and {"solution", "case"} <= set(told) else None


def _answers(seen: Screen) -> list[dict[str, Any]]:
    """Answers given so far, newest first."""
    return [
        {
            "row": each,
            "effects": effects_of(seen.found.case.register, each.effects),
            "may_undo": each.state in {SolutionState.DONE, SolutionState.PROPOSED},
        }
        for each in seen.found.solutions
    ]


def _moments(seen: Screen) -> list[Moment]:
    """Steps and visits, newest first."""
    steps = [
        Moment(
            each.at,
            f"{words.STATES[each.before][0]} → {words.STATES[each.after][0]}"
            if each.before != each.after
            else str(words.STATES[each.after][0]),
            each.reason,
        )
        for each in seen.view.steps
    ]
    visits = [
        Moment(
            each.at,
            _("Lần đến: %(outcome)s") % {"outcome": either((OUTCOMES[each.outcome].vi, OUTCOMES[each.outcome].en))},
            each.note,
        )
        for each in seen.view.visits
    ]
    return sorted([*steps, *visits], key=lambda moment: moment.at, reverse=True)


def _keys() -> list[Key]:
    return [
        Key("a", _("làm theo đề xuất trên cùng")),
        Key("1 2 3", _("ứng viên đầu: là người này, không phải, chưa chắc")),
        Key("2–9", _("phương án khác, theo số cạnh nó")),
        Key("c", _("sửa theo giấy tờ")),
        Key("q", _("hỏi lại, mời kê khai")),
        Key("f", _("chuyển xã khác")),
        Key("x", _("đánh dấu tranh chấp")),
        Key("v", _("ghi lần đến")),
        Key("m", _("nhận vụ việc")),
        Key("n", _("vụ tiếp theo, không trả lời")),
        Key("u", _("hoàn tác câu trả lời vừa rồi")),
        Key("h", _("về danh sách")),
        Key("?", _("bảng phím này")),
        Key("Esc", _("ra khỏi ô đang gõ")),
    ]
