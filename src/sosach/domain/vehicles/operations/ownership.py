"""Changes of owner: with a withdrawal certificate or the combined form, and through many owners with papers.

Two people, a paper, and nothing that lies on the vehicle: everything that changes an owner goes through `hand_over`.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sosach.domain.access.operations import Done, Order, operation, require_other
from sosach.domain.audit.rules import Actor
from sosach.domain.vehicles.models import Vehicle
from sosach.domain.vehicles.operations.choosing import choose_number, plate_kind
from sosach.domain.vehicles.operations.holders import (
    REGISTRARS,
    columns_of,
    require_ownership_paper,
    require_reach,
    require_second,
)
from sosach.domain.vehicles.operations.refusals import incomplete, state_forbids
from sosach.domain.vehicles.operations.registration import is_auctioned, issued, on_plate
from sosach.domain.vehicles.operations.settling import begin, enter, step, subject
from sosach.domain.vehicles.rules import (
    CHAIN_PAPERS,
    NOTICE_DAYS,
    WITHDRAWAL_PAPER,
    Holder,
    certificate_due,
    colour_for,
    day_of,
)
from sosach.domain.vehicles.states import Derived, Verb


@operation("vehicles.transferred", roles=REGISTRARS, nationwide=True)
def transfer(  # noqa: PLR0913 - what the form asks for
    order: Order,
    *,
    vehicle_id: int,
    holder: Holder,
    approver: Actor,
    paper_on: date,
    combined: bool = False,
    transport_business: bool = False,
    number: str | None = None,
) -> Done[Vehicle]:
    """Register a vehicle in its buyer's name (procedure `transfer`): plate at once, certificate in two working days.

    Legal source: Law 36/2024 art. 39; Circular 79/2024. The buyer's own kept number first, else a new one.

    Args:
        order: evidence names the ownership paper and, unless combined, the withdrawal certificate's number.
        vehicle_id: of the vehicle.
        holder: the buyer, heir or receiver.
        approver: a second person who verifies; in the buyer's territory.
        paper_on: day of the transfer paper; both sides have 30 days.
        combined: withdrawal and registration in one form.
        transport_business: yellow plate.
        number: one of the buyer's numbers.

    Raises:
        SosachError: STATE-02 pledged, seized, stolen, disputed or not withdrawn; STATE-04 paper or second person missing.
    """
    verb = Verb.TRANSFER_COMBINED if combined else Verb.TRANSFER
    vehicle, before = begin(order, vehicle_id, verb, anywhere=True)
    require_ownership_paper(order)
    if not combined and (not before.withdrawal or order.evidence.get(WITHDRAWAL_PAPER) != before.withdrawal):
        raise incomplete(
            "Thiếu hoặc sai số chứng nhận thu hồi đăng ký, biển số.",
            "The number of the withdrawal certificate is missing or wrong.",
        )
    if paper_on > day_of(order.at):
        raise incomplete("Ngày trên giấy tờ ở tương lai.", "The paper is dated in the future.")
    late = (day_of(order.at) - paper_on).days > NOTICE_DAYS
    terms = {"late": late, "paper_on": paper_on.isoformat()}
    hand_over(
        order, vehicle, before, holder, approver, verb, terms, number=number, transport_business=transport_business
    )
    return Done(vehicle, [subject(vehicle)], {"approver": approver.key, "late": late})


@operation("vehicles.transferred_through_many", roles=REGISTRARS, nationwide=True)
def transfer_with_papers(  # noqa: PLR0913 - what the form asks for
    order: Order,
    *,
    vehicle_id: int,
    holder: Holder,
    approver: Actor,
    hands: Sequence[str] = (),
    transport_business: bool = False,
    number: str | None = None,
) -> Done[Vehicle]:
    """Register a vehicle that went through many owners, with papers of the registered owner and of the last seller.

    Legal source: Circular 24/2023 art. 31, kept in Circular 79/2024 (procedure `transfer_multi`); two working days.

    Args:
        order: evidence names `paper_of_registered_owner` and `paper_of_last_seller`.
        vehicle_id: of the vehicle.
        holder: who uses it and gets it.
        approver: a second person who verifies.
        hands: party keys of those between, in order, as declared.
        transport_business: yellow plate.
        number: one of the user's numbers.

    Raises:
        SosachError: STATE-02 something lies on the vehicle; STATE-04 a paper or the second person is missing.
    """
    vehicle, before = begin(order, vehicle_id, Verb.TRANSFER_WITH_PAPERS, anywhere=True)
    if not set(order.evidence) >= CHAIN_PAPERS:
        raise incomplete(
            "Thiếu giấy tờ của chủ xe đăng ký hoặc của người bán cuối cùng.",
            "The paper of the registered owner or of the last seller is missing.",
        )
    hand_over(
        order,
        vehicle,
        before,
        holder,
        approver,
        Verb.TRANSFER_WITH_PAPERS,
        {"hands": list(hands), "fine": True},
        number=number,
        transport_business=transport_business,
    )
    return Done(vehicle, [subject(vehicle)], {"approver": approver.key})


def hand_over(  # noqa: PLR0913, PLR0917 - everything an ownership change consists of, in one place
    order: Order,
    vehicle: Vehicle,
    before: Derived,
    holder: Holder,
    approver: Actor,
    verb: Verb,
    terms: dict[str, Any],
    *,
    number: str | None = None,
    transport_business: bool = False,
) -> None:
    """Enter a change of owner: two people, both in the new owner's territory, and a number of the new owner.

    Raises:
        SosachError: STATE-02, STATE-03, STATE-04, ACCESS-01, ACCESS-02.
    """
    told = columns_of(order, holder)
    require_reach(order.actor, told)
    require_other(approver, vehicle.owner_person_id)
    require_second(order, approver, told)
    if vehicle.chassis_disputed:
        raise state_forbids(
            "Nhiều bản ghi cùng số khung: phải giải quyết trước.",
            "Several records claim this chassis number: settle that first.",
        )
    if holder.owner == before.owner:
        raise incomplete("Người này đang là chủ xe.", "This is the owner already.")
    if before.spells and before.spells[-1].since and before.spells[-1].since > told["owner_since"]:
        raise incomplete("Ngày đổi chủ trước ngày của chủ hiện tại.", "It would begin before the present owner did.")
    told |= issued(order, verb) | {"transport_business": transport_business}
    told |= _number_for(order, vehicle, holder, told, number)
    enter(order, vehicle, told, step(verb, approver=approver, due_on=certificate_due(day_of(order.at)), **terms))


def _number_for(
    order: Order, vehicle: Vehicle, holder: Holder, told: dict[str, Any], number: str | None
) -> dict[str, Any]:
    """Columns of the plate: an auctioned one that came along stays, else one of the new owner's."""
    if vehicle.registration == "withdrawn" and vehicle.plate_number and is_auctioned(vehicle):
        return {}
    colour = colour_for(holder.owner, vehicle.plate_colour, transport_business=told["transport_business"])
    kind = plate_kind(vehicle.kind)
    return on_plate(
        choose_number(
            order,
            owner=holder.owner,
            kind=kind,
            colour=colour,
            province_code=told["province_code"],
            wanted=number,
        ),
        colour,
    )
