"""Second opinions: an officer who did not see the first answer gives one; where the two do not agree, a leader decides."""

from django.db.models import F

from sosach.domain.access.operations import Done, Order, operation, require_other
from sosach.domain.access.queries import scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.campaign.models import Case, SecondOpinion, Solution
from sosach.domain.campaign.operations.refusals import changed_meanwhile, not_found, state_forbids
from sosach.domain.campaign.operations.solving.answering import unsolve
from sosach.domain.campaign.operations.steps import (
    LEADERS,
    locked,
    note_failed_sample,
    raise_again,
    require_reason,
    subject,
    take,
)
from sosach.domain.campaign.queries.solving.opinions import GIVERS
from sosach.domain.campaign.states.cases import CLOSED, State, Step
from sosach.domain.campaign.states.solving import Holds, SolutionState

DRAWERS = frozenset({Role.SYSTEM, Role.STEWARD})
PORTION = 1000


@operation("campaign.opinions_drawn", roles=DRAWERS, nationwide=True)
def draw_opinions(order: Order, *, limit: int = PORTION) -> Done[int]:
    """Put answers on which the lot fell before a second officer; the work of a job.

    Returns:
        How many answers the lot had fallen on, also those that were taken back meanwhile: fewer than `limit` when none is left.
    """
    rows = Solution.objects.select_for_update(of=("self",)).select_related("case")
    drawn = list(rows.filter(drawn=True).exclude(state=SolutionState.PROPOSED.value).order_by("pk")[:limit])
    held = [each for each in drawn if each.state == SolutionState.DONE.value]
    SecondOpinion.objects.bulk_create(
        SecondOpinion(solution=each, case=each.case, drawn_at=order.at, offered=each.offered) for each in held
    )
    for each in drawn:
        each.drawn, each.offered = False, {}
    Solution.objects.bulk_update(drawn, ["drawn", "offered"])
    subjects = [subject(each.case) for each in held] or [Subject("cases", "")]
    return Done(len(drawn), subjects, {"opinions": len(held)})


@operation("campaign.opinion_given", roles=GIVERS)
def answer_opinion(order: Order, *, opinion_id: int, fix_key: str) -> Done[SecondOpinion]:
    """Say which answer one would have given (`next_opinion`); where it is not the first one's, the case is opened again.

    The register stays as it is until a leader has said whose answer holds (`settle_disagreement`).

    Raises:
        SosachError: ACCESS-01 the own case; STATE-01 none within reach, or the own answer; STATE-02 somebody has answered it;
            STATE-03 the first answer was taken back meanwhile; STATE-04 not one of the answers.
    """
    opinion, case = _locked(order, opinion_id)
    first = opinion.solution
    require_other(order.actor, case.person_id)
    if any(key and order.actor.is_also(key) for key in (first.made_by, first.decided_by)):
        raise not_found()
    if opinion.answered_at is not None:
        raise state_forbids("Đã có ý kiến của cán bộ khác.", "Another officer has answered it.")
    if first.state != SolutionState.DONE:
        raise changed_meanwhile("Vụ việc đã thay đổi.", "The case has changed.")
    fix = next((each for each in opinion.offered["fixes"] if each["key"] == fix_key), None)
    if fix is None:
        raise changed_meanwhile("Phương án này không có.", "This answer is not offered.")
    opinion.answer, opinion.answer_kind = fix_key, fix["kind"]
    opinion.answered_by, opinion.answered_at = order.actor.key, order.at
    opinion.agrees = fix_key == first.fix or (bool(fix["effects"]) and fix["effects"] == first.effects)
    opinion.save()
    if not opinion.agrees:
        note_failed_sample(case)
        _open_again(order, case, opinion)
    return Done(opinion, [subject(case)], {"opinion": opinion.pk, "agrees": opinion.agrees})


@operation("campaign.disagreement_settled", roles=LEADERS, nationwide=True)
def settle_disagreement(order: Order, *, opinion_id: int, holds: Holds) -> Done[SecondOpinion]:
    """Say, as a leader who gave neither answer, whose answer holds.

    Where the first holds, the failed sample does not count any more and the re-check closes the case if the record is
    clean. Where the second holds, the first answer is taken back; the case is answered anew.

    Raises:
        SosachError: ACCESS-01 the own case; STATE-01 none within reach; STATE-02 the two agree, it is settled, or one of the
            answers is the own; STATE-04 no reason; whatever the register refuses.
    """
    require_reason(order)
    opinion, case = _locked(order, opinion_id)
    first = opinion.solution
    require_other(order.actor, case.person_id)
    if opinion.agrees is not False or opinion.settled_by:
        raise state_forbids("Không có bất đồng cần kết luận.", "There is no disagreement to settle.")
    if any(key and order.actor.is_also(key) for key in (first.made_by, first.decided_by, opinion.answered_by)):
        raise state_forbids("Người đã trả lời không được tự kết luận.", "Nobody settles over the own answer.")
    opinion.settled_by, opinion.settled_at, opinion.holds = order.actor.key, order.at, holds.value
    opinion.save(update_fields=["settled_by", "settled_at", "holds"])
    if holds is Holds.FIRST:
        Case.objects.filter(pk=case.pk, failed_samples__gt=0).update(failed_samples=F("failed_samples") - 1)
        Solution.objects.filter(pk=first.pk).update(recheck_due=True)
    elif first.state == SolutionState.DONE:
        unsolve(order, solution_id=first.pk, asked_by=opinion.answered_by)
    return Done(opinion, [subject(case)], {"opinion": opinion.pk, "holds": holds.value})


def _open_again(order: Order, case: Case, opinion: SecondOpinion) -> None:
    """A case is not closed while two officers do not agree about it."""
    if case.state in CLOSED:
        raise_again(order, case, details={"opinion": opinion.pk})
    elif case.state == State.APPROVED:
        take(order, case, Step.SEND_BACK, details={"opinion": opinion.pk})


def _locked(order: Order, opinion_id: int) -> tuple[SecondOpinion, Case]:
    """An opinion within reach and its case, both locked."""
    cases = scoped(Case.objects.all(), order.actor)
    found = SecondOpinion.objects.filter(pk=opinion_id, case__in=cases).first()
    if found is None:
        raise not_found()
    case = locked(order, found.case_id)
    found = SecondOpinion.objects.select_for_update(of=("self",)).select_related("solution").get(pk=opinion_id)
    return found, case
