"""First and temporary registration, and the end of one: withdrawal of certificate and plate."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.audit.rules import Actor
from sosach.domain.provenance.operations import make_record
from sosach.domain.provenance.operations.telling import read_columns
from sosach.domain.vehicles.models import LIVING, Plate, Vehicle
from sosach.domain.vehicles.operations.choosing import choose_number, plate_kind
from sosach.domain.vehicles.operations.holders import (
    REGISTRARS,
    columns_of,
    require_ownership_paper,
    require_reach,
    require_second,
)
from sosach.domain.vehicles.operations.refusals import conflict, forbidden, incomplete, state_forbids
from sosach.domain.vehicles.operations.settling import (
    after_numbers,
    begin,
    enter,
    settle,
    step,
    subject,
    told_by_database,
)
from sosach.domain.vehicles.rules import (
    AFTER_WITHDRAWAL,
    DESCRIPTION,
    IN_USE,
    KEEPS_NUMBER,
    NEVER_REGISTERED,
    REQUIRED,
    TEMPORARY_DAYS,
    TEMPORARY_LIMIT,
    TEST_MONTHS,
    Ground,
    Holder,
    Registration,
    certificate_due,
    colour_for,
    day_of,
    months_later,
    withdrawal_due,
)
from sosach.domain.vehicles.states import BlockKind, Derived, Verb
from sosach.domain.vehicles.states.numbers import Happening
from sosach.vn.identifiers import chassis, engine, plate
from sosach.vn.working_days import add_working_days


@operation("vehicles.registered_first", roles=REGISTRARS, nationwide=True)
def register_first(  # noqa: PLR0913 - what the form asks for
    order: Order,
    *,
    holder: Holder,
    description: Mapping[str, Any],
    vehicle_id: int | None = None,
    transport_business: bool = False,
    number: str | None = None,
    approver: Actor | None = None,
) -> Done[Vehicle]:
    """Register a vehicle for the first time: plate at once, certificate in two working days.

    Legal source: Law 36/2024 art. 39; Circular 79/2024 (procedure `first_reg`).

    Args:
        order: evidence names the ownership paper.
        holder: the owner; the record lies where he lives.
        description: columns of `rules.DESCRIPTION`; all of `rules.REQUIRED`.
        vehicle_id: of a vehicle that was registered temporarily, or whose registration was wrongly issued.
        transport_business: yellow plate.
        number: a number the owner keeps or won; else his oldest kept one, else one drawn from the pool.
        approver: second person, needed where the record names another owner already (temporary registration of a seller).

    Raises:
        SosachError: STATE-04 something or somebody is missing; STATE-03 the chassis number is registered; STATE-02, ACCESS-02.
    """
    require_ownership_paper(order)
    told = described(description) | columns_of(order, holder)
    require_reach(order.actor, told)
    vehicle, before = _to_register(order, vehicle_id, told)
    if before is not None and before.owner == holder.owner:
        told.pop("owner_since")
    elif before is not None and before.owner.is_known:
        require_second(order, approver or order.actor, told)
    colour = colour_for(holder.owner, str(description.get("plate_colour", "")), transport_business=transport_business)
    chosen = choose_number(
        order,
        owner=holder.owner,
        kind=plate_kind(told["kind"]),
        colour=colour,
        province_code=told["province_code"],
        wanted=number,
    )
    told |= issued(order, Verb.REGISTER_FIRST) | on_plate(chosen, colour)
    told |= {"first_registered_on": day_of(order.at), "transport_business": transport_business}
    told |= {"temporary_number": "", "temporary_until": None}
    terms = step(Verb.REGISTER_FIRST, approver=approver, due_on=certificate_due(day_of(order.at)))
    vehicle = _written(order, vehicle, told, terms)
    return Done(vehicle, [subject(vehicle)], {"plate": chosen.pk})


@operation("vehicles.registered_temporarily", roles=REGISTRARS, nationwide=True)
def register_temporarily(
    order: Order,
    *,
    holder: Holder,
    description: Mapping[str, Any],
    number: str | None = None,
    test_until: date | None = None,
) -> Done[Vehicle]:
    """Register a new vehicle for 15 days, or a test vehicle for at most six months.

    Legal source: Circular 79/2024 (procedure `temp_reg`), one working day.

    Raises:
        SosachError: STATE-04 something is missing or the test is too long; STATE-03 the chassis number is registered.
    """
    require_ownership_paper(order)
    told = described(description) | columns_of(order, holder)
    require_reach(order.actor, told)
    day = day_of(order.at)
    if test_until is not None and not day <= test_until <= months_later(day, TEST_MONTHS):
        raise incomplete("Xe thử nghiệm được cấp tối đa 6 tháng.", "A test registration lasts six months at most.")
    _no_other(told["chassis_number"], told["chassis_restamped"])
    chosen = choose_number(
        order,
        owner=holder.owner,
        kind="temporary",
        colour="trang",
        province_code=told["province_code"],
        wanted=number,
    )
    until = test_until or day + timedelta(days=TEMPORARY_DAYS)
    told |= {"temporary_number": chosen.number, "temporary_until": until}
    told |= {"registration": str(Registration.TEMPORARY), "known_status": IN_USE}
    terms = step(
        Verb.REGISTER_TEMPORARILY, due_on=add_working_days(day, TEMPORARY_LIMIT), renewed=test_until is not None
    )
    vehicle = _written(order, None, told, terms)
    return Done(vehicle, [subject(vehicle)], {"plate": chosen.pk})


@operation("vehicles.temporary_renewed", roles=REGISTRARS, nationwide=True)
def renew_temporary(order: Order, *, vehicle_id: int) -> Done[Vehicle]:
    """Renew a temporary registration, once, for 15 days; test registrations are not renewed.

    Raises:
        SosachError: STATE-02 not registered temporarily, or renewed already.
    """
    vehicle, before = begin(order, vehicle_id, Verb.RENEW_TEMPORARY)
    if before.renewed or vehicle.temporary_until is None:
        raise state_forbids("Đăng ký tạm thời chỉ được gia hạn một lần.", "It can be renewed only once.")
    until = max(vehicle.temporary_until, day_of(order.at)) + timedelta(days=TEMPORARY_DAYS)
    terms = step(Verb.RENEW_TEMPORARY, due_on=add_working_days(day_of(order.at), TEMPORARY_LIMIT), renewed=True)
    enter(order, vehicle, {"temporary_until": until}, terms)
    return Done(vehicle, [subject(vehicle)])


@operation("vehicles.withdrawn", roles=REGISTRARS, nationwide=True)
def withdraw(
    order: Order,
    *,
    vehicle_id: int,
    ground: Ground,
    online: bool = False,
    papers_lost: bool = False,
    plate_goes_along: bool = False,
) -> Done[Vehicle]:
    """Withdraw certificate and plate (procedure `withdraw`): the number is kept five years for its owner.

    Eight working hours online, else two working days; lost papers need their 30 days of check before.
    The number of the withdrawal certificate (ĐKX07) is `last_step["withdrawal"]`.

    Legal source: Law 36/2024 art. 39(2), 39(6).

    Args:
        order: who, when.
        vehicle_id: of the vehicle.
        ground: of the law; every ground but a transfer or a wrong issue ends the vehicle's life on the road.
        online: asked for on the portal, with nothing on paper.
        papers_lost: certificate or plate cannot be handed in.
        plate_goes_along: an auctioned plate stays on the vehicle for the next owner.

    Raises:
        SosachError: STATE-02 pledged, seized, stolen, disputed, not registered, or the check of lost papers is not over.
    """
    ends = AFTER_WITHDRAWAL[ground][0] is Registration.ENDED
    despite = frozenset({BlockKind.STOLEN}) if ground is Ground.DISCARDED else frozenset()
    vehicle, before = begin(order, vehicle_id, Verb.END_LIFE if ends else Verb.WITHDRAW, despite=despite)
    day = day_of(order.at)
    if ground is Ground.OVER_AGE and not is_over_age(vehicle, day):
        raise state_forbids("Xe chưa hết niên hạn sử dụng.", "The vehicle's service life is not over.")
    closes = lost_papers_checked(before, day) if papers_lost else []
    changes = withdrawn(vehicle, ground, plate_goes_along=plate_goes_along)
    terms = step(
        Verb.END_LIFE if ends else Verb.WITHDRAW,
        due_on=withdrawal_due(day, online=online),
        ground=str(ground),
        closes=closes,
        withdrawal=order.act.hex[:12].upper(),
        release=None if ground in KEEPS_NUMBER else str(Happening.POOL),
    )
    enter(order, vehicle, changes, terms)
    return Done(vehicle, [subject(vehicle)], {"ground": str(ground)})


def withdrawn(vehicle: Vehicle, ground: Ground, *, plate_goes_along: bool) -> dict[str, Any]:
    """Columns after a withdrawal.

    Raises:
        SosachError: STATE-02 only an auctioned plate stays on a vehicle.
    """
    state, status = AFTER_WITHDRAWAL[ground]
    changes: dict[str, Any] = {"registration": str(state), "known_status": status, "certificate_number": ""}
    if not plate_goes_along:
        return changes | no_plate()
    if ground is not Ground.TRANSFER or not is_auctioned(vehicle):
        raise state_forbids(
            "Chỉ biển số trúng đấu giá được chuyển theo xe.", "Only an auctioned plate goes with the vehicle."
        )
    return changes


def lost_papers_checked(before: Derived, day: date) -> list[int]:
    """The check of lost papers that is over, as a list of what the procedure closes.

    Raises:
        SosachError: STATE-02 none was opened, or its 30 days are not over.
    """
    checks = [block for block in before.open_blocks() if block.kind is BlockKind.PAPERS_CHECK]
    if not checks or checks[0].until is None or checks[0].until >= day:
        raise state_forbids(
            "Mất giấy tờ: chưa hết 30 ngày xác minh.", "Lost papers: their check of 30 days is not over."
        )
    return [checks[0].entry]


def is_over_age(vehicle: Vehicle, day: date) -> bool:
    """Whether the service life ended on 31 December of a past year (Law 36/2024 art. 40)."""
    return vehicle.service_until_year is not None and vehicle.service_until_year < day.year


def is_auctioned(vehicle: Vehicle) -> bool:
    """Whether the plate on the vehicle was won at auction."""
    return Plate.objects.filter(vehicle=vehicle, is_auctioned=True).exists()


def described(description: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of what a vehicle is, numbers as keys.

    Raises:
        SosachError: STATE-04 something is missing or unknown, or no value of its column.
        InvalidValueError: chassis or engine number cannot be read.
    """
    unknown = set(description) - DESCRIPTION - {"plate_colour"}
    missing = [column for column in REQUIRED if not description.get(column)]
    if unknown or missing or description["kind"] in NEVER_REGISTERED:
        raise incomplete(
            f"Hồ sơ xe chưa đủ hoặc không hợp lệ: {', '.join(sorted([*unknown, *missing])) or 'kind'}.",
            f"The vehicle's description lacks or misuses: {', '.join(sorted([*unknown, *missing])) or 'kind'}.",
        )
    told = read_columns(
        Vehicle, DESCRIPTION, {name: value for name, value in description.items() if name != "plate_colour"}
    )
    told["chassis_number"] = chassis.validate(str(told["chassis_number"]))
    told["engine_number"] = engine.validate(str(told["engine_number"]))
    told.setdefault("chassis_restamped", False)
    return told


