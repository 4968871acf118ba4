"""Steps of a case: found within reach and locked, moved by the state machine alone, each step written down."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F

from sosach.domain.access.operations import Order, require_other
from sosach.domain.access.queries import scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import ActorKind, Level, Subject, account_key
from sosach.domain.campaign.models import Campaign, Case, CaseStep
from sosach.domain.campaign.operations.refusals import changed_meanwhile, incomplete, not_found, state_forbids
from sosach.domain.campaign.rules.closings import Closing
from sosach.domain.campaign.states.campaigns import CampaignState
from sosach.domain.campaign.states.cases import CLOSED, State, Step, after
from sosach.domain.places.queries import unit
from sosach.domain.population.rules.days import day_of

OFFICERS = frozenset(
    {Role.CLERK, Role.VERIFIER, Role.CHIEF, Role.POPULATION, Role.VEHICLES, Role.LICENCES, Role.STEWARD}
)
VERIFIERS = OFFICERS - {Role.CLERK}
LEADERS = frozenset({Role.CHIEF, Role.STEWARD})
SYSTEM = frozenset({Role.SYSTEM})
WORDS: Mapping[str, tuple[str, str]] = {
    Step.ASSIGN: ("giao vụ việc", "given to an officer"),
    Step.TAKE_BACK: ("thu hồi", "taken back"),
    Step.CONTACT: ("ghi đã gặp chủ", "noted as reached"),
    Step.MISS: ("ghi không gặp được chủ", "noted as not reached"),
    Step.DECLARE: ("ghi nhận kê khai", "declared"),
    Step.VERIFY: ("xác minh", "verified"),
    Step.APPROVE: ("phê duyệt", "approved"),
    Step.SEND_BACK: ("trả lại", "sent back"),
    Step.DISPUTE: ("đánh dấu tranh chấp", "marked as a conflict"),
    Step.SETTLE: ("kết thúc tranh chấp", "settled"),
    Step.FORWARD: ("chuyển sang xã khác", "forwarded"),
    Step.CLEAN: ("kết luận đã sạch", "found clean"),
    Step.VANISH: ("đóng vì không còn cảnh báo", "closed as gone"),
    Step.RAISE_AGAIN: ("mở lại", "opened again"),
}


def officer_of(order: Order) -> int | None:
    """Id of the officer who acts; None for the system and programs."""
    prefix = account_key(ActorKind.OFFICER, 0).removesuffix("0")
    number = order.actor.key.removeprefix(prefix)
    return int(number) if order.actor.kind is ActorKind.OFFICER and number.isdigit() else None


def province_of(order: Order) -> str | None:
    """The province whoever acts belongs to; None for the nation, and for a commune that is none on that day."""
    if order.actor.level is Level.PROVINCE:
        return order.actor.unit
    if order.actor.level is not Level.COMMUNE:
        return None
    found = unit(level="commune", code=order.actor.unit, at=day_of(order.at))
    return found.province_code if found is not None else None


def subject(case: Case) -> Subject:
    """The case in the evidence log."""
    return Subject("case", str(case.pk), case.commune_code or "")


def locked(order: Order, case_id: int, *, version: int | None = None) -> Case:
    """A case of a running campaign within reach, locked.

    Args:
        order: who.
        case_id: which.
        version: as the caller saw it; None where nobody looked.

    Raises:
        SosachError: STATE-01 none within reach; STATE-02 the campaign is not open; STATE-03 changed since it was seen; ACCESS-01
            it is about a record of the officer's own.
    """
    rows = scoped(Case.objects.select_for_update(of=("self",)).select_related("campaign"), order.actor)
    case = rows.filter(pk=case_id).first()
    if case is None:
        raise not_found()
    require_other(order.actor, case.person_id)
    require_open(case.campaign)
    if version is not None and version != case.version:
        raise changed_meanwhile("Vụ việc đã thay đổi sau khi xem.", "The case changed since it was looked at.")
    return case


def require_open(campaign: Campaign) -> None:
    """Refuse work in a campaign that does not run.

    Raises:
        SosachError: STATE-02.
    """
    if campaign.state != CampaignState.OPEN:
        raise state_forbids(
            "Chiến dịch chưa mở hoặc đã dừng.",
            "The campaign is not open.",
            hint_vi="Hỏi người phụ trách chiến dịch.",
            hint_en="Ask whoever runs the campaign.",
        )


def require_reason(order: Order) -> None:
    """Refuse an order without reason.

    Raises:
        SosachError: STATE-04.
    """
    if not order.reason.strip():
        raise incomplete("Cần nêu lý do.", "A reason is missing.")


def take(order: Order, case: Case, step: Step, *, details: Mapping[str, Any] | None = None, **changes: Any) -> CaseStep:
    """Take a step with a locked case: state, changes, version, and the step itself, in the caller's transaction.

    Raises:
        SosachError: STATE-02 the step is not possible in the state of the case.
    """
    before = State(case.state)
    then = after(before, step)
    if then is None:
        vi, en = WORDS[step]
        raise state_forbids(f"Vụ việc không thể {vi} ở trạng thái này.", f"In its state the case cannot be {en}.")
    for name, value in (changes | {"state": then.value, "changed_at": order.at, "version": case.version + 1}).items():
        setattr(case, name, value)
    case.save(update_fields=["state", "changed_at", "version", *changes])
    return CaseStep.objects.create(
        case=case,
        step=step.value,
        before=before.value,
        after=then.value,
        at=order.at,
        actor_key=order.actor.key,
        officer_id=case.officer_id,
        reason=order.reason,
        details=dict(details or {}),
        act=order.act,
    )


def close_clean(order: Order, case: Case, *, closing: Closing, details: Mapping[str, Any] | None = None) -> CaseStep:
    """Close a locked case whose record the re-check found clean: the four criteria are met by it.

    For the re-check alone; nobody closes a case by saying so.

    Raises:
        SosachError: STATE-02 the case is closed, or claims stand against each other.
    """
    met = {"correct": True, "complete": True, "clean": True, "live": True, "result_class": "match", "action": "none"}
    told = {**met, "codes": [], "errors": 0, "closed_on": day_of(order.at), "closing": closing.value}
    return take(order, case, Step.CLEAN, details=details, **told, next_visit_on=None)


def raise_again(order: Order, case: Case, *, details: Mapping[str, Any] | None = None) -> CaseStep:
    """Open a closed case again, because its record is not clean any more (a correction was taken back).

    Raises:
        SosachError: STATE-02 the case is open.
    """
    told = {"closed_on": None, "closing": "", "reopened": case.reopened + 1, "uploaded_on": None}
    return take(order, case, Step.RAISE_AGAIN, details=details, **told)


def note_failed_sample(case: Case) -> None:
    """Count a sample of a second look that did not agree with how a case was closed."""
    Case.objects.filter(pk=case.pk).update(failed_samples=F("failed_samples") + 1)


def is_closed(case: Case) -> bool:
    """Whether nothing is left to do."""
    return State(case.state) in CLOSED
