"""Figures of ID cards: applications by day and office, within and beyond seven working days, where they wait, spoilage, stock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.domain.access.queries import Look
from sosach.domain.idcards.queries.applications import Figures, application_figures
from sosach.domain.idcards.queries.deadlines import PAGE, Stage, stages, waiting
from sosach.domain.idcards.queries.production import jobs
from sosach.domain.idcards.states.applications import State
from sosach.domain.idcards.states.cards import CardState
from sosach.domain.population.rules.days import day_of
from sosach.web.desk.cards.rooms import EVERYBODY
from sosach.web.desk.cards.stock import counts_table
from sosach.web.desk.cards.words import APPLICATIONS, APPROVERS, CHECKERS, PURPOSE, STAGES, STOREKEEPERS, said
from sosach.web.desk.figures.charts import days_drawn
from sosach.web.desk.figures.tables import Cell, Table
from sosach.web.desk.figures.taking import KINDS
from sosach.web.frame import words
from sosach.web.frame.pages import look, officer_page
from sosach.web.frame.parts import Bar, Pages

DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class About:
    """What tables are made of.

    Attributes:
        look: who, what for.
        since: first day counted.
        figures: counts of applications.
    """

    look: Look
    since: date
    figures: Figures

    def facts(self) -> list[str]:
        """Lines at the head of a file."""
        return [
            _("Hồ sơ nhận từ %(day)s") % {"day": words.day(self.since)},
            _("Số liệu lúc %(at)s") % {"at": words.moment(self.look.at)},
        ]


def by_day(about: About) -> Table:
    """Applications received, day by day."""
    found: dict[date, int] = {}
    for day, _office, count in about.figures.by_day:
        found[day] = found.get(day, 0) + count
    rows = [[Cell(day), Cell(count)] for day, count in sorted(found.items())]
    heads = [_("Ngày"), _("Hồ sơ nhận")]
    return Table("theo-ngay", _("Hồ sơ nhận theo ngày"), heads, rows, facts=about.facts())


def by_office(about: About) -> Table:
    """Applications received, office by office."""
    found: dict[str, int] = {}
    for _day, office, count in about.figures.by_day:
        found[office] = found.get(office, 0) + count
    rows = [
        [Cell(words.place_with_province(office)), Cell(count)]
        for office, count in sorted(found.items(), key=lambda each: (-each[1], each[0]))
    ]
    total = [Cell(_("Cộng")), Cell(sum(found.values()))]
    heads = [_("Nơi nhận"), _("Hồ sơ nhận")]
    return Table("theo-noi", _("Hồ sơ nhận theo nơi"), heads, rows, total if rows else (), facts=about.facts())


def by_state(about: About) -> Table:
    """How far applications received since are."""
    counted = about.figures.by_state
    rows = [[Cell(str(APPLICATIONS[state][0])), Cell(counted[state])] for state in State if counted.get(state)]
    total = [Cell(_("Cộng")), Cell(sum(counted.values()))]
    heads = [_("Trạng thái"), _("Số hồ sơ")]
    return Table("theo-trang-thai", _("Hồ sơ đang ở đâu"), heads, rows, total if rows else (), facts=about.facts())


def by_limit(about: About) -> Table:
    """Within and beyond the limit of seven working days."""
    told = about.figures
    rows = [
        [Cell(_("Đã trả trong hạn 7 ngày làm việc")), Cell(told.in_time)],
        [Cell(_("Đã trả quá hạn")), Cell(told.over_time)],
        [Cell(_("Đang mở, đã quá hạn")), Cell(told.late)],
        [Cell(_("Đang mở, chờ công dân (đồng hồ dừng)")), Cell(told.waiting)],
        [Cell(_("Không tiếp nhận được, đã hướng dẫn")), Cell(told.turned_away)],
    ]
    return Table("theo-han", _("Thời hạn 7 ngày làm việc"), [_("Kết quả"), _("Số hồ sơ")], rows, facts=about.facts())


def by_stage(about: About) -> Table:
    """Where open applications wait, and how many of them are late; each figure leads to its list."""
    found = stages(about.look)
    rows = [
        [
            Cell(said(STAGES, stage)),
            Cell(found[stage][0], stage_address(stage)),
            Cell(found[stage][1], stage_address(stage, late=True)),
        ]
        for stage in Stage
        if stage in found
    ]
    total = [
        Cell(_("Cộng")),
        Cell(sum(each[0] for each in found.values())),
        Cell(sum(each[1] for each in found.values())),
    ]
    heads = [_("Đang chờ ở"), _("Số hồ sơ"), _("Quá hạn")]
    return Table("dang-cho", _("Hồ sơ đang chờ ở khâu nào"), heads, rows, total if rows else (), facts=about.facts())


def spoilage(about: About) -> Table:
    """Cards spoiled or astray, machine by machine, over the latest jobs."""
    made: dict[str, list[int]] = {}
    for line in jobs(about.look):
        told = made.setdefault(line.machine, [0, 0, 0])
        told[0] += sum(line.cards.values()) - line.cards.get(CardState.VOID, 0)
        told[1] += line.cards.get(CardState.SPOILED, 0) + line.cards.get(CardState.DESTROYED, 0)
        told[2] += line.cards.get(CardState.ASTRAY, 0)
    rows = [
        [Cell(machine), Cell(every), Cell(bad), Cell(lost), Cell(bad / every if every else None, share=True)]
        for machine, (every, bad, lost) in sorted(made.items())
    ]
    heads = [_("Máy"), _("Thẻ"), _("Hỏng, hủy"), _("Thất lạc"), _("Tỷ lệ hỏng")]
    note = _("Tính trên 200 lệnh mới nhất; thẻ cũ đã thu lại và hủy cũng nằm trong cột hỏng, hủy.")
    return Table("hong", _("Thẻ hỏng theo máy"), heads, rows, note=note, facts=about.facts())


def stock_table(about: About) -> Table:
    """Where blanks are."""
    return counts_table(about.look)


# Name → table, and who is told.
TABLES: Final[Mapping[str, tuple[Callable[[About], Table], Any]]] = {
    "theo-ngay": (by_day, EVERYBODY),
    "theo-noi": (by_office, EVERYBODY),
    "theo-trang-thai": (by_state, EVERYBODY),
    "theo-han": (by_limit, EVERYBODY),
    "dang-cho": (by_stage, EVERYBODY),
    "hong": (spoilage, STOREKEEPERS | CHECKERS | APPROVERS),
    "ton-kho": (stock_table, STOREKEEPERS | CHECKERS),
}


@officer_page(roles=EVERYBODY)
def figures(request: HttpRequest) -> HttpResponse:
    """All tables somebody may see, the first with its chart."""
    about = _about(request)
    told = [make(about) for make, whose in TABLES.values() if not request.actor.roles.isdisjoint(whose)]
    told = [each for each in told if each.rows]
    context = {
        "room": "cards",
        "tab": "figures",
        "since": about.since,
        "at": request.sosach_at,
        "days": DAYS,
        "chart": days_drawn(by_day(about)),
        "bars": [
            Bar(str(row[0].shown), row[1].value, row[1].link, "warn" if row[2].value else "info")
            for row in by_stage(about).rows
        ],
        "tables": told,
    }
    return render(request, "desk/cards/figures.html", context)


@officer_page(roles=EVERYBODY)
def taken_along(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """A table as a file.

    Raises:
        Http404: no such table or kind of file, or it is not told to this role.
    """
    if name not in TABLES or kind not in KINDS or request.actor.roles.isdisjoint(TABLES[name][1]):
        raise Http404
    media_type, write = KINDS[kind]
    response = HttpResponse(write(TABLES[name][0](_about(request))), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="the-{name}-{request.sosach_at:%Y%m%d}.{kind}"'
    return response


@officer_page(roles=EVERYBODY)
def at_stage(request: HttpRequest, stage: str) -> HttpResponse:
    """The applications behind a figure of a stage.

    Raises:
        Http404: there is no such stage.
    """
    if stage not in set(Stage):
        raise Http404
    late = bool(request.GET.get("qua-han"))
    after = _after(request)
    found = waiting(look(request, PURPOSE), stage=Stage(stage), late_only=late, after=after)
    rows = [
        [
            Cell(each.number, reverse("desk:card-application", args=[each.application_id])),
            Cell(each.due_on or _("đồng hồ dừng")),
            Cell(_("quá hạn") if each.late else "–"),
            Cell(words.place_with_province(each.commune_code)),
        ]
        for each in found
    ]
    every, over = stages(look(request, PURPOSE)).get(Stage(stage), (0, 0))
    here = stage_address(Stage(stage), late=late)
    last = found[-1] if len(found) == PAGE else None
    sign = "&" if "?" in here else "?"
    older = f"{here}{sign}sau={last.due_on or '-'}_{last.application_id}" if last else ""
    context = {
        "room": "cards",
        "tab": "figures",
        "title": said(STAGES, stage),
        "count": over if late else every,
        "table": Table(
            "ho-so",
            said(STAGES, stage),
            [_("Hồ sơ thẻ"), _("Hạn"), _("Quá hạn"), _("Nơi nhận")],
            rows,
            note=_("Không có hồ sơ nào."),
        ),
        "pages": Pages(newer=here if after else "", older=older),
    }
    return render(request, "desk/cards/list.html", context)


def stage_address(stage: Stage, *, late: bool = False) -> str:
    """Where the applications of a stage are listed."""
    return reverse("desk:card-stage", args=[stage.value]) + ("?qua-han=1" if late else "")


def _after(request: HttpRequest) -> tuple[date | None, int] | None:
    day, _sign, key = request.GET.get("sau", "").partition("_")
    if not key.isdecimal() or len(key) > 18:
        return None
    try:
        return (None if day == "-" else date.fromisoformat(day)), int(key)
    except ValueError:
        return None


def _about(request: HttpRequest) -> About:
    asked = look(request, PURPOSE)
    since = day_of(request.sosach_at) - timedelta(days=DAYS)
    return About(asked, since, application_figures(asked, since=since))
