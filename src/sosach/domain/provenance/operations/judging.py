"""Corrections and judgements: appended with reason and evidence, never edited, taken back in any order."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Model

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation, require_other
from sosach.domain.access.queries import require, scoped
from sosach.domain.access.rules import Action, Role, may, policies
from sosach.domain.audit.rules import Actor, Level, Subject
from sosach.domain.provenance.models import Candidate, Duplicate, Finding, Folded, JournalEntry, Proposal
from sosach.domain.provenance.operations.hands import linked, require_another_hand, require_two
from sosach.domain.provenance.operations.journal import enter_change, retract
from sosach.domain.provenance.operations.registers import Register
from sosach.domain.provenance.rules import GONE, OPEN, PERSON, VERDICTS, EntryKind, Matter, MatterKind, Verdict, rights
from sosach.vn.working_days import add_working_days, day_of

M = TypeVar("M", bound=Model)
OFFICERS = frozenset(
    {Role.CLERK, Role.VERIFIER, Role.CHIEF, Role.POPULATION, Role.VEHICLES, Role.LICENCES, Role.STEWARD}
)
JUDGES = OFFICERS - {Role.CLERK}


@operation("provenance.correction_proposed", roles=OFFICERS)
def propose(order: Order, *, register: Register, record_id: int, column: str, value: Any) -> Done[Proposal]:
    """Say that a value should be another. Nothing changes before somebody else has decided.

    Returns:
        The proposal; `due_on` is the last day to decide, where the law sets one.

    Raises:
        SosachError: STATE-01 no such record within reach; STATE-04 no reason, no evidence, or not a value of the column.
    """
    require(order.actor, rights.PROPOSERS[register.name])
    _require_reason(order)
    if not order.evidence:
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Cần giấy tờ chứng minh.", en="Evidence is missing.")
    record = _record(order, register, record_id)
    told = register.checked(record, {column: value})
    due = add_working_days(day_of(order.at), register.correction_days) if register.correction_days else None
    proposal = Proposal.objects.create(
        register=register.name,
        subject_id=record.pk,
        column=column,
        value=told[column],
        at=order.at,
        due_on=due,
        act=order.act,
        actor_kind=order.actor.kind,
        actor_key=order.actor.key,
        reason=order.reason,
        evidence=order.evidence,
    )
    return Done(proposal, [_subject(register, record)], {"proposal": proposal.pk, "column": column})


@operation("provenance.correction_decided", roles=JUDGES)
def decide(order: Order, *, register: Register, proposal_id: int, accept: bool) -> Done[JournalEntry]:
    """Accept or refuse a proposed correction; a second person decides, of the population the commune's chief.

    Raises:
        SosachError: ACCESS-01; STATE-01 no such proposal within reach; STATE-02 it is decided, or the own one; STATE-04 no
            reason; STATE-03 another record stands against it.
    """
    _require_corrector(order, register)
    _require_reason(order)
    proposal, record = _raised(order, register, Proposal, proposal_id)
    if order.actor.is_also(proposal.actor_key):
        raise _forbidden("Người đề nghị không được tự quyết định.", "Nobody decides the own proposal.")
    matter = Matter(MatterKind.PROPOSAL, proposal.pk)
    if accept:
        changes = register.checked(record, {proposal.column: proposal.value})
        entry = _enter(order, register, record, changes, (matter, Verdict.ACCEPTED))
    else:
        entry = _enter(order, register, record, {}, (matter, Verdict.REFUSED))
    return Done(entry, [_subject(register, record)], {"proposal": proposal.pk, "accepted": accept})


@operation("provenance.finding_settled", roles=JUDGES)
def accept_finding(
    order: Order, *, register: Register, finding_id: int, value: str | None = None
) -> Done[JournalEntry]:
    """Change the value to what the finding proposes, or to what somebody found to be right.

    Raises:
        SosachError: ACCESS-01; STATE-01 no such finding within reach; STATE-02 it is settled or gone; STATE-04 it proposes
            nothing the column can hold; STATE-03 another record stands against it.
    """
    _require_corrector(order, register)
    finding, record = _raised(order, register, Finding, finding_id)
    declared = register.columns.by_field(finding.field) if register.columns else None
    told = finding.proposed if value is None else value
    if declared is not None and told is not None and declared.reads is not None:
        told = declared.reads(told)
    if declared is None or told is None:
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi="Cảnh báo này không có đề nghị dùng ngay được.",
            en="The finding proposes nothing that can be taken over.",
            hint_vi="Đề nghị sửa bằng giá trị đúng.",
            hint_en="Propose a correction with the right value.",
        )
    changes = register.checked(record, {declared.column: told})
    entry = _enter(order, register, record, changes, (Matter(MatterKind.FINDING, finding.pk), Verdict.ACCEPTED))
    return Done(entry, [_subject(register, record)], {"finding": finding.pk, "code": finding.code})


@operation("provenance.person_confirmed", roles=JUDGES, nationwide=True)
def confirm_person(
    order: Order, *, register: Register, record_id: int, columns: Collection[str] | None = None
) -> Done[JournalEntry]:
    """Say that the person on record is the right one, and take over what the population register says of that person.

    Nobody's rights change by it; the record may come to lie where the person lives.

    Args:
        order: who, when, why.
        register: of the record.
        record_id: which.
        columns: to take over; None: all the population register knows.

    Raises:
        SosachError: ACCESS-01; STATE-01 no such record within reach; STATE-02 it names nobody, or the population register
            says nothing else; STATE-03 another record stands against it.
    """
    _require_corrector(order, register)
    record = _locked(order, register, record_id)
    told = register.person_says(record) if register.person_says is not None else {}
    changes = {column: value for column, value in told.items() if columns is None or column in columns}
    if not changes:
        raise _forbidden(
            "Bản ghi chưa gắn với ai trong sổ dân cư.", "The record names nobody of the population register."
        )
    with _refusing_conflicts():
        entry = enter_change(order, record, changes, procedure="confirm_person", kind=EntryKind.CORRECTION)
        if register.settle is not None:
            register.settle(order, record)
    return Done(entry, [_subject(register, record)], {"columns": sorted(changes)})


@operation("provenance.finding_settled", roles=JUDGES)
def dismiss_finding(order: Order, *, register: Register, finding_id: int) -> Done[JournalEntry]:
    """Say that the value is right as it is; later runs that find the same stay settled.

    Raises:
        SosachError: STATE-01; STATE-02 settled or gone; STATE-04 no reason.
    """
    _require_reason(order)
    finding, record = _raised(order, register, Finding, finding_id)
    entry = _enter(order, register, record, {}, (Matter(MatterKind.FINDING, finding.pk), Verdict.DISMISSED))
    return Done(entry, [_subject(register, record)], {"finding": finding.pk, "code": finding.code})


@operation("provenance.candidate_judged", roles=JUDGES)
def judge_candidate(
    order: Order,
    *,
    register: Register,
    candidate_id: int,
    verdict: Verdict,
    approver: Actor | None = None,
    proposed_by: str = "",
) -> Done[JournalEntry]:
    """Say whether a record belongs to a person; `same` links it, where nobody is linked yet.

    An owner on record is never replaced this way: that is a transfer. Nor by one officer who takes one off and puts another on.

    Args:
        order: who, when, why.
        register: of the record.
        candidate_id: the person who was thought of.
        verdict: what is said of it.
        approver: second person, needed where it says who owns something.
        proposed_by: key of the account that proposed it, where this order confirms a proposal: that is the second person then.

    Raises:
        SosachError: STATE-01; STATE-02 judged so already, gone, the record has somebody, or had somebody else whom the same
            officer took off; STATE-04 no reason, no second person, or the person is not in the register.
    """
    _require_reason(order)
    candidate, record = _raised(order, register, Candidate, candidate_id, again=True)
    judged = _judgement(MatterKind.CANDIDATE, candidate, verdict)
    changes = _link(register, record, candidate) if verdict is Verdict.SAME else {}
    before = linked(register, record)
    if changes:
        require_two(order, register, record, approver, proposed_by)
    entry = _enter(order, register, record, changes, judged)
    if not register.owning:
        require_another_hand(order, register, record, entry, before=before)
    return Done(entry, [_subject(register, record)], {"candidate": candidate.pk, "verdict": verdict})


@operation("provenance.duplicate_judged", roles=JUDGES)
def judge_duplicate(order: Order, *, register: Register, duplicate_id: int, verdict: Verdict) -> Done[JournalEntry]:
    """Say whether a record is one with the others of its group. Records are merged by their own procedure.

    Raises:
        SosachError: STATE-01; STATE-02 judged so already, or gone; STATE-04 no reason.
    """
    _require_reason(order)
    duplicate, record = _raised(order, register, Duplicate, duplicate_id, again=True)
    entry = _enter(order, register, record, {}, _judgement(MatterKind.DUPLICATE, duplicate, verdict))
    return Done(entry, [_subject(register, record)], {"duplicate": duplicate.pk, "verdict": verdict})


@operation("provenance.entry_retracted", roles=JUDGES)
def take_back(
    order: Order,
    *,
    register: Register,
    record_id: int,
    entry_id: int,
    approver: Actor | None = None,
    proposed_by: str = "",
) -> Done[JournalEntry]:
    """Take a correction, a judgement, or the taking back of one, back; everything is as if it had never been.

    Procedures are taken back by the verb of their register, which asks for the second person they need.

    Args:
        order: who, when, why.
        register: of the record.
        record_id: the record.
        entry_id: of its journal.
        approver: second person, needed where somebody else, or nobody, owns something afterwards.
        proposed_by: key of the account that asked for it, where this order agrees: that is the second person then.

    Raises:
        SosachError: ACCESS-01; STATE-01 no such record or entry; STATE-02 a procedure, taken back already, or one officer would
            put somebody else on record than whom he took off; STATE-03 another record stands against what was before;
            STATE-04 no reason, or no second person.
    """
    _require_reason(order)
    record = _locked(order, register, record_id)
    entries = JournalEntry.objects.filter(register=register.name, subject_id=record.pk)
    root = entries.filter(pk=entry_id).first()
    while root is not None and root.retracts_id is not None:
        root = entries.filter(pk=root.retracts_id).first()
    if root is not None and root.kind == EntryKind.PROCEDURE:
        raise _forbidden("Thủ tục được thu hồi bằng thao tác của sổ.", "A procedure is taken back by its own verb.")
    if root is not None and root.changes:
        _require_corrector(order, register)
    before = linked(register, record)
    with _refusing_conflicts():
        entry = retract(order, record, entry_id)
        if register.settle is not None:
            register.settle(order, record)
    if not register.owning:
        require_another_hand(order, register, record, entry, before=before)
    elif linked(register, record) != before:
        require_two(order, register, record, approver, proposed_by)
    return Done(entry, [_subject(register, record)], {"entry": entry_id})


def _enter(
    order: Order, register: Register, record: Folded, changes: Mapping[str, Any], judged: tuple[Matter, Verdict]
) -> JournalEntry:
    accepted = judged[1] is Verdict.ACCEPTED
    kind = EntryKind.CORRECTION if accepted else EntryKind.JUDGEMENT
    with _refusing_conflicts():
        entry = enter_change(
            order, record, changes, procedure=f"{judged[0].kind}_{judged[1]}", kind=kind, judged=judged
        )
        if changes and register.settle is not None:
            register.settle(order, record)
    return entry


@contextmanager
def _refusing_conflicts() -> Iterator[None]:
    """A savepoint in which a constraint that stands against a change is an error a person can act on."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise SosachError(
            ErrorCode.CONFLICT,
            vi="Mâu thuẫn với một bản ghi khác.",
            en="Another record stands against it.",
            hint_vi="Xem bản ghi có cùng số trước.",
            hint_en="Look at the record with the same number first.",
        ) from error


