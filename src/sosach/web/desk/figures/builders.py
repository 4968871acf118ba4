"""What each table of the dashboard holds: figures by unit, by officer, by day, in order; every count leads to its list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.domain.access.queries import Look
from sosach.domain.campaign.models import Campaign
from sosach.domain.campaign.queries.course import course
from sosach.domain.campaign.queries.declared import declared_by_day
from sosach.domain.campaign.queries.figures import FIGURES, Of
from sosach.domain.campaign.queries.progress import LOAD, Load, over_time, progress, progress_by, ranking, workload
from sosach.domain.population.rules.days import day_of
from sosach.web.desk.figures.asked import Asked, finer, group_name, place_name, unit_name
from sosach.web.desk.figures.tables import Cell, Table
from sosach.web.desk.words import REGISTERS
from sosach.web.frame import words
from sosach.web.frame.language import said

BY_UNIT = ("records", "done", "left", "to_mobilise", "with_officers", "overdue", "cleaned")
OF_GROUPS = ("cases", "left", "to_mobilise", "with_officers", "overdue", "visits_due", "cleaned")
CRITERIA = ("correct", "complete", "clean", "live")
CLASSES = ("matching", "discrepancy", "no_information", "not_eligible", "over_age")
CHANNELS: Mapping[str, Callable[[], str]] = {
    "portal": lambda: _("Cổng công dân"),
    "office": lambda: _("Tại cơ quan"),
    "machine": lambda: _("Hệ thống khác"),
}


@dataclass(frozen=True, slots=True)
class About:
    """What a table is about, and who looks.

    Attributes:
        look: who, what for.
        asked: the part.
        campaign: it belongs to.
    """

    look: Look
    asked: Asked
    campaign: Campaign

    @property
    def today(self) -> date:
        """The day of the look."""
        return day_of(self.look.at)

    def facts(self) -> list[str]:
        """Lines at the head of a file."""
        return [
            self.campaign.name,
            f"{REGISTERS[self.asked.register]} · {place_name(self.asked)}",
            _("Số liệu lúc %(at)s") % {"at": words.moment(self.look.at)},
        ]


def figure_name(name: str) -> str:
    """What a figure is called."""
    return said(FIGURES[name])


def by_unit(about: About) -> Table:
    """Figures by province, commune or residential group, each a link to its list."""
    by = finer(about.asked, about.campaign)
    if not by:
        return by_officer(about)
    names = BY_UNIT if by in {"province", "commune"} else OF_GROUPS
    found = progress_by(about.look, part=about.asked.part, by=by, names=names)
    merged: dict[str, dict[str, int]] = {}
    for key, told in found.items():
        own = merged.setdefault(str(key or ""), dict.fromkeys(names, 0))
        for name in names:
            own[name] += told[name]
    merged = {key: told for key, told in merged.items() if any(told.values())}
    rows = [_unit_row(about.asked, by, key, merged[key], names) for key in _sorted(by, merged)]
    whole = {name: sum(told[name] for told in merged.values()) for name in names}
    total = [
        Cell(_("Tổng cộng")),
        *(Cell(whole[name], about.asked.list_of(name)) for name in names),
        *_share(whole, names),
    ]
    heads = [_UNIT_HEADS[by](), *map(figure_name, names), *([_("Tỷ lệ xong")] if "records" in names else [])]
    title = {
        "province": _("Theo tỉnh, thành phố"),
        "commune": _("Theo xã, phường"),
        "group": _("Theo tổ dân phố, thôn"),
    }[by]
    return Table("theo-don-vi", title, heads, rows, total if rows else (), facts=about.facts())


_UNIT_HEADS: Mapping[str, Callable[[], str]] = {
    "province": lambda: _("Tỉnh, thành phố"),
    "commune": lambda: _("Xã, phường"),
    "group": lambda: _("Tổ dân phố, thôn"),
    "officer": lambda: _("Cán bộ"),
}


def _unit_row(asked: Asked, by: str, key: str, told: Mapping[str, int], names: Sequence[str]) -> list[Cell]:
    there = asked.within(by, key)
    name = group_name(key) if by == "group" else unit_name(key)
    return [
        Cell(name, there.address()),
        *(Cell(told[name], there.list_of(name)) for name in names),
        *_share(told, names),
    ]


def _named(load: Load) -> str:
    if load.officer_id is None:
        return _("(chưa ai phụ trách)")
    return load.name or _("Cán bộ số %(number)s") % {"number": load.officer_id}


def officers(about: About) -> dict[str, str]:
    """Names of officers by their ids."""
    return {str(load.officer_id): _named(load) for load in workload(about.look, part=about.asked.part)}


def _share(told: Mapping[str, int], names: Sequence[str]) -> list[Cell]:
    if "records" not in names:
        return []
    share = told["done"] / told["records"] if told["records"] else None
    return [Cell(share, share=True, bar=share)]


def _sorted(by: str, found: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Communes and provinces in the order of their names, groups by what is left in them; those without place last."""
    if by == "group":
        return sorted(found, key=lambda key: (not key, -found[key]["left"], key))
    return sorted(found, key=lambda key: (not key, unit_name(key)))


