"""Applying for a new card instead of a lost or unusable one, wholly online (procedure 1.000757), and following it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.idcards.operations.applying import open_application, turn_away, withdraw
from sosach.domain.idcards.operations.life import report
from sosach.domain.idcards.operations.moving import ApplicantRefusedError
from sosach.domain.idcards.queries.applications import ApplicationSeen, application, own_applications
from sosach.domain.idcards.queries.cards import cards_of
from sosach.domain.idcards.rules.applications import Channel, Delivery, Ground, Kind, Wanted, fee_of
from sosach.domain.idcards.rules.endings import Complaint
from sosach.domain.idcards.states.applications import BEFORE_APPROVAL, CLOSED, State
from sosach.domain.idcards.states.cards import PRESENT
from sosach.domain.population.queries import record
from sosach.domain.population.rules.days import day_of
from sosach.web.frame import words
from sosach.web.frame.flashes import flash
from sosach.web.frame.forms import CardChoice, Form
from sosach.web.frame.pages import citizen_page, once, order
from sosach.web.frame.parts import Answer, Badge, Moment
from sosach.web.portal.asking import gone, own
from sosach.web.portal.card_words import APPLICATIONS, GROUNDS, MOVED, WISHES
from sosach.web.portal.cards import ROOM

_TOLD_WHY = frozenset({"summon", "refuse"})  # steps whose reason is for the applicant


class ReissueForm(Form):
    """Why, and how the card comes."""

    ground = forms.ChoiceField(label=gettext_lazy("Vì sao bạn cần thẻ mới?"), widget=CardChoice())
    delivery = forms.ChoiceField(
        label=gettext_lazy("Bạn nhận thẻ ở đâu?"),
        widget=CardChoice(),
        choices=[
            (Delivery.COUNTER.value, gettext_lazy("Tại công an xã nơi cư trú")),
            (Delivery.POST.value, gettext_lazy("Qua bưu chính, đến địa chỉ của tôi")),
        ],
    )
    address = forms.CharField(
        label=gettext_lazy("Địa chỉ nhận thẻ"),
        help_text=gettext_lazy("Chỉ cần khi nhận qua bưu chính."),
        max_length=250,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["ground"]
        field.choices = [(ground.value, str(text)) for ground, (text, _hint) in GROUNDS.items()]
        field.widget.hints = {ground.value: str(hint) for ground, (_text, hint) in GROUNDS.items()}

    def clean(self) -> dict[str, Any]:
        """An address where one is needed, none where it is not."""
        told = super().clean() or {}
        if told.get("delivery") == Delivery.POST.value and not told.get("address", "").strip():
            self.add_error("address", _("Nhập địa chỉ để bưu chính mang thẻ đến."))
        return told


@citizen_page
def reissue(request: HttpRequest) -> HttpResponse:
    """Apply: reason, delivery, what it costs; the last pictures are used, nobody has to come."""
    if any(State(line.state) not in CLOSED for line in own_applications(own(request, "cards"))):
        raise gone()
    form = ReissueForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        wanted = _wanted(form.cleaned_data, _last_card(request))
        pin = str(record(own(request, "cards"), person_id=request.actor.person_id).values["pin"].value)
        try:
            return once(request, lambda told: _applied(request, told, pin, wanted))
        except ApplicantRefusedError as refused:
            turn_away(order(request), pin=pin, wanted=wanted, problems=refused.problems)
            form.refuse(refused)
        except SosachError as refused:
            form.refuse(refused)
    on = day_of(request.sosach_at)
    context = {
        "room": ROOM,
        "form": form,
        "fee": words.grouped(fee_of(Kind.REISSUE, channel=Channel.ONLINE, on=on)),
        "full": words.grouped(fee_of(Kind.REISSUE, channel=Channel.OFFICE, on=on)),
    }
    return render(request, "portal/card_reissue.html", context, status=422 if form.is_bound else 200)


@citizen_page
def followed(request: HttpRequest, application_id: int) -> HttpResponse:
    """An application: where it stands, until when, what happened."""
    seen = _mine(request, application_id)
    state = State(seen.line.state)
    text, tone, meaning = APPLICATIONS[state]
    context = {
        "room": ROOM,
        "seen": seen,
        "title": str(WISHES[seen.line.kind]),
        "badge": Badge(str(text), tone),
        "text": str(meaning),
        "rows": _rows(seen),
        "moments": _moments(seen),
        "may_withdraw": state in BEFORE_APPROVAL,
        "summoned": state is State.AWAITED,
    }
    return render(request, "portal/card_application.html", context)


@citizen_page
def given_up(request: HttpRequest, application_id: int) -> HttpResponse:
    """Take it back, as long as nobody approved it."""
    seen = _mine(request, application_id)
    if State(seen.line.state) not in BEFORE_APPROVAL:
        raise gone()
    if request.method == "POST":
        return once(request, lambda told: _withdrawn(request, told, application_id))
    return render(request, "portal/card_give_up.html", {"room": ROOM, "seen": seen})


def _last_card(request: HttpRequest) -> str:
    """Serial of the card the new one is for; the population register may not have heard of it yet."""
    held = cards_of(own(request, "cards"), person_id=request.actor.person_id)
    return next((line.serial for line in held if line.handed_over_on is not None), "")


def _wanted(answers: dict[str, Any], old_card: str) -> Wanted:
    delivery = Delivery(answers["delivery"])
    return Wanted(
        kind=Kind.REISSUE,
        ground=Ground(answers["ground"]),
        channel=Channel.ONLINE,
        old_card=old_card,
        delivery=delivery,
        address=answers["address"].strip() if delivery is Delivery.POST else "",
    )


def _applied(request: HttpRequest, told: Order, pin: str, wanted: Wanted) -> str:
    """Report the loss where it was not, then apply; both or neither."""
    complaint = Complaint.LOST if wanted.ground is Ground.LOST else Complaint.DAMAGED
    for line in cards_of(own(request, "cards"), person_id=request.actor.person_id):
        if line.state in PRESENT:
            report(replace(told, act=_another(told)), card_id=line.id, what=complaint)
    made = open_application(told, pin=pin, wanted=wanted, key=told.act)
    flash(request, _("Đã nhận hồ sơ %(number)s.") % {"number": made.number})
    return reverse("portal:card-application", args=[made.pk])


def _another(told: Order) -> UUID:
    """An act of its own for the report, always the same for the same form."""
    return UUID(int=told.act.int ^ 1)


def _withdrawn(request: HttpRequest, told: Order, application_id: int) -> str:
    withdraw(told, application_id=application_id)
    flash(request, _("Đã rút hồ sơ."))
    return reverse("portal:cards")


def _mine(request: HttpRequest, application_id: int) -> ApplicationSeen:
    return application(own(request, f"card-application-{application_id}"), application_id=application_id)


def _rows(seen: ApplicationSeen) -> list[Answer]:
    post = seen.row.delivery == Delivery.POST
    ground = GROUNDS.get(Ground(seen.line.ground))
    due = words.day(seen.line.due_on) if seen.line.due_on else _("Tạm dừng, chờ bạn")
    closed = State(seen.line.state) in CLOSED
    rows = [
        Answer(_("Số hồ sơ"), seen.line.number),
        Answer(_("Ngày nhận"), words.day(seen.line.received_on)),
        Answer(
            _("Trả kết quả chậm nhất"), "" if closed else due, note=_("7 ngày làm việc, theo quy định của pháp luật")
        ),
        Answer(_("Lý do"), str(ground[0]) if ground else ""),
        Answer(_("Nơi giải quyết"), words.place_with_province(seen.line.commune_code)),
        Answer(_("Nhận thẻ"), seen.row.address if post else _("Tại công an xã")),
        Answer(_("Lệ phí"), _("%(fee)s đồng") % {"fee": words.grouped(seen.row.fee)}),
    ]
    return [row for row in rows if row.value]


def _moments(seen: ApplicationSeen) -> list[Moment]:
    """What happened, the latest first; who compared pictures with whom is the desk's affair."""
    return [
        Moment(step.at, str(MOVED[step.step]), text=step.reason if step.step in _TOLD_WHY else "")
        for step in reversed(seen.steps)
        if step.step in MOVED
    ]