def _judgement(kind: MatterKind, raised: Candidate | Duplicate, verdict: Verdict) -> tuple[Matter, Verdict]:
    if verdict not in VERDICTS[kind]:
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Kết luận không hợp lệ.", en="It cannot be judged so.")
    if raised.state == verdict:
        raise _forbidden("Đã có kết luận này.", "It is judged so already.")
    return Matter(kind, raised.pk), verdict


def _link(register: Register, record: Folded, candidate: Candidate) -> dict[str, Any]:
    linking = register.columns.linking if register.columns else {}
    if not linking or candidate.person_id is None:
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE, vi="Người này chưa có trong sổ dân cư.", en="The person is not in the register."
        )
    person = [column for column, value in linking.items() if value == PERSON]
    if any(getattr(record, column) is not None for column in person):
        raise _forbidden(
            "Bản ghi đã có chủ; đổi chủ bằng thủ tục sang tên.", "The record has somebody: use the transfer."
        )
    return {column: candidate.person_id if value == PERSON else str(value) for column, value in linking.items()}


def _raised(order: Order, register: Register, model: type[M], key: int, *, again: bool = False) -> tuple[M, Any]:
    """Something raised and its record, locked.

    Args:
        order: who.
        register: of the record.
        model: of what is raised.
        key: its id.
        again: whether a judged one may be judged otherwise.
    """
    found = model.objects.filter(pk=key, register=register.name).first()
    if found is None:
        raise _not_found()
    record = _locked(order, register, found.subject_id)
    found.refresh_from_db()
    if found.state == GONE or (found.state != OPEN and not again):
        raise _forbidden("Việc này đã giải quyết.", "It is settled already.")
    return found, record


