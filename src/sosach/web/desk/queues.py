"""The queue: cases and declarations an officer has to do something about, by risk and deadline, page by page."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.domain.campaign.models import Campaign
from sosach.domain.campaign.queries.lists import READERS, count_cases, work_list
from sosach.domain.campaign.queries.progress import campaigns
from sosach.domain.campaign.rules.visits import OUTCOMES
from sosach.domain.campaign.states.campaigns import CampaignState
from sosach.domain.declarations.queries import Filter, counts, queue
from sosach.domain.declarations.queries.queues import OFFICERS
from sosach.domain.declarations.rules import kinds
from sosach.domain.population.rules.days import day_of
from sosach.web.desk.filters import HEAPS, ORDERS, WHOSE, Picked
from sosach.web.desk.words import REGISTERS
from sosach.web.frame.language import either
from sosach.web.frame.pages import look, officer_page
from sosach.web.frame.parts import Key, Pages, Tab

PURPOSE = "data-cleaning"
PAGE = 50


@officer_page()
def home(request: HttpRequest) -> HttpResponse:
    """The queue of cases; who works on none gets what the own roles are for."""
    if request.actor.roles.isdisjoint(READERS):
        return render(request, "desk/elsewhere.html")
    found = _campaigns(request)
    picked = _picked(request, found)
    if not picked.campaign_id:
        return render(
            request, "desk/no_campaign.html", {"room": "queue", "tabs": _tabs(request, picked, declarations=False)}
        )
    asked, today = look(request, PURPOSE), day_of(request.sosach_at)
    wanted = picked.wanted(request.actor, today)
    page = work_list(
        asked, campaign_id=picked.campaign_id, wanted=wanted, order=picked.sorting, after=picked.after, limit=PAGE
    )
    total = count_cases(asked, campaign_id=picked.campaign_id, wanted=wanted)
    return render(
        request,
        "desk/queue.html",
        {
            "room": "queue",
            "picked": picked,
            "here": picked.query(),
            "lines": page.lines,
            "pages": Pages(
                newer=f"?{picked.query()}" if picked.after else "",
                older=f"?{picked.query(after=page.following)}" if page.following else "",
            ),
            "total": total,
            "today": today,
            "tabs": _tabs(request, picked, declarations=False),
            "keys": queue_keys(),
            **choices(picked, found),
        },
    )


@officer_page(roles=OFFICERS)
def declared(request: HttpRequest) -> HttpResponse:
    """The queue of declarations."""
    asked = look(request, PURPOSE)
    kind, late = request.GET.get("loai", ""), request.GET.get("tre", "") == "1"
    wanted = Filter(
        kinds=frozenset({kind}) if kind in kinds() else frozenset(),
        late_on=day_of(request.sosach_at) if late else None,
    )
    lines = queue(asked, wanted=wanted, after=_place(request.GET.get("sau", "")), limit=PAGE + 1)
    shown, more = lines[:PAGE], len(lines) > PAGE
    query = "&".join(filter(None, (f"loai={kind}" if wanted.kinds else "", "tre=1" if late else "")))
    older = f"?{query}&sau={shown[-1].risk}.{shown[-1].due_on}.{shown[-1].declaration_id}" if more else ""
    return render(
        request,
        "desk/declared_queue.html",
        {
            "room": "queue",
            "lines": [(line, either((kinds()[line.kind].vi, kinds()[line.kind].en))) for line in shown],
            "kinds": [(each.code, either((each.vi, each.en))) for each in kinds().values()],
            "kind": kind,
            "late": late,
            "today": day_of(request.sosach_at),
            "total": sum(counts(asked, wanted=wanted).values()),
            "pages": Pages(newer=f"?{query}" if request.GET.get("sau") else "", older=older),
            "tabs": _tabs(request, _picked(request, _campaigns(request)), declarations=True),
            "keys": queue_keys(),
        },
    )


def choices(picked: Picked, found: tuple[Campaign, ...]) -> dict[str, Any]:
    """What the filters of a list of cases offer."""
    return {
        "campaigns": found,
        "registers": REGISTERS.items(),
        "orders": [(code, text) for code, (text, _order) in ORDERS.items()],
        "whose": WHOSE.items(),
        "outcomes": [(code, either((kind.vi, kind.en))) for code, kind in OUTCOMES.items()],
        "withins": [("0", _("hôm nay hoặc đã quá hạn")), ("3", _("trong 3 ngày")), ("7", _("trong 7 ngày"))],
        "kept": picked,
    }


def queue_keys() -> list[Key]:
    """Keys of every list."""
    return [
        Key("j", _("dòng sau")),
        Key("k", _("dòng trước")),
        Key("Enter", _("mở dòng đang chọn")),
        Key("/", _("đến bộ lọc")),
    ]


def picked_of(request: HttpRequest) -> tuple[Picked, tuple[Campaign, ...]]:
    """What the address picks, and the campaigns there are."""
    found = _campaigns(request)
    return _picked(request, found), found


def _campaigns(request: HttpRequest) -> tuple[Campaign, ...]:
    if request.actor.roles.isdisjoint(READERS):
        return ()
    return campaigns(look(request, PURPOSE))


def _picked(request: HttpRequest, found: tuple[Campaign, ...]) -> Picked:
    """The campaign that runs, and the own desk, where the address says nothing else."""
    running = next((each for each in found if each.state == CampaignState.OPEN), found[0] if found else None)
    usual = Picked(campaign_id=running.pk if running is not None else 0)
    picked = Picked.of(request.GET, usual)
    if picked.campaign_id not in {each.pk for each in found}:
        picked = replace(picked, campaign_id=usual.campaign_id)
    if "nguoi" in request.GET or not picked.campaign_id:
        return picked
    own = replace(picked, whose="toi")
    asked = look(request, PURPOSE)
    wanted = own.wanted(request.actor, day_of(request.sosach_at))
    return own if count_cases(asked, campaign_id=own.campaign_id, wanted=wanted) else picked


def _tabs(request: HttpRequest, picked: Picked, *, declarations: bool) -> list[Tab]:
    """Heaps of cases with their counts, and declarations: each count is the count of the list behind it."""
    asked, today = look(request, PURPOSE), day_of(request.sosach_at)
    tabs = []
    for code, (text, _states) in HEAPS.items() if picked.campaign_id else ():
        heap = replace(picked, heap=code)
        count = count_cases(asked, campaign_id=picked.campaign_id, wanted=heap.wanted(request.actor, today))
        here = code == picked.heap and not declarations
        tabs.append(Tab(str(text), f"{_home()}?{heap.query()}", current=here, count=count))
    if not request.actor.roles.isdisjoint(OFFICERS):
        waiting = sum(counts(asked).values())
        tabs.append(Tab(_("Tờ khai"), _declared(), current=declarations, count=waiting))
    return tabs


def _place(text: str) -> tuple[int, date, int] | None:
    """Where a page of declarations begins; None at the beginning, and for what is none."""
    risk, _dot, rest = text.partition(".")
    day, _dot, key = rest.partition(".")
    try:
        return int(risk), date.fromisoformat(day), int(key)
    except ValueError:
        return None


def _home() -> str:
    return reverse("desk:home")


def _declared() -> str:
    return reverse("desk:declared")
