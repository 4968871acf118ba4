"""Blind second opinions: a case as the first officer saw it, where two do not agree, and how far officers agree."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries.colleagues import names
from sosach.domain.campaign.operations.solving import answer_opinion, settle_disagreement
from sosach.domain.campaign.queries.solving import (
    BlindCase,
    By,
    Disagreement,
    agreement,
    disagreements,
    next_opinion,
)
from sosach.domain.campaign.queries.solving.opinions import GIVERS, LEADERS
from sosach.domain.campaign.states.solving import Holds
from sosach.web.desk import words
from sosach.web.desk.cases.showing import effects_of
from sosach.web.desk.queues import PURPOSE, picked_of
from sosach.web.frame.flashes import flash
from sosach.web.frame.language import of_error, said
from sosach.web.frame.pages import look, officer_page, once
from sosach.web.frame.parts import Key, Side, Tab
from sosach.web.frame.words import place

SKIPPED = "desk_skipped_opinions"
MOST_SKIPPED = 50


@officer_page(roles=GIVERS)
def opinions(request: HttpRequest) -> HttpResponse:
    """The next case to answer without knowing how it was answered."""
    skipped = [int(each) for each in request.session.get(SKIPPED, [])]
    if request.method == "POST":
        try:
            return once(request, lambda order: _given(request, order, skipped))
        except SosachError as refused:
            flash(request, " ".join(filter(None, of_error(refused))), tone="bad")
    blind = next_opinion(look(request, PURPOSE), skip=skipped)
    told = {
        "room": "opinions",
        "blind": blind,
        "told": _told(blind) if blind is not None else None,
        "leads": not request.actor.roles.isdisjoint(LEADERS),
        "skipped": len(skipped),
        "keys": [Key("1–9", _("chọn câu trả lời")), Key("n", _("để người khác cho ý kiến"))],
    }
    return render(request, "desk/opinions.html", told)


@officer_page(roles=LEADERS)
def agreements(request: HttpRequest) -> HttpResponse:
    """Where two officers do not agree, and figures of agreement."""
    if request.method == "POST":
        try:
            reason = request.POST.get("reason", "").strip()[:500]
            return once(request, lambda order: _settled(request, order), reason=reason)
        except SosachError as refused:
            flash(request, " ".join(filter(None, of_error(refused))), tone="bad")
    picked, _found = picked_of(request)
    asked, told_by = look(request, PURPOSE), request.GET.get("theo", "")
    by = By(told_by) if told_by in set(By) else By.CODE
    lines = agreement(asked, campaign_id=picked.campaign_id, by=by) if picked.campaign_id else ()
    called = names(asked, keys=[each.key for each in lines]) if by is By.OFFICER else {}
    here = reverse("desk:agreements")
    tabs = [(By.CODE, _("Theo cảnh báo")), (By.OFFICER, _("Theo cán bộ")), (By.COMMUNE, _("Theo xã"))]
    told = {
        "room": "opinions",
        "rows": [_disagreement(each) for each in disagreements(asked)],
        "lines": [(_called(by, each.key, called), each.figures) for each in lines],
        "tabs": [Tab(text, f"{here}?theo={code}", current=code is by) for code, text in tabs],
    }
    return render(request, "desk/agreements.html", told)


def _called(by: By, key: str, called: dict[str, str]) -> str:
    if not key:
        return _("Tất cả")
    if by is By.OFFICER:
        return called.get(key, _("cán bộ đơn vị khác"))
    return place(key) if by is By.COMMUNE else f"{key} {words.title(key)}"


def _told(blind: BlindCase) -> dict[str, Any]:
    """The case as it was, in words."""
    register = blind.register
    shown = [name for name in words.COLUMNS[register] if blind.stands.get(name) or blind.says.get(name)]
    rows = [
        Side(
            words.column(register, name),
            (words.value(name, blind.stands.get(name)), words.value(name, blind.says.get(name))),
        )
        for name in shown
        if blind.says.get(name)
    ]
    return {
        "register": words.REGISTERS[register],
        "rows": rows,
        "rest": [
            (words.column(register, name), words.value(name, blind.stands[name]))
            for name in shown
            if not blind.says.get(name)
        ],
        "findings": [
            {**each, "says": words.finding(each["code"], str(each["value"]), None), "legal": words.legal(each["code"])}
            for each in blind.findings
        ],
        "fixes": [
            {
                "key": each["key"],
                "number": number if number <= 9 else "",
                "text": said(each),
                "effects": effects_of(register, each["effects"]),
            }
            for number, each in enumerate(blind.fixes, 1)
        ],
    }


def _disagreement(one: Disagreement) -> dict[str, Any]:
    fixes = {each["key"]: said(each) for each in one.opinion.offered["fixes"]}
    return {
        "opinion": one.opinion,
        "own": one.own,
        "first": fixes.get(one.first.fix, one.first.fix),
        "second": fixes.get(one.opinion.answer, one.opinion.answer),
        "codes": [(code, words.title(code)) for code in one.first.codes],
    }


def _given(request: HttpRequest, order: Order, skipped: list[int]) -> str:
    number = request.POST.get("opinion", "")
    opinion = int(number) if number.isdecimal() and len(number) < 19 else 0
    if request.POST.get("lam") == "skip":
        request.session[SKIPPED] = [*skipped, opinion][-MOST_SKIPPED:]
        return reverse("desk:opinions")
    answer_opinion(order, opinion_id=opinion, fix_key=request.POST.get("lam", ""))
    flash(request, _("Đã ghi ý kiến."))
    return reverse("desk:opinions")


def _settled(request: HttpRequest, order: Order) -> str:
    number = request.POST.get("opinion", "")
    holds = Holds.FIRST if request.POST.get("lam") == "first" else Holds.SECOND
    settle_disagreement(order, opinion_id=int(number) if number.isdecimal() and len(number) < 19 else 0, holds=holds)
    flash(request, _("Đã kết luận."))
    return reverse("desk:agreements")