def _locked(order: Order, register: Register, record_id: int) -> Folded:
    """The record, locked: whoever judges it has to be allowed to change it."""
    require(order.actor, rights.JUDGES[register.name])
    if not may(order.actor, Action.UPDATE, register.table):
        raise SosachError(
            ErrorCode.ACCESS_DENIED,
            vi="Tài khoản không có quyền với sổ này.",
            en="The account has no right to do this.",
        )
    record = _record(order, register, record_id, lock=True)
    whose = policies()[register.table].person
    require_other(order.actor, getattr(record, whose) if whose else None)
    return record


def _record(order: Order, register: Register, record_id: int, *, lock: bool = False) -> Folded:
    rows = register.model.objects.select_for_update(of=("self",)) if lock else register.model.objects.all()
    record = scoped(rows, order.actor).filter(pk=record_id).first()
    if record is None:
        raise _not_found()
    return record


def _require_corrector(order: Order, register: Register) -> None:
    require(order.actor, register.correctors)
    if register.commune_only and order.actor.level is not Level.COMMUNE:
        raise SosachError(
            ErrorCode.ACCESS_DENIED,
            vi="Do thủ trưởng công an cấp xã quyết định.",
            en="The chief of the commune decides this.",
        )


def _require_reason(order: Order) -> None:
    if not order.reason.strip():
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Cần nêu lý do.", en="A reason is missing.")


def _subject(register: Register, record: Folded) -> Subject:
    return Subject(register.subject, str(record.pk), record.commune_code or "")


def _not_found() -> SosachError:
    return SosachError(
        ErrorCode.NOT_FOUND, vi="Không tìm thấy trong phạm vi quản lý.", en="There is none within reach."
    )


def _forbidden(vi: str, en: str) -> SosachError:
    return SosachError(ErrorCode.STATE_FORBIDS, vi=vi, en=en)