def by_officer(about: About) -> Table:
    """What lies on each desk, and how many working days it takes."""
    loads = workload(about.look, part=about.asked.part)
    rows = []
    for load in loads:
        there = about.asked.within("officer", "" if load.officer_id is None else str(load.officer_id))
        name = _named(load)
        rows.append(
            [
                Cell(name, there.address()),
                *(Cell(load.figures[each], there.list_of(each)) for each in LOAD),
                Cell(load.minutes_per_day),
                Cell(round(load.days, 1) if load.days is not None else None),
            ]
        )
    heads = [_("Cán bộ"), *map(figure_name, LOAD), _("Phút mỗi ngày"), _("Cần số ngày")]
    note = _(
        "Cần số ngày = số vụ việc còn lại × %(minutes)s phút ÷ số phút được phân công mỗi ngày. Dấu – nghĩa là chưa phân công."
    ) % {"minutes": about.campaign.minutes_per_case}
    return Table("theo-can-bo", _("Khối lượng từng cán bộ"), heads, rows, note=note, facts=about.facts())


def in_order(about: About) -> Table:
    """The ranking, with what makes up each score."""
    by = finer(about.asked, about.campaign) or "officer"
    names = officers(about) if by == "officer" else {}
    rows = []
    for each in ranking(about.look, part=about.asked.part, by=by):
        there = about.asked.within(by, each.unit)
        name = names.get(each.unit) or (group_name(each.unit) if by == "group" else unit_name(each.unit))
        rows.append(
            [
                Cell(name, there.address()),
                Cell(each.place),
                Cell(each.score, bar=each.score / 100),
                Cell(each.earned, there.list_of("cleaned"), share=True),
                Cell(each.lost, there.list_of("reopened"), share=True),
            ]
        )
    heads = [_UNIT_HEADS[by](), _("Thứ hạng"), _("Điểm"), _("Đã làm sạch"), _("Bị trừ")]
    note = _(
        "Điểm = 100 × (đã làm sạch − 2 × phải mở lại − bỏ qua không có giấy tờ − 3 × kiểm tra lại không đạt) ÷ (vụ việc − không "
        "còn cảnh báo), thấp nhất là 0. Đóng vụ việc mà không làm sạch thì không được điểm."
    )
    return Table("xep-hang", _("Xếp hạng"), heads, rows, note=note, facts=about.facts())


def criteria(about: About) -> Table:
    """The four criteria at the end of each noted day."""
    return _series(about, "bon-tieu-chi", _("Bốn tiêu chí đúng, đủ, sạch, sống"), CRITERIA)


def classes(about: About) -> Table:
    """The result classes at the end of each noted day."""
    return _series(about, "ket-qua-doi-chieu", _("Kết quả đối chiếu"), CLASSES)


