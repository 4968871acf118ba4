"""The stock of blanks: received by ranges of serials, set aside one by one, destroyed before two people."""

import re
from collections.abc import Sequence

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Blank, BlankDelivery, Card, Destruction
from sosach.domain.idcards.models.blanks import SERIAL
from sosach.domain.idcards.operations.stepping import (
    conflict,
    forbidden,
    incomplete,
    locked_cards,
    not_found,
    step_cards,
    subjects_of,
)
from sosach.domain.idcards.states import wording
from sosach.domain.idcards.states.blanks import STEPS, BlankState, BlankStep
from sosach.domain.idcards.states.cards import CardState, CardStep

KEEPERS = frozenset({Role.CARD_STOCK})
DESTROYERS = frozenset({Role.CARD_STOCK, Role.CARD_QUALITY, Role.CARDS})
LARGEST = 1_000_000
_LETTERS = 2
_MAKE = """
INSERT INTO idcards_blank (serial, delivery_id, state, changed_at, reason)
SELECT %s || lpad(number::text, 14, '0'), %s, %s, %s, '' FROM generate_series(%s::bigint, %s::bigint) AS number
"""


@operation("idcards.blanks_received", roles=KEEPERS)
def receive_blanks(
    order: Order, /, *, number: str, supplier: str, profile: str, first_serial: str, last_serial: str
) -> Done[BlankDelivery]:
    """Take a delivery into stock, every serial of its range; the same delivery note again changes nothing.

    Raises:
        SosachError: STATE-03, the note came before with another content, or a serial is here already; STATE-04, no range.
    """
    count = _size(first_serial, last_serial)
    told = {
        "supplier": supplier,
        "profile": profile,
        "first_serial": first_serial,
        "last_serial": last_serial,
        "count": count,
    }
    there = BlankDelivery.objects.filter(number=number).first()
    if there is not None:
        if any(getattr(there, name) != value for name, value in told.items()):
            raise conflict(
                "Phiếu giao này đã được nhận với nội dung khác.", "This note came before and said otherwise."
            )
        return Done(there, [Subject("blank_delivery", str(there.pk))], {"replayed": True})
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            made = BlankDelivery.objects.create(
                number=number, received_at=order.at, actor_key=order.actor.key, act=order.act, **told
            )
            prefix, first, last = first_serial[:_LETTERS], int(first_serial[_LETTERS:]), int(last_serial[_LETTERS:])
            cursor.execute(_MAKE, [prefix, made.pk, BlankState.IN_STOCK.value, order.at, first, last])
    except IntegrityError as refused:
        raise conflict(
            "Có số phôi đã được nhận trước đây.", "A serial of the range has been received before."
        ) from refused
    return Done(made, [Subject("blank_delivery", str(made.pk))], {"count": count})


def _size(first: str, last: str) -> int:
    """How many serials a range has.

    Raises:
        SosachError: STATE-04.
    """
    if not (re.fullmatch(SERIAL, first) and re.fullmatch(SERIAL, last)) or first[:_LETTERS] != last[:_LETTERS]:
        raise incomplete(
            "Số phôi gồm 2 chữ cái và 14 chữ số, cùng hai chữ cái đầu.",
            "A serial has 2 letters and 14 digits; a range keeps its letters.",
        )
    count = int(last[_LETTERS:]) - int(first[_LETTERS:]) + 1
    if not 0 < count <= LARGEST:
        raise incomplete("Dải số phôi trống hoặc quá lớn.", "The range of serials is empty or too large.")
    return count


@operation("idcards.blanks_moved", roles=KEEPERS)
def move_blanks(order: Order, /, *, serials: Sequence[str], step: BlankStep) -> Done[int]:
    """Say what became of blanks in stock: spoiled, sent back, lost, found again; `reason` says why. How many.

    Raises:
        SosachError: STATE-01, one is unknown; STATE-02, one is not where it should be; STATE-04, no reason.
    """
    if not order.reason.strip():
        raise incomplete("Cần ghi lý do.", "A reason is needed.")
    allowed, to = STEPS[step]
    blanks = _locked(serials)
    if step is BlankStep.FIND and Card.objects.filter(blank__in=blanks).exclude(state=CardState.VOID).exists():
        raise forbidden("Phôi này đã thành thẻ.", "A card was made of this blank.")
    for blank in blanks:
        if blank.state != allowed:
            raise _not_there(blank)
    Blank.objects.filter(pk__in=[blank.pk for blank in blanks]).update(
        state=to, changed_at=order.at, reason=order.reason[:200]
    )
    return Done(len(blanks), [Subject("blank", blank.serial) for blank in blanks], {"step": step})


