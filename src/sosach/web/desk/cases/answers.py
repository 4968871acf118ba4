"""What an officer does with a case: an answer, a correction, a step, a visit; and which case comes next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from sosach.domain.access.operations import Order
from sosach.domain.campaign.models import Case, Solution
from sosach.domain.campaign.operations.solving import correct, solve, unsolve
from sosach.domain.campaign.operations.working import assign, dispute, forward, note_visit, send_back, settle_dispute
from sosach.domain.campaign.queries.lists import cursor, work_list
from sosach.domain.campaign.rules.fixes import FixKind
from sosach.domain.campaign.rules.visits import OUTCOMES
from sosach.domain.campaign.states.cases import State
from sosach.domain.campaign.states.solving import SolutionState
from sosach.domain.population.rules.days import day_of
from sosach.web.desk import words
from sosach.web.desk.cases.showing import PURPOSE
from sosach.web.desk.filters import Picked, number_of
from sosach.web.frame.flashes import flash
from sosach.web.frame.language import either
from sosach.web.frame.pages import look

LAST = "desk_last_answer"  # the answer `u` takes back
_WORKED = frozenset({State.APPROVED, State.VERIFIED, State.CONTACTED})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form of the screen of a case asks for.

    Attributes:
        case: as it was shown.
        version: of the case as it was shown.
        what: name of the step, or key of the answer.
        told: fields of the form.
        picked: the list the case was opened from.
    """

    case: Case
    version: int
    what: str
    told: Mapping[str, str]
    picked: Picked


Do = Callable[[HttpRequest, Order, Asked], str]


def act(request: HttpRequest, order: Order, asked: Asked) -> str:
    """Do it; the address of the page that comes next.

    Raises:
        SosachError: whatever the verb refuses.
    """
    return _STEPS.get(asked.what.partition(":")[0], _answer)(request, order, asked)


def following(request: HttpRequest, case: Case, picked: Picked) -> str:
    """The case after this one in its list, and from the beginning where it was the last; the list where none is left."""
    asked = look(request, PURPOSE)
    wanted = picked.wanted(request.actor, day_of(request.sosach_at))
    for after in (cursor(case, picked.sorting), ""):
        page = work_list(asked, campaign_id=case.campaign_id, wanted=wanted, order=picked.sorting, after=after, limit=2)
        left = [line.case.pk for line in page.lines if line.case.pk != case.pk]
        if left:
            return f"{reverse('desk:case', args=[left[0]])}?{picked.query()}"
    return f"{reverse('desk:home')}?{picked.query()}"


def address(case_id: int, picked: Picked) -> str:
    """The page of a case within its list."""
    return f"{reverse('desk:case', args=[case_id])}?{picked.query()}"


def _answer(request: HttpRequest, order: Order, asked: Asked) -> str:
    """One of the answers the case is offered."""
    kind = asked.what.partition(":")[0]
    reason = order.reason or str(words.REASONS.get(kind, ""))
    reasoned = replace(order, reason=reason, evidence={"case": f"case-{asked.case.pk}"})
    done = solve(reasoned, case_id=asked.case.pk, fix_key=asked.what, version=asked.version)
    return _onward(request, asked, done)


def _correct(request: HttpRequest, order: Order, asked: Asked) -> str:
    """The right value, by a paper."""
    told = asked.told
    paper = told.get("paper", "").strip()
    finding = told.get("finding", "")
    done = correct(
        replace(order, evidence={"paper": paper} if paper else {}),
        case_id=asked.case.pk,
        finding_id=int(finding) if finding.isdecimal() and len(finding) < 19 else 0,
        value=told.get("value", "").strip(),
        version=asked.version,
    )
    return _onward(request, asked, done)


def _onward(request: HttpRequest, asked: Asked, done: Solution) -> str:
    """The same case where something is left to answer, else the next."""
    request.session[LAST] = {"solution": done.pk, "case": asked.case.pk}
    if done.state == SolutionState.PROPOSED:
        flash(request, _("Đã chuyển người thứ hai duyệt."), tone="info")
        return following(request, asked.case, asked.picked)
    if done.kind == FixKind.UNSURE:
        flash(request, _("Đã ghi là chưa chắc; vụ việc vẫn mở cho người biết rõ hơn."), tone="info")
        return following(request, asked.case, asked.picked)
    if done.kind == FixKind.ASK:
        flash(request, _("Đã ghi; chờ người dân kê khai."), tone="info")
        return following(request, asked.case, asked.picked)
    left = done.case.state not in _WORKED
    flash(request, _("Đã ghi. Còn mục cần trả lời.") if left else _("Đã ghi; bản ghi đang được kiểm tra lại."))
    return address(asked.case.pk, asked.picked) if left else following(request, asked.case, asked.picked)


def _undo(request: HttpRequest, order: Order, asked: Asked) -> str:
    number = asked.what.partition(":")[2]
    reasoned = replace(order, reason=order.reason or str(words.UNDO))
    undone = unsolve(reasoned, solution_id=int(number) if number.isdecimal() and len(number) < 19 else 0)
    request.session.pop(LAST, None)
    asked_for = undone.state == SolutionState.DONE
    flash(request, _("Đã đề nghị hoàn tác; người thứ hai phải đồng ý.") if asked_for else _("Đã hoàn tác."))
    return address(undone.case_id, asked.picked)


def _mine(request: HttpRequest, order: Order, asked: Asked) -> str:
    assign(order, case_id=asked.case.pk, officer_id=number_of(request.actor) or 0, version=asked.version)
    flash(request, _("Bạn đã nhận vụ việc."))
    return address(asked.case.pk, asked.picked)


def _visit(request: HttpRequest, order: Order, asked: Asked) -> str:
    outcome = asked.what.partition(":")[2]
    made = note_visit(
        order, case_id=asked.case.pk, outcome=outcome, note=asked.told.get("note", "").strip(), version=asked.version
    )
    kind = OUTCOMES[outcome]
    again = f" {_('Đến lại:')} {made.next_on:%d/%m/%Y}." if made.next_on is not None else ""
    flash(request, f"{either((kind.vi, kind.en))}. {either((kind.next_vi, kind.next_en))}{again}")
    return following(request, asked.case, asked.picked)


def _forward(request: HttpRequest, order: Order, asked: Asked) -> str:
    code = asked.told.get("commune", "").strip().rpartition(" ")[2].strip("()")
    forward(order, case_id=asked.case.pk, commune_code=code, version=asked.version)
    flash(request, _("Đã chuyển sang xã khác."))
    return following(request, asked.case, asked.picked)


def _dispute(request: HttpRequest, order: Order, asked: Asked) -> str:
    dispute(order, case_id=asked.case.pk, version=asked.version)
    flash(request, _("Đã đánh dấu tranh chấp."), tone="warn")
    return following(request, asked.case, asked.picked)


def _settle(request: HttpRequest, order: Order, asked: Asked) -> str:
    settle_dispute(order, case_id=asked.case.pk, version=asked.version)
    flash(request, _("Đã kết thúc tranh chấp."))
    return address(asked.case.pk, asked.picked)


def _send_back(request: HttpRequest, order: Order, asked: Asked) -> str:
    send_back(order, case_id=asked.case.pk, version=asked.version)
    flash(request, _("Đã trả lại."))
    return following(request, asked.case, asked.picked)


_STEPS: Mapping[str, Do] = {
    "correct": _correct,
    "undo": _undo,
    "mine": _mine,
    "visit": _visit,
    "forward": _forward,
    "dispute": _dispute,
    "settle": _settle,
    "send-back": _send_back,
}
__all__ = ["LAST", "Asked", "act", "address", "following"]
