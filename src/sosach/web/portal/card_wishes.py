"""Applying for an ID card (procedures 2.000200 and 1.000757): what may be applied for now, for whom, and why something may not."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.domain.idcards.queries.wishes import Applying, Chance, may_apply_for
from sosach.domain.idcards.rules.applications import CORRECTED_FIRST, Problem
from sosach.domain.idcards.rules.wishes import Hand
from sosach.web.frame import words
from sosach.web.frame.pages import citizen_page
from sosach.web.portal.asking import own
from sosach.web.portal.card_words import GROUNDS, HANDS, SLUGS, STOPS
from sosach.web.portal.cards import ROOM, renewable_from


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that may be applied for, as a page offers it.

    Attributes:
        title: what.
        text: what it means.
        comes: whether one has to come.
        fee: in đồng, grouped.
        address: of its form.
    """

    title: str
    text: str
    comes: bool
    fee: str
    address: str


@dataclass(frozen=True, slots=True)
class Somebody:
    """Somebody one may apply for, as a page shows them.

    Attributes:
        applying: as the registers have it.
        name: heading.
        standing: what there is of a card.
        offers: what may be applied for.
        stops: why nothing may.
        later: what may not yet, and from when.
    """

    applying: Applying
    name: str
    standing: str
    offers: tuple[Offer, ...]
    stops: tuple[str, ...]
    later: str


@citizen_page
def wishes(request: HttpRequest) -> HttpResponse:
    """Oneself and the children one represents: what may be applied for, what not, and why."""
    people = [_somebody(each) for each in may_apply_for(own(request, "card-wishes"))]
    return render(request, "portal/card_wishes.html", {"room": ROOM, "people": people})


def _somebody(each: Applying) -> Somebody:
    open_ones = [one for one in each.chances if CORRECTED_FIRST.issuperset(one.problems)]
    stopped = [set(one.problems) - CORRECTED_FIRST for one in each.chances if one not in open_ones]
    stops = set.intersection(*stopped) if stopped and not open_ones else set()
    early = any(Problem.TOO_EARLY in one.problems for one in each.chances)
    return Somebody(
        applying=each,
        name=_("Cho tôi")
        if each.own
        else _("Cho con, người được đại diện: %(name)s") % {"name": each.holder.full_name},
        standing=_standing(each),
        offers=() if each.under_way else tuple(_offer(each, one) for one in open_ones),
        stops=tuple(str(STOPS[problem]) for problem in Problem if problem in stops and problem in STOPS),
        later=_later(each) if early and not stops and not each.under_way else "",
    )


def _standing(each: Applying) -> str:
    if each.hand is Hand.NOTHING and not each.own:
        return _("Chưa có thẻ căn cước. Dưới 14 tuổi không bắt buộc phải có thẻ.")
    if each.endless:
        return _("Đang có thẻ, không thời hạn.")
    if each.hand is Hand.IN_FORCE and each.ends is not None:
        return _("Đang có thẻ, có giá trị đến %(day)s.") % {"day": words.day(each.ends)}
    return str(HANDS[each.hand])


def _later(each: Applying) -> str:
    if each.ends is None:
        return str(STOPS[Problem.TOO_EARLY])
    day = words.day(renewable_from(each.ends))
    return _("Đổi thẻ theo độ tuổi: được làm từ ngày %(day)s, trong hai năm trước khi thẻ hết hạn.") % {"day": day}


def _offer(each: Applying, chance: Chance) -> Offer:
    title, text = GROUNDS[chance.ground]
    address = reverse("portal:card-wish", args=[each.person_id, SLUGS[chance.ground]])
    return Offer(str(title), str(text), chance.comes, words.grouped(chance.fee), address)