@operation("idcards.destruction_listed", roles=DESTROYERS)
def list_for_destruction(order: Order, /, *, serials: Sequence[str]) -> Done[Destruction]:
    """List spoiled blanks and old cards that are to be destroyed together.

    Raises:
        SosachError: STATE-01, one is unknown; STATE-02, one is neither spoiled nor handed in, or stands on another list.
    """
    blanks = _locked(serials)
    handed_in = set(_cards_to_destroy(blanks).filter(state=CardState.RECOVERED).values_list("blank_id", flat=True))
    for blank in blanks:
        if blank.destruction_id is not None or (blank.state != BlankState.SPOILED and blank.pk not in handed_in):
            raise _not_there(blank)
    made = Destruction.objects.create(listed_by=order.actor.key, listed_at=order.at, listed_act=order.act)
    Blank.objects.filter(pk__in=[blank.pk for blank in blanks]).update(destruction=made)
    subjects = [Subject("destruction", str(made.pk)), *(Subject("blank", blank.serial) for blank in blanks)]
    return Done(made, subjects, {"count": len(blanks)})


@operation("idcards.destroyed", roles=DESTROYERS)
def see_destroyed(order: Order, /, *, destruction_id: int) -> Done[int]:
    """Say that what is on a list was destroyed in one's presence: the second person. How many.

    Raises:
        SosachError: STATE-01, no such list; STATE-02, the same person listed them, or they are destroyed already.
    """
    found = Destruction.objects.select_for_update().filter(pk=destruction_id).first()
    if found is None:
        raise not_found("Không tìm thấy danh sách tiêu hủy.", "There is no such list.")
    if found.seen_by:
        raise forbidden("Danh sách này đã tiêu hủy.", "What is on this list has been destroyed.")
    if order.actor.is_also(found.listed_by):
        raise forbidden("Cần người thứ hai chứng kiến tiêu hủy.", "A second person has to see it destroyed.")
    found.seen_by, found.seen_at, found.seen_act = order.actor.key, order.at, order.act
    found.save()
    blanks = list(Blank.objects.select_for_update().filter(destruction=found).order_by("serial"))
    cards = locked_cards(_cards_to_destroy(blanks))
    step_cards(order, cards, CardStep.DESTROY)
    Blank.objects.filter(destruction=found).update(state=BlankState.DESTROYED, changed_at=order.at)
    subjects = [Subject("destruction", str(found.pk)), *subjects_of(cards)]
    subjects += [Subject("blank", blank.serial) for blank in blanks]
    return Done(len(blanks), subjects, {"count": len(blanks)})


def _locked(serials: Sequence[str]) -> list[Blank]:
    """Blanks by serial, locked in their order.

    Raises:
        SosachError: STATE-01, one is unknown; STATE-04, none named.
    """
    wanted = set(serials)
    if not wanted:
        raise incomplete("Chưa chọn số phôi nào.", "No serial was named.")
    found = list(Blank.objects.select_for_update().filter(serial__in=wanted).order_by("serial"))
    missing = wanted - {blank.serial for blank in found}
    if missing:
        raise not_found(f"Không có phôi số {min(missing)}.", f"There is no blank {min(missing)}.")
    return found


def _cards_to_destroy(blanks: Sequence[Blank]) -> QuerySet[Card]:
    return Card.objects.filter(blank__in=blanks, state__in=[CardState.RECOVERED, CardState.SPOILED])


def _not_there(blank: Blank) -> Exception:
    vi, en = wording.BLANKS[BlankState(blank.state)]
    return forbidden(f"Không thực hiện được: phôi {blank.serial} {vi}.", f"Not possible: blank {blank.serial} is {en}.")
