"""My digital credentials: what can be taken into a wallet, the offer as code and link, what wallets hold, ending it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.chip.twins.content import Kind
from sosach.chip.twins.status_list import State
from sosach.domain.access.operations import Order
from sosach.domain.idcards.operations.twins import end_twin, offer_twin
from sosach.domain.idcards.queries.cards import CardLine, cards_of
from sosach.domain.idcards.queries.twins import TwinSeen, my_offer, my_twins
from sosach.domain.idcards.rules.applications import born_on
from sosach.domain.idcards.rules.twins import TWIN_LIVES
from sosach.domain.idcards.states.cards import CardState
from sosach.domain.licences.queries.records import licence_record, licences_of_holder
from sosach.domain.population.queries import record
from sosach.vn.card_validity import is_pictured
from sosach.web.frame.flashes import flash
from sosach.web.frame.pages import citizen_page, once
from sosach.web.frame.parts import Badge
from sosach.web.portal.asking import gone, own, whole
from sosach.web.portal.card_words import CONTENTS, FORMS, TWIN_STATES, TWINS
from sosach.web.wallet.contents import standings
from sosach.web.wallet.offers import digits_of, link_of

ROOM = "twins"


@dataclass(frozen=True, slots=True)
class Offered:
    """Something a wallet could be given.

    Attributes:
        kind: of what.
        title: what it is called.
        text: which one.
        contents: what goes into the wallet.
        licence_id: of a licence; None for the identity.
    """

    kind: Kind
    title: str
    text: str
    contents: str
    licence_id: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A credential in a wallet, as its holder sees it.

    Attributes:
        seen: as the register has it.
        title: what it is.
        form: its format, in words.
        badge: where it stands.
        may_end: whether it can be ended.
    """

    seen: TwinSeen
    title: str
    form: str
    badge: Badge
    may_end: bool


@citizen_page
def twins(request: HttpRequest) -> HttpResponse:
    """What can be taken, and what was."""
    held = [_held(each) for each in my_twins(own(request, "twins"), standings=standings)]
    cards = cards_of(own(request, "twins"), person_id=request.actor.person_id)
    active = [line for line in cards if line.state is CardState.ACTIVE]
    context = {
        "room": ROOM,
        "offered": _offered(request, active),
        "has_card": bool(active),
        "days": TWIN_LIVES.days,
        "held": [each for each in held if each.may_end],
        "past": [each for each in held if not each.may_end],
    }
    return render(request, "portal/twins.html", context)


@citizen_page
def take(request: HttpRequest) -> HttpResponse:
    """Make an offer and go on to its page."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("portal:twins"))
    return once(request, lambda told: _made(request, told))


@citizen_page
def offer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """The offer: a code to scan, a link to open on this phone, six digits to type into the wallet."""
    found = my_offer(own(request, f"twin-offer-{offer_id}"), offer_id=offer_id)
    context: dict[str, Any] = {
        "room": ROOM,
        "offer": found,
        "title": str(TWINS[found.kind]),
        "contents": str(CONTENTS[found.kind]),
    }
    if found.is_open:
        link = link_of(found)
        picture = segno.make(link, error="l").svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None)
        context |= {"link": link, "picture": picture, "digits": digits_of(found)}
    return render(request, "portal/twin_offer.html", context)


@citizen_page
def end(request: HttpRequest, twin_id: int) -> HttpResponse:
    """End one, once what follows was read."""
    there = {each.id: each for each in my_twins(own(request, f"twin-{twin_id}"), standings=standings)}
    if twin_id not in there or not (held := _held(there[twin_id])).may_end:
        raise gone()
    if request.method == "POST":
        return once(request, lambda told: _ended(request, told, twin_id))
    return render(request, "portal/twin_end.html", {"room": ROOM, "held": held})


def _offered(request: HttpRequest, held: Sequence[CardLine]) -> list[Offered]:
    """The identity of who has a card in force with a portrait, and licences with a class in force."""
    me = request.actor.person_id
    if not any(_is_pictured(request, line) for line in held):
        return []
    licences = [
        Offered(
            Kind.LICENCE,
            str(TWINS[Kind.LICENCE]),
            _("Số %(number)s, hạng %(names)s")
            % {
                "number": view.licence.licence_number,
                "names": ", ".join(sorted({each.fact.name for each in view.classes if each.may_drive})),
            },
            str(CONTENTS[Kind.LICENCE]),
            view.licence.pk,
        )
        for view in licences_of_holder(own(request, "twins"), person_id=me)
        if view.licence.licence_number and any(each.may_drive for each in view.classes)
    ]
    text = _("Theo thẻ căn cước đang có hiệu lực")
    return [Offered(Kind.IDENTITY, str(TWINS[Kind.IDENTITY]), text, str(CONTENTS[Kind.IDENTITY])), *licences]


def _is_pictured(request: HttpRequest, line: CardLine) -> bool:
    """Whether a card carries a portrait, without which neither format is a document."""
    born = born_on(str(record(own(request, "twins"), person_id=request.actor.person_id).values["birth_date"].value))
    return born is not None and line.issued_on is not None and is_pictured(birth=born, issued=line.issued_on)


def _held(seen: TwinSeen) -> Held:
    text, tone = TWIN_STATES[seen.state]
    badge = Badge(_("Hết thời hạn"), "plain") if seen.is_over else Badge(str(text), tone)
    may_end = not seen.is_over and seen.state is not State.INVALID
    return Held(seen, str(TWINS[seen.kind]), str(FORMS[seen.form]), badge, may_end)


def _made(request: HttpRequest, told: Order) -> str:
    kind = Kind.LICENCE if request.POST.get("loai") == Kind.LICENCE.value else Kind.IDENTITY
    licence_id = None
    if kind is Kind.LICENCE:
        licence_id = whole(request.POST.get("gplx", ""))
        if licence_id is None or licence_record(own(request, "twins"), licence_id=licence_id) is None:
            raise gone()
    return reverse("portal:twin-offer", args=[offer_twin(told, kind=kind, licence_id=licence_id)])


def _ended(request: HttpRequest, told: Order, twin_id: int) -> str:
    end_twin(told, twin_id=twin_id)
    flash(request, _("Đã hủy bản điện tử. Nơi kiểm tra sẽ không chấp nhận nữa."))
    return reverse("portal:twins")
