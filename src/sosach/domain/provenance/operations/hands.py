"""Whose hands a change of owner passes through: never one person's alone, never one's who took another owner off before."""

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import require, scoped
from sosach.domain.audit.rules import Actor
from sosach.domain.provenance.models import Folded, JournalEntry
from sosach.domain.provenance.operations.registers import Register
from sosach.domain.provenance.rules import PERSON, EntryKind, rights


def _person_column(register: Register) -> str | None:
    linking = register.columns.linking if register.columns else {}
    return next((column for column, value in linking.items() if value == PERSON), None)


def linked(register: Register, record: Folded) -> int | None:
    """Whose the record is."""
    column = _person_column(register)
    return getattr(record, column) if column else None


def require_two(order: Order, register: Register, record: Folded, approver: Actor | None, proposed_by: str) -> None:
    """Refuse one officer who says who owns something, or that somebody does not: that takes two people.

    Raises:
        SosachError: STATE-04 nobody else stands for it; ACCESS-01 the second person has no role here; ACCESS-02 another territory.
    """
    if not register.owning:
        return
    other = approver.key if approver is not None else proposed_by
    if not other or order.actor.is_also(other) or (approver is not None and approver.is_also(order.actor.key)):
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi="Xác định chủ sở hữu cần người thứ hai, khác người thực hiện.",
            en="Saying who owns something takes a second person, other than the one who enters it.",
        )
    if approver is None:
        return
    require(approver, rights.JUDGES[register.name])
    if not scoped(register.model.objects.filter(pk=record.pk), approver).exists():
        raise SosachError(
            ErrorCode.ACCESS_OUTSIDE,
            vi="Bản ghi ngoài địa bàn của người thứ hai.",
            en="The record is out of reach of the second person.",
        )


def require_another_hand(
    order: Order, register: Register, record: Folded, entry: JournalEntry, *, before: int | None
) -> None:
    """Refuse one officer who takes a person off a record and puts another on: that would be a change of owner by one hand.

    Raises:
        SosachError: STATE-02.
    """
    column, now = _person_column(register), linked(register, record)
    if column is None or now is None or now == before:
        return
    journal = JournalEntry.objects.filter(register=register.name, subject_id=record.pk)
    own = journal.filter(kind=EntryKind.RETRACTION, actor_key=order.actor.key).exclude(pk=entry.pk)
    off = [told for told in map(_root, own.order_by("-pk")) if told.changes.get(column) is not None]
    if before is not None or (off and off[0].changes[column] != now):
        raise SosachError(
            ErrorCode.STATE_FORBIDS,
            vi="Người đã gỡ chủ cũ không tự gắn chủ khác: cần cán bộ thứ hai.",
            en="Whoever took one person off the record does not put another on: that takes a second officer.",
        )


def _root(entry: JournalEntry) -> JournalEntry:
    """What a taking back, or the taking back of one, is about."""
    while entry.retracts is not None:
        entry = entry.retracts
    return entry
