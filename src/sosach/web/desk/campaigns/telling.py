"""What campaigns, changes and effects are called."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.domain.campaign.models import Campaign
from sosach.domain.campaign.queries.running import PlanSeen
from sosach.domain.campaign.rules.changes import Change
from sosach.domain.campaign.states.campaigns import CampaignState
from sosach.web.desk.figures.tables import Cell, Table
from sosach.web.frame import words
from sosach.web.frame.parts import Answer

STATES: Mapping[str, tuple[Any, str]] = {
    CampaignState.PREPARED: (gettext_lazy("Đang chuẩn bị"), "plain"),
    CampaignState.OPEN: (gettext_lazy("Đang chạy"), "good"),
    CampaignState.PAUSED: (gettext_lazy("Tạm dừng"), "warn"),
    CampaignState.CLOSED: (gettext_lazy("Đã kết thúc"), "plain"),
}
CHANGES: Mapping[str, Any] = {
    Change.SPLIT: gettext_lazy("Chia cho cán bộ theo quy tắc"),
    Change.GIVE: gettext_lazy("Giao cho một cán bộ"),
    Change.TAKE_BACK: gettext_lazy("Thu hồi"),
    Change.REGROUP: gettext_lazy("Xếp vào tổ, thôn"),
    Change.DUE: gettext_lazy("Đổi hạn"),
    Change.PLACE: gettext_lazy("Đưa về xã"),
}
_DAYS = (
    ("0", gettext_lazy("Thứ hai")),
    ("1", gettext_lazy("Thứ ba")),
    ("2", gettext_lazy("Thứ tư")),
    ("3", gettext_lazy("Thứ năm")),
    ("4", gettext_lazy("Thứ sáu")),
    ("5", gettext_lazy("Thứ bảy")),
    ("6", gettext_lazy("Chủ nhật")),
)


def change_name(change: str) -> str:
    """What a mass change is called."""
    return str(CHANGES[change])


def facts_of(campaign: Campaign) -> list[Answer]:
    """The terms of a campaign."""
    targets = [
        _("%(share)s đến %(day)s")
        % {"share": words.percent(each["share"], 0), "day": words.day(date.fromisoformat(each["day"]))}
        for each in campaign.targets
    ]
    whole = _("%(share)s đến %(day)s") % {"share": words.percent(1.0, 0), "day": words.day(campaign.ends_on)}
    return [
        Answer(_("Giai đoạn 1"), f"{words.day(campaign.begins_on)} – {words.day(campaign.upload_from)}"),
        Answer(_("Giai đoạn 2"), f"{words.day(campaign.upload_from)} – {words.day(campaign.ends_on)}"),
        Answer(_("Chỉ tiêu"), "; ".join(targets) or whole),
        Answer(_("Giờ đến nhà dân"), windows_of(campaign)),
        Answer(_("Một vụ việc mất"), _("%(n)s phút") % {"n": campaign.minutes_per_case}),
        Answer(
            _("Cần người thứ hai"),
            _("khi thay đổi hơn %(n)s vụ việc một lần") % {"n": words.grouped(campaign.mass_limit)},
        ),
    ]


def windows_of(campaign: Campaign) -> str:
    """Hours of visits, weekdays with the same ones together."""
    together: list[tuple[str, str, str]] = []
    for key, name in _DAYS:
        told = campaign.windows.get(key)
        if told is None:
            continue
        hours = f"{told[0]}–{told[1]}"
        if together and together[-1][2] == hours:
            together[-1] = (together[-1][0], str(name), hours)
        else:
            together.append((str(name), str(name), hours))
    return "; ".join(f"{first if first == last else f'{first} – {last}'}: {hours}" for first, last, hours in together)


def effects_of(seen: PlanSeen) -> list[Table]:
    """What a plan would change, each kind of effect as a table: before and after."""
    told = seen.plan.effects
    tables = []
    for key, title, head in (
        ("officers", _("Ai giữ các vụ việc này"), _("Cán bộ")),
        ("groups", _("Tổ, thôn"), _("Tổ, thôn")),
        ("communes", _("Xã, phường"), _("Xã, phường")),
        ("due", _("Hạn"), _("Hạn")),
    ):
        rows = [
            [Cell(_effect_name(seen, key, name)), Cell(before), Cell(then)]
            for name, (before, then) in told.get(key, {}).items()
        ]
        if rows:
            tables.append(Table(key, title, [head, _("Bây giờ"), _("Sau khi làm")], rows))
    return tables


def _effect_name(seen: PlanSeen, key: str, name: str) -> str:
    if not name:
        return {"officers": _("(chưa ai nhận)"), "groups": _("(chưa rõ tổ, thôn)")}.get(key, _("(chưa có)"))
    if key == "officers":
        return seen.officers.get(name) or _("Cán bộ số %(number)s") % {"number": name}
    if key == "communes":
        return words.place(name)
    return words.day(name) if key == "due" else name
