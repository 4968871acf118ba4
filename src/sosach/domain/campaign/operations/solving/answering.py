"""Answers to a case: given by one officer, where it matters confirmed by another, and taken back in any order."""

from dataclasses import asdict
from typing import Any

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.campaign.models import Case, Solution
from sosach.domain.campaign.operations.refusals import changed_meanwhile, incomplete, not_found, state_forbids
from sosach.domain.campaign.operations.solving.applying import apply_fix, may_apply
from sosach.domain.campaign.operations.solving.drawing import draw_by_lot
from sosach.domain.campaign.operations.steps import (
    OFFICERS,
    VERIFIERS,
    locked,
    officer_of,
    require_reason,
    subject,
    take,
)
from sosach.domain.campaign.queries.solving.matters import REGISTERS, matters_of
from sosach.domain.campaign.rules.fixes import Fix, FixKind, Matters, chosen, left_after, offers
from sosach.domain.campaign.states.cases import CLOSED, State, Step
from sosach.domain.campaign.states.solving import SolutionState, may_become
from sosach.domain.provenance.models import Folded
from sosach.domain.provenance.operations.judging import accept_finding, take_back

CORRECT = "correct"
_WAITING = frozenset({State.VERIFIED, State.APPROVED})


@operation("campaign.case_answered", roles=OFFICERS, nationwide=True)
def solve(order: Order, *, case_id: int, fix_key: str, version: int | None = None) -> Done[Solution]:
    """Give a case one of the answers it is offered; whoever may, changes the register with it.

    What needs a second person, or more right than the officer has, is proposed: nothing changes before somebody else has
    confirmed it. When nothing is left to answer, the record waits for its re-check, which alone closes the case.

    Raises:
        SosachError: STATE-01 no such case within reach; STATE-02 closed, or somebody has to confirm first; STATE-03 changed
            since it was seen, or the answer is not offered any more; STATE-04 it needs a reason; whatever the register refuses.
    """
    case = locked(order, case_id, version=version)
    _require_answerable(case)
    _take_on(order, case)
    told = matters_of(case, _record(case))
    fix = chosen(told, fix_key)
    if fix is None:
        raise changed_meanwhile("Phương án này không còn.", "This answer is not offered any more.")
    if fix.reason:
        require_reason(order)
    solution = _noted(order, case, fix, told)
    solution.needs_second = fix.second or not may_apply(order, case.register)
    if solution.needs_second:
        solution.save()
        take(order, case, Step.VERIFY, details={"solution": solution.pk, "fix": fix.key})
    else:
        _carry_out(order, case, told, fix, solution)
    draw_by_lot(case, told, solution)
    return Done(solution, [subject(case)], {"solution": solution.pk, "fix": fix.key})


@operation("campaign.case_answered", roles=VERIFIERS)
def correct(order: Order, *, case_id: int, finding_id: int, value: str, version: int | None = None) -> Done[Solution]:
    """Write the right value where a finding is, on the strength of a paper.

    Raises:
        SosachError: STATE-01; STATE-02; STATE-03 changed since it was seen; STATE-04 no reason, no evidence, or not a value of
            the column.
    """
    require_reason(order)
    if not order.evidence:
        raise incomplete("Cần nêu giấy tờ đã đối chiếu.", "Name the papers that were compared.")
    case = locked(order, case_id, version=version)
    _require_answerable(case)
    _take_on(order, case)
    told = matters_of(case, _record(case))
    finding = next((each for each in told.findings if each.key == finding_id), None)
    if finding is None:
        raise changed_meanwhile("Cảnh báo này không còn.", "The finding is there no more.")
    words = "Sửa theo giấy tờ", "Corrected by papers"
    fix = Fix(f"{CORRECT}:{finding_id}", FixKind.ACCEPT, *words, covers=frozenset({finding_id}), target=finding_id)
    solution = _noted(order, case, fix, told)
    solution.kind, solution.first = CORRECT, False
    solution.terms = {"covers": [finding_id], "finding": finding_id, "value": value}
    entry = accept_finding(order, register=REGISTERS[case.register], finding_id=finding_id, value=value)
    _done(order, case, told, fix, solution, [int(entry.pk)])
    return Done(solution, [subject(case)], {"solution": solution.pk})


