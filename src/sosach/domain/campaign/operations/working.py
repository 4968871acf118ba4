"""What officers do with one case: give it to somebody, visit, verify, approve, send back, dispute, forward."""

from collections.abc import Mapping

from sosach.domain.access.models import Officer
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level, Subject
from sosach.domain.campaign.models import Case, CaseStep, Solution, Visit
from sosach.domain.campaign.operations.moving import move_record
from sosach.domain.campaign.operations.refusals import incomplete, not_found, state_forbids
from sosach.domain.campaign.operations.steps import (
    LEADERS,
    OFFICERS,
    SYSTEM,
    VERIFIERS,
    locked,
    officer_of,
    require_reason,
    subject,
    take,
)
from sosach.domain.campaign.rules.visits import OUTCOMES, next_visit
from sosach.domain.campaign.states.cases import State, Step
from sosach.domain.campaign.states.solving import SolutionState
from sosach.domain.places.queries import unit
from sosach.domain.population.rules.days import day_of

APPROVERS = frozenset({Role.CHIEF})
NOTE_MOST = 500


@operation("campaign.case_assigned", roles=OFFICERS)
def assign(order: Order, *, case_id: int, officer_id: int, version: int | None = None) -> Done[Case]:
    """Put a case on an officer's desk: take one oneself, or, as a leader, give or hand it over to another.

    Raises:
        SosachError: STATE-01 no such case or officer within reach; STATE-02 closed, or another's case and no leader asks;
            STATE-03 changed since it was seen.
    """
    case = locked(order, case_id, version=version)
    own = officer_of(order)
    leads = not order.actor.roles.isdisjoint(LEADERS)
    if not leads and (officer_id != own or case.officer_id not in {None, own}):
        raise state_forbids(
            "Chỉ lãnh đạo mới giao hoặc chuyển vụ việc cho người khác.",
            "Only leaders give a case to somebody else.",
        )
    require_officer(officer_id, case)
    before = case.officer_id
    take(order, case, Step.ASSIGN, details={"from": before, "to": officer_id}, officer_id=officer_id)
    return Done(case, [subject(case), Subject("officer", str(officer_id))])


@operation("campaign.case_assigned", roles=OFFICERS)
def take_case_back(order: Order, *, case_id: int, version: int | None = None) -> Done[Case]:
    """Take a case from an officer's desk before anything is declared; it is nobody's again.

    Raises:
        SosachError: STATE-01; STATE-02 not on a desk, or work has gone further, or another's and no leader asks; STATE-03;
            STATE-04 no reason.
    """
    require_reason(order)
    case = locked(order, case_id, version=version)
    if order.actor.roles.isdisjoint(LEADERS) and case.officer_id != officer_of(order):
        raise state_forbids("Vụ việc của người khác.", "The case is another officer's.")
    before = case.officer_id
    take(order, case, Step.TAKE_BACK, details={"from": before}, officer_id=None, next_visit_on=None)
    return Done(case, [subject(case)])


@operation("campaign.visited", roles=OFFICERS)
def note_visit(order: Order, *, case_id: int, outcome: str, note: str = "", version: int | None = None) -> Done[Visit]:
    """Note what came of a visit or call; the next one is proposed for a day on which the campaign visits.

    Raises:
        SosachError: STATE-01; STATE-02 closed; STATE-03; STATE-04 no such outcome, or the note is too long.
    """
    if outcome not in OUTCOMES or len(note) > NOTE_MOST:
        raise incomplete("Kết quả hoặc ghi chú không hợp lệ.", "No such outcome, or the note is too long.")
    case = locked(order, case_id, version=version)
    visits = case.visits + 1
    day = day_of(order.at)
    following = next_visit(outcome, on=day, visits=visits, ends=case.campaign.ends_on, windows=case.campaign.windows)
    step = Step.CONTACT if OUTCOMES[outcome].reached else Step.MISS
    take(
        order,
        case,
        step,
        details={"outcome": outcome},
        visits=visits,
        last_outcome=outcome,
        next_visit_on=following,
        officer_id=case.officer_id or _visitor(order, case),
    )
    visit = Visit.objects.create(
        case=case,
        at=order.at,
        outcome=outcome,
        note=note.strip(),
        next_on=following,
        actor_key=order.actor.key,
        act=order.act,
    )
    return Done(visit, [subject(case)], {"outcome": outcome})


@operation("campaign.case_moved_on", roles=SYSTEM | OFFICERS)
def note_declared(order: Order, *, register: str, subject_id: int, declaration_id: int) -> Done[list[Case]]:
    """Note that somebody has declared about a record: its open cases go on to whoever verifies.

    Returns:
        The cases; none where nothing was to be done about the record.
    """
    rows = scoped(Case.objects.select_for_update(of=("self",)), order.actor).filter(
        register=register, subject_id=subject_id, closed_on__isnull=True, campaign__state="open"
    )
    changed = []
    for case in rows.order_by("pk"):
        if case.state in {State.VERIFIED, State.APPROVED, State.CONFLICT}:
            # a later declaration is seen beside the work that has begun
            Case.objects.filter(pk=case.pk).update(declaration_id=declaration_id, version=case.version + 1)
        else:
            take(order, case, Step.DECLARE, details={"declaration": declaration_id}, declaration_id=declaration_id)
        changed.append(case)
    subjects = [subject(case) for case in changed] or [Subject("declaration", str(declaration_id))]
    return Done(changed, subjects, {"declaration": declaration_id})


