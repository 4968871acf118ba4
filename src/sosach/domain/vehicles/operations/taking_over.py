"""A vehicle as another installation is told of it, and taking over what another installation tells; inside guarded verbs only.

Columns that are only about work here stay here; what lies on the vehicle is one field. People are ids of their records. Periods of
former owners, and what becomes of a number that comes off, each installation derives from what it was told, by the same rules.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.audit.rules import Level
from sosach.domain.provenance.operations import enter_change, make_record
from sosach.domain.provenance.operations.folding import batches
from sosach.domain.provenance.operations.telling import as_json, known_person, read_columns, told_columns
from sosach.domain.provenance.rules import fold
from sosach.domain.vehicles.models import Block, Vehicle
from sosach.domain.vehicles.operations.refusals import incomplete
from sosach.domain.vehicles.operations.register import REGISTER
from sosach.domain.vehicles.operations.settling import enter, settle, told_by_database
from sosach.domain.vehicles.queries import derived_of
from sosach.domain.vehicles.states import BlockKind

UPLOAD = "upload"
PEOPLE = {"owner_pin": "owner_person_id", "user_pin": "user_person_id"}
_HERE_ONLY = frozenset({"last_step", "data_state", "chassis_disputed", *PEOPLE.values()})
COLUMNS = tuple(column for column in Vehicle.FOLDED if column not in _HERE_ONLY)
BLOCKS = "blocks"


def portraits(vehicle_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Vehicles as they stand, those that exist: field → value."""
    rows = Vehicle.objects.filter(pk__in=vehicle_ids).values("id", *COLUMNS, *PEOPLE.values())
    found = {row["id"]: _told(row) for row in rows}
    lying = Block.objects.filter(vehicle_id__in=found, holds=True, closed_by__isnull=True)
    for vehicle, kind, until, holder, person in lying.values_list("vehicle_id", "kind", "until", "holder", "person_id"):
        told = {"kind": kind, "until": as_json(until), "holder": holder, "pin": person}
        found[vehicle].setdefault(BLOCKS, []).append(told)
    return found


def told_by_sources(vehicle_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The same, as sources alone tell it."""
    found = {}
    for batch in batches(REGISTER, vehicle_ids):
        for record, facts, _ in batch:
            if facts:
                found[record.pk] = _told({name: value.value for name, value in fold(facts, []).items()})
    return found


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    return told_columns(Vehicle, COLUMNS, row) | {name: row.get(column) for name, column in PEOPLE.items()}


def take_over(order: Order, vehicle: Vehicle | None, changes: Mapping[str, Any]) -> Vehicle:
    """Let a vehicle be what another installation tells, by entries of its journal that can be taken back like any other.

    Args:
        order: who tells, when.
        vehicle: the record, locked; None makes one.
        changes: fields → values, as `portraits` has them; None where nothing is told any more.

    Raises:
        SosachError: STATE-03 another vehicle has the plate or the frame; STATE-04 no such field, or nobody has the owner's number.
    """
    columns = _columns(changes)
    terms = {"last_step": {"procedure": UPLOAD}}
    with told_by_database():
        if vehicle is None:
            vehicle = make_record(order, Vehicle, columns | terms, procedure=UPLOAD)
        elif columns:
            enter_change(order, vehicle, columns | terms, procedure=UPLOAD)
        # a number lies where its code says, wherever the vehicle is
        with acting(order.actor, level=Level.NATION):
            settle(vehicle)
            if BLOCKS in changes:
                _lay(order, vehicle, changes[BLOCKS] or [])
    return vehicle


def _columns(changes: Mapping[str, Any]) -> dict[str, Any]:
    others = {*PEOPLE, BLOCKS}
    found = read_columns(Vehicle, COLUMNS, {name: value for name, value in changes.items() if name not in others})
    return found | {column: known_person(changes[name]) for name, column in PEOPLE.items() if name in changes}


def _lay(order: Order, vehicle: Vehicle, told: list[Any]) -> None:
    """Open what lies on the vehicle elsewhere and not here, close what lies here alone."""
    wanted = [_block(each) for each in told]
    gone = []
    for block in derived_of(vehicle).open_blocks():
        here = {"kind": str(block.kind), "until": as_json(block.until), "holder": block.holder, "person": block.person}
        if here in wanted:
            wanted.remove(here)
        else:
            gone.append(block.entry)
    if gone:
        enter(order, vehicle, {}, {"procedure": UPLOAD, "closes": gone, "outcome": UPLOAD})
    for opens in wanted:
        enter(order, vehicle, {}, {"procedure": UPLOAD, "opens": opens})


def _block(told: Any) -> dict[str, Any]:
    try:
        kind, person = BlockKind(told["kind"]), told.get("pin")
    except (KeyError, TypeError, ValueError) as broken:
        raise incomplete("Thông tin ngăn chặn không hợp lệ.", "That is nothing that lies on a vehicle.") from broken
    known = person if isinstance(person, int) else None
    return {
        "kind": str(kind),
        "until": told.get("until"),
        "holder": str(told.get("holder") or "")[:200],
        "person": known,
    }