@operation("campaign.case_answered", roles=VERIFIERS, nationwide=True)
def confirm(order: Order, *, solution_id: int) -> Done[Solution]:
    """Confirm, as a second person, what somebody proposed; the register changes now.

    Where the case was forwarded meanwhile, the second person is one of the commune it lies in now, who takes it on with this.

    Raises:
        SosachError: STATE-01; STATE-02 the own proposal, it does not wait any more, or the case is closed or in dispute; STATE-03
            the case changed meanwhile and the answer is not offered any more; ACCESS-01 the register asks for another role.
    """
    solution, case = _locked_solution(order, solution_id)
    _require_move(solution, SolutionState.DONE)
    _require_undisputed(case)
    if order.actor.is_also(solution.made_by):
        raise state_forbids("Người đề xuất không được tự duyệt.", "Nobody confirms the own proposal.")
    if Role.CHIEF not in order.actor.roles and solution.kind in {
        FixKind.SAME,
        FixKind.TWIN,
        FixKind.PERSON,
        FixKind.TAKE,
    }:
        raise state_forbids("Việc này do chỉ huy duyệt.", "The chief confirms this.", hint_vi="", hint_en="")
    told = matters_of(case, _record(case))
    fix = chosen(told, solution.fix)
    if fix is None:
        raise changed_meanwhile("Phương án này không còn.", "This answer is not offered any more.")
    _take_on(order, case)
    reasoned = Order(
        order.actor, order.at, {**solution.evidence, **order.evidence}, order.reason or solution.reason, order.act
    )
    _carry_out(reasoned, case, told, fix, solution)
    return Done(solution, [subject(case)], {"solution": solution.pk})


@operation("campaign.case_answered", roles=VERIFIERS)
def refuse(order: Order, *, solution_id: int) -> Done[Solution]:
    """Say no to what somebody proposed: an answer, then the case goes back with the reason; or its undoing, then it stays.

    Raises:
        SosachError: STATE-01; STATE-02 it does not wait any more; STATE-04 no reason.
    """
    require_reason(order)
    solution, case = _locked_solution(order, solution_id)
    if solution.undo_asked_by:
        solution.undo_asked_by = ""
        solution.save(update_fields=["undo_asked_by"])
        return Done(solution, [subject(case)], {"solution": solution.pk, "stays": True})
    _require_move(solution, SolutionState.REFUSED)
    _decided(order, solution, SolutionState.REFUSED)
    if case.state in _WAITING:  # in dispute, sent back or forwarded meanwhile, it stays where it is
        take(order, case, Step.SEND_BACK, details={"solution": solution.pk})
    return Done(solution, [subject(case)], {"solution": solution.pk})


@operation("campaign.case_answered", roles=OFFICERS, nationwide=True)
def unsolve(order: Order, *, solution_id: int, asked_by: str = "") -> Done[Solution]:
    """Take an answer back, whatever was answered after it; the record is as if it had never been given.

    A proposal is taken back by whoever made it; what the register holds, by somebody who may judge there. What says who owns
    something is taken back by two: the first asks, and the answer stays as it is until somebody else agrees.

    Args:
        order: who takes it back.
        solution_id: the answer.
        asked_by: key of the account that wants it taken back, where this order agrees to that.

    Raises:
        SosachError: STATE-01; STATE-02 it is taken back already, or another's proposal; STATE-04 no reason; whatever the
            register refuses.
    """
    require_reason(order)
    solution, case = _locked_solution(order, solution_id)
    before = SolutionState(solution.state)
    _require_move(solution, SolutionState.UNDONE)
    if before is SolutionState.PROPOSED and solution.made_by != order.actor.key:
        raise state_forbids("Đề xuất của người khác: hãy duyệt hoặc từ chối.", "It is another's: confirm or refuse it.")
    register, other = REGISTERS[case.register], asked_by or solution.undo_asked_by
    if register.owning and solution.kind == FixKind.SAME and solution.entries and other in {"", order.actor.key}:
        solution.undo_asked_by = order.actor.key
        solution.save(update_fields=["undo_asked_by"])
        return Done(solution, [subject(case)], {"solution": solution.pk, "asked": True})
    for entry in reversed(solution.entries):
        take_back(order, register=register, record_id=case.subject_id, entry_id=entry, proposed_by=other)
    solution.recheck_due, solution.undo_asked_by = before is SolutionState.DONE, ""
    _decided(order, solution, SolutionState.UNDONE)
    if case.state in _WAITING:
        take(order, case, Step.SEND_BACK, details={"solution": solution.pk, "undone": True})
    return Done(solution, [subject(case)], {"solution": solution.pk})


