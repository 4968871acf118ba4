"""Safe classes answered at once: a preview, a sample somebody looks at, for many a second person, then case by case."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid5

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import scoped
from sosach.domain.audit.rules import Level, Subject
from sosach.domain.campaign.models import Batch, Campaign, Case, Solution
from sosach.domain.campaign.operations.campaigns import campaign_subject
from sosach.domain.campaign.operations.refusals import changed_meanwhile, not_found, state_forbids
from sosach.domain.campaign.operations.solving.answering import solve, unsolve
from sosach.domain.campaign.operations.solving.applying import may_apply
from sosach.domain.campaign.operations.steps import locked, province_of, require_open, require_reason, subject
from sosach.domain.campaign.queries.solving.batches import BATCHERS, safe_cases
from sosach.domain.campaign.queries.solving.matters import REGISTERS, matters_of
from sosach.domain.campaign.rules.safety import effects_of, group_of, print_of, safe_fix, sample_of
from sosach.domain.campaign.states.solving import BatchState, SolutionState, Verdict, batch_state

GOOD_FOR_HOURS = 24
MOST_AT_ONCE = 2_000  # cases of one batch
PORTION = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is.

    Attributes:
        done: cases answered, or taken back, by this portion.
        left: what was left alone by it: case → why, Vietnamese and English.
        waiting: cases the next portion will take.
    """

    done: int
    left: Mapping[int, tuple[str, str]]
    waiting: int


@operation("campaign.mass_change_planned", roles=BATCHERS)
def make_batch(order: Order, *, campaign_id: int, group: str, most: int = MOST_AT_ONCE) -> Done[Batch]:
    """Put cases of a safe group (`safe_groups`) into a batch and draw the sample to look at; no case changes.

    The own case is never among them. The sample is drawn by the number of the act: at least 20 cases, or all.

    Args:
        order: who; somebody who may correct records of the register alone.
        campaign_id: of which campaign.
        group: key of the group.
        most: cases at most, the oldest first.

    Raises:
        SosachError: ACCESS-01 the officer may not correct the register; STATE-01 no such campaign; STATE-02 it is not open;
            STATE-03 nothing of the group is left.
    """
    campaign = Campaign.objects.filter(pk=campaign_id).first()
    register = group.partition(":")[0]
    if campaign is None or register not in campaign.registers:
        raise not_found()
    require_open(campaign)
    _require_corrector(order, register)
    found = [row for row in safe_cases(order.actor, campaign.pk, register) if group_of(row[2]) == group]
    found = found[: min(most, MOST_AT_ONCE)]
    if not found:
        raise changed_meanwhile("Nhóm này không còn vụ việc nào.", "Nothing of the group is left.")
    prints = {str(case.pk): print_of(told, fix) for case, fix, told in found}
    ids = [case.pk for case, _, _ in found]
    batch = Batch.objects.create(
        id=uuid5(order.act, "batch"),
        campaign=campaign,
        commune_code=order.actor.unit if order.actor.level is Level.COMMUNE else None,
        province_code=province_of(order),
        register=register,
        codes=sorted(group.partition(":")[2].split("+")),
        cases=ids,
        prints=prints,
        fingerprint=hashlib.sha256(repr(sorted(prints.items())).encode()).hexdigest(),
        effects=effects_of([fix for _, fix, _ in found]),
        sample=sample_of(ids, seed=str(order.act)),
        made_by=order.actor.key,
        made_at=order.at,
    )
    return Done(batch, [_subject(batch), campaign_subject(campaign)], {"group": group, "cases": len(ids)})