def _series(about: About, name: str, title: str, figures: Sequence[str]) -> Table:
    found = over_time(about.look, part=about.asked.part, names=figures)
    by_day: dict[date, dict[str, int]] = {}
    for figure, series in found.items():
        for day, count in series:
            by_day.setdefault(day, {})[figure] = count
    rows = [
        [
            Cell(day),
            *(
                # what was noted of a day gone by has no list any more; today's has
                Cell(told.get(figure), about.asked.list_of(figure) if day == about.today else "")
                for figure in figures
            ),
        ]
        for day, told in sorted(by_day.items())
    ]
    note = _("Ghi vào cuối mỗi ngày; dòng cuối là lúc này, bấm vào số để mở danh sách.")
    return Table(name, title, [_("Ngày"), *map(figure_name, figures)], rows, note=note, facts=about.facts())


def by_day(about: About) -> Table:
    """What was done and what was expected, day by day, and where the last days lead."""
    found = course(about.look, part=about.asked.part)
    rows = [
        [
            Cell(each.day),
            Cell(each.done, about.asked.list_of("done") if each.day == about.today else ""),
            Cell(each.expected),
            Cell(round(each.slowest) if each.slowest is not None else None),
            Cell(round(each.fastest) if each.fastest is not None else None),
        ]
        for each in found
    ]
    heads = [_("Ngày"), figure_name("done"), _("Phải xong"), _("Dự báo chậm"), _("Dự báo nhanh")]
    note = _(
        "Dự báo lấy nhịp của tối đa 14 ngày gần nhất: mười lần thì khoảng tám lần kết quả nằm giữa đường chậm và đường nhanh."
    )
    return Table("tien-do", _("Đã xong và phải xong từng ngày"), heads, rows, note=note, facts=about.facts())


def declared(about: About) -> Table:
    """Declarations by day and channel; each count is a link to them."""
    found = declared_by_day(about.look, part=about.asked.part)
    channels = [each for each in CHANNELS if any(told.channel == each for told in found)]
    channels += sorted({told.channel for told in found} - set(channels))
    counts = {(told.day, told.channel): told.count for told in found}
    rows = []
    for day in sorted({told.day for told in found}):
        each_way = [counts.get((day, channel), 0) for channel in channels]
        links = [declarations_of(about.asked, ngay=day.isoformat(), kenh=channel) for channel in channels]
        whole = Cell(sum(each_way), declarations_of(about.asked, ngay=day.isoformat()))
        rows.append([Cell(day), *map(Cell, each_way, links), whole])
    total = [
        Cell(_("Tổng cộng")),
        *(
            Cell(
                sum(counts.get((row[0].value, channel), 0) for row in rows), declarations_of(about.asked, kenh=channel)
            )
            for channel in channels
        ),
        Cell(sum(counts.values()), declarations_of(about.asked)),
    ]
    heads = [_("Ngày"), *map(channel_name, channels), _("Cộng")]
    title = _("Tờ khai theo ngày và kênh")
    note = _("Không tính bản nháp và tờ khai đã rút.")
    return Table("to-khai", title, heads, rows, total if rows else (), note=note, facts=about.facts())


def every_figure(about: About) -> Table:
    """Every figure there is, with what it counts."""
    whole = progress(about.look, part=about.asked.part).figures
    rows = [
        [Cell(figure_name(name)), Cell(count, about.asked.list_of(name)), Cell(_of(FIGURES[name].of))]
        for name, count in whole.items()
    ]
    return Table("so-lieu", _("Mọi số liệu"), [_("Số liệu"), _("Số lượng"), _("Đếm")], rows, facts=about.facts())


def _of(of: Of) -> str:
    return _("bản ghi") if of is Of.RECORDS else _("vụ việc")


def channel_name(channel: str) -> str:
    """What a channel is called."""
    return CHANNELS[channel]() if channel in CHANNELS else channel


def declarations_of(asked: Asked, **more: Any) -> str:
    """The list of declarations behind a count."""
    return f"{reverse('desk:figure-declarations')}?{asked.query(**more)}"


# Name in addresses and of files → what makes the table. Figures of records know no group and no officer.
TABLES: Mapping[str, Callable[[About], Table]] = {
    "theo-don-vi": by_unit,
    "theo-can-bo": by_officer,
    "xep-hang": in_order,
    "bon-tieu-chi": criteria,
    "ket-qua-doi-chieu": classes,
    "tien-do": by_day,
    "to-khai": declared,
    "so-lieu": every_figure,
}
