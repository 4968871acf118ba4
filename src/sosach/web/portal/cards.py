"""My ID cards: where each stands, until when it holds, where it waits; reporting a loss and taking the report back."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.domain.access.operations import Order
from sosach.domain.audit.rules import ActorKind
from sosach.domain.idcards.operations.life import report
from sosach.domain.idcards.operations.taking_back import TAKE_BACK, take_back_report
from sosach.domain.idcards.queries.applications import ApplicationLine, own_applications
from sosach.domain.idcards.queries.cards import CardLine, CardSeen, cards_of, one_card
from sosach.domain.idcards.rules.endings import Complaint
from sosach.domain.idcards.states.applications import CLOSED, State
from sosach.domain.idcards.states.cards import PRESENT, CardState, CardStep
from sosach.domain.population.queries import looks_at
from sosach.domain.population.rules.days import day_of
from sosach.web.frame import words
from sosach.web.frame.flashes import flash
from sosach.web.frame.pages import citizen_page, once
from sosach.web.frame.parts import Badge, Moment
from sosach.web.portal.asking import gone, own
from sosach.web.portal.card_words import APPLICATIONS, CARDS, HAPPENED, ON_THE_WAY, UNSEEN, WISHES
from sosach.web.portal.words import looked, looker, purpose

ROOM = "cards"
RENEW_AHEAD = 2  # years: a card made in the two years before its end runs to the next age (Law 26/2023/QH15 art. 21)
_LOOKS, _SHOWN = 100, 5
_OF_CARDS = "idcards."


@dataclass(frozen=True, slots=True)
class MyCard:
    """A card as its holder sees it.

    Attributes:
        line: as the register has it.
        badge: where it stands.
        text: what that means.
        renew_from: from when it may be renewed; None: it does not end, or not yet.
        place: office it waits at; "".
        may_report: whether it may be reported lost.
        may_take_back: whether the report may be taken back.
    """

    line: CardLine
    badge: Badge
    text: str
    renew_from: date | None
    place: str
    may_report: bool
    may_take_back: bool


@citizen_page
def cards(request: HttpRequest) -> HttpResponse:
    """All of them, the present one first; applications under way; who looked."""
    held = my_cards(request)
    wishes = [_wish(line, request.actor.person_id) for line in own_applications(own(request, "cards"))]
    under_way = [each for each in wishes if not each["closed"]]
    present = [each for each in held if each.line.state in PRESENT | {CardState.AT_OFFICE}]
    context = {
        "room": ROOM,
        "cards": [*present, *(each for each in held if each not in present)],
        "under_way": under_way,
        "closed": [each for each in wishes if each["closed"]],
        "looks": _looks(request),
    }
    return render(request, "portal/cards.html", context)


@citizen_page
def card(request: HttpRequest, card_id: int) -> HttpResponse:
    """One card with what happened to it."""
    seen = _seen(request, card_id)
    told = [
        Moment(each.at, str(HAPPENED[each.step]), by=_by(each.actor_key, request))
        for each in reversed(seen.happened)
        if each.step in HAPPENED
    ]
    context = {"room": ROOM, "card": _mine(request, seen.line, seen), "moments": told}
    return render(request, "portal/card.html", context)


@citizen_page
def lost(request: HttpRequest, card_id: int) -> HttpResponse:
    """Report it lost, once what follows was read."""
    mine = _mine(request, _seen(request, card_id).line)
    if not mine.may_report:
        raise gone()
    if request.method == "POST":
        return once(request, lambda told: _reported(request, told, card_id))
    return render(request, "portal/card_lost.html", {"room": ROOM, "card": mine})


@citizen_page
def found(request: HttpRequest, card_id: int) -> HttpResponse:
    """Take the report back: the card was never lost."""
    seen = _seen(request, card_id)
    mine = _mine(request, seen.line, seen)
    if not mine.may_take_back:
        raise gone()
    if request.method == "POST":
        return once(request, lambda told: _taken_back(request, told, card_id))
    return render(request, "portal/card_found.html", {"room": ROOM, "card": mine})


def my_cards(request: HttpRequest) -> list[MyCard]:
    """Cards that are, were or will be the citizen's; those nothing came of are left out."""
    lines = cards_of(own(request, "cards"), person_id=request.actor.person_id)
    shown = [line for line in lines if line.state not in UNSEEN]
    return [_mine(request, line, _seen(request, line.id) if line.state is CardState.LOST else None) for line in shown]