def on_plate(chosen: Plate, colour: str) -> dict[str, Any]:
    """Columns of a vehicle that gets a number."""
    return {
        "plate_number": chosen.number,
        "plate_display": plate.format(chosen.number, chosen.kind),
        "plate_kind": chosen.kind,
        "plate_colour": colour,
    }


def no_plate() -> dict[str, Any]:
    """Columns of a vehicle whose plate came off."""
    return {"plate_number": "", "plate_display": "", "plate_kind": "", "plate_colour": ""}


def issued(order: Order, verb: Verb) -> dict[str, Any]:
    """Columns of a vehicle that is registered anew: certificate, state, status."""
    del verb
    return {
        "registration": str(Registration.REGISTERED),
        "certificate_number": order.act.hex[:12].upper(),
        "issued_on": day_of(order.at),
        "issued_by": order.actor.unit,
        "known_status": IN_USE,
        "declared_status": "",
        "proposed_status": "",
    }


def _to_register(order: Order, vehicle_id: int | None, told: dict[str, Any]) -> tuple[Vehicle | None, Derived | None]:
    _no_other(told["chassis_number"], told["chassis_restamped"], but=vehicle_id)
    if vehicle_id is None:
        return None, None
    vehicle, before = begin(order, vehicle_id, Verb.REGISTER_FIRST, anywhere=True)
    if vehicle.chassis_number and vehicle.chassis_number != told["chassis_number"]:
        raise forbidden(vehicle.registration)
    return vehicle, before


def _no_other(chassis_number: str, restamped: object, *, but: int | None = None) -> None:
    """No other vehicle on the road has the chassis number, unless the police stamped it anew."""
    rows = Vehicle.objects.filter(chassis_number=chassis_number, registration__in=LIVING).exclude(pk=but)
    if not restamped and rows.exists():
        raise conflict(
            "Số khung này đã được đăng ký cho xe khác.",
            "Another vehicle is registered with this chassis number.",
            hint_vi="Kiểm tra số khung; nếu số do công an đóng lại thì đánh dấu “đóng lại”.",
            hint_en="Check the frame; mark the number as re-stamped if the police stamped it anew.",
        )


def _written(order: Order, vehicle: Vehicle | None, told: dict[str, Any], terms: dict[str, Any]) -> Vehicle:
    if vehicle is None:
        changes = {**told, "last_step": terms}
        order = after_numbers(order, changes)
        with told_by_database():
            vehicle = make_record(order, Vehicle, changes, procedure=str(terms["procedure"]))
            settle(vehicle)
    else:
        enter(order, vehicle, told, terms)
    return vehicle
