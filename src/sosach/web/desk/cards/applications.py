"""The application desk: applications by urgency, one whole with what can be done about it, and the queue of who approves."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from sosach.domain.access.operations import Order
from sosach.domain.idcards.operations.applying import change_application, recheck, withdraw
from sosach.domain.idcards.operations.deciding import approve, refuse
from sosach.domain.idcards.operations.papers import issue_paper
from sosach.domain.idcards.operations.screening import screen
from sosach.domain.idcards.operations.summoning import summon
from sosach.domain.idcards.queries.applications import ApplicationLine, ApplicationSeen, application, applications
from sosach.domain.idcards.rules.applications import WORDS as PROBLEMS
from sosach.domain.idcards.rules.applications import Delivery, Problem
from sosach.domain.idcards.rules.papers import TITLES, PaperKind
from sosach.domain.idcards.states.applications import BEFORE_APPROVAL, CLOSED, STEPS, State
from sosach.domain.idcards.states.applications import Step as Move
from sosach.domain.population.rules.days import day_of
from sosach.web.desk.cards.capture import is_captured, not_captured
from sosach.web.desk.cards.moving import GIVEN_AWAY, may_move
from sosach.web.desk.cards.people import called
from sosach.web.desk.cards.rooms import EVERYBODY
from sosach.web.desk.cards.steps import NothingForm, ReasonForm, Step, Told, status_of, taken
from sosach.web.desk.cards.words import (
    APPLICATION_STEPS,
    APPLICATIONS,
    APPROVERS,
    CHANNELS,
    CLERKS,
    DELIVERIES,
    GROUNDS,
    KINDS,
    PACKETS,
    PURPOSE,
    badge,
    money,
    said,
    why_said,
)
from sosach.web.desk.figures.tables import Cell, Table
from sosach.web.frame import words
from sosach.web.frame.forms import Form
from sosach.web.frame.language import either
from sosach.web.frame.offices import went as from_to
from sosach.web.frame.pages import look, officer_page
from sosach.web.frame.parts import Answer, Key, Moment, Pages, Tab

PAGE: Final = 50
DESK: Final = CLERKS | APPROVERS
# Heaps of the list: name in the address → what it is called, which states.
_HEAPS: Final[dict[str, tuple[Any, frozenset[State]]]] = {
    "dang-mo": (gettext_lazy("Đang giải quyết"), frozenset()),
    "thu-nhan": (gettext_lazy("Chờ thu nhận"), frozenset({State.OPEN})),
    "doi-sanh": (gettext_lazy("Chờ đối sánh"), frozenset({State.CAPTURED, State.SCREENING, State.BARRED})),
    "cho-cong-dan": (gettext_lazy("Chờ công dân"), frozenset({State.AWAITED, State.WAITING_DATA})),
    "cho-duyet": (pgettext_lazy("card", "Chờ duyệt"), frozenset({State.CLEAR})),
    "lam-the": (gettext_lazy("Chờ thẻ"), frozenset({State.APPROVED, State.MADE})),
    "da-xong": (gettext_lazy("Đã xong"), CLOSED),
}


class ChangeForm(Form):
    """How the card is delivered, how urgent it is."""

    delivery = forms.ChoiceField(label=gettext_lazy("Cách trả thẻ"), choices=list(DELIVERIES.items()))
    address = forms.CharField(
        label=gettext_lazy("Địa chỉ nhận thẻ"),
        help_text=gettext_lazy("Chỉ khi nhận qua bưu chính."),
        max_length=250,
        required=False,
    )
    priority = forms.IntegerField(
        label=gettext_lazy("Mức ưu tiên"), help_text=gettext_lazy("0 đến 9; thường là 5."), min_value=0, max_value=9
    )


class IssueForm(Form):
    """Which paper."""

    kind = forms.ChoiceField(label=gettext_lazy("Giấy"))


@officer_page(roles=DESK)
def all_applications(request: HttpRequest) -> HttpResponse:
    """Applications of the territory, the most urgent first."""
    heap = request.GET.get("nhom", "")
    heap = heap if heap in _HEAPS else "dang-mo"
    return _list(request, heap=heap, tab="applications", title=_("Hồ sơ thẻ căn cước"))


@officer_page(roles=APPROVERS)
def approval(request: HttpRequest) -> HttpResponse:
    """What waits to be approved, the most urgent first."""
    return _list(request, heap="cho-duyet", tab="approval", title=_("Hồ sơ chờ duyệt"))


def _list(request: HttpRequest, *, heap: str, tab: str, title: str) -> HttpResponse:
    page = request.GET.get("trang", "1")
    number = max(int(page), 1) if page.isdecimal() and len(page) < 6 else 1
    late = bool(request.GET.get("qua-han"))
    # a PIN is sought by what a form sends: numbers of people never stand in an address
    text = request.POST.get("so", "").strip()[:40]
    states = frozenset(State) if text else _HEAPS[heap][1]
    asked = look(request, PURPOSE)
    found, total = applications(asked, states=states, late=late, text=text, offset=(number - 1) * PAGE, limit=PAGE)
    here = reverse("desk:card-applications" if tab == "applications" else "desk:card-approval")
    query = f"nhom={heap}" + ("&qua-han=1" if late else "")
    context = {
        "room": "cards",
        "tab": tab,
        "title": title,
        "late": late,
        "sought": text,
        "late_address": f"{here}?nhom={heap}" + ("" if late else "&qua-han=1"),
        "heaps": [
            Tab(str(label), f"{here}?nhom={name}", current=name == heap and not text)
            for name, (label, _states) in _HEAPS.items()
        ]
        + [Tab(str(GIVEN_AWAY), reverse("desk:card-transferred"))]
        if tab == "applications"
        else [],
        "table": lines_table(found),
        "may_open": not request.actor.roles.isdisjoint(CLERKS),
        "pages": Pages(
            newer=f"{here}?{query}&trang={number - 1}" if number > 1 else "",
            older=f"{here}?{query}&trang={number + 1}" if number * PAGE < total else "",
            first=(number - 1) * PAGE + 1 if found else None,
            last=(number - 1) * PAGE + len(found) if found else None,
            total=total,
        ),
        "count": total,
    }
    return render(request, "desk/cards/applications.html", context)


def lines_table(found: Sequence[ApplicationLine]) -> Table:
    """Applications as a table."""
    rows = [
        [
            Cell(each.number, reverse("desk:card-application", args=[each.application_id])),
            Cell(each.full_name),
            Cell(words.masked(each.pin)),
            Cell(said(KINDS, each.kind)),
            Cell(badge(APPLICATIONS, each.state)),
            Cell(each.received_on),
            Cell(_due(each)),
            Cell(_("%(used)s/7 ngày") % {"used": each.used}),
            Cell(words.place(each.commune_code)),
        ]
        for each in found
    ]
    heads = [
        pgettext("card", "Hồ sơ"),
        _("Người được cấp"),
        _("Số định danh"),
        _("Thủ tục"),
        _("Trạng thái"),
        _("Nhận ngày"),
        _("Hạn"),
        _("Đã dùng"),
        _("Nơi tiếp nhận"),
    ]
    return Table("ho-so", _("Hồ sơ thẻ"), heads, rows, note=_("Không có hồ sơ nào."))


def _due(line: ApplicationLine) -> Any:
    if line.due_on is None:
        return _("đồng hồ dừng")
    return f"{words.day(line.due_on)} – {_('quá hạn')}" if line.late else line.due_on


@officer_page(roles=EVERYBODY)
def one(request: HttpRequest, application_id: int) -> HttpResponse:
    """One application: the record, its clock, captures, papers, and what can be done."""
    seen = application(look(request, PURPOSE), application_id=application_id)
    here = reverse("desk:card-application", args=[application_id])
    done, panels = taken(request, _steps(request, seen), back=here)
    if done is not None:
        return done
    state = State(seen.line.state)
    who = called(look(request, PURPOSE), _accounts(seen))
    went = {each.act: from_to(each.commune_code, each.to_commune) for each in seen.transfers}
    context = {
        "room": "cards",
        "tab": "approval" if request.actor.roles.isdisjoint(CLERKS) else "applications",
        "line": seen.line,
        "state": badge(APPLICATIONS, state),
        "panels": panels,
        "problems": [either(PROBLEMS[Problem(each)]) for each in seen.problems],
        "facts": _facts(seen, who),
        "record": _record(seen),
        "packets": [
            (each, badge(PACKETS, each.state), len(each.pictures), who[each.captured_by]) for each in seen.packets
        ],
        "papers": [(each, either(TITLES[PaperKind(each.kind)])) for each in seen.papers],
        "captures": not request.actor.roles.isdisjoint(CLERKS) and not not_captured(seen, day_of(request.sosach_at)),
        "moves": not request.actor.roles.isdisjoint(CLERKS) and may_move(seen),
        "doubts": seen.doubts if not request.actor.roles.isdisjoint(APPROVERS) else (),
        "may_read_papers": not request.actor.roles.isdisjoint(DESK),
        "moments": [
            Moment(
                each.at,
                said(APPLICATION_STEPS, each.step),
                " ".join(filter(None, (went.get(each.act), why_said(each.reason)))),
                who[each.actor_key],
                badge(APPLICATIONS, each.state),
            )
            for each in reversed(seen.steps)
        ],
        "keys": [Key(each.step.key, str(each.step.label)) for each in panels if each.step.key],
    }
    return render(request, "desk/cards/application.html", context, status=status_of(panels))


def _accounts(seen: ApplicationSeen) -> set[str]:
    """Keys of everybody who had a hand in it."""
    row = seen.row
    acted = {each.actor_key for each in seen.steps} | {each.captured_by for each in seen.packets}
    return acted | {row.opened_by, row.captured_by, row.approved_by}


def _facts(seen: ApplicationSeen, who: Mapping[str, str]) -> list[Answer]:
    row, line = seen.row, seen.line
    return [
        Answer(_("Thủ tục"), f"{said(KINDS, line.kind)}: {said(GROUNDS, line.ground)}"),
        Answer(_("Nhận"), f"{words.moment(row.received_at)} · {said(CHANNELS, line.channel)}"),
        Answer(_("Hạn"), words.day(line.due_on) if line.due_on else _("đồng hồ dừng, chờ công dân")),
        Answer(_("Ngày làm việc đã dùng"), f"{line.used}/7"),
        Answer(_("Lệ phí"), money(row.fee)),
        Answer(_("Cách trả thẻ"), " – ".join(filter(None, (said(DELIVERIES, row.delivery), row.address)))),
        Answer(_("Mẫu thẻ"), row.profile),
        Answer(_("Mức ưu tiên"), str(row.priority)),
        Answer(_("Người đại diện"), row.representative.full_name if row.representative else ""),
        Answer(_("Người tiếp nhận"), who[row.opened_by]),
        Answer(_("Người thu nhận"), who[row.captured_by]),
        Answer(_("Người duyệt"), who[row.approved_by]),
    ]


def _record(seen: ApplicationSeen) -> list[Answer]:
    """What the card will say, as the register has it now."""
    holder = seen.holder
    return [
        Answer(_("Số định danh"), words.spaced(holder.pin)),
        Answer(_("Họ và tên"), holder.full_name),
        Answer(_("Ngày sinh"), words.day(holder.birth_date)),
        Answer(_("Giới tính"), {"M": _("Nam"), "F": _("Nữ")}.get(holder.sex, "")),
        Answer(_("Nơi cư trú"), seen.residence),
    ]


def _steps(request: HttpRequest, seen: ApplicationSeen) -> list[Step]:
    """What can be done with an application where it is."""
    state = State(seen.line.state)
    comes = is_captured(seen, day_of(request.sosach_at))
    offered = [
        *_going_on(request, seen, state),
        *_changing(seen, state),
        *_ending(seen.line.application_id, state, comes=comes),
    ]
    return [step for possible, step in offered if possible]


def _doing(key: int, verb: Callable[..., Any], text: Any) -> Callable[[Order, Told], str]:
    def do(order: Order, told: Told) -> str:
        del told
        verb(order, application_id=key)
        return str(text)

    return do


def _going_on(request: HttpRequest, seen: ApplicationSeen, state: State) -> list[tuple[bool, Step]]:
    """Steps towards a card."""
    key = seen.line.application_id

    def approved(order: Order, told: Told) -> tuple[str, str]:
        del told
        approve(order, application_id=key)
        return _("Đã duyệt hồ sơ %(number)s.") % {"number": seen.line.number}, _next(request, key)

    screened = _doing(key, screen, gettext_lazy("Đã đối sánh."))
    rechecked = _doing(key, recheck, gettext_lazy("Đã so lại với dữ liệu dân cư."))
    label = gettext_lazy("Đối sánh với mọi người")
    again = gettext_lazy("So lại với dữ liệu dân cư")
    return [
        (
            Move.APPROVE in _moves(state),
            Step(
                "approve",
                gettext_lazy("Duyệt cấp thẻ"),
                approved,
                "a",
                NothingForm,
                roles=APPROVERS,
                asks=True,
                main=True,
            ),
        ),
        (
            state in {State.CAPTURED, State.BARRED},
            Step("screen", label, screened, "d", NothingForm, roles=DESK, main=True),
        ),
        (state in BEFORE_APPROVAL, Step("recheck", again, rechecked, "s", NothingForm, roles=DESK)),
    ]


def _changing(seen: ApplicationSeen, state: State) -> list[tuple[bool, Step]]:
    """Delivery, urgency, papers."""
    key, row = seen.line.application_id, seen.row

    def changed(order: Order, told: Told) -> str:
        delivery = Delivery(told["delivery"])
        change_application(
            order, application_id=key, delivery=delivery, address=told["address"], priority=told["priority"]
        )
        return _("Đã đổi.")

    def printed(order: Order, told: Told) -> str:
        made = issue_paper(order, application_id=key, kind=PaperKind(told["kind"]))
        return _("Đã lập giấy số %(number)s.") % {"number": made.number}

    now = {"delivery": row.delivery, "address": row.address, "priority": row.priority}
    made_here = (PaperKind.CC01, PaperKind.CC02, PaperKind.DC02)
    papers = {"kind": [(kind.value, f"{kind} – {either(TITLES[kind])}") for kind in made_here]}
    label = gettext_lazy("Đổi cách trả thẻ, ưu tiên")
    return [
        (state not in CLOSED, Step("change", label, changed, "c", ChangeForm, now, roles=CLERKS)),
        (
            state in BEFORE_APPROVAL | {State.APPROVED, State.MADE},
            Step("paper", gettext_lazy("Lập lại giấy"), printed, "g", IssueForm, choices=papers, roles=CLERKS),
        ),
    ]


def _ending(key: int, state: State, *, comes: bool) -> list[tuple[bool, Step]]:
    """What stops an application, for a while or for good; nobody is asked to come whom nothing is captured of."""
    summoned = _doing(key, summon, gettext_lazy("Đã ghi; đồng hồ dừng đến khi công dân đến."))
    refused = _doing(key, refuse, gettext_lazy("Đã từ chối; phiếu CC03 đã lập."))
    withdrawn = _doing(key, withdraw, gettext_lazy("Đã ghi công dân rút hồ sơ."))
    return [
        (
            Move.SUMMON in _moves(state) and comes,
            Step("summon", gettext_lazy("Mời công dân đến"), summoned, "m", ReasonForm, roles=DESK),
        ),
        (
            Move.REFUSE in _moves(state),
            Step("refuse", gettext_lazy("Từ chối (CC03)"), refused, "r", ReasonForm, roles=APPROVERS, danger=True),
        ),
        (
            Move.WITHDRAW in _moves(state),
            Step("withdraw", gettext_lazy("Công dân rút hồ sơ"), withdrawn, "w", ReasonForm, roles=CLERKS, danger=True),
        ),
    ]


def _moves(state: State) -> frozenset[Move]:
    return frozenset(move for move, ways in STEPS.items() if state in ways)


def _next(request: HttpRequest, key: int) -> str:
    """The next application that waits for its approval; the queue where none is left."""
    found, _total = applications(look(request, PURPOSE), states=frozenset({State.CLEAR}), limit=2)
    left = [each.application_id for each in found if each.application_id != key]
    return reverse("desk:card-application", args=[left[0]]) if left else reverse("desk:card-approval")
