"""The lists behind figures of ID cards: each address says exactly what its figure counted."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from sosach.chip.profiles import PROFILES
from sosach.domain.idcards.queries.deadlines import PAGE, Stage, Waiting, stages, waiting
from sosach.domain.idcards.queries.figures import Limit, Part, Received, received, turned_away
from sosach.domain.idcards.queries.finding import FoundCard
from sosach.domain.idcards.queries.production import LOOKERS, Fate, machine_cards, machine_figures
from sosach.domain.idcards.queries.waiting_for_jobs import waiting_for_job
from sosach.domain.idcards.rules.applications import WORDS as PROBLEMS
from sosach.domain.idcards.rules.applications import Problem
from sosach.domain.idcards.states.applications import State
from sosach.domain.population.rules.days import day_of
from sosach.web.desk.cards.lives import lines_table
from sosach.web.desk.cards.rooms import EVERYBODY
from sosach.web.desk.cards.words import APPLICATIONS, APPROVERS, CLERKS, KINDS, PURPOSE, STAGES, badge, said
from sosach.web.desk.figures.tables import Cell, Table
from sosach.web.frame import words
from sosach.web.frame.language import either
from sosach.web.frame.pages import look, officer_page
from sosach.web.frame.parts import Pages

DAYS: Final = 60
LIMITS: Final[Mapping[str, Any]] = {
    Limit.IN_TIME: gettext_lazy("Đã trả trong hạn 7 ngày làm việc"),
    Limit.OVER_TIME: gettext_lazy("Đã trả quá hạn"),
    Limit.LATE: gettext_lazy("Đang mở, đã quá hạn"),
    Limit.PAUSED: gettext_lazy("Đang mở, chờ công dân (đồng hồ dừng)"),
}
FATES: Final[Mapping[str, Any]] = {
    Fate.EVERY: gettext_lazy("Máy đã trả lời"),
    Fate.SPOILED: gettext_lazy("Hỏng khi làm"),
    Fate.ASTRAY: gettext_lazy("Thất lạc"),
    Fate.DESTROYED: gettext_lazy("Thẻ cũ đã hủy"),
}
LINES: Final = 50


def since_of(request: HttpRequest) -> date:
    """From which day on is counted: as the address says, else for sixty days."""
    return _day(request.GET.get("tu", "")) or day_of(request.sosach_at) - timedelta(days=DAYS)


def received_address(part: Part) -> str:
    """Where the applications of a figure are listed."""
    told = {
        "tu": part.since.isoformat(),
        "ngay": part.day.isoformat() if part.day else "",
        "noi": part.commune_code,
        "trang-thai": part.state or "",
        "han": part.limit or "",
    }
    return f"{reverse('desk:card-received')}?{urlencode({name: text for name, text in told.items() if text})}"


def turned_away_address(since: date) -> str:
    """Where attempts no application came of are listed."""
    return f"{reverse('desk:card-turned-away')}?tu={since.isoformat()}"


def stage_address(stage: Stage | None = None, *, late: bool = False) -> str:
    """Where the applications of a stage are listed; of all of them without one."""
    here = reverse("desk:card-stage", args=[stage.value]) if stage else reverse("desk:card-stages")
    return here + ("?qua-han=1" if late else "")


@officer_page(roles=EVERYBODY)
def all_received(request: HttpRequest) -> HttpResponse:
    """The applications behind a figure by day, office, state or limit."""
    part = _part(request)
    page = page_of(request)
    found, count = received(look(request, PURPOSE), part=part, offset=(page - 1) * LINES, limit=LINES)
    return _list(
        request,
        title=_("Hồ sơ đã nhận"),
        lead=" · ".join(_told(part)),
        table=_received_table(found),
        count=count,
        pages=paged(received_address(part), page, len(found), count),
    )


@officer_page(roles=CLERKS | APPROVERS)
def all_turned_away(request: HttpRequest) -> HttpResponse:
    """The attempts behind a figure: papers that say what comes first."""
    since, page = since_of(request), page_of(request)
    found, count = turned_away(look(request, PURPOSE), since=since, offset=(page - 1) * LINES, limit=LINES)
    rows = [
        [
            Cell(each.number),
            Cell(each.on),
            Cell(said(KINDS, each.kind)),
            Cell(" ".join(either(PROBLEMS[Problem(code)]) for code in each.problems)),
            Cell(words.place(each.commune_code) if each.commune_code else "–"),
        ]
        for each in found
    ]
    heads = [_("Giấy hướng dẫn"), _("Ngày"), _("Thủ tục"), _("Vì sao"), _("Nơi tiếp nhận")]
    return _list(
        request,
        title=_("Không tiếp nhận được, đã hướng dẫn"),
        lead=_("Từ ngày %(day)s") % {"day": words.day(since)},
        table=Table("huong-dan", _("Không tiếp nhận được"), heads, rows, note=_("Không có lượt nào.")),
        count=count,
        pages=paged(turned_away_address(since), page, len(found), count),
    )


@officer_page(roles=EVERYBODY)
def at_stage(request: HttpRequest, stage: str = "") -> HttpResponse:
    """The applications behind a figure of a stage, or of all stages together.

    Raises:
        Http404: there is no such stage.
    """
    if stage and stage not in set(Stage):
        raise Http404
    chosen = Stage(stage) if stage else None
    late, after = bool(request.GET.get("qua-han")), _after(request)
    found = waiting(look(request, PURPOSE), stage=chosen, late_only=late, after=after)
    counts = [told for each, told in stages(look(request, PURPOSE)).items() if chosen in {None, each}]
    here = stage_address(chosen, late=late)
    last = found[-1] if len(found) == PAGE else None
    older = f"{here}{'&' if '?' in here else '?'}sau={last.due_on or '-'}_{last.application_id}" if last else ""
    title = said(STAGES, stage) if stage else _("Mọi khâu")
    return _list(
        request,
        title=_("Đang chờ: %(stage)s") % {"stage": title},
        lead=_("Chỉ hồ sơ quá hạn 7 ngày làm việc.") if late else "",
        table=_waiting_table(found),
        count=sum(over if late else every for every, over in counts),
        pages=Pages(newer=here if after else "", older=older),
    )


@officer_page(roles=LOOKERS)
def for_jobs(request: HttpRequest, profile: str) -> HttpResponse:
    """The applications behind a figure of what waits for a job, in the order jobs take them.

    Raises:
        Http404: there is no such profile.
    """
    if profile not in PROFILES:
        raise Http404
    page = page_of(request)
    asked = look(request, PURPOSE)
    found, count = waiting_for_job(asked, profile=profile, offset=(page - 1) * LINES, limit=LINES)
    rows = [
        [
            Cell(each.number, reverse("desk:card-application", args=[each.application_id])),
            Cell(said(KINDS, each.kind)),
            Cell(each.priority),
            Cell(each.received_on),
            Cell(each.due_on or _("đồng hồ dừng")),
            Cell(words.place_with_province(each.commune_code)),
        ]
        for each in found
    ]
    heads = [
        pgettext("card", "Hồ sơ"),
        _("Thủ tục"),
        _("Mức ưu tiên"),
        _("Nhận ngày"),
        _("Hạn"),
        _("Nơi tiếp nhận"),
    ]
    context = {
        "room": "cards",
        "tab": "jobs",
        "title": _("Hồ sơ chờ làm thẻ, mẫu %(name)s") % {"name": profile},
        "lead": _("Lệnh mới lấy theo thứ tự này: ưu tiên cao trước, rồi đến hạn trước."),
        "table": Table("cho-lam-the", _("Hồ sơ chờ làm thẻ"), heads, rows, note=_("Không có hồ sơ nào.")),
        "count": count,
        "pages": paged(reverse("desk:card-waiting", args=[profile]), page, len(found), count),
    }
    return render(request, "desk/cards/list.html", context)


@officer_page(roles=LOOKERS)
def of_machine(request: HttpRequest, machine_id: int, fate: str) -> HttpResponse:
    """The cards behind a figure of a machine.

    Raises:
        Http404: there is no such fate, or the machine has made nothing.
    """
    figures = {key: (name, told) for (key, name), told in machine_figures(look(request, PURPOSE)).items()}
    if fate not in set(Fate) or machine_id not in figures:
        raise Http404
    name, told = figures[machine_id]
    text = request.GET.get("sau", "")
    after = int(text) if text.isdecimal() and len(text) < 19 else 0
    found = machine_cards(look(request, PURPOSE), machine_id=machine_id, fate=Fate(fate), after=after)
    here = reverse("desk:card-machine", args=[machine_id, fate])
    return _list(
        request,
        title=_("Máy %(name)s: %(fate)s") % {"name": name, "fate": said(FATES, fate)},
        lead="",
        table=lines_table([FoundCard(line, "", "") for line in found], named=False),
        count=told[Fate(fate)],
        pages=Pages(newer=here if after else "", older=f"{here}?sau={found[-1].id}" if len(found) == PAGE else ""),
    )


def _list(request: HttpRequest, *, title: str, lead: str, table: Table, count: int, pages: Pages) -> HttpResponse:
    context = {"room": "cards", "tab": "figures", "crumb": title, "title": title, "lead": lead, "count": count}
    return render(request, "desk/cards/list.html", {**context, "table": table, "pages": pages})


def _received_table(found: Sequence[Received]) -> Table:
    rows = [
        [
            Cell(each.number, reverse("desk:card-application", args=[each.application_id])),
            Cell(said(KINDS, each.kind)),
            Cell(badge(APPLICATIONS, each.state)),
            Cell(each.received_on),
            Cell(each.due_on or (_("đồng hồ dừng") if each.closed_on is None else "–")),
            Cell(each.closed_on or "–"),
            Cell(words.place_with_province(each.commune_code)),
        ]
        for each in found
    ]
    heads = [
        pgettext("card", "Hồ sơ"),
        _("Thủ tục"),
        _("Trạng thái"),
        _("Nhận ngày"),
        _("Hạn"),
        _("Kết thúc ngày"),
        _("Nơi tiếp nhận"),
    ]
    return Table("ho-so", _("Hồ sơ đã nhận"), heads, rows, note=_("Không có hồ sơ nào."))


def _waiting_table(found: Sequence[Waiting]) -> Table:
    rows = [
        [
            Cell(each.number, reverse("desk:card-application", args=[each.application_id])),
            Cell(said(STAGES, each.stage)),
            Cell(each.due_on or _("đồng hồ dừng")),
            Cell(_("quá hạn") if each.late else "–"),
            Cell(words.place_with_province(each.commune_code)),
        ]
        for each in found
    ]
    heads = [pgettext("card", "Hồ sơ"), _("Đang chờ ở"), _("Hạn"), _("Quá hạn"), _("Nơi tiếp nhận")]
    return Table("dang-cho", _("Hồ sơ đang chờ"), heads, rows, note=_("Không có hồ sơ nào."))


def _told(part: Part) -> list[str]:
    """What limits a list, in words."""
    told = [_("Nhận ngày %(day)s") % {"day": words.day(part.day)}] if part.day else []
    told += [] if part.day else [_("Nhận từ ngày %(day)s") % {"day": words.day(part.since)}]
    told += [words.place_with_province(part.commune_code)] if part.commune_code else []
    told += [str(APPLICATIONS[part.state][0])] if part.state else []
    return told + ([said(LIMITS, part.limit)] if part.limit else [])


def _part(request: HttpRequest) -> Part:
    asked = request.GET
    state, limit, place = asked.get("trang-thai", ""), asked.get("han", ""), asked.get("noi", "")
    return Part(
        since=since_of(request),
        day=_day(asked.get("ngay", "")),
        commune_code=place if place.isdecimal() and len(place) == 5 else "",
        state=State(state) if state in set(State) else None,
        limit=Limit(limit) if limit in set(Limit) else None,
    )


def paged(here: str, page: int, shown: int, count: int) -> Pages:
    """The ways from a page of a list to the next ones."""
    first = (page - 1) * LINES
    way = f"{here}{'&' if '?' in here else '?'}trang="
    return Pages(
        newer=f"{way}{page - 1}" if page > 1 else "",
        older=f"{way}{page + 1}" if page * LINES < count else "",
        first=first + 1 if shown else None,
        last=first + shown if shown else None,
        total=count,
    )


def page_of(request: HttpRequest) -> int:
    """Which page of a list is asked for."""
    text = request.GET.get("trang", "1")
    return max(int(text), 1) if text.isdecimal() and len(text) < 6 else 1


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _after(request: HttpRequest) -> tuple[date | None, int] | None:
    day, _sign, key = request.GET.get("sau", "").partition("_")
    if not key.isdecimal() or len(key) > 18:
        return None
    found = _day(day)
    return (found, int(key)) if found or day == "-" else None