@operation("campaign.case_moved_on", roles=VERIFIERS)
def verify(order: Order, *, case_id: int, version: int | None = None) -> Done[Case]:
    """Say that claim, evidence and registers were compared; somebody else approves.

    Raises:
        SosachError: STATE-01; STATE-02 nothing to verify; STATE-03; STATE-04 no evidence named.
    """
    if not order.evidence:
        raise incomplete("Cần nêu giấy tờ đã đối chiếu.", "Name the papers that were compared.")
    case = locked(order, case_id, version=version)
    take(order, case, Step.VERIFY, details={"evidence": sorted(order.evidence)})
    return Done(case, [subject(case)])


@operation("campaign.case_moved_on", roles=APPROVERS)
def approve(order: Order, *, case_id: int, version: int | None = None) -> Done[Case]:
    """Approve what another officer verified; the re-check then says whether the record is clean.

    Raises:
        SosachError: STATE-01; STATE-02 not verified, or by the own hand, or an answer waits to be confirmed: nothing has
            changed yet; STATE-03.
    """
    case = locked(order, case_id, version=version)
    if Solution.objects.filter(case=case, state=SolutionState.PROPOSED.value).exists():
        raise state_forbids("Hãy duyệt hoặc từ chối đề xuất đang chờ.", "Confirm or refuse the answer that waits.")
    verified = CaseStep.objects.filter(case=case, step=Step.VERIFY.value).order_by("-pk").first()
    if verified is not None and verified.actor_key == order.actor.key:
        raise state_forbids("Người xác minh không được tự phê duyệt.", "Nobody approves what they verified.")
    take(order, case, Step.APPROVE)
    return Done(case, [subject(case)])


@operation("campaign.case_moved_on", roles=VERIFIERS)
def send_back(order: Order, *, case_id: int, version: int | None = None) -> Done[Case]:
    """Send a case back to the officer who has it, with a reason.

    Raises:
        SosachError: STATE-01; STATE-02 nothing declared or verified; STATE-03; STATE-04 no reason.
    """
    require_reason(order)
    return _step(order, case_id, Step.SEND_BACK, version)


@operation("campaign.case_moved_on", roles=OFFICERS)
def dispute(order: Order, *, case_id: int, version: int | None = None) -> Done[Case]:
    """Mark that claims stand against each other: nothing is applied before it is settled.

    Raises:
        SosachError: STATE-01; STATE-02 closed or in dispute already; STATE-03; STATE-04 no reason.
    """
    require_reason(order)
    return _step(order, case_id, Step.DISPUTE, version)


@operation("campaign.case_moved_on", roles=VERIFIERS)
def settle_dispute(order: Order, *, case_id: int, version: int | None = None) -> Done[Case]:
    """Say that the claims stand against each other no more; the case is worked on again.

    Raises:
        SosachError: STATE-01; STATE-02 no dispute; STATE-03; STATE-04 no reason.
    """
    require_reason(order)
    return _step(order, case_id, Step.SETTLE, version)


@operation("campaign.case_forwarded", roles=VERIFIERS, nationwide=True)
def forward(order: Order, *, case_id: int, commune_code: str, version: int | None = None) -> Done[Case]:
    """Forward a case, and its record with it, to the commune where the owner lives now.

    The record lies there from now on, so that the officers there can see and mend it; taking the entry of its journal
    back brings it home.

    Raises:
        SosachError: STATE-01; STATE-02 closed, approved, or a person: residence is changed by its own procedure; STATE-03;
            STATE-04 no reason, no such commune, or the own one.
    """
    require_reason(order)
    case = locked(order, case_id, version=version)
    found = unit(level="commune", code=commune_code, at=day_of(order.at))
    if found is None or commune_code == case.commune_code:
        raise incomplete("Xã nhận không hợp lệ.", "Not another commune.")
    home = case.commune_code or ""
    move_record(order, case, commune_code=commune_code, province_code=found.province_code)
    take(
        order,
        case,
        Step.FORWARD,
        details={"from": home, "to": commune_code},
        moved_from=home,
        commune_code=commune_code,
        province_code=found.province_code,
        officer_id=None,
        locality="",
        group="",
        next_visit_on=None,
    )
    return Done(case, [Subject("case", str(case.pk), home), subject(case)], {"to": commune_code})


def require_officer(officer_id: int, case: Case) -> Officer:
    """The account, where it serves the place of a case.

    Raises:
        SosachError: STATE-01.
    """
    officer = Officer.objects.filter(pk=officer_id, is_active=True).first()
    own: Mapping[str, str | None] = {"nation": "", "province": case.province_code, "commune": case.commune_code}
    if officer is None or officer.unit != own[officer.level]:
        raise not_found()
    return officer


def _visitor(order: Order, case: Case) -> int | None:
    """Whoever of the commune goes there works on it."""
    own = officer_of(order)
    found = Officer.objects.filter(pk=own, is_active=True, level=Level.COMMUNE, unit=case.commune_code)
    return own if own is not None and found.exists() else None


def _step(order: Order, case_id: int, step: Step, version: int | None) -> Done[Case]:
    case = locked(order, case_id, version=version)
    take(order, case, step)
    return Done(case, [subject(case)])
