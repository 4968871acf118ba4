"""Exchange and re-issue of certificates and plates of a registered vehicle."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.provenance.operations.telling import read_columns
from sosach.domain.vehicles.models import LIVING, Plate, Vehicle
from sosach.domain.vehicles.operations.choosing import choose_number, plate_kind
from sosach.domain.vehicles.operations.holders import REGISTRARS
from sosach.domain.vehicles.operations.refusals import conflict, incomplete, state_forbids
from sosach.domain.vehicles.operations.registration import on_plate
from sosach.domain.vehicles.operations.settling import begin, enter, step, subject
from sosach.domain.vehicles.rules import (
    EXCHANGED,
    MAKES_PLATE,
    NEEDED,
    NOTICE_DAYS,
    ExchangeGround,
    certificate_due,
    colour_for,
    day_of,
    is_identification,
    plate_due,
)
from sosach.domain.vehicles.states import BlockKind, Derived, PlateState, Verb
from sosach.domain.vehicles.states.numbers import Happening
from sosach.vn.identifiers import chassis, engine


@operation("vehicles.exchanged", roles=REGISTRARS, nationwide=True)
def exchange(
    order: Order,
    *,
    vehicle_id: int,
    ground: ExchangeGround,
    changes: Mapping[str, Any] | None = None,
    number: str | None = None,
) -> Done[Vehicle]:
    """Exchange certificate or plate (procedure `exchange`): two working days, a plate made anew seven.

    Legal source: Circular 79/2024 art. 18.

    Args:
        order: who, when, on what evidence.
        vehicle_id: of the vehicle.
        ground: of the circular; says which columns may change.
        changes: column → new value.
        number: for a short plate: one of the owner's kept numbers, else his oldest kept one or one of the pool.

    Raises:
        SosachError: STATE-02 not registered, stolen or seized; STATE-03 the chassis number is registered; STATE-04.
    """
    vehicle, before = begin(order, vehicle_id, Verb.EXCHANGE)
    told = _checked(ground, changes or {}, vehicle)
    if ground is ExchangeGround.TRANSPORT_USE:
        told |= _coloured(vehicle, before, told)
    if ground is ExchangeGround.SHORT_PLATE:
        told |= _long_plate(order, vehicle, before, number)
    day = day_of(order.at)
    due = plate_due(day) if ground in MAKES_PLATE else certificate_due(day)
    told |= {"certificate_number": order.act.hex[:12].upper(), "issued_on": day, "issued_by": order.actor.unit}
    enter(order, vehicle, told, step(Verb.EXCHANGE, due_on=due, ground=str(ground)))
    return Done(vehicle, [subject(vehicle)], {"ground": str(ground)})


@operation("vehicles.certificate_reissued", roles=REGISTRARS)
def reissue_certificate(order: Order, *, vehicle_id: int) -> Done[Vehicle]:
    """Issue a lost certificate again (procedure `reissue`): two working days.

    Raises:
        SosachError: STATE-02 not registered, pledged, stolen or seized.
    """
    vehicle, _ = begin(order, vehicle_id, Verb.REISSUE_CERTIFICATE)
    day = day_of(order.at)
    told = {"certificate_number": order.act.hex[:12].upper(), "issued_on": day, "issued_by": order.actor.unit}
    enter(order, vehicle, told, step(Verb.REISSUE_CERTIFICATE, due_on=certificate_due(day)))
    return Done(vehicle, [subject(vehicle)])


@operation("vehicles.plate_lost", roles=REGISTRARS)
def report_plate_lost(order: Order, *, vehicle_id: int) -> Done[Vehicle]:
    """Take in that a plate is lost; the number stays with vehicle and owner.

    Raises:
        SosachError: STATE-02 the vehicle is not registered or has no plate.
    """
    vehicle, _ = begin(order, vehicle_id, Verb.REPORT_PLATE_LOST)
    if not vehicle.plate_number:
        raise state_forbids("Xe không có biển số.", "The vehicle has no plate.")
    enter(order, vehicle, {}, step(Verb.REPORT_PLATE_LOST, plate=str(Happening.LOST)))
    return Done(vehicle, [subject(vehicle)])


@operation("vehicles.plate_reissued", roles=REGISTRARS)
def reissue_plate(order: Order, *, vehicle_id: int) -> Done[Vehicle]:
    """Make a lost plate anew with the same number (procedure `reissue`): seven working days.

    Raises:
        SosachError: STATE-02 no lost plate, stolen or seized.
    """
    vehicle, _ = begin(order, vehicle_id, Verb.REISSUE_PLATE)
    if not Plate.objects.filter(vehicle=vehicle, state=PlateState.LOST).exists():
        raise state_forbids("Biển số của xe không được báo mất.", "The vehicle's plate is not reported lost.")
    due = plate_due(day_of(order.at))
    enter(order, vehicle, {}, step(Verb.REISSUE_PLATE, due_on=due, plate=str(Happening.ISSUED)))
    return Done(vehicle, [subject(vehicle)])


@operation("vehicles.papers_lost", roles=REGISTRARS)
def report_papers_lost(order: Order, *, vehicle_id: int) -> Done[int]:
    """Begin the 30 days in which lost papers are checked before a withdrawal.

    Returns:
        The entry of the check.

    Raises:
        SosachError: STATE-02 not registered, or a check is open already.
    """
    vehicle, _ = begin(order, vehicle_id, Verb.REPORT_PAPERS_LOST)
    until = day_of(order.at) + timedelta(days=NOTICE_DAYS)
    opens = {"kind": str(BlockKind.PAPERS_CHECK), "until": until.isoformat()}
    entry = enter(order, vehicle, {}, step(Verb.REPORT_PAPERS_LOST, due_on=until, opens=opens))
    return Done(entry, [subject(vehicle)], {"check": entry})


def _checked(ground: ExchangeGround, changes: Mapping[str, Any], vehicle: Vehicle) -> dict[str, Any]:
    needed = NEEDED.get(ground)
    if not set(changes) <= EXCHANGED[ground] or (needed and not changes.get(needed)):
        raise incomplete(
            "Nội dung thay đổi không đúng với lý do đổi.", "The changes do not belong to the ground of the exchange."
        )
    told = read_columns(Vehicle, EXCHANGED[ground], changes)
    if "engine_number" in told:
        told["engine_number"] = engine.validate(str(told["engine_number"]))
    if "chassis_number" in told:
        told["chassis_number"] = chassis.validate(str(told["chassis_number"]))
        refuse_taken_chassis(vehicle, told["chassis_number"], restamped=bool(told.get("chassis_restamped")))
    return told


def refuse_taken_chassis(vehicle: Vehicle, number: str, *, restamped: bool) -> None:
    """See that no other vehicle on the road has the chassis number.

    Raises:
        SosachError: STATE-03.
    """
    rows = Vehicle.objects.filter(chassis_number=number, registration__in=LIVING).exclude(pk=vehicle.pk)
    if not restamped and rows.exists():
        raise conflict(
            "Số khung này đã được đăng ký cho xe khác.", "Another vehicle is registered with this chassis number."
        )


def _coloured(vehicle: Vehicle, before: Derived, told: Mapping[str, Any]) -> dict[str, Any]:
    """White becomes yellow or yellow white; the number stays."""
    business = bool(told.get("transport_business", vehicle.transport_business))
    if business == vehicle.transport_business:
        raise incomplete(
            "Không có thay đổi về kinh doanh vận tải.", "Nothing changes in the use for transport business."
        )
    return {"plate_colour": colour_for(before.owner, vehicle.plate_colour, transport_business=business)}


def _long_plate(order: Order, vehicle: Vehicle, before: Derived, number: str | None) -> dict[str, Any]:
    if not vehicle.plate_number or is_identification(vehicle.plate_number, vehicle.plate_kind):
        raise state_forbids("Biển số không phải loại 3 hoặc 4 số.", "The plate is not one of three or four digits.")
    chosen = choose_number(
        order,
        owner=before.owner,
        kind=plate_kind(vehicle.kind),
        colour=vehicle.plate_colour,
        province_code=vehicle.province_code,
        wanted=number,
    )
    return on_plate(chosen, vehicle.plate_colour)
