"""The life of a card: found by PIN or serial, what happened to it, and what can be done with it now."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.operations.budgets import take_misses
from sosach.domain.access.queries import Look
from sosach.domain.idcards.operations.delivery import report_astray, spoil_card
from sosach.domain.idcards.operations.handing_over import hand_over
from sosach.domain.idcards.operations.life import (
    APPROVERS,
    COLLECTORS,
    OFFICE,
    find,
    give_back,
    hold,
    recover,
    report,
    revoke,
)
from sosach.domain.idcards.queries.cards import PAGE, CardHappening, Wanted, card_counts, cards, one_card
from sosach.domain.idcards.queries.finding import FoundCard, found_cards, holder_of_card
from sosach.domain.idcards.rules.endings import Complaint, HoldGround, OldCard, RevocationGround
from sosach.domain.idcards.states.cards import STEPS, CardState, CardStep
from sosach.web.desk.cards.people import called
from sosach.web.desk.cards.rooms import EVERYBODY
from sosach.web.desk.cards.steps import NothingForm, ReasonForm, Step, Told, status_of, taken
from sosach.web.desk.cards.words import (
    CARD_STEPS,
    CARDS,
    CHECKERS,
    CLERKS,
    COMPLAINTS,
    HOLDS,
    OLD_CARDS,
    PURPOSE,
    REVOCATIONS,
    STOREKEEPERS,
    badge,
    said,
    why_said,
)
from sosach.web.desk.figures.tables import Cell, Table
from sosach.web.frame import words
from sosach.web.frame.forms import Form
from sosach.web.frame.pages import look, officer_page
from sosach.web.frame.parts import Answer, Key, Moment, Pages

_EVERY = "tat-ca"


class SoughtForm(Form):
    """A card in hand, or a person before the counter."""

    wanted = forms.RegexField(
        r"^\s*([0-9]{12}|[A-Za-z]{2}[0-9]{14})\s*$",
        label=gettext_lazy("Số định danh hoặc số phôi"),
        max_length=20,
        error_messages={"invalid": gettext_lazy("Số định danh gồm 12 chữ số; số phôi gồm 2 chữ cái và 14 chữ số.")},
    )


class HandOverForm(Form):
    """What was done at the counter."""

    old_card = forms.ChoiceField(label=gettext_lazy("Thẻ cũ"), choices=list(OLD_CARDS.items()))
    receipt = forms.CharField(
        label=gettext_lazy("Phiếu ký nhận"),
        help_text=gettext_lazy("Số phiếu người nhận đã ký, hoặc số báo phát của bưu chính."),
        max_length=60,
    )
    old_number = forms.CharField(
        label=gettext_lazy("Số thẻ cũ đã thu"),
        help_text=gettext_lazy("Chỉ khi thẻ cũ không có trong sổ này."),
        max_length=40,
        required=False,
    )
    loss_report = forms.CharField(
        label=gettext_lazy("Đơn báo mất thẻ cũ"),
        help_text=gettext_lazy("Chỉ khi thẻ cũ được khai báo mất."),
        max_length=60,
        required=False,
    )


class HoldForm(Form):
    """Where the holder is, by whose decision."""

    ground = forms.ChoiceField(label=gettext_lazy("Người được cấp đang ở"), choices=list(HOLDS.items()))
    decision = forms.CharField(label=gettext_lazy("Quyết định giữ thẻ, số và ngày"), max_length=120)


class RevokeForm(Form):
    """On which ground, by whose decision."""

    ground = forms.ChoiceField(label=gettext_lazy("Căn cứ"), choices=list(REVOCATIONS.items()))
    decision = forms.CharField(label=gettext_lazy("Quyết định thu hồi, số và ngày"), max_length=120)


class ComplaintForm(Form):
    """Lost or damaged."""

    what = forms.ChoiceField(label=gettext_lazy("Điều công dân báo"), choices=list(COMPLAINTS.items()))


@officer_page(roles=EVERYBODY)
def lives(request: HttpRequest) -> HttpResponse:
    """Find cards: of a person, or one by the serial on it; below, how many of the territory are where."""
    form = SoughtForm(request.POST or None)
    asked, found = look(request, PURPOSE), None
    if request.method == "POST" and form.is_valid():
        told = found_cards(asked, sought=form.cleaned_data["wanted"])
        _charge(request, told)
        found = lines_table(told)
    context = {"room": "cards", "tab": "lives", "form": form, "found": found, "counts": _counts(asked)}
    return render(request, "desk/cards/lives.html", context, status=422 if form.errors else 200)


@officer_page(roles=EVERYBODY)
def in_state(request: HttpRequest, state: str) -> HttpResponse:
    """The cards behind a count.

    Raises:
        Http404: there is no such state.
    """
    if state not in {*CardState, _EVERY}:
        raise Http404
    states = frozenset() if state == _EVERY else frozenset({CardState(state)})
    wanted, told = Wanted(states=states, parcel_id=_number(request.GET.get("goi", ""))), request.GET.get("sau", "")
    after = _number(told) or 0
    found = cards(look(request, PURPOSE), wanted=wanted, after=after)
    here = state_address(state, parcel=wanted.parcel_id)
    context = {
        "room": "cards",
        "tab": "lives",
        "title": _("Mọi thẻ") if state == _EVERY else CARDS[state][0],
        "lead": _("Thẻ đi trong một gói.") if wanted.parcel_id else "",
        "count": sum(card_counts(look(request, PURPOSE), wanted=wanted).values()),
        "table": lines_table([FoundCard(line, "", "") for line in found], named=False),
        "pages": Pages(
            newer=here if after else "",
            older=f"{here}{'&' if wanted.parcel_id else '?'}sau={found[-1].id}" if len(found) == PAGE else "",
        ),
    }
    return render(request, "desk/cards/list.html", context)


def state_address(state: str = "", *, parcel: int | None = None) -> str:
    """Where cards in a state are listed; in any state without one."""
    return reverse("desk:card-state", args=[state or _EVERY]) + (f"?goi={parcel}" if parcel else "")


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


@officer_page(roles=EVERYBODY)
def life(request: HttpRequest, card_id: int) -> HttpResponse:
    """One card: what it says, what happened to it, what can be done.

    Raises:
        Http404: there is no such card.
    """
    asked = look(request, PURPOSE)
    found = holder_of_card(asked, card_id=card_id)
    if request.method != "POST":
        _charge(request, [found] if found is not None else [])
    if found is None:
        raise Http404
    done, panels = taken(request, steps_of(found), back=reverse("desk:card", args=[card_id]))
    if done is not None:
        return done
    line = found.line
    context = {
        "room": "cards",
        "tab": "lives",
        "card": line,
        "holder": found.full_name,
        "state": badge(CARDS, line.state),
        "panels": panels,
        "facts": _facts(found),
        "moments": _moments(asked, found),
        "keys": [Key(each.step.key, str(each.step.label)) for each in panels if each.step.key],
    }
    return render(request, "desk/cards/card.html", context, status=status_of(panels))


def _charge(request: HttpRequest, found: Sequence[FoundCard]) -> None:
    """What is nowhere, and what lies with another office, costs alike: nobody walks through serials, or through the pages of cards."""
    if not found or any(each.elsewhere for each in found):
        take_misses(request.actor, at=request.sosach_at, limits=settings.SOSACH_LIMITS)


def steps_of(found: FoundCard) -> list[Step]:
    """What can happen to a card where it is."""
    state = found.line.state
    return [step for name, step in _steps(found.line.id) if state in STEPS[name][0] and (name, state) not in _ELSEWHERE]


# With the machine a card is settled by its report, and in production by the quality station.
_ELSEWHERE = {(CardStep.SPOIL, CardState.IN_WORK), (CardStep.GO_ASTRAY, CardState.IN_WORK)}


def _doing(key: int, verb: Callable[..., Any], text: Any, **kinds: Any) -> Callable[[Order, Told], str]:
    def do(order: Order, told: Told) -> str:
        verb(order, card_id=key, **{name: kind(told[name]) for name, kind in kinds.items()})
        return str(text)

    return do


def _steps(key: int) -> list[tuple[CardStep, Step]]:
    return [*_at_the_counter(key), *_while_held(key), *_at_the_end(key)]


def _at_the_counter(key: int) -> list[tuple[CardStep, Step]]:
    """Handed over, or found unusable or missing before."""
    handed = _doing(key, _handed_over, gettext_lazy("Đã trả thẻ; thẻ có hiệu lực từ lúc này."), old_card=OldCard)
    spoiled = _doing(key, spoil_card, gettext_lazy("Đã ghi thẻ hỏng; hồ sơ chờ làm thẻ khác."))
    astray = _doing(key, report_astray, gettext_lazy("Đã ghi thẻ thất lạc; hồ sơ chờ làm thẻ khác."))
    papers = ("receipt", "old_number", "loss_report")
    failing = STOREKEEPERS | CLERKS | CHECKERS
    label, missing = gettext_lazy("Thẻ hỏng trước khi trả"), gettext_lazy("Thẻ thất lạc trước khi trả")
    return [
        (
            CardStep.HAND_OVER,
            Step(
                "hand-over", gettext_lazy("Trả thẻ"), handed, "a", HandOverForm, papers=papers, roles=CLERKS, main=True
            ),
        ),
        (CardStep.SPOIL, Step("spoil", label, spoiled, "h", ReasonForm, roles=failing, danger=True)),
        (CardStep.GO_ASTRAY, Step("astray", missing, astray, "l", ReasonForm, roles=failing, danger=True)),
    ]


def _while_held(key: int) -> list[tuple[CardStep, Step]]:
    """What happens to a card its holder has."""
    held = _doing(key, hold, gettext_lazy("Đã ghi thẻ bị giữ."), ground=HoldGround)
    back = _doing(key, give_back, gettext_lazy("Đã trả lại thẻ."))
    reported = _doing(key, report, gettext_lazy("Đã ghi nhận; thẻ không còn dùng được."), what=Complaint)
    found = _doing(key, find, gettext_lazy("Thẻ có hiệu lực trở lại."))
    paper = ("decision",)
    label, again = gettext_lazy("Công dân báo mất, báo hỏng"), gettext_lazy("Thẻ báo mất đã tìm thấy")
    return [
        (CardStep.HOLD, Step("hold", gettext_lazy("Giữ thẻ"), held, "g", HoldForm, papers=paper, roles=OFFICE)),
        (
            CardStep.GIVE_BACK,
            Step("give-back", gettext_lazy("Trả lại thẻ bị giữ"), back, "g", NothingForm, roles=OFFICE),
        ),
        (CardStep.REPORT_LOST, Step("complaint", label, reported, "b", ComplaintForm, roles=OFFICE)),
        (CardStep.FIND, Step("find", again, found, "f", NothingForm, roles=OFFICE)),
    ]


def _at_the_end(key: int) -> list[tuple[CardStep, Step]]:
    """Revoked, and back in our hands."""
    revoked = _doing(key, revoke, gettext_lazy("Đã thu hồi thẻ."), ground=RevocationGround)
    recovered = _doing(key, recover, gettext_lazy("Đã ghi thẻ được nộp lại; chờ tiêu hủy."))
    label = gettext_lazy("Thu lại thẻ đã nộp")
    return [
        (
            CardStep.REVOKE,
            Step(
                "revoke",
                pgettext_lazy("card", "Thu hồi"),
                revoked,
                "r",
                RevokeForm,
                papers=("decision",),
                roles=APPROVERS,
                danger=True,
            ),
        ),
        (CardStep.RECOVER, Step("recover", label, recovered, "n", NothingForm, roles=COLLECTORS, asks=True)),
    ]


def _handed_over(order: Order, *, card_id: int, old_card: OldCard) -> None:
    """Hand over; the number typed of the old card is the paper of that name."""
    evidence = {"old_card" if name == "old_number" else name: told for name, told in order.evidence.items()}
    hand_over(replace(order, evidence=evidence), card_id=card_id, old_card=old_card)


def lines_table(found: Sequence[FoundCard], *, named: bool = True) -> Table:
    """Cards as a table."""
    rows = [
        [
            Cell(each.line.serial, reverse("desk:card", args=[each.line.id])),
            *([Cell(each.full_name)] if named else []),
            Cell(words.spaced(each.line.number) if each.line.number else "–"),
            Cell(badge(CARDS, each.line.state)),
            Cell(each.line.issued_on),
            Cell(_end(each.line.expires_on, each.line.issued_on)),
            Cell(words.place(each.line.commune_code)),
            Cell(words.moment(each.line.changed_at)),
        ]
        for each in found
    ]
    heads = [
        _("Số phôi"),
        *([_("Người được cấp")] if named else []),
        _("Số định danh"),
        _("Trạng thái"),
        _("Ngày cấp"),
        _("Hết hạn ngày"),
        _("Nơi trả"),
        _("Từ lúc"),
    ]
    return Table("the", _("Thẻ"), heads, rows, note=_("Không có thẻ nào."))


def _counts(asked: Look) -> Table:
    found = card_counts(asked)
    rows = [
        [Cell(str(CARDS[state][0])), Cell(found[state], state_address(state.value))]
        for state in CardState
        if found.get(state)
    ]
    total = [Cell(_("Cộng")), Cell(sum(found.values()), state_address())]
    return Table(
        "theo-trang-thai", _("Thẻ đang ở đâu"), [_("Trạng thái"), _("Số thẻ")], rows, total, _("Chưa có thẻ nào.")
    )


def _facts(found: FoundCard) -> list[Answer]:
    line = found.line
    return [
        Answer(_("Người được cấp"), found.full_name),
        Answer(_("Ngày sinh"), words.day(found.birth_date)),
        Answer(_("Số định danh"), words.spaced(line.number) if line.number else ""),
        Answer(_("Mẫu thẻ"), line.profile),
        Answer(_("Ngày cấp"), words.day(line.issued_on)),
        Answer(_("Hết hạn ngày"), _end(line.expires_on, line.issued_on)),
        Answer(_("Trả ngày"), words.day(line.handed_over_on)),
        Answer(_("Nơi trả"), words.place_with_province(line.commune_code)),
    ]


def _end(expires: date | None, issued: date | None) -> str:
    if expires is not None:
        return words.day(expires)
    return _("Không thời hạn") if issued is not None else "–"


def _moments(asked: Look, found: FoundCard) -> list[Moment]:
    """What happened, the latest first; cards of other offices show no more than where they stand."""
    try:
        happened: Sequence[CardHappening] = one_card(asked, card_id=found.line.id).happened
    except SosachError:
        return []
    who = called(asked, (each.actor_key for each in happened))
    return [
        Moment(
            each.at,
            said(CARD_STEPS, each.step),
            why_said(each.why),
            who[each.actor_key],
            badge(CARDS, each.after),
        )
        for each in reversed(happened)
    ]