def _carry_out(order: Order, case: Case, told: Matters, fix: Fix, solution: Solution) -> None:
    entries = apply_fix(order, case, told, fix, proposed_by=solution.made_by)
    _done(order, case, told, fix, solution, entries)


def _done(order: Order, case: Case, told: Matters, fix: Fix, solution: Solution, entries: list[int]) -> None:
    solution.entries, solution.recheck_due = entries, bool(entries)
    _decided(order, solution, SolutionState.DONE)
    details: dict[str, Any] = {"solution": solution.pk, "fix": fix.key}
    if fix.kind is FixKind.ASK:
        if case.state in {State.IMPORTED, State.ASSIGNED, State.UNREACHABLE, State.MOVED, State.RETURNED}:
            take(order, case, Step.CONTACT, details=details)
        return
    if left_after(told, fix):
        return
    if case.state != State.VERIFIED:
        take(order, case, Step.VERIFY, details=details)
    take(order, case, Step.APPROVE, details=details)


def _decided(order: Order, solution: Solution, state: SolutionState) -> None:
    solution.state, solution.decided_by, solution.decided_at = state.value, order.actor.key, order.at
    solution.save()


def _noted(order: Order, case: Case, fix: Fix, told: Matters) -> Solution:
    first = offers(told)
    return Solution(
        case=case,
        fix=fix.key,
        kind=fix.kind.value,
        first=bool(first) and first[0].key == fix.key,
        codes=sorted({each.code for each in told.findings if each.key in fix.covers}),
        effects=[asdict(effect) for effect in fix.effects],
        terms={"covers": sorted(fix.covers)},
        reason=order.reason,
        evidence=order.evidence,
        state=SolutionState.PROPOSED.value,
        made_by=order.actor.key,
        made_at=order.at,
        act=order.act,
    )


def _require_undisputed(case: Case) -> None:
    if case.state in CLOSED or case.state == State.CONFLICT:
        raise state_forbids(
            "Vụ việc đã đóng hoặc đang tranh chấp.", "The case is closed, or claims stand against each other."
        )


def _require_answerable(case: Case) -> None:
    _require_undisputed(case)
    if Solution.objects.filter(case=case, state=SolutionState.PROPOSED.value).exists():
        raise state_forbids("Đang chờ người thứ hai duyệt.", "A second person has to confirm first.")
    if case.state == State.APPROVED:
        raise state_forbids("Đang kiểm tra lại bản ghi.", "The record is being checked anew.")


def _take_on(order: Order, case: Case) -> None:
    """Whoever answers a case nobody works on yet works on it."""
    if case.state in {State.IMPORTED, State.MOVED}:
        own = officer_of(order)
        take(order, case, Step.ASSIGN, details={"to": own}, officer_id=own)


def _record(case: Case) -> Folded:
    found = REGISTERS[case.register].model.objects.select_for_update(of=("self",)).filter(pk=case.subject_id).first()
    if found is None:
        raise not_found()
    return found


def _locked_solution(order: Order, solution_id: int) -> tuple[Solution, Case]:
    found = Solution.objects.filter(pk=solution_id).first()
    if found is None:
        raise not_found()
    case = locked(order, found.case_id)
    found.refresh_from_db()
    found.case = case
    return found, case


def _require_move(solution: Solution, to: SolutionState) -> None:
    if not may_become(SolutionState(solution.state), to):
        raise state_forbids("Phương án này đã có kết quả.", "The answer does not wait any more.")
