"""Through many owners without papers: public notice of 30 days, objections, and what comes of them."""

from datetime import timedelta

from sosach.domain.access.operations import Done, Order, operation, require_other
from sosach.domain.audit.rules import Actor
from sosach.domain.provenance.models import JournalEntry
from sosach.domain.vehicles.models import Vehicle
from sosach.domain.vehicles.operations.holders import (
    APPROVERS,
    DESK,
    REGISTRARS,
    columns_of,
    require_reach,
)
from sosach.domain.vehicles.operations.ownership import hand_over
from sosach.domain.vehicles.operations.refusals import incomplete, not_found, state_forbids
from sosach.domain.vehicles.operations.settling import begin, enter, step, subject
from sosach.domain.vehicles.rules import COMMITMENT, NOTICE_DAYS, Holder, day_of, person
from sosach.domain.vehicles.states import Block, BlockKind, Derived, Verb

UPHELD = "upheld"
DISMISSED = "dismissed"
REFUSED = "refused"
REGISTERED = "registered"


@operation("vehicles.notice_opened", roles=REGISTRARS, nationwide=True)
def open_notice(order: Order, *, vehicle_id: int, user_person: int) -> Done[int]:
    """Post publicly that somebody without papers wants a vehicle in his name; the registered owner is told.

    The appointment slip lets him drive for the 30 days. Legal source: Circular 24/2023 art. 31, kept in 79/2024.

    Args:
        order: evidence names the written `commitment`.
        vehicle_id: of the vehicle.
        user_person: id of the person who uses it.

    Returns:
        The entry of the notice.

    Raises:
        SosachError: STATE-02 stolen, pledged, seized, disputed or posted already; STATE-04 no commitment, or the owner himself;
            ACCESS-01 an officer who uses it.
    """
    vehicle, before = begin(order, vehicle_id, Verb.OPEN_NOTICE, anywhere=True)
    require_other(order.actor, user_person)
    require_reach(order.actor, columns_of(order, Holder(person(user_person))))
    if COMMITMENT not in order.evidence:
        raise incomplete("Thiếu cam kết của người đang sử dụng xe.", "The user's written commitment is missing.")
    if before.owner == person(user_person):
        raise incomplete("Người này đang là chủ xe.", "This is the owner already.")
    until = day_of(order.at) + timedelta(days=NOTICE_DAYS)
    opens = {"kind": str(BlockKind.NOTICE), "until": until.isoformat(), "person": user_person}
    entry = enter(order, vehicle, {}, step(Verb.OPEN_NOTICE, due_on=until, opens=opens))
    return Done(entry, [subject(vehicle)], {"notice": entry})


@operation("vehicles.objected", roles=DESK, nationwide=True)
def object_to(order: Order, *, vehicle_id: int, objector: int | None = None, statement: str) -> Done[int]:
    """Take in that somebody disputes who owns a vehicle; until it is settled nothing changes its owner.

    Anybody may object anywhere, so the vehicle is found in the whole country.

    Returns:
        The entry of the objection.

    Raises:
        SosachError: STATE-02 the vehicle's life has ended; STATE-04 nothing is said; ACCESS-01 an officer who objects himself.
    """
    vehicle, _ = begin(order, vehicle_id, Verb.OBJECT, anywhere=True)
    require_other(order.actor, objector)
    if not statement.strip():
        raise incomplete("Cần nêu nội dung tranh chấp.", "The objection must say something.")
    opens = {"kind": str(BlockKind.OBJECTION), "person": objector, "holder": statement.strip()[:200]}
    entry = enter(order, vehicle, {}, step(Verb.OBJECT, opens=opens))
    return Done(entry, [subject(vehicle)], {"objection": entry})