@operation("campaign.sample_looked_at", roles=BATCHERS)
def look_at_sample(order: Order, *, batch_id: UUID, case_id: int, verdict: Verdict) -> Done[Batch]:
    """Say whether the answer to a case of the sample is right; one that is wrong refuses the whole batch.

    Raises:
        SosachError: STATE-01 no such batch within reach, or the case is not in its sample; STATE-02 refused, done or too old.
    """
    batch = _locked(order, batch_id)
    _require_state(order, batch, BatchState.LOOKING, BatchState.READY)
    if case_id not in batch.sample:
        raise not_found()
    seen = {"verdict": verdict.value, "by": order.actor.key, "at": order.at.isoformat(), "reason": order.reason}
    batch.looked_at = batch.looked_at | {str(case_id): seen}
    if verdict is Verdict.WRONG:
        batch.refused_at = order.at
    batch.save(update_fields=["looked_at", "refused_at"])
    case = Case.objects.get(pk=case_id)
    return Done(batch, [_subject(batch), subject(case)], {"case": case_id, "verdict": verdict.value})


@operation("campaign.mass_change_agreed", roles=BATCHERS)
def agree_to_batch(order: Order, *, batch_id: UUID) -> Done[Batch]:
    """Agree, as a second person, to a batch larger than the campaign lets one person carry out.

    Raises:
        SosachError: ACCESS-01; STATE-01; STATE-02 the own batch, or its sample was not looked at wholly, refused, done, old.
    """
    batch = _locked(order, batch_id)
    _require_state(order, batch, BatchState.READY)
    _require_corrector(order, batch.register)
    if order.actor.is_also(batch.made_by):
        raise state_forbids("Cần người thứ hai đồng ý.", "A second person has to agree.")
    batch.agreed_by = order.actor.key
    batch.save(update_fields=["agreed_by"])
    return Done(batch, [_subject(batch)], {"cases": len(batch.cases)})


@operation("campaign.mass_change_done", roles=BATCHERS, nationwide=True)
def carry_out_batch(order: Order, *, batch_id: UUID, limit: int = PORTION) -> Done[Progress]:
    """Answer the next portion of a batch, each case by itself: what is refused, or not as it was shown, stays open and is told.

    Call it until nothing waits. Each case is answered as by `solve`; the re-check closes it.

    Raises:
        SosachError: ACCESS-01; STATE-01; STATE-02 somebody else's, the sample was not looked at wholly, a second person has
            not agreed, refused, done or too old.
    """
    batch = _locked(order, batch_id)
    _require_state(order, batch, BatchState.READY)
    _require_corrector(order, batch.register)
    if not any(key and order.actor.is_also(key) for key in (batch.made_by, batch.agreed_by)):
        raise state_forbids("Lô của người khác.", "It is somebody else's batch.")
    if len(batch.cases) > batch.campaign.mass_limit and not batch.agreed_by:
        raise state_forbids(
            "Lô nhiều vụ việc cần người thứ hai đồng ý.",
            "A batch of so many cases needs a second person.",
            hint_vi="Mời một cán bộ khác xem mẫu và đồng ý.",
            hint_en="Ask a colleague to see the sample and agree.",
        )
    waiting = _waiting(batch)
    left: dict[int, tuple[str, str]] = {}
    done: list[Case] = []
    for case_id in waiting[:limit]:
        try:
            done.append(_answer(order, batch, case_id))
        except SosachError as refused:
            left[case_id] = (refused.vi, refused.en)
    batch.left = batch.left | {str(key): list(why) for key, why in left.items()}
    remaining = len(waiting[limit:])
    batch.done_at = order.at if not remaining else None
    batch.save(update_fields=["left", "done_at"])
    subjects = [_subject(batch), *(subject(case) for case in done)]
    return Done(Progress(len(done), left, remaining), subjects, {"done": len(done), "left": len(left)})


