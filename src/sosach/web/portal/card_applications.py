"""Following an application for an ID card: where it stands, its papers, a refusal and what can be done about it; taking it back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.idcards.operations.applying import withdraw
from sosach.domain.idcards.operations.transferring import transfer
from sosach.domain.idcards.queries.applications import ApplicationSeen, application
from sosach.domain.idcards.queries.papers import paper_seen
from sosach.domain.idcards.rules.applications import Delivery, Ground, Kind, Problem
from sosach.domain.idcards.rules.papers import TITLES, PaperKind
from sosach.domain.idcards.states.applications import BEFORE_APPROVAL, CLOSED, State, may_ask_for_transfer
from sosach.domain.idcards.states.packets import PacketState
from sosach.web.frame import words
from sosach.web.frame.card_papers import paper_answer
from sosach.web.frame.flashes import flash
from sosach.web.frame.language import either
from sosach.web.frame.offices import OfficeForm, offices
from sosach.web.frame.offices import went as from_to
from sosach.web.frame.pages import citizen_page, once
from sosach.web.frame.parts import Answer, Badge, Moment
from sosach.web.portal.asking import gone, own
from sosach.web.portal.card_words import APPLICATIONS, GROUNDS, LACKS, MOVED
from sosach.web.portal.cards import ROOM, title_of

_TOLD_WHY = frozenset({"summon", "refuse", "lapse"})  # steps whose reason is for the applicant
_MOMENT_TELLS = _TOLD_WHY | {"transfer"}


@citizen_page
def followed(request: HttpRequest, application_id: int) -> HttpResponse:
    """An application: where it stands, until when, what happened."""
    seen = _mine(request, application_id)
    state = State(seen.line.state)
    text, tone, meaning = APPLICATIONS[state]
    context = {
        "room": ROOM,
        "seen": seen,
        "title": title_of(seen.line, request.actor.person_id),
        "badge": Badge(str(text), tone),
        "text": str(meaning),
        "own": seen.line.person_id == request.actor.person_id,
        "rows": _rows(seen),
        "says": _says(seen),
        "papers": [(each, either(TITLES[PaperKind(each.kind)])) for each in seen.papers],
        "moments": _moments(seen),
        "may_withdraw": state in BEFORE_APPROVAL,
        "may_move": _may_move(seen),
        "summoned": state is State.AWAITED,
        "office": words.place_with_province(seen.line.commune_code),
        "old_card": seen.line.kind != Kind.FIRST,
        "lacks": [str(LACKS[Problem(each)]) for each in seen.problems if each in LACKS]
        if state is State.WAITING_DATA
        else [],
        "waits": state is State.WAITING_DATA,
        "turned_down": state in CLOSED - {State.DONE, State.WITHDRAWN},
        "why": next((step.reason for step in reversed(seen.steps) if step.step in _TOLD_WHY), ""),
        "refusal": next((each.number for each in reversed(seen.papers) if each.kind == PaperKind.CC03), ""),
    }
    return render(request, "portal/card_application.html", context)


@citizen_page
def paper(request: HttpRequest, application_id: int, paper_id: int) -> HttpResponse:
    """A paper of the application, to read and print: what was declared, the appointment, a refusal."""
    if paper_id not in {each.pk for each in _mine(request, application_id).papers}:
        raise gone()
    return paper_answer(paper_seen(own(request, f"card-application-{application_id}"), paper_id=paper_id))


@citizen_page
def given_up(request: HttpRequest, application_id: int) -> HttpResponse:
    """Take it back, as long as nobody approved it."""
    seen = _mine(request, application_id)
    if State(seen.line.state) not in BEFORE_APPROVAL:
        raise gone()
    if request.method == "POST":
        return once(request, lambda told: _withdrawn(request, told, application_id))
    return render(request, "portal/card_give_up.html", {"room": ROOM, "seen": seen})


@citizen_page
def moved(request: HttpRequest, application_id: int) -> HttpResponse:
    """Take it to another office, as long as nothing was captured for it."""
    form = OfficeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return once(request, lambda told: _moved(request, told, application_id, form.cleaned_data["office"]))
        except SosachError as refused:
            form.refuse(refused)
    seen = _mine(request, application_id)
    if not _may_move(seen):
        raise gone()
    found = offices(request, usual=seen.row.province_code, without=seen.line.commune_code)
    form.offer(found)
    context = {
        "room": ROOM,
        "seen": seen,
        "form": form,
        "offices": found,
        "office": words.place_with_province(seen.line.commune_code),
    }
    return render(request, "portal/card_move.html", context, status=422 if form.is_bound else 200)


def _moved(request: HttpRequest, told: Order, application_id: int, office: str) -> str:
    transfer(told, application_id=application_id, office=office)
    flash(request, _("Đã chuyển hồ sơ sang Công an %(office)s.") % {"office": words.place_with_province(office)})
    return reverse("portal:card-application", args=[application_id])


def _may_move(seen: ApplicationSeen) -> bool:
    captures = {each.state for each in seen.packets}
    free = may_ask_for_transfer(State(seen.line.state), captured=PacketState.GOOD in captures)
    return free and PacketState.OPEN not in captures


def _withdrawn(request: HttpRequest, told: Order, application_id: int) -> str:
    withdraw(told, application_id=application_id)
    flash(request, _("Đã rút hồ sơ."))
    return reverse("portal:cards")


def _mine(request: HttpRequest, application_id: int) -> ApplicationSeen:
    return application(own(request, f"card-application-{application_id}"), application_id=application_id)


def _rows(seen: ApplicationSeen) -> list[Answer]:
    post = seen.row.delivery == Delivery.POST
    ground = GROUNDS.get(Ground(seen.line.ground))
    due = words.day(seen.line.due_on) if seen.line.due_on else _("Tạm dừng")
    closed = State(seen.line.state) in CLOSED
    rows = [
        Answer(_("Mã số hồ sơ"), seen.line.number),
        Answer(_("Ngày nhận"), words.day(seen.line.received_on)),
        Answer(
            _("Trả kết quả chậm nhất"), "" if closed else due, note=_("7 ngày làm việc, theo quy định của pháp luật")
        ),
        Answer(_("Lý do"), str(ground[0]) if ground and seen.line.kind != Kind.FIRST else ""),
        Answer(_("Nơi giải quyết"), words.place_with_province(seen.line.commune_code)),
        Answer(_("Nhận thẻ"), seen.row.address if post else _("Tại công an xã")),
        Answer(
            _("Lệ phí"), _("%(fee)s đồng") % {"fee": words.grouped(seen.row.fee)} if seen.row.fee else _("Không thu")
        ),
    ]
    return [row for row in rows if row.value]


def _says(seen: ApplicationSeen) -> list[Answer]:
    """What the card will say, as the population register has it today, and what was stated otherwise."""
    holder = seen.holder
    return [
        Answer(_("Họ, chữ đệm và tên"), holder.full_name),
        Answer(_("Số định danh cá nhân"), words.spaced(holder.pin)),
        Answer(_("Ngày sinh"), words.day(holder.birth_date)),
        Answer(_("Giới tính"), {"M": _("Nam"), "F": _("Nữ")}.get(holder.sex, "")),
        Answer(_("Nơi cư trú"), seen.residence),
    ]


def _moments(seen: ApplicationSeen) -> list[Moment]:
    """What happened, the latest first; who compared pictures with whom is the desk's affair."""
    went = {each.act: from_to(each.commune_code, each.to_commune) for each in seen.transfers}
    return [
        Moment(
            step.at,
            str(MOVED[step.step]),
            text=" ".join(filter(None, (went.get(step.act), step.reason if step.step in _MOMENT_TELLS else ""))),
        )
        for step in reversed(seen.steps)
        if step.step in MOVED
    ]
