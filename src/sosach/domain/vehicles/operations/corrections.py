"""Corrections of what the register says of a vehicle, and taking entries back; neither changes an owner by one person."""

from collections.abc import Mapping
from typing import Any

from sosach.domain.access.operations import Done, Order, operation, require_other
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor
from sosach.domain.provenance.operations import retract
from sosach.domain.provenance.operations.telling import read_columns
from sosach.domain.provenance.rules import EntryKind
from sosach.domain.vehicles.models import LIVING, Vehicle
from sosach.domain.vehicles.operations.exchanges import refuse_taken_chassis
from sosach.domain.vehicles.operations.holders import REGISTRARS, require_second, territory_of
from sosach.domain.vehicles.operations.refusals import incomplete, state_forbids
from sosach.domain.vehicles.operations.settling import begin, enter, lock, settle, step, subject, told_by_database
from sosach.domain.vehicles.queries import derived_of
from sosach.domain.vehicles.rules import DESCRIPTION
from sosach.domain.vehicles.states import Derived, Verb
from sosach.vn import names
from sosach.vn.identifiers import chassis, engine, old_id
from sosach.vn.identifiers import pin as pins

CORRECTABLE = DESCRIPTION | {
    "chassis_disputed",
    "owner_address",
    "owner_phone",
    "owner_old_papers",
    "certificate_until",
    "first_registered_on",
    "data_state",
}
CORRECTORS = REGISTRARS | {Role.CHIEF, Role.STEWARD}


@operation("vehicles.corrected", roles=CORRECTORS)
def correct(order: Order, *, vehicle_id: int, changes: Mapping[str, Any]) -> Done[int]:
    """Say what is right where the register was wrong; owner, plate and registration change by their procedures only.

    Returns:
        The entry, by which it is taken back.

    Raises:
        SosachError: STATE-01; STATE-03 the chassis number is another's; STATE-04 no reason, or not a column to correct, or
            no value of it.
    """
    vehicle, _ = begin(order, vehicle_id, Verb.CORRECT)
    if not changes or not set(changes) <= CORRECTABLE or not order.reason.strip():
        raise incomplete(
            "Cần lý do; chỉ sửa được thông tin về xe và liên hệ.",
            "A reason is needed, and columns that may be corrected.",
        )
    told = read_columns(Vehicle, CORRECTABLE, changes)
    if told.get("engine_number"):
        told["engine_number"] = engine.validate(str(told["engine_number"]))
    if told.get("chassis_number"):
        told["chassis_number"] = chassis.validate(str(told["chassis_number"]))
    refuse_second_frame(vehicle, told)
    entry = enter(order, vehicle, told, step(Verb.CORRECT), kind=EntryKind.CORRECTION)
    return Done(entry, [subject(vehicle)], {"entry": entry, "columns": sorted(told)})


@operation("vehicles.entry_retracted", roles=CORRECTORS, nationwide=True)
def take_back(order: Order, *, vehicle_id: int, entry_id: int, approver: Actor | None = None) -> Done[Vehicle]:
    """Take an entry of the journal back, whatever came later; owners, numbers and blocks become what they were without it.

    A retraction is an entry, too, and may be taken back itself.

    Args:
        order: who, when, why.
        vehicle_id: of the vehicle.
        entry_id: of its journal.
        approver: second person, needed where an owner changes by it, or what bars a transfer (theft, pledge, objection).

    Raises:
        SosachError: STATE-01 no such entry; STATE-02 taken back already, or a later entry followed the owner; STATE-03
            the number is on another vehicle by now; STATE-04 the second person or the reason is missing; ACCESS-01 the
            vehicle is, or would be, one of the two people's.
    """
    vehicle = lock(order, vehicle_id)
    if not order.reason.strip():
        raise incomplete("Cần nêu lý do thu hồi.", "Taking back needs a reason.")
    place, before = territory_of(vehicle), derived_of(vehicle)
    with told_by_database():
        retract(order, vehicle, entry_id)
        after = settle(vehicle)
    if set(after.moot) - set(before.moot):
        raise state_forbids(
            f"Phải thu hồi trước các mục {sorted(after.moot)} đi theo chủ xe này.",
            f"Entries {sorted(after.moot)} followed that owner: take them back first.",
        )
    if _is_weighty(before, after):
        if approver is None:
            raise incomplete(
                "Việc này thay đổi chủ xe hoặc điều ngăn chặn: cần người thứ hai.",
                "It changes an owner or what bars a transfer: a second person is needed.",
            )
        require_second(order, approver, place)
        require_other(approver, vehicle.owner_person_id)  # it may be the second person's again
    details = {"entry": entry_id} | ({"approver": approver.key} if approver else {})
    return Done(vehicle, [subject(vehicle)], details)


def _is_weighty(before: Derived, after: Derived) -> bool:
    """Whether taking an entry back changes who owned the vehicle, or what lies on it and would bar a transfer."""
    owners = [[spell.owner for spell in told.spells] for told in (before, after)]
    lying = [[block.entry for block in told.open_blocks()] for told in (before, after)]
    return owners[0] != owners[1] or lying[0] != lying[1]


def refuse_second_frame(vehicle: Vehicle, told: Mapping[str, Any]) -> None:
    """See that no change gives a vehicle a chassis number another one has.

    Raises:
        SosachError: STATE-03.
    """
    number = told.get("chassis_number", vehicle.chassis_number)
    free = told.get("chassis_restamped", vehicle.chassis_restamped) or told.get(
        "chassis_disputed", vehicle.chassis_disputed
    )
    if number and vehicle.registration in LIVING:
        refuse_taken_chassis(vehicle, number, restamped=bool(free))


def respelt(vehicle: Vehicle, changes: Mapping[str, Any]) -> frozenset[str]:
    """Of the changes, name and number of the owner that are another spelling of the same; anything else is a transfer."""
    owner = vehicle.owner_person
    name, number = changes.get("owner_name"), changes.get("owner_id_number")
    same = set()
    if name and _same_name(str(name), vehicle.owner_name, owner.full_name if owner else ""):
        same.add("owner_name")
    if number and (str(number) == (owner.pin if owner else None) or _same_number(str(number), vehicle.owner_id_number)):
        same.add("owner_id_number")
    return frozenset(same)


def _same_name(name: str, stands: str, of_owner: str) -> bool:
    """Without tones it reads as what stands or as the owner's, or it is what a damaged name is read as."""
    read = names.explain(stands)
    proposed = {finding.proposed for finding in read.findings if finding.proposed}
    return names.keys(name).k2 in {names.keys(each).k2 for each in (stands, of_owner, *proposed) if each}


def _same_number(number: str, stands: str) -> bool:
    """It is what the number that stands is read as: zeros a spreadsheet dropped, letters for digits, separators."""
    return any(
        number in {read.key, *(finding.proposed for finding in read.findings)}
        for read in (pins.explain(stands), old_id.explain(stands))
    )