def _seen(request: HttpRequest, card_id: int) -> CardSeen:
    return one_card(own(request, f"card-{card_id}"), card_id=card_id)


def _mine(request: HttpRequest, line: CardLine, seen: CardSeen | None = None) -> MyCard:
    text, tone, meaning = CARDS.get(line.state) or ON_THE_WAY[line.state]
    last = seen.happened[-1] if seen is not None and seen.happened else None
    own_report = last is not None and last.step is CardStep.REPORT_LOST and last.actor_key == request.actor.key
    return MyCard(
        line=line,
        badge=Badge(str(text), tone),
        text=str(meaning),
        renew_from=_renew_from(line, day_of(request.sosach_at)),
        place=words.place_with_province(line.commune_code) if line.state is CardState.AT_OFFICE else "",
        may_report=line.state in PRESENT,
        may_take_back=own_report and last is not None and request.sosach_at - last.at <= TAKE_BACK,
    )


def _renew_from(line: CardLine, today: date) -> date | None:
    """Two years before it ends, where that day has come."""
    if line.state is not CardState.ACTIVE or line.expires_on is None:
        return None
    begins = renewable_from(line.expires_on)
    return begins if begins <= today else None


def renewable_from(end: date) -> date:
    """From when a card that ends on a birthday may be renewed; who is born on 29 February has it on 1 March in other years."""
    leap = (end.month, end.day) == (2, 29)
    return date(end.year - RENEW_AHEAD, 3, 1) if leap else end.replace(year=end.year - RENEW_AHEAD)


def title_of(line: ApplicationLine, me: int) -> str:
    """What is applied for, and for whom where it is a child."""
    title = str(WISHES[line.kind])
    return title if line.person_id == me else _("%(what)s cho %(name)s") % {"what": title, "name": line.full_name}


def _wish(line: ApplicationLine, me: int) -> dict[str, Any]:
    text, tone, meaning = APPLICATIONS[State(line.state)]
    return {
        "line": line,
        "title": title_of(line, me),
        "badge": Badge(str(text), tone),
        "text": str(meaning),
        "address": reverse("portal:card-application", args=[line.application_id]),
        "closed": State(line.state) in CLOSED,
    }


def _looks(request: HttpRequest) -> list[dict[str, str]]:
    """The latest looks of others at what this register holds."""
    seen = looks_at(own(request), person_id=request.actor.person_id, limit=_LOOKS)
    others = [one for one in seen if one.event.startswith(_OF_CARDS) and one.actor_kind != ActorKind.CITIZEN]
    return [
        {
            "when": words.moment(one.at),
            "who": looker(one.actor_kind, one.actor_unit),
            "what": looked(one.event),
            "why": purpose(one.purpose),
        }
        for one in others[:_SHOWN]
    ]


def _by(actor_key: str, request: HttpRequest) -> str:
    return _("Bạn") if actor_key == request.actor.key else _("Cơ quan quản lý căn cước")


def _reported(request: HttpRequest, told: Order, card_id: int) -> str:
    report(told, card_id=card_id, what=Complaint.LOST)
    flash(request, _("Đã báo mất thẻ. Thẻ không dùng được nữa."))
    return reverse("portal:cards")


def _taken_back(request: HttpRequest, told: Order, card_id: int) -> str:
    take_back_report(told, card_id=card_id)
    flash(request, _("Đã rút báo mất. Thẻ có hiệu lực trở lại."))
    return reverse("portal:cards")
