"""What lies on a vehicle and bars procedures: pledge, seizure, theft."""

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.vehicles.models import Vehicle
from sosach.domain.vehicles.operations.holders import DESK, REGISTRARS
from sosach.domain.vehicles.operations.notices import open_block
from sosach.domain.vehicles.operations.refusals import incomplete
from sosach.domain.vehicles.operations.settling import begin, enter, step, subject
from sosach.domain.vehicles.rules import IN_USE, SEIZED, STOLEN
from sosach.domain.vehicles.states import BlockKind, Verb

LIFTED = "lifted"


@operation("vehicles.pledged", roles=REGISTRARS)
def pledge(order: Order, *, vehicle_id: int, creditor: str) -> Done[int]:
    """Enter that a creditor holds the certificate: no transfer and no withdrawal until it is released.

    Returns:
        The entry, by which it is released.

    Raises:
        SosachError: STATE-02 not registered, or something lies on the vehicle already; STATE-04 no creditor.
    """
    return _lay(order, vehicle_id, Verb.PLEDGE, BlockKind.PLEDGE, creditor, status=None)


@operation("vehicles.seized", roles=REGISTRARS)
def seize(order: Order, *, vehicle_id: int, authority: str) -> Done[int]:
    """Enter that an authority holds the registration or forbids procedures; the case is named in the evidence.

    Returns:
        The entry, by which it is lifted.

    Raises:
        SosachError: STATE-02 the vehicle's life has ended; STATE-04 no authority.
    """
    return _lay(order, vehicle_id, Verb.SEIZE, BlockKind.SEIZURE, authority, status=SEIZED)


@operation("vehicles.stolen", roles=DESK, nationwide=True)
def report_stolen(order: Order, *, vehicle_id: int, report: str) -> Done[int]:
    """Put a vehicle on the list of stolen ones: every later change of owner is refused.

    A theft is reported where it happens, so the vehicle is found in the whole country.

    Returns:
        The entry of the report.

    Raises:
        SosachError: STATE-02 on the list already; STATE-04 no number of the report.
    """
    return _lay(order, vehicle_id, Verb.REPORT_STOLEN, BlockKind.STOLEN, report, status=STOLEN, anywhere=True)


@operation("vehicles.recovered", roles=DESK, nationwide=True)
def report_recovered(order: Order, *, vehicle_id: int) -> Done[Vehicle]:
    """Take a vehicle off the list of stolen ones.

    Raises:
        SosachError: STATE-02 it is not on the list.
    """
    vehicle, before = begin(order, vehicle_id, Verb.REPORT_RECOVERED, anywhere=True)
    closes = [block.entry for block in before.open_blocks() if block.kind is BlockKind.STOLEN]
    enter(order, vehicle, {"known_status": IN_USE}, step(Verb.REPORT_RECOVERED, closes=closes, outcome=LIFTED))
    return Done(vehicle, [subject(vehicle)])


@operation("vehicles.pledge_released", roles=REGISTRARS)
def release_pledge(order: Order, *, vehicle_id: int, pledge_entry: int) -> Done[Vehicle]:
    """Enter that a creditor gave the certificate back.

    Raises:
        SosachError: STATE-01 no such open pledge.
    """
    return _lift(order, vehicle_id, pledge_entry, BlockKind.PLEDGE)


@operation("vehicles.seizure_lifted", roles=REGISTRARS)
def lift_seizure(order: Order, *, vehicle_id: int, seizure_entry: int) -> Done[Vehicle]:
    """Enter that the authority gave the registration free.

    Raises:
        SosachError: STATE-01 no such open seizure.
    """
    return _lift(order, vehicle_id, seizure_entry, BlockKind.SEIZURE)


def _lay(  # noqa: PLR0913 - one shape for three verbs
    order: Order,
    vehicle_id: int,
    verb: Verb,
    kind: BlockKind,
    holder: str,
    *,
    status: str | None,
    anywhere: bool = False,
) -> Done[int]:
    vehicle, _ = begin(order, vehicle_id, verb, anywhere=anywhere)
    if not holder.strip():
        raise incomplete(
            "Cần nêu chủ nợ, cơ quan hoặc số tin báo.", "Name the creditor, the authority or the report's number."
        )
    changes = {"known_status": status} if status else {}
    entry = enter(order, vehicle, changes, step(verb, opens={"kind": str(kind), "holder": holder.strip()[:200]}))
    return Done(entry, [subject(vehicle)], {"block": entry})


def _lift(order: Order, vehicle_id: int, entry: int, kind: BlockKind) -> Done[Vehicle]:
    vehicle, before = begin(order, vehicle_id, Verb.LIFT)
    open_block(before, entry, kind)
    others = {block.kind for block in before.open_blocks() if block.entry != entry}
    back = kind is BlockKind.SEIZURE and not others & {BlockKind.SEIZURE, BlockKind.STOLEN}
    changes = {"known_status": IN_USE} if back and vehicle.known_status == SEIZED else {}
    enter(order, vehicle, changes, step(Verb.LIFT, closes=[entry], outcome=LIFTED))
    return Done(vehicle, [subject(vehicle)], {"block": entry})
