"""Where a citizen begins: what is to be done, and what the registers hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sosach.domain.campaign.queries.solving import asked_of
from sosach.domain.declarations.queries import PLAIN, Claimed, mine, notices_to_me
from sosach.domain.declarations.rules import kinds
from sosach.domain.declarations.states import State
from sosach.domain.idcards.queries.applications import ApplicationLine, own_applications
from sosach.domain.idcards.states.applications import CLOSED
from sosach.domain.idcards.states.applications import State as CardWish
from sosach.domain.idcards.states.cards import PRESENT, CardState
from sosach.domain.population.rules.days import day_of
from sosach.web.frame import words
from sosach.web.frame.language import either, said
from sosach.web.frame.pages import citizen_page
from sosach.web.frame.parts import Badge
from sosach.web.portal.asking import own
from sosach.web.portal.cards import MyCard, my_cards
from sosach.web.portal.things import Thing, licences_of, person_of, vehicles_of
from sosach.web.portal.words import title

CLAIMS = 20  # shown as tasks
SOON = timedelta(days=90)  # before a licence ends one is told


@dataclass(frozen=True, slots=True)
class Task:
    """Something the citizen has to do, or may want to.

    Attributes:
        title: what.
        text: about what, until when.
        address: where.
        button: what the link says.
        badge: how urgent.
        kind: kind of declaration the button begins; "" where it is a link.
        record: name and id of the record the declaration is about.
    """

    title: str
    text: str
    address: str = ""
    button: str = ""
    badge: Badge | None = None
    kind: str = ""
    record: tuple[str, int] | None = None


@citizen_page
def home(request: HttpRequest) -> HttpResponse:
    """The first page after signing in."""
    me = person_of(request)
    vehicles, owned = vehicles_of(request)
    licences = licences_of(request)
    cards = my_cards(request)
    claims = notices_to_me(own(request), to_answer=True, limit=CLAIMS)
    tasks = [
        *_of_declarations(request),
        *_of_claims(claims),
        *_asked(request),
        *_of_cards(request, cards),
        *_ending(request, licences),
    ]
    context = {
        "room": "home",
        "me": me,
        "vehicles": vehicles,
        "owned": owned,
        "licences": licences,
        "cards": [card for card in cards if card.line.state in PRESENT | {CardState.LOST, CardState.AT_OFFICE}],
        "tasks": tasks,
        "claimed": bool(claims),
    }
    return render(request, "portal/home.html", context)


def _of_declarations(request: HttpRequest) -> list[Task]:
    """Questions of officers first, then drafts."""
    lines = mine(own(request))
    asked = [
        Task(
            title(line.kind),
            either(PLAIN[State.ASKED_BACK]),
            reverse("portal:answering", args=[line.id]),
            _("Trả lời cán bộ"),
            Badge(_("cần trả lời"), "warn"),
        )
        for line in lines
        if line.state is State.ASKED_BACK
    ]
    drafts = [
        Task(
            title(line.kind),
            _("Bản nháp ngày %(day)s, chưa gửi.") % {"day": words.day(line.created_at)},
            reverse("portal:resume", args=[line.id]),
            _("Làm tiếp"),
        )
        for line in lines
        if line.state is State.DRAFT
    ]
    return [*asked, *drafts]


def _of_claims(claims: Sequence[Claimed]) -> list[Task]:
    """What others declare and one may object to; of very many the latest, all of them have a page of their own."""
    return [
        Task(
            _("Có người khai về xe của bạn: %(plate)s") % {"plate": each.plate}
            if each.plate
            else _("Có người khai về giấy phép của bạn"),
            _("Nếu không đúng, hãy phản đối trước hết ngày %(day)s.") % {"day": words.day(each.objecting_until)}
            if each.objecting_until
            else _("Nếu không đúng, hãy phản đối sớm."),
            reverse("portal:claim", args=[each.declaration_id]),
            _("Xem và trả lời"),
            Badge(_("quan trọng"), "bad"),
        )
        for each in claims
    ]


def _asked(request: HttpRequest) -> list[Task]:
    """What officers asked to declare."""
    fields = {"vehicles": "xe", "licences": "gplx"}
    found = []
    for each in asked_of(own(request)):
        code = each.fix.partition(":")[2]
        if code not in kinds():
            continue
        field = fields.get(each.case.register, "")
        found.append(
            Task(
                _("Cán bộ đề nghị bạn khai: %(what)s") % {"what": said(kinds()[code])},
                each.reason or _("Khi làm sạch dữ liệu, cán bộ thấy cần bạn xác nhận."),
                button=_("Bắt đầu khai"),
                badge=Badge(_("cần trả lời"), "warn"),
                kind=code,
                record=(field, each.case.subject_id) if field else None,
            )
        )
    return found


def _of_cards(request: HttpRequest, cards: list[MyCard]) -> list[Task]:
    """Cards that wait, have to be renewed soon, or were lost without a new one being applied for; being summoned."""
    today, mine, me = day_of(request.sosach_at), reverse("portal:cards"), request.actor.person_id
    wishes = [line for line in own_applications(own(request, "cards")) if CardWish(line.state) not in CLOSED]
    found = [
        Task(
            _("Thẻ căn cước chờ bạn đến nhận"),
            _("Tại Công an %(place)s. Mang theo thẻ cũ nếu còn.") % {"place": card.place},
            mine,
            _("Xem thẻ"),
            Badge(_("chờ nhận"), "warn"),
        )
        for card in cards
        if card.line.state is CardState.AT_OFFICE
    ]
    found += [_summons(line, me) for line in wishes if line.state == CardWish.AWAITED]
    applied = any(line.person_id == me for line in wishes)
    lost = any(card.line.state is CardState.LOST for card in cards)
    if lost and not applied and not any(card.line.state in PRESENT for card in cards):
        text = _("Bạn có thể đề nghị cấp lại ngay trên mạng.")
        found.append(Task(_("Thẻ căn cước đã báo mất"), text, reverse("portal:card-wishes"), _("Đề nghị cấp lại thẻ")))
    return found + [
        Task(
            _("Thẻ căn cước sắp hết thời hạn"),
            _("Thẻ có giá trị đến %(day)s.") % {"day": words.day(card.line.expires_on)},
            reverse("portal:card-wishes"),
            _("Đề nghị đổi thẻ"),
        )
        for card in cards
        if card.line.state is CardState.ACTIVE
        and card.line.expires_on is not None
        and card.line.expires_on <= today + SOON
        and not applied
    ]


def _summons(line: ApplicationLine, me: int) -> Task:
    """Somebody has to come to be captured: the citizen, or a child."""
    return Task(
        _("Công an xã mời bạn đến làm thẻ căn cước"),
        _("Bạn cần đến chụp ảnh, lấy vân tay, mống mắt.")
        if line.person_id == me
        else _("Đưa %(name)s đến chụp ảnh, lấy vân tay, mống mắt.") % {"name": line.full_name},
        reverse("portal:card-application", args=[line.application_id]),
        _("Xem hồ sơ"),
        Badge(_("cần đến"), "warn"),
    )


def _ending(request: HttpRequest, licences: list[Thing]) -> list[Task]:
    """Licences that end soon."""
    today = day_of(request.sosach_at)
    return [
        Task(
            _("Giấy phép lái xe sắp hết hạn"),
            ngettext(
                "Còn %(count)s ngày (đến %(day)s).", "Còn %(count)s ngày (đến %(day)s).", (each.ends_on - today).days
            )
            % {"count": (each.ends_on - today).days, "day": words.day(each.ends_on)},
            each.address,
            _("Xem giấy phép"),
        )
        for each in licences
        if each.ends_on is not None and today <= each.ends_on <= today + SOON
    ]
