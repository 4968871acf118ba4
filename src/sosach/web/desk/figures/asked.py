"""What part of a campaign a page shows, as its address says it: read from it, written into it, and the way there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.domain.audit.rules import Level
from sosach.domain.campaign.models import Campaign
from sosach.domain.campaign.queries.figures import NOBODY, NOWHERE
from sosach.domain.campaign.queries.progress import Part, campaigns
from sosach.domain.campaign.states.campaigns import CampaignState
from sosach.vn import places
from sosach.vn.working_days import day_of
from sosach.web.frame import words
from sosach.web.frame.pages import look
from sosach.web.frame.parts import Crumb

PURPOSE = "data-cleaning"
_NAMES = {
    "campaign": "chien-dich",
    "register": "so",
    "province": "tinh",
    "commune": "xa",
    "group": "to",
    "officer": "can-bo",
}
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Asked:
    """A part of a campaign.

    Attributes:
        campaign: its id.
        register: one of its registers.
        province: two digits; "" for all within reach.
        commune: five digits.
        group: residential group; "-" for records without one, "" for all.
        officer: id; "" for all.
    """

    campaign: int
    register: str
    province: str = ""
    commune: str = ""
    group: str = ""
    officer: str = ""

    @property
    def part(self) -> Part:
        """As the queries of the campaign take it."""
        group = None if not self.group else "" if self.group == NOWHERE else self.group
        officer = int(self.officer) if self.officer else None
        return Part(self.campaign, self.register, self.province, self.commune, group, officer)

    @property
    def has_records(self) -> bool:
        """Whether records can be counted here; of a group or an officer only cases can."""
        return not self.group and not self.officer

    def within(self, by: str, key: str) -> "Asked":
        """A province, commune, group or officer of it; without key, what lies in none or on nobody's desk."""
        told = key or (str(NOBODY) if by == "officer" else NOWHERE)
        return Asked(
            self.campaign,
            self.register,
            told if by == "province" else self.province,
            told if by == "commune" else self.commune,
            told if by == "group" else self.group,
            told if by == "officer" else self.officer,
        )

    def query(self, **changes: Any) -> str:
        """The query of the address that shows it, with changes; other names than its own are added as they are."""
        own = {name: changes.pop(name) for name in list(changes) if name in _NAMES}
        shown = replace(self, **own)
        told = [(said, str(getattr(shown, name))) for name, said in _NAMES.items() if getattr(shown, name)]
        return urlencode([*told, *((name, value) for name, value in changes.items() if value)])

    def address(self, **changes: Any) -> str:
        """The dashboard of it."""
        return f"{reverse('desk:figures')}?{self.query(**changes)}"

    def list_of(self, figure: str, **changes: Any) -> str:
        """The list behind a figure of it."""
        return f"{reverse('desk:figure-list', args=[figure])}?{self.query(**changes)}"


def read(query: Mapping[str, str], found: tuple[Campaign, ...]) -> tuple[Asked, Campaign] | None:
    """The part an address asks for, and its campaign; what means nothing there is left out. None without any campaign."""
    if not found:
        return None
    running = next((each for each in found if each.state == CampaignState.OPEN), found[0])
    told = {name: query.get(said, "") for name, said in _NAMES.items()}
    number = told["campaign"]
    wanted = int(number) if number.isdecimal() and len(number) <= _DIGITS else running.pk
    campaign = next((each for each in found if each.pk == wanted), running)
    register = told["register"] if told["register"] in campaign.registers else campaign.registers[0]
    commune = told["commune"] if _is_code(told["commune"], 5) else ""
    province = told["province"] if _is_code(told["province"], 2) else ""
    officer = told["officer"] if told["officer"].isdecimal() and len(told["officer"]) <= _DIGITS else ""
    return Asked(campaign.pk, register, province, commune, told["group"][:120], officer), campaign


def asked_of(request: HttpRequest) -> tuple[Asked, Campaign] | None:
    """What a request asks for, narrowed to the own unit, whose figures are all that is within reach; None without campaign.

    A part that is wider than the own territory would count the same, but would not say so.
    """
    found = campaigns(look(request, PURPOSE))
    told = read(request.GET, found)
    if told is None:
        return None
    asked, campaign = told
    at = day_of(request.sosach_at)
    if request.actor.level is Level.COMMUNE:
        return replace(asked, commune=request.actor.unit, province=_province_of(request.actor.unit, at)), campaign
    if request.actor.level is Level.PROVINCE:
        return replace(asked, province=request.actor.unit), campaign
    if campaign.level == Level.PROVINCE:
        return replace(asked, province=campaign.unit), campaign
    if campaign.level == Level.COMMUNE:
        return replace(asked, commune=campaign.unit, province=_province_of(campaign.unit, at)), campaign
    return asked, campaign


def finer(asked: Asked, campaign: Campaign) -> str:
    """By what a part is split further: `province`, `commune`, `group`; "" where there is nothing finer."""
    if asked.group or asked.officer:
        return ""
    if asked.commune:
        return "group"
    return "commune" if asked.province or campaign.level == Level.PROVINCE else "province"


def crumbs(asked: Asked, level: Level, *, last: str = "") -> list[Crumb]:
    """The way from the widest part within reach to this one."""
    whole = replace(asked, province="", commune="", group="", officer="")
    steps: list[tuple[str, Asked]] = []
    if level is Level.NATION:
        steps.append((_("Cả nước"), whole))
    if asked.province and level is not Level.COMMUNE:
        steps.append((unit_name(asked.province), replace(whole, province=asked.province)))
    if asked.commune:
        steps.append((unit_name(asked.commune), replace(asked, group="", officer="")))
    if asked.group:
        steps.append((group_name(asked.group), replace(asked, officer="")))
    crumbs_there = [Crumb(name, each.address()) for name, each in steps]
    if last:
        return [*crumbs_there, Crumb(last)]
    return [*crumbs_there[:-1], Crumb(crumbs_there[-1].label)] if crumbs_there else []


def group_name(group: str) -> str:
    """What a residential group is called."""
    return _("(chưa rõ tổ, thôn)") if group in {"", NOWHERE} else group


def place_name(asked: Asked) -> str:
    """What the part is called."""
    if asked.group:
        return f"{group_name(asked.group)}, {unit_name(asked.commune)}"
    if asked.commune == NOWHERE and asked.province:
        return f"{unit_name(asked.commune)}, {unit_name(asked.province)}"
    return unit_name(asked.commune or asked.province) if asked.commune or asked.province else _("Cả nước")


def _is_code(told: str, length: int) -> bool:
    return told == NOWHERE or (told.isdecimal() and len(told) == length)


def unit_name(code: str) -> str:
    """What a commune or province is called; those who lie in none have a name, too."""
    return _("(chưa xác định xã)") if code in {"", NOWHERE} else words.place(code)


def _province_of(commune: str, at: Any) -> str:
    found = places.commune(commune, at=at)
    return found.parent or "" if found is not None else ""