@operation("vehicles.objection_settled", roles=APPROVERS, nationwide=True)
def settle_objection(order: Order, *, vehicle_id: int, objection: int, upheld: bool) -> Done[Vehicle]:
    """Decide an objection. One that is upheld while a notice is open ends in its refusal.

    Raises:
        SosachError: STATE-01 no such open objection; STATE-04 without reason, or by whoever took it in; ACCESS-01 by whoever
            objects, or wants the vehicle.
    """
    vehicle, before = begin(order, vehicle_id, Verb.SETTLE_OBJECTION)
    open_block(before, objection, BlockKind.OBJECTION)
    if not order.reason.strip():
        raise incomplete("Cần nêu lý do giải quyết.", "The decision needs a reason.")
    taken_in = JournalEntry.objects.get(pk=objection)
    if order.actor.is_also(taken_in.actor_key):
        raise incomplete(
            "Người tiếp nhận không tự giải quyết tranh chấp.", "Whoever took an objection in does not decide it."
        )
    _refuse_concerned(order, before)
    outcome = UPHELD if upheld else DISMISSED
    enter(order, vehicle, {}, step(Verb.SETTLE_OBJECTION, closes=[objection], outcome=outcome))
    return Done(vehicle, [subject(vehicle)], {"objection": objection, "outcome": outcome})


@operation("vehicles.notice_refused", roles=REGISTRARS, nationwide=True)
def refuse_notice(order: Order, *, vehicle_id: int) -> Done[Vehicle]:
    """End a public notice without a change of owner: a dispute, a theft; the case goes to those who investigate.

    Raises:
        SosachError: STATE-02 no notice is open; STATE-04 without reason; ACCESS-01 by whoever wants the vehicle, or objects.
    """
    vehicle, before = begin(order, vehicle_id, Verb.REFUSE_NOTICE)
    _refuse_concerned(order, before)
    if not order.reason.strip():
        raise incomplete("Cần nêu lý do từ chối.", "The refusal needs a reason.")
    closes = [block.entry for block in before.open_blocks() if block.kind is BlockKind.NOTICE]
    enter(order, vehicle, {}, step(Verb.REFUSE_NOTICE, closes=closes, outcome=REFUSED))
    return Done(vehicle, [subject(vehicle)])


@operation("vehicles.transferred_after_notice", roles=REGISTRARS, nationwide=True)
def transfer_after_notice(
    order: Order, *, vehicle_id: int, approver: Actor, transport_business: bool = False, number: str | None = None
) -> Done[Vehicle]:
    """Register a vehicle in its user's name after 30 days of notice without dispute.

    Raises:
        SosachError: STATE-02 no notice, not 30 days, a dispute, or something else lies on the vehicle; STATE-04.
    """
    vehicle, before = begin(order, vehicle_id, Verb.TRANSFER_AFTER_NOTICE, anywhere=True)
    notice = next(block for block in before.open_blocks() if block.kind is BlockKind.NOTICE)
    if notice.until is None or notice.until >= day_of(order.at):
        raise state_forbids("Chưa hết 30 ngày niêm yết.", "The 30 days of notice are not over.")
    if any(_upheld_since(block, notice) for block in before.blocks.values()):
        raise state_forbids("Khiếu nại về chủ xe đã được chấp nhận.", "An objection against it was upheld.")
    hand_over(
        order,
        vehicle,
        before,
        Holder(person(notice.person or 0)),
        approver,
        Verb.TRANSFER_AFTER_NOTICE,
        {"closes": [notice.entry], "outcome": REGISTERED, "fine": True},
        number=number,
        transport_business=transport_business,
    )
    return Done(vehicle, [subject(vehicle)], {"approver": approver.key, "notice": notice.entry})


def _refuse_concerned(order: Order, before: Derived) -> None:
    """Refuse whoever objects to the owner, or wants the vehicle in the own name: the case is the own one.

    Raises:
        SosachError: ACCESS-01.
    """
    for block in before.open_blocks():
        require_other(order.actor, block.person)


def _upheld_since(block: Block, notice: Block) -> bool:
    """Whether an objection was upheld after the notice was posted."""
    told = block.kind is BlockKind.OBJECTION and block.outcome == UPHELD
    return told and block.closed_by is not None and block.closed_by > notice.entry


def open_block(before: Derived, entry: int, *kinds: BlockKind) -> Block:
    """An open block of the vehicle.

    Raises:
        SosachError: STATE-01.
    """
    block = before.blocks.get(entry)
    if block is None or not block.is_open or block.kind not in kinds:
        raise not_found("Không có mục này đang mở trên xe.", "Nothing of that kind is open on the vehicle.")
    return block
