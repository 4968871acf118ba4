"""Pages of the dashboard: where a campaign stands, how it got there, who has how much to do, who is ahead; and lists behind figures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.domain.campaign.queries.declared import declared_list
from sosach.domain.campaign.queries.figures import FIGURES, Of
from sosach.domain.campaign.queries.lists import READERS
from sosach.domain.campaign.queries.progress import Progress, campaigns, figure_list, progress
from sosach.domain.campaign.rules.forecast import Forecast
from sosach.domain.campaign.states.campaigns import Phase
from sosach.domain.declarations.rules import kinds
from sosach.domain.exchange.queries.subscriptions import OVERSEERS, oldest_undelivered
from sosach.vn.working_days import day_of
from sosach.web.desk.figures import builders
from sosach.web.desk.figures.asked import PURPOSE, Asked, asked_of, crumbs, finer, place_name
from sosach.web.desk.figures.builders import CLASSES, About, figure_name
from sosach.web.desk.figures.charts import days_drawn
from sosach.web.desk.words import REGISTERS
from sosach.web.frame import words
from sosach.web.frame.language import either
from sosach.web.frame.pages import look, officer_page
from sosach.web.frame.parts import Bar, Pages, Tab

PAGE = 50
SHOWN = 40  # rows of a table on the first page; all of them stand on their own
WHERE = (
    "imported",
    "assigned",
    "contacted",
    "unreachable",
    "declared",
    "verified",
    "approved",
    "returned",
    "conflict",
    "moved",
)
PHASES = {
    Phase.BEFORE: lambda: _("Chưa bắt đầu"),
    Phase.MOBILISE: lambda: _("Giai đoạn 1: rà soát, vận động kê khai"),
    Phase.UPLOAD: lambda: _("Giai đoạn 2: cập nhật lên hệ thống quốc gia"),
    Phase.AFTER: lambda: _("Đã hết thời gian"),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """A large figure.

    Attributes:
        label: what it counts.
        value: how much.
        address: the list behind it; "" for what is reckoned, not counted.
        note: a line below it.
        tone: of the note.
    """

    label: str
    value: str
    address: str = ""
    note: str = ""
    tone: str = ""


@officer_page(roles=READERS)
def dashboard(request: HttpRequest) -> HttpResponse:
    """Where a part of a campaign stands today."""
    about = _about(request)
    if about is None:
        return render(request, "desk/figures/none.html", {"room": "figures"})
    seen = progress(about.look, part=about.asked.part)
    asked, units = about.asked, builders.by_unit(about)
    by_day = builders.by_day(about) if asked.has_records else None
    context = {
        "tiles": _tiles(asked, seen),
        "ahead": _ahead(seen.forecast) if asked.has_records else "",
        "phase": PHASES[seen.phase](),
        "stuck": _bars(asked, seen, list(seen.stuck), "warn"),
        "where": _bars(asked, seen, WHERE, "info"),
        "classes": _bars(asked, seen, CLASSES if asked.has_records else CLASSES[1:], "plain"),
        "units": units.short(SHOWN),
        "more": max(len(units.rows) - SHOWN, 0),
        "by_day": by_day,
        "chart": days_drawn(by_day) if by_day is not None else None,
        "officers": builders.by_officer(about) if asked.commune and finer(asked, about.campaign) else None,
        "undelivered": _undelivered(request),
    }
    return _shown(request, about, "dashboard.html", context, current=("figures",))


def _undelivered(request: HttpRequest) -> str:
    """How long the oldest notice to another system has not arrived; "" where all have, or somebody else looks after it."""
    if request.actor.roles.isdisjoint(OVERSEERS):
        return ""
    return words.age(oldest_undelivered(look(request, PURPOSE)), request.sosach_at)


@officer_page(roles=READERS)
def course(request: HttpRequest) -> HttpResponse:
    """How it got there: criteria, result classes and declarations, day by day."""
    about = _whole(request)
    if about is None:
        return render(request, "desk/figures/none.html", {"room": "figures"})
    told = [builders.by_day(about), builders.criteria(about), builders.classes(about), builders.declared(about)]
    charts = [(table, days_drawn(table)) for table in told]
    return _shown(request, about, "course.html", {"charts": charts}, current=("figure-course",))


@officer_page(roles=READERS)
def table_page(request: HttpRequest, name: str) -> HttpResponse:
    """One table: of officers, the ranking, or all figures.

    Raises:
        Http404: there is no such table.
    """
    if name not in builders.TABLES:
        raise Http404
    about = _about(request)
    if about is None:
        return render(request, "desk/figures/none.html", {"room": "figures"})
    table = builders.TABLES[name](about)
    return _shown(request, about, "table.html", {"table": table}, current=("figure-table", name), last=table.title)


@officer_page(roles=READERS)
def behind(request: HttpRequest, name: str) -> HttpResponse:
    """The list behind a figure.

    Raises:
        Http404: there is no such figure.
    """
    about = _about(request)
    if about is None or name not in FIGURES or (FIGURES[name].of is Of.RECORDS and not about.asked.has_records):
        raise Http404
    asked, after = about.asked, request.GET.get("sau", "")
    told = int(after) if after.isdecimal() and len(after) < 18 else 0
    page = figure_list(about.look, part=asked.part, name=name, after=told, limit=PAGE)
    count = progress(about.look, part=asked.part).figures[name]
    context = {
        "name": figure_name(name),
        "count": count,
        "page": page,
        "today": day_of(request.sosach_at),
        "pages": Pages(
            newer=asked.list_of(name) if told else "",
            older=asked.list_of(name, sau=str(page.following)) if page.following else "",
        ),
    }
    return _shown(request, about, "behind.html", context, last=figure_name(name))


@officer_page(roles=READERS)
def declarations(request: HttpRequest) -> HttpResponse:
    """The declarations behind a count of a day and channel."""
    about = _whole(request)
    if about is None:
        return render(request, "desk/figures/none.html", {"room": "figures"})
    day, channel = _day(request.GET.get("ngay", "")), request.GET.get("kenh", "")[:12]
    after = request.GET.get("sau", "")
    told = int(after) if after.isdecimal() and len(after) < 18 else 0
    page = declared_list(about.look, part=about.asked.part, day=day, channel=channel, after=told, limit=PAGE)
    more = {"ngay": day.isoformat() if day else "", "kenh": channel}
    named = [
        (key, number, either((kinds()[kind].vi, kinds()[kind].en)), state)
        for key, number, kind, state in page.declarations
    ]
    title = " · ".join(
        filter(None, (_("Tờ khai"), words.day(day) if day else "", builders.channel_name(channel) if channel else ""))
    )
    older = builders.declarations_of(about.asked, **more, sau=str(page.following)) if page.following else ""
    newer = builders.declarations_of(about.asked, **more) if told else ""
    context = {"name": title, "lines": named, "pages": Pages(newer=newer, older=older)}
    return _shown(request, about, "declarations.html", context, last=title)


def _about(request: HttpRequest) -> About | None:
    found = asked_of(request)
    return None if found is None else About(look(request, PURPOSE), *found)


def _whole(request: HttpRequest) -> About | None:
    """The same without group and officer, where what is shown is not known for them."""
    about = _about(request)
    return None if about is None else replace(about, asked=replace(about.asked, group="", officer=""))


def _shown(
    request: HttpRequest,
    about: About,
    template: str,
    context: dict[str, Any],
    *,
    current: tuple[str, ...] = (),
    last: str = "",
) -> HttpResponse:
    """A page with what all of them have: the way here, the campaign, its registers, the other pages.

    Args:
        request: of the page.
        about: what it is about.
        template: of the page.
        context: of the page alone.
        current: name of its address and what stands in it, for pages that have a tab.
        last: what the page is called on the way here; "" where it is the place itself.
    """
    name, *args = current or ("figures",)
    asked, here = about.asked, reverse(f"desk:{name}", args=args)
    frame = {
        "room": "figures",
        "asked": asked,
        "campaign": about.campaign,
        "campaigns": [(each, each.pk == asked.campaign) for each in campaigns(about.look)],
        "place": place_name(asked) + (f" · {_officer(about)}" if asked.officer else ""),
        "crumbs": crumbs(asked, request.actor.level, last=last),
        "registers": [
            Tab(str(REGISTERS[each]), f"{here}?{asked.query(register=each)}", current=each == asked.register)
            for each in about.campaign.registers
        ],
        "tabs": _tabs(asked, current) if current else [],
        "query": asked.query(),
        "now": request.sosach_at,
    }
    return render(request, f"desk/figures/{template}", {**frame, **context})


def _tabs(asked: Asked, current: tuple[str, ...]) -> list[Tab]:
    pages = [
        (_("Hôm nay"), ("figures",)),
        (_("Diễn biến"), ("figure-course",)),
        (_("Cán bộ"), ("figure-table", "theo-can-bo")),
        (_("Xếp hạng"), ("figure-table", "xep-hang")),
        (_("Mọi số liệu"), ("figure-table", "so-lieu")),
    ]
    return [
        Tab(text, f"{reverse(f'desk:{page[0]}', args=page[1:])}?{asked.query()}", current=page == current)
        for text, page in pages
    ]


def _officer(about: About) -> str:
    key = int(about.asked.officer)
    if not key:
        return _("(chưa ai phụ trách)")
    return builders.officers(about).get(str(key)) or _("Cán bộ số %(number)s") % {"number": key}


def _tiles(asked: Asked, seen: Progress) -> list[Tile]:
    """The figures of today, the largest question first."""
    told = seen.figures
    done = told.get("done", told["cases"] - told["left"])
    total = told.get("records", told["cases"])
    share = words.percent(seen.share)
    if not asked.has_records:
        names = ("cases", "left", "to_mobilise", "with_officers", "cleaned", "overdue", "visits_due")
        return [Tile(figure_name(name), words.grouped(told[name]), asked.list_of(name)) for name in names]
    ahead = done - seen.expected
    pace = _("vượt %(n)s") if ahead >= 0 else _("chậm %(n)s")
    note = pace % {"n": words.grouped(abs(ahead))}
    return [
        Tile(figure_name("records"), words.grouped(total), asked.list_of("records")),
        Tile(figure_name("done"), words.grouped(done), asked.list_of("done"), share),
        Tile(figure_name("left"), words.grouped(told["left"]), asked.list_of("left")),
        Tile(_("Phải xong đến hết hôm nay"), words.grouped(seen.expected), "", note, "good" if ahead >= 0 else "bad"),
        Tile(
            figure_name("cleaned_today"),
            words.grouped(told["cleaned_today"]),
            asked.list_of("cleaned_today"),
            _("chỉ tiêu hôm nay: %(n)s") % {"n": words.grouped(seen.target_today)},
        ),
        Tile(figure_name("declared"), words.grouped(told["declared"]), asked.list_of("declared")),
    ]


def _ahead(told: Forecast | None) -> str:
    """The forecast in a sentence."""
    if told is None:
        return _("Chưa đủ số liệu để dự báo: cần ít nhất ba ngày đã ghi.")
    if not told.needed_per_day:
        return _("Đã xong toàn bộ.")
    pace = {
        "per_day": words.figure(round(told.per_day, 1)),
        "needed": words.figure(round(told.needed_per_day, 1)),
        "chance": words.percent(told.in_time, 0),
    }
    if told.likely is None:
        return (
            _(
                "Với nhịp hiện nay (%(per_day)s mỗi ngày) sẽ không xong trong ba năm tới. Muốn kịp hạn cần %(needed)s mỗi ngày."
            )
            % pace
        )
    days = {
        "likely": words.day(told.likely),
        "earliest": words.day(told.earliest),
        "latest": words.day(told.latest) or _("sau ba năm"),
    }
    return _(
        "Dự báo xong khoảng %(likely)s (sớm nhất %(earliest)s, muộn nhất %(latest)s). Những ngày gần đây xong %(per_day)s mỗi ngày, "
        "muốn kịp hạn cần %(needed)s mỗi ngày; khả năng kịp hạn: %(chance)s."
    ) % (pace | days)


def _bars(asked: Asked, seen: Progress, names: Sequence[str], tone: str) -> list[Bar]:
    return [
        Bar(figure_name(name), seen.figures[name], asked.list_of(name), tone) for name in names if name in seen.figures
    ]


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None
