"""What people say of a vehicle, and what an officer confirmed; sales and use as declared. Nothing here changes an owner."""

from datetime import date

from sosach.domain.access.operations import Done, Order, operation, require_other
from sosach.domain.access.rules import Role
from sosach.domain.population.models import Person
from sosach.domain.vehicles.models import Vehicle
from sosach.domain.vehicles.operations.holders import APPROVERS, DESK
from sosach.domain.vehicles.operations.refusals import incomplete, not_found
from sosach.domain.vehicles.operations.settling import begin, enter, step, subject
from sosach.domain.vehicles.rules import SOLD, STATUSES, STOLEN, USED_BY_OTHER, person
from sosach.domain.vehicles.states import BlockKind, Verb

DECLARERS = DESK | {Role.SYSTEM}


@operation("vehicles.status_declared", roles=DECLARERS)
def declare_status(order: Order, *, vehicle_id: int, status: str, user_person: int | None = None) -> Done[Vehicle]:
    """Enter what somebody declared of a vehicle: a claim, apart from the state of registration.

    Args:
        order: evidence names the declaration.
        vehicle_id: of the vehicle.
        status: a code of `vehicle_statuses.csv`.
        user_person: who uses it (borrowed, hired, bought without papers).

    Raises:
        SosachError: STATE-01 no such vehicle or person; STATE-04 not a status; ACCESS-01 an officer who uses it.
    """
    vehicle, _ = begin(order, vehicle_id, Verb.DECLARE_STATUS)
    _require_status(status)
    changes: dict[str, object] = {"declared_status": status}
    terms = step(Verb.DECLARE_STATUS)
    if user_person is not None:
        require_other(order.actor, user_person)
        _require_person(user_person)
        changes["user_person_id"] = user_person
        terms["user"] = person(user_person).party
    enter(order, vehicle, changes, terms)
    return Done(vehicle, [subject(vehicle)], {"status": status})


@operation("vehicles.sale_declared", roles=DECLARERS)
def declare_sale(
    order: Order, *, vehicle_id: int, buyer: str, seller: str | None = None, on: date | None = None, paper: str = ""
) -> Done[int]:
    """Enter a sale, gift or inheritance somebody declared, as a link of the chain of hands; no owner changes.

    Args:
        order: evidence names the declaration.
        vehicle_id: of the vehicle.
        buyer: party key (`person:12`, `organisation:…`, `name:…`).
        seller: party key; the registered owner when left out.
        on: day of the paper.
        paper: kind and number of the paper; "" when there is none.

    Returns:
        The entry of the claim.

    Raises:
        SosachError: STATE-01; STATE-04 seller and buyer are one.
    """
    vehicle, before = begin(order, vehicle_id, Verb.DECLARE_STATUS)
    told = {
        "seller": seller or before.owner.party,
        "buyer": buyer,
        "on": on.isoformat() if on else None,
        "paper": paper,
    }
    if told["seller"] == told["buyer"] or not buyer:
        raise incomplete("Người bán và người mua phải khác nhau.", "Seller and buyer must be two.")
    changes = {"declared_status": SOLD} if told["seller"] == before.owner.party else {"declared_status": USED_BY_OTHER}
    entry = enter(order, vehicle, changes, step(Verb.DECLARE_STATUS, sale=told))
    return Done(entry, [subject(vehicle)], {"sale": entry})


@operation("vehicles.status_confirmed", roles=APPROVERS)
def confirm_status(order: Order, *, vehicle_id: int, status: str) -> Done[Vehicle]:
    """Say what is known of a vehicle, on evidence; a proposed status is settled by it.

    Thefts come from reports only, and a vehicle on the list of stolen ones stays so.

    Raises:
        SosachError: STATE-01; STATE-04 not a status, or one that a report of theft alone gives or ends.
    """
    vehicle, before = begin(order, vehicle_id, Verb.CONFIRM_STATUS)
    _require_status(status)
    is_stolen = any(block.kind is BlockKind.STOLEN for block in before.open_blocks())
    if (status == STOLEN) is not is_stolen:
        raise incomplete(
            "Tình trạng mất cắp chỉ thay đổi theo tin báo.", "Only a report of theft or recovery changes that."
        )
    enter(order, vehicle, {"known_status": status, "proposed_status": ""}, step(Verb.CONFIRM_STATUS))
    return Done(vehicle, [subject(vehicle)], {"status": status})


def _require_status(status: str) -> None:
    if status not in STATUSES:
        raise incomplete("Tình trạng không có trong danh mục.", "The status is not in the catalogue.")


def _require_person(key: int) -> None:
    if not Person.objects.filter(pk=key).exists():
        raise not_found("Không có người này trong phạm vi quản lý.", "No such person within reach.")
