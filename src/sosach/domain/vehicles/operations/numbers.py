"""Numbers by themselves: new series for the pool, auctions, the end of keeping, cancellation."""

from datetime import date, datetime
from typing import Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role, reaches
from sosach.domain.audit.rules import Subject
from sosach.domain.vehicles.models import Plate, PlateEvent
from sosach.domain.vehicles.operations.choosing import lot_of, read_number
from sosach.domain.vehicles.operations.holders import REGISTRARS, living_person
from sosach.domain.vehicles.operations.refusals import incomplete, not_found, state_forbids
from sosach.domain.vehicles.operations.settling import moments, province_of, settle_plates
from sosach.domain.vehicles.rules import Owner, OwnerKind, day_of, fits_colour, is_identification
from sosach.domain.vehicles.states import PlateState
from sosach.domain.vehicles.states.numbers import Happening

LARGEST_SERIES = 100_000
BATCH = 5_000


@operation("vehicles.series_opened", roles=REGISTRARS, nationwide=True)
def open_series(  # noqa: PLR0913 - what the form asks for
    order: Order, *, series: str, kind: str, first: int, last: int, colour: str = "trang", digits: int = 5
) -> Done[int]:
    """Put the numbers of a series into the pool; those that exist already stay as they are.

    Args:
        order: who, when.
        series: province code and letters, as in the key (`30A`, `29B1`, `T30`).
        kind: of plate: car, motorbike, trailer, any, temporary.
        first: first serial number.
        last: last one.
        colour: trang, or xanh for a series of bodies of the state.
        digits: of the serial number.

    Returns:
        How many numbers were offered to the pool.

    Raises:
        SosachError: STATE-04 no such series, colour or range; ACCESS-02 a series of another province.
    """
    if not 0 <= first <= last < 10**digits or last - first >= LARGEST_SERIES:
        raise incomplete("Dải số không hợp lệ.", "The range of numbers is not valid.")
    numbers = [f"{series}{serial:0{digits}}" for serial in range(first, last + 1)]
    read_number(numbers[0], kind)
    if kind != "temporary" and not fits_colour(numbers[0], colour):
        raise incomplete("Sê ri không dùng cho biển màu này.", "The series is not used for plates of this colour.")
    place = province_of(numbers[0], kind)
    _require_reach(order, commune_code=None, province_code=place)
    rows = (
        Plate(
            number=number,
            kind=kind,
            colour=colour,
            lot=lot_of(number),
            province_code=place,
            is_identification=is_identification(number, kind),
        )
        for number in numbers
    )
    Plate.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return Done(len(numbers), [Subject("series", series)], {"first": first, "last": last, "kind": kind})


@operation("vehicles.number_auctioned", roles=REGISTRARS, nationwide=True)
def assign_auctioned(order: Order, *, number: str, kind: str, winner: Owner, until: date | None = None) -> Done[Plate]:
    """Keep a number of the pool for who won it at auction, until a vehicle is registered with it.

    Raises:
        SosachError: STATE-01 no such number or winner; STATE-02 it is not in the pool; STATE-04 nobody won it, or somebody who
            is dead; ACCESS-02 a number of another province; ACCESS-01 an officer who won it.
    """
    if not winner.is_known:
        raise incomplete("Cần người trúng đấu giá.", "An auctioned number needs a winner.")
    if winner.kind is OwnerKind.PERSON:
        living_person(winner.person)
    plate = _of_state(order, number, kind, PlateState.POOL)
    _happen(order, plate, Happening.AUCTIONED, owner=winner, until=until)
    return Done(plate, [_subject(plate)])


@operation("vehicles.number_cancelled", roles=REGISTRARS, nationwide=True)
def cancel_number(order: Order, *, number: str, kind: str) -> Done[Plate]:
    """Take a number out of use for good; only one that is on no vehicle.

    Raises:
        SosachError: STATE-01 no such number; STATE-02 it is on a vehicle or cancelled; STATE-04 without reason; ACCESS-02 a
            number of another territory.
    """
    if not order.reason.strip():
        raise incomplete("Cần nêu lý do hủy biển số.", "The cancellation needs a reason.")
    plate = _of_state(order, number, kind, PlateState.POOL, PlateState.KEPT)
    _happen(order, plate, Happening.CANCELLED)
    return Done(plate, [_subject(plate)])


@operation("vehicles.numbers_expired", roles=frozenset({Role.SYSTEM}), nationwide=True)
def return_expired_numbers(order: Order, *, limit: int = BATCH) -> Done[int]:
    """Give kept numbers whose five years are over back to the pool; run every day, repeated while it returns `limit`.

    Returns:
        How many went back.
    """
    day = day_of(order.at)
    over = Plate.objects.select_for_update(of=("self",), skip_locked=True).filter(
        state=PlateState.KEPT, kept_until__lt=day
    )
    plates = list(over.order_by("kept_until", "pk")[:limit])
    when = moments(order, [plate.pk for plate in plates])
    PlateEvent.objects.bulk_create(
        _event(order, plate, Happening.EXPIRED, when[plate.pk], until=day) for plate in plates
    )
    settle_plates(plate.pk for plate in plates)
    subjects = [_subject(plate) for plate in plates] or [Subject("plate", "")]
    return Done(len(plates), subjects, {"count": len(plates)})


def _require_reach(order: Order, *, commune_code: str | None, province_code: str | None) -> None:
    """See that a number lies where the actor keeps the register: one of the pool with its province, a kept one with its owner.

    Raises:
        SosachError: ACCESS-02.
    """
    if not reaches(order.actor, commune_code=commune_code, province_code=province_code):
        raise SosachError(
            ErrorCode.ACCESS_OUTSIDE,
            vi="Biển số không thuộc phạm vi quản lý.",
            en="The number lies outside the territory of this unit.",
        )


def _of_state(order: Order, number: str, kind: str, *states: PlateState) -> Plate:
    key = read_number(number, kind)
    plate = Plate.objects.select_for_update(of=("self",)).filter(number=key, kind=kind).order_by("pk").first()
    if plate is None:
        raise not_found("Không có biển số này.", "The register has no such number.")
    _require_reach(order, commune_code=plate.commune_code, province_code=plate.province_code)
    if plate.state not in states:
        raise state_forbids("Trạng thái biển số không cho phép.", f"The number is {plate.state}.")
    return plate


def _happen(order: Order, plate: Plate, what: Happening, **terms: Any) -> None:
    _event(order, plate, what, moments(order, [plate.pk])[plate.pk], **terms).save()
    settle_plates([plate.pk])
    plate.refresh_from_db()


def _event(
    order: Order, plate: Plate, what: Happening, at: datetime, *, owner: Owner | None = None, until: date | None = None
) -> PlateEvent:
    told = {"owner_kind": str(owner.kind), "owner_person_id": owner.person, "owner_code": owner.code} if owner else {}
    return PlateEvent(plate=plate, at=at, act=order.act, what=str(what), until=until, **told)


def _subject(plate: Plate) -> Subject:
    return Subject("plate", str(plate.pk), plate.commune_code or "")
