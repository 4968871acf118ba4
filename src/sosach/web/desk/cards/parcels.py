"""From the quality station to the holder: what waits to be sent, parcels and what arrived of them, what waits at the counter."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look
from sosach.domain.idcards.operations.delivery import arrive, dispatch
from sosach.domain.idcards.queries.cards import PAGE, Wanted, card_counts, cards
from sosach.domain.idcards.queries.finding import FoundCard, ParcelLine, parcels
from sosach.domain.idcards.states.cards import CardState
from sosach.web.desk.cards.forms import SerialsForm
from sosach.web.desk.cards.lives import lines_table, state_address
from sosach.web.desk.cards.steps import Step, Told, status_of, taken
from sosach.web.desk.cards.words import CARDS, CLERKS, PURPOSE, STOREKEEPERS
from sosach.web.desk.figures.tables import Cell, Table
from sosach.web.frame import words
from sosach.web.frame.forms import Form
from sosach.web.frame.pages import look, officer_page
from sosach.web.frame.parts import Key

LOOKERS = STOREKEEPERS | CLERKS


class SendForm(Form):
    """One parcel to one office."""

    commune_code = forms.ChoiceField(label=gettext_lazy("Gửi đến"))
    number = forms.CharField(label=gettext_lazy("Số gói"), max_length=40)
    carrier = forms.CharField(label=gettext_lazy("Người chuyển"), max_length=80)


@officer_page(roles=LOOKERS)
def all_parcels(request: HttpRequest) -> HttpResponse:
    """What waits to be sent, what is under way, what waits for its holder."""
    asked = look(request, PURPOSE)
    waiting = _offices(asked)
    found = parcels(asked)
    done, panels = taken(request, _steps(waiting, found), back=reverse("desk:card-parcels"))
    if done is not None:
        return done
    at_office = cards(asked, wanted=Wanted(states=frozenset({CardState.AT_OFFICE})))
    context = {
        "room": "cards",
        "tab": "parcels",
        "panels": panels,
        "waiting": [(words.place_with_province(code), count) for code, count in waiting.items()],
        "parcels": _table(found),
        "counter": lines_table([FoundCard(line, "", "") for line in at_office], named=False),
        "counted": card_counts(asked, wanted=Wanted(states=frozenset({CardState.AT_OFFICE}))).get(
            CardState.AT_OFFICE, 0
        ),
        "more": reverse("desk:card-state", args=[CardState.AT_OFFICE.value]) if len(at_office) == PAGE else "",
        "keys": [Key(each.step.key, str(each.step.label)) for each in panels if each.step.key],
        "state_name": CARDS[CardState.AT_OFFICE][0],
    }
    return render(request, "desk/cards/parcels.html", context, status=status_of(panels))


def _offices(asked: Look) -> dict[str, int]:
    """Offices cards wait to be sent to, and how many."""
    found: dict[str, int] = {}
    after = 0
    while page := cards(asked, wanted=Wanted(states=frozenset({CardState.ACCEPTED})), after=after):
        for line in page:
            found[line.commune_code] = found.get(line.commune_code, 0) + 1
        after = page[-1].id
    return dict(sorted(found.items()))


def _steps(waiting: dict[str, int], found: tuple[ParcelLine, ...]) -> list[Step]:
    offices = [(code, f"{words.place_with_province(code)} ({count})") for code, count in waiting.items()]
    send = Step(
        "send",
        gettext_lazy("Gửi gói thẻ"),
        _sent,
        "g",
        SendForm,
        choices={"commune_code": offices},
        roles=STOREKEEPERS,
        main=True,
    )
    return [*([send] if offices else []), *(_arriving(each) for each in found if each.on_the_way)]


def _sent(order: Order, told: Told) -> str:
    made = dispatch(order, **told)
    return _("Đã gửi gói %(number)s.") % {"number": made.number}


def _arriving(parcel: ParcelLine) -> Step:
    def do(order: Order, told: Told) -> Any:
        missing = arrive(order, parcel_id=parcel.id, serials=told["serials"])
        if missing:
            return _("Đã ghi; còn thiếu %(count)s thẻ của gói %(number)s.") % {
                "count": missing,
                "number": parcel.number,
            }
        return _("Gói %(number)s đã đủ.") % {"number": parcel.number}

    label = _("Đếm gói %(number)s") % {"number": parcel.number}
    return Step(f"arrive-{parcel.id}", label, do, form=SerialsForm, roles=CLERKS)


def _table(found: tuple[ParcelLine, ...]) -> Table:
    rows = [
        [
            Cell(each.number),
            Cell(words.place_with_province(each.commune_code)),
            Cell(each.carrier),
            Cell(words.moment(each.dispatched_at)),
            Cell(words.moment(each.arrived_at) if each.arrived_at else _("chưa đến")),
            Cell(each.cards, state_address(parcel=each.id)),
            Cell(each.on_the_way, state_address(CardState.DISPATCHED.value, parcel=each.id)),
        ]
        for each in found
    ]
    heads = [
        pgettext("card", "Gói"),
        _("Nơi trả"),
        _("Người chuyển"),
        _("Gửi lúc"),
        _("Đến lúc"),
        _("Số thẻ"),
        _("Chưa đến"),
    ]
    return Table("goi", _("Gói thẻ"), heads, rows, note=_("Chưa gửi gói nào."))
