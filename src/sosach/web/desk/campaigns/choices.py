"""What the forms of campaigns offer: places within reach, officers who may serve there."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from sosach.domain.access.models import Officer
from sosach.domain.audit.rules import Actor, Level
from sosach.domain.campaign.models import Campaign
from sosach.domain.campaign.queries.running import may_serve
from sosach.vn import places
from sosach.vn.working_days import day_of
from sosach.web.desk.figures.asked import PURPOSE
from sosach.web.desk.words import REGISTERS
from sosach.web.frame import words
from sosach.web.frame.pages import look

Choices = list[tuple[Any, Any]]


def territories(actor: Actor, day: date) -> Choices:
    """Units an actor may run a campaign for: the own one and those right below; `level:code` → name."""
    if actor.level is Level.COMMUNE:
        return [(f"commune:{actor.unit}", words.place_with_province(actor.unit))]
    if actor.level is Level.PROVINCE:
        below = [(f"commune:{code}", name) for code, name in communes_of(actor.unit, day)]
        return [(f"province:{actor.unit}", words.place(actor.unit)), *below]
    provinces = [(f"province:{each.code}", places.full_name(each)) for each in places.provinces(at=day)]
    return [("nation:", _("Cả nước")), *provinces]


def communes_of(province: str, day: date) -> Choices:
    """Communes of a province by name."""
    found = [(each.code, places.full_name(each)) for each in places.communes(at=day) if each.parent == province]
    return sorted(found, key=lambda each: each[1])


def communes_in(request: HttpRequest, campaign: Campaign) -> Choices:
    """Communes of a campaign within reach; of the whole country there are too many to choose from: those with officers."""
    day, actor = day_of(request.sosach_at), request.actor
    if actor.level is Level.COMMUNE or campaign.level == Level.COMMUNE:
        code = actor.unit if actor.level is Level.COMMUNE else campaign.unit
        return [(code, words.place(code))]
    province = actor.unit if actor.level is Level.PROVINCE else campaign.unit
    if province:
        return communes_of(province, day)
    codes = sorted({each.commune_code for each in officers_in(request, campaign) if each.commune_code})
    return [(code, words.place_with_province(code)) for code in codes]


def officers_in(request: HttpRequest, campaign: Campaign) -> tuple[Officer, ...]:
    """Officers who may work in a campaign."""
    return may_serve(look(request, PURPOSE), campaign_id=campaign.pk)


def named(officers: tuple[Officer, ...]) -> Choices:
    """Officers with their unit; the name of the account tells people of one name apart."""
    return [(each.pk, f"{each.display_name} ({each.user_name}) – {words.place(each.unit)}") for each in officers]


def split_choices(request: HttpRequest, campaign: Campaign) -> dict[str, Choices]:
    """Choices of the form that says what is done to which cases."""
    officers, communes = named(officers_in(request, campaign)), communes_in(request, campaign)
    registers: Choices = [(each, REGISTERS[each]) for each in campaign.registers]
    return {
        "register": [("", _("Tất cả")), *registers],
        "commune": [("", _("Tất cả")), *communes],
        "holder": [("", _("Bất kỳ ai")), ("0", _("Chưa ai nhận")), *officers],
        "officer": [("", "–"), *officers],
        "to_commune": [("", "–"), *communes],
    }


def province_of(commune: str, day: date) -> str | None:
    """The province of a commune; None where there is no such commune."""
    found = places.commune(commune, at=day)
    return found.parent if found is not None else None
