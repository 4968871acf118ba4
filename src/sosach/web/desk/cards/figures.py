"""Figures of ID cards: applications by day and office, within and beyond seven working days, where they wait, spoilage, stock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sosach.domain.access.queries import Look
from sosach.domain.idcards.queries.deadlines import Stage, stages
from sosach.domain.idcards.queries.figures import Figures, Limit, Part, application_figures
from sosach.domain.idcards.queries.production import LOOKERS, Fate, machine_figures
from sosach.domain.idcards.states.applications import State
from sosach.domain.population.rules.days import day_of
from sosach.web.desk.cards.behind import (
    DAYS,
    FATES,
    LIMITS,
    received_address,
    since_of,
    stage_address,
    turned_away_address,
)
from sosach.web.desk.cards.rooms import EVERYBODY
from sosach.web.desk.cards.stock import counts_table
from sosach.web.desk.cards.words import APPLICATIONS, CHECKERS, PURPOSE, STAGES, STOREKEEPERS, said
from sosach.web.desk.figures.charts import MOST_POINTS, days_drawn
from sosach.web.desk.figures.tables import Cell, Table
from sosach.web.desk.figures.taking import KINDS
from sosach.web.frame import words
from sosach.web.frame.pages import look, officer_page
from sosach.web.frame.parts import Bar


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

    def part(self, **limits: Any) -> str:
        """The list of what was received since, limited further."""
        return received_address(Part(self.since, **limits))

    def facts(self) -> list[str]:
        """Lines at the head of a file."""
        return [
            _("Hồ sơ nhận từ %(day)s") % {"day": words.day(self.since)},
            _("Số liệu lúc %(at)s") % {"at": words.moment(self.look.at)},
        ]


def _by_day(about: About) -> dict[date, int]:
    found: dict[date, int] = {}
    for day, _office, count in about.figures.by_day:
        found[day] = found.get(day, 0) + count
    return found


def by_day(about: About) -> Table:
    """Applications received, on the days on which any came in."""
    found = _by_day(about)
    rows = [[Cell(day), Cell(count, about.part(day=day))] for day, count in sorted(found.items())]
    total = [Cell(_("Cộng")), Cell(sum(found.values()), about.part())]
    heads = [_("Ngày"), _("Hồ sơ nhận")]
    return Table("theo-ngay", _("Hồ sơ nhận theo ngày"), heads, rows, total if rows else (), facts=about.facts())


def every_day(about: About) -> Table:
    """What the chart draws: the latest days one by one, also those on which nothing came in."""
    found, today = _by_day(about), day_of(about.look.at)
    begin = max(about.since, today - timedelta(days=MOST_POINTS - 1))
    days = [begin + timedelta(days=after) for after in range((today - begin).days + 1)] if found else []
    rows = [[Cell(day), Cell(found.get(day, 0))] for day in days]
    return Table("theo-ngay", _("Hồ sơ nhận theo ngày"), [_("Ngày"), _("Hồ sơ nhận")], rows)


def by_office(about: About) -> Table:
    """Applications received, office by office."""
    found: dict[str, int] = {}
    for _day, office, count in about.figures.by_day:
        found[office] = found.get(office, 0) + count
    rows = [
        [Cell(words.place_with_province(office)), Cell(count, about.part(commune_code=office))]
        for office, count in sorted(found.items(), key=lambda each: (-each[1], each[0]))
    ]
    total = [Cell(_("Cộng")), Cell(sum(found.values()), about.part())]
    heads = [_("Nơi tiếp nhận"), _("Hồ sơ nhận")]
    return Table("theo-noi", _("Hồ sơ nhận theo nơi"), heads, rows, total if rows else (), facts=about.facts())


def by_state(about: About) -> Table:
    """How far applications received since are."""
    counted = about.figures.by_state
    rows = [
        [Cell(str(APPLICATIONS[state][0])), Cell(counted[state], about.part(state=state))]
        for state in State
        if counted.get(state)
    ]
    total = [Cell(_("Cộng")), Cell(sum(counted.values()), about.part())]
    heads = [_("Trạng thái"), pgettext("card", "Số hồ sơ")]
    return Table("theo-trang-thai", _("Hồ sơ đang ở đâu"), heads, rows, total if rows else (), facts=about.facts())


def by_limit(about: About) -> Table:
    """Within and beyond the limit of seven working days."""
    told = about.figures
    rows = [[Cell(said(LIMITS, limit)), Cell(told.limits[limit], about.part(limit=limit))] for limit in Limit]
    rows.append(
        [Cell(_("Không tiếp nhận được, đã hướng dẫn")), Cell(told.turned_away, turned_away_address(about.since))]
    )
    return Table(
        "theo-han",
        _("Thời hạn 7 ngày làm việc"),
        [_("Kết quả"), pgettext("card", "Số hồ sơ")],
        rows,
        facts=about.facts(),
    )


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
        Cell(sum(each[0] for each in found.values()), stage_address()),
        Cell(sum(each[1] for each in found.values()), stage_address(late=True)),
    ]
    heads = [_("Đang chờ ở"), pgettext("card", "Số hồ sơ"), _("Quá hạn")]
    return Table("dang-cho", _("Hồ sơ đang chờ ở khâu nào"), heads, rows, total if rows else (), facts=about.facts())


def spoilage(about: About) -> Table:
    """What became of the cards each machine answered for; an old card handed in and destroyed was a good one."""
    rows = [
        [
            Cell(name),
            *(Cell(told[fate], reverse("desk:card-machine", args=[key, fate.value])) for fate in Fate),
            Cell(told[Fate.SPOILED] / told[Fate.EVERY] if told[Fate.EVERY] else None, share=True),
        ]
        for (key, name), told in sorted(machine_figures(about.look).items(), key=lambda each: (each[0][1], each[0][0]))
    ]
    heads = [_("Máy"), *(said(FATES, fate) for fate in Fate), _("Tỷ lệ hỏng")]
    note = _("Thẻ cũ thu lại rồi hủy là thẻ làm tốt, không tính vào thẻ hỏng. Thẻ hỏng đã hủy vẫn tính là hỏng.")
    return Table("hong", _("Thẻ hỏng theo máy"), heads, rows, note=note, facts=about.facts()[1:])


def stock_table(about: About) -> Table:
    """Where blanks are."""
    return counts_table(about.look)


_NARROW: Final = 3  # tables of so many columns stand side by side

# Name → table, and who is told.
TABLES: Final[Mapping[str, tuple[Callable[[About], Table], Any]]] = {
    "theo-ngay": (by_day, EVERYBODY),
    "theo-noi": (by_office, EVERYBODY),
    "theo-trang-thai": (by_state, EVERYBODY),
    "theo-han": (by_limit, EVERYBODY),
    "dang-cho": (by_stage, EVERYBODY),
    "hong": (spoilage, LOOKERS),
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
        "chart": days_drawn(every_day(about)),
        "bars": [
            Bar(str(row[0].shown), row[1].value, row[1].link, "warn" if row[2].value else "info")
            for row in by_stage(about).rows
        ],
        "tables": [(each, len(each.heads) > _NARROW) for each in told],
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


def _about(request: HttpRequest) -> About:
    asked = look(request, PURPOSE)
    since = since_of(request)
    return About(asked, since, application_figures(asked, since=since))