@operation("campaign.mass_change_done", roles=BATCHERS, nationwide=True)
def undo_batch(order: Order, *, batch_id: UUID, limit: int = PORTION) -> Done[Progress]:
    """Take the answers of a batch back, the next portion, each by itself; nothing more of it is carried out.

    Call it until nothing waits. Answers that were taken back one by one before are passed over.

    Raises:
        SosachError: ACCESS-01; STATE-01; STATE-02 it was refused; STATE-04 no reason.
    """
    require_reason(order)
    batch = _locked(order, batch_id)
    _require_corrector(order, batch.register)
    if batch_state(batch) is BatchState.REFUSED:
        raise state_forbids("Lô này chưa được thực hiện.", "The batch was never carried out.")
    rows = Solution.objects.filter(batch=batch, state=SolutionState.DONE.value)
    rows = rows.exclude(case_id__in=[int(key) for key in batch.left])
    waiting = list(rows.select_related("case").order_by("-pk"))
    left: dict[int, tuple[str, str]] = {}
    done: list[Case] = []
    for solution in waiting[:limit]:
        try:
            unsolve(replace(order, act=uuid5(order.act, f"undo:{solution.pk}")), solution_id=solution.pk)
            done.append(solution.case)
        except SosachError as refused:
            left[solution.case_id] = (refused.vi, refused.en)
    batch.left = batch.left | {str(key): list(why) for key, why in left.items()}
    batch.undone_at = order.at
    batch.save(update_fields=["left", "undone_at"])
    subjects = [_subject(batch), *(subject(case) for case in done)]
    told = {"undone": len(done), "left": len(left)}
    return Done(Progress(len(done), left, len(waiting[limit:])), subjects, told)


def _answer(order: Order, batch: Batch, case_id: int) -> Case:
    """Give a case the answer it was shown with.

    Raises:
        SosachError: it is not as it was shown, or whatever `solve` refuses.
    """
    case = locked(order, case_id)
    record = REGISTERS[batch.register].model.objects.filter(pk=case.subject_id).first()
    told = matters_of(case, record) if record is not None else None
    fix = safe_fix(told) if told is not None else None
    if told is None or fix is None or print_of(told, fix) != batch.prints[str(case_id)]:
        raise changed_meanwhile("Vụ việc đã thay đổi sau khi xem.", "The case changed since it was shown.")
    solution = solve(replace(order, act=uuid5(order.act, f"case:{case_id}")), case_id=case_id, fix_key=fix.key)
    solution.batch = batch
    solution.save(update_fields=["batch"])
    return solution.case


def _waiting(batch: Batch) -> list[int]:
    """Cases of a batch that were neither answered nor left."""
    answered = set(Solution.objects.filter(batch=batch).values_list("case_id", flat=True))
    left = {int(key) for key in batch.left}
    return [key for key in batch.cases if key not in answered and key not in left]


def _locked(order: Order, batch_id: UUID) -> Batch:
    rows = Batch.objects.select_for_update(of=("self",)).select_related("campaign")
    batch = scoped(rows, order.actor).filter(pk=batch_id).first()
    if batch is None:
        raise not_found()
    require_open(batch.campaign)
    return batch


def _require_state(order: Order, batch: Batch, *states: BatchState) -> None:
    state = batch_state(batch)
    if state not in states:
        vi, en = _NOT_SO[state]
        raise state_forbids(vi, en)
    if order.at - batch.made_at > timedelta(hours=GOOD_FOR_HOURS):
        raise state_forbids("Lô đã quá hạn, hãy lập lại.", "The batch is too old: make it anew.")


_NOT_SO: Mapping[BatchState, tuple[str, str]] = {
    BatchState.LOOKING: ("Chưa kiểm tra hết mẫu.", "The sample was not looked at wholly."),
    BatchState.READY: ("Mẫu đã được kiểm tra hết.", "The sample was looked at already."),
    BatchState.REFUSED: ("Lô bị từ chối vì mẫu có lỗi.", "The batch was refused: its sample holds an error."),
    BatchState.DONE: ("Lô này đã thực hiện.", "The batch was carried out already."),
    BatchState.UNDONE: ("Lô này đã thu hồi.", "The batch was taken back."),
}


def _require_corrector(order: Order, register: str) -> None:
    if not may_apply(order, register):
        raise SosachError(
            ErrorCode.ACCESS_DENIED,
            vi="Tài khoản không được sửa dữ liệu của sổ này.",
            en="The account may not correct records of this register.",
        )


def _subject(batch: Batch) -> Subject:
    return Subject("batch", str(batch.pk), batch.commune_code or "")
