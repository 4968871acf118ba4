"""The other level: how each link stands, what was told record by record, both versions of one record, day by day reconciled."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.campaign.queries.lists import READERS as CASE_READERS
from sosach.domain.campaign.queries.lists import cases_of_record
from sosach.domain.exchange.operations.settling import DECIDERS, Keep, decide_upload
from sosach.domain.exchange.queries.links import LinkState, links
from sosach.domain.exchange.queries.reconciling import Tally, days_told, reconcile
from sosach.domain.exchange.queries.reconciling import received as came_in
from sosach.domain.exchange.queries.told import (
    READERS,
    SEERS,
    Told,
    Wanted,
    last_batches,
    taken_in,
    told_record,
    told_records,
)
from sosach.domain.exchange.states.items import TO_SETTLE, ItemState, Outcome
from sosach.web.desk import words as desk_words
from sosach.web.desk.exchange import fields
from sosach.web.desk.exchange import words as said
from sosach.web.frame import words
from sosach.web.frame.flashes import flash
from sosach.web.frame.language import either, of_error
from sosach.web.frame.pages import look, officer_page, once
from sosach.web.frame.parts import Pages, Side, Tab

PURPOSE = "data-cleaning"
PAGE = 50
_TO_SETTLE = frozenset(map(str, TO_SETTLE))
# Lists of records told: word in the address → what it is called, states, whether only what waits for somebody.
LISTS: Mapping[str, tuple[Any, frozenset[str], bool]] = {
    "can-xu-ly": (gettext_lazy("Cần xử lý"), _TO_SETTLE, True),
    "cho-gui": (gettext_lazy("Chờ gửi"), frozenset({ItemState.WAITING.value}), False),
    "cho-bien-nhan": (gettext_lazy("Chờ biên nhận"), frozenset({ItemState.SENT.value}), False),
    "da-ghi": (gettext_lazy("Đã ghi"), frozenset({ItemState.APPLIED.value}), False),
    "co-san": (gettext_lazy("Đã có sẵn"), frozenset({ItemState.PRESENT.value}), False),
    "tu-choi": (gettext_lazy("Bị từ chối"), frozenset({ItemState.REFUSED.value}), False),
    "xung-dot": (gettext_lazy("Xung đột"), frozenset({ItemState.CONFLICT.value}), False),
    "da-gui": (gettext_lazy("Đã gửi"), frozenset(map(str, Outcome)) | {ItemState.SENT.value}, False),
}

# Counts of a day → the list behind each.
TOLD_LISTS = {
    "sent": "da-gui",
    "applied": "da-ghi",
    "present": "co-san",
    "refused": "tu-choi",
    "conflict": "xung-dot",
    "open": "cho-bien-nhan",
}
TAKEN_LISTS = {"sent": "", **{each.value: each.value for each in Outcome}}


@officer_page(roles=SEERS)
def levels(request: HttpRequest) -> HttpResponse:
    """How every link stands."""
    rows = [_row(request, each) for each in links(look(request, PURPOSE))]
    return render(request, "desk/exchange/levels.html", {"room": "exchange", "tab": "levels", "links": rows})


@officer_page(roles=SEERS)
def link(request: HttpRequest, name: str) -> HttpResponse:
    """One link: its figures, and the last batches of both directions."""
    state = _link(request, name)
    rows = [
        {
            "batch": each,
            "direction": said.DIRECTIONS[each.direction],
            "outcomes": [(said.badge(said.ITEMS, key), count) for key, count in sorted(each.outcomes.items())],
        }
        for each in last_batches(look(request, PURPOSE), link=name)
    ]
    context = {"link": _row(request, state), "batches": rows, "may_list": _may_list(request)}
    return _shown(request, "link.html", name, context)


@officer_page(roles=READERS)
def told(request: HttpRequest, name: str) -> HttpResponse:
    """Records told over a link, or to be told; every figure of the other pages leads here."""
    _link(request, name)
    which = request.GET.get("muc", "")
    which = which if which in LISTS else "can-xu-ly"
    text, states, unsettled = LISTS[which]
    wanted = Wanted(states, said.day_of(request.GET.get("ngay", "")), _commune(request), unsettled)
    found = told_records(look(request, PURPOSE), link=name, wanted=wanted, after=_after(request), limit=PAGE)
    context = {
        "heading": str(text),
        "tabs": [
            Tab(str(label), _query(request, muc=code), current=code == which)
            for code, (label, _states, _open) in LISTS.items()
        ],
        "rows": [
            {"told": each, "state": said.badge(said.ITEMS, each.state), "why": either((each.vi, each.en))}
            for each in found.rows
        ],
        "registers": desk_words.REGISTERS,
        **_list_context(request, found.count, _next(request, found.rows[-1].item_id if found.more else 0), wanted),
    }
    return _shown(request, "told.html", name, context)


@officer_page(roles=READERS)
def received(request: HttpRequest, name: str) -> HttpResponse:
    """Records the other side told of, and what was done with them."""
    _link(request, name)
    outcome = request.GET.get("muc", "")
    states = frozenset({outcome}) if outcome in set(Outcome) else frozenset()
    wanted = Wanted(states, said.day_of(request.GET.get("ngay", "")), _commune(request))
    found = taken_in(look(request, PURPOSE), link=name, wanted=wanted, after=_after(request), limit=PAGE)
    context = {
        "tabs": [
            Tab(_("Tất cả"), _query(request, muc=""), current=not states),
            *(
                Tab(str(said.ITEMS[each][0]), _query(request, muc=each), current=each in states)
                for each in map(str, Outcome)
            ),
        ],
        "rows": [{"told": each, "state": said.badge(said.ITEMS, each.outcome)} for each in found.rows],
        "registers": desk_words.REGISTERS,
        **_list_context(request, found.count, _next(request, found.rows[-1].incoming_id if found.more else 0), wanted),
    }
    return _shown(request, "received.html", name, context)


@officer_page(roles=READERS)
def record(request: HttpRequest, item_id: int) -> HttpResponse:
    """One record as both sides have it, and the way to the record itself and to its case."""
    if request.method == "POST":
        try:
            reason = request.POST.get("reason", "").strip()[:500]
            return once(request, lambda order: _settled(request, order, item_id), reason=reason)
        except SosachError as refused:
            flash(request, " ".join(filter(None, of_error(refused))), tone="bad")
    asked = look(request, PURPOSE)
    each = told_record(asked, item_id=item_id)
    cases: tuple[Any, ...] = ()
    if not request.actor.roles.isdisjoint(CASE_READERS):
        cases = cases_of_record(asked, register=each.register, subject_id=each.record_id)
    address = reverse("desk:record", args=[each.register, each.record_id])
    context = {
        "told": each,
        "state": said.badge(said.ITEMS, each.state),
        "why": either((each.vi, each.en)),
        "register_name": desk_words.REGISTERS[each.register],
        "heads": [_("Hai bên đã thống nhất"), _("Đang ghi ở đây"), _("Đang ghi ở cấp kia")],
        "heads_here": [_("Hai bên đã thống nhất"), _("Đang ghi ở đây")],
        "contested": sides_of(each, contested=True),
        "sides": sides_of(each, contested=False),
        "conflict": each.state == ItemState.CONFLICT,
        "may_decide": each.state in _TO_SETTLE
        and each.closed_at is None
        and not request.actor.roles.isdisjoint(DECIDERS),
        "record_address": f"{address}?{urlencode({'muc-dich': PURPOSE})}",
        "cases": cases,
        "back": f"{reverse('desk:exchange-told', args=[each.link])}?muc=can-xu-ly",
    }
    return _shown(request, "record.html", each.link, context)


@officer_page(roles=SEERS)
def reconciled(request: HttpRequest, name: str) -> HttpResponse:
    """A day of a link, commune by commune: sent = applied + present + refused + conflict + open; every figure is a list."""
    _link(request, name)
    asked = look(request, PURPOSE)
    days = days_told(asked, link=name)
    day = said.day_of(request.GET.get("ngay", "")) or (days[0] if days else said.today(request.sosach_at))
    found = reconcile(asked, link=name, day=day)
    context = {
        "day": day,
        "days": days,
        "sent": _tallies(request, name, day, found.ours, "desk:exchange-told", TOLD_LISTS),
        "received": _tallies(
            request, name, day, came_in(asked, link=name, day=day), "desk:exchange-received", TAKEN_LISTS
        ),
        "adds_up": all(tally.adds_up for tally in found.ours),
    }
    return _shown(request, "reconciled.html", name, context)


def _tallies(
    request: HttpRequest, name: str, day: date, tallies: Sequence[Tally], view: str, lists: Mapping[str, str]
) -> dict[str, Any]:
    """Lines of a day with the lists behind their figures, and their sum."""
    page = reverse(view, args=[name]) if _may_list(request) else ""

    def figure(tally: Tally, count: str) -> tuple[int, str]:
        where = {"muc": lists[count], "ngay": day.isoformat(), "xa": tally.commune_code or "-"}
        return getattr(tally, count), f"{page}?{urlencode(where)}" if page else ""

    rows = [
        (words.place(tally.commune_code) or _("Chưa xác định xã"), [figure(tally, count) for count in lists])
        for tally in tallies
    ]
    return {"rows": sorted(rows), "totals": [sum(getattr(tally, count) for tally in tallies) for count in lists]}


def _settled(request: HttpRequest, order: Order, item_id: int) -> str:
    """What stands where the two levels differ is decided."""
    decide_upload(order, item_id=item_id, keep=Keep.THEIRS if request.POST.get("lam") == "theirs" else Keep.OURS)
    flash(request, _("Đã quyết định; bản ghi được gửi lại cho cấp kia."))
    return request.path


def sides_of(each: Told, *, contested: bool) -> list[Side]:
    """Field by field: what both had agreed on, what stands here, and where both changed it, what stands there."""
    rows = []
    for name, pair in each.changes.items():
        if (name in each.given) is not contested:
            continue
        was, now = pair if isinstance(pair, list | tuple) else (pair, pair)
        values = [was, now, each.given[name]] if contested else [was, now]
        rows.append(Side(fields.column(each.register, name), tuple(fields.value(name, one) for one in values)))
    return sorted(rows, key=lambda side: not side.differs())


def _row(request: HttpRequest, state: LinkState) -> dict[str, Any]:
    told_page = reverse("desk:exchange-told", args=[state.name])
    may = _may_list(request)
    return {
        "state": state,
        "name": said.link_name(state.name),
        "page": reverse("desk:exchange-link", args=[state.name]),
        "waiting_page": f"{told_page}?muc=cho-gui" if may else "",
        "settle_page": f"{told_page}?muc=can-xu-ly" if may else "",
        "oldest": words.age(state.oldest, request.sosach_at),
    }


def _link(request: HttpRequest, name: str) -> LinkState:
    found = {each.name: each for each in links(look(request, PURPOSE))}
    if name not in found:
        raise Http404
    return found[name]


def _may_list(request: HttpRequest) -> bool:
    return not request.actor.roles.isdisjoint(READERS)


def _commune(request: HttpRequest) -> str | None:
    told_code = request.GET.get("xa")
    return None if told_code is None else told_code[:5] if told_code.isdecimal() else ""


def _after(request: HttpRequest) -> int:
    return said.whole(request.GET.get("sau", ""))


def _query(request: HttpRequest, **changes: str) -> str:
    kept = {name: request.GET[name] for name in ("muc", "ngay", "xa") if name in request.GET} | changes
    return "?" + urlencode({name: value for name, value in kept.items() if value or name == "xa"})


def _next(request: HttpRequest, last: int) -> str:
    return _query(request, sau=str(last)) if last else ""


def _list_context(request: HttpRequest, count: int, older: str, wanted: Wanted) -> dict[str, Any]:
    newer = _query(request) if _after(request) else ""
    return {"count": count, "pages": Pages(newer=newer, older=older), "where": _where(wanted)}


def _where(wanted: Wanted) -> str:
    """Day and commune a list is about, in words."""
    told_parts = [words.day(wanted.day)] if isinstance(wanted.day, date) else []
    if wanted.commune is not None:
        told_parts.append(words.place(wanted.commune) or _("chưa xác định xã"))
    return ", ".join(told_parts)


def _shown(request: HttpRequest, template: str, name: str, context: Mapping[str, Any]) -> HttpResponse:
    frame = {"room": "exchange", "tab": "levels", "link_name": said.link_name(name), "link_key": name}
    return render(request, f"desk/exchange/{template}", {**frame, **context})
