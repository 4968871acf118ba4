"""Which number a vehicle gets: the owner's own kept one first, else one of the pool, drawn so that nobody can choose."""

from datetime import date
from hashlib import sha256

from django.db.models import QuerySet

from sosach.domain.access.operations import Order
from sosach.domain.vehicles.models import Plate
from sosach.domain.vehicles.operations.refusals import conflict, incomplete, not_found, state_forbids
from sosach.domain.vehicles.rules import Owner, day_of, fits_colour
from sosach.domain.vehicles.states import PlateState
from sosach.vn.identifiers import plate as plate_numbers
from sosach.vn.vehicle_terms import plate_kind_of

LOTS = 2**62


def lot_of(text: str) -> int:
    """Place of a number, or of an act, on the wheel it is drawn from."""
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big") % LOTS


def plate_kind(vehicle_kind: str) -> str:
    """Kind of plate a kind of vehicle carries; machines and similar vehicles carry those of cars."""
    return plate_kind_of(vehicle_kind) or "car"


def choose_number(
    order: Order, *, owner: Owner, kind: str, colour: str, province_code: str | None, wanted: str | None = None
) -> Plate:
    """The number for a vehicle, locked.

    Args:
        order: whose id decides the draw.
        owner: who gets it.
        kind: of plate.
        colour: of its background.
        province_code: where it is registered.
        wanted: one of the owner's kept numbers, or a number that comes with the papers.

    Raises:
        SosachError: STATE-03 the number is somebody else's; STATE-02 the pool is empty; STATE-04 not a number of that kind.
    """
    rows = _of_colour(Plate.objects.select_for_update(of=("self",)), colour).filter(kind=kind)
    if wanted is not None:
        return _wanted(rows, owner, kind, colour, wanted, day_of(order.at))
    kept = kept_by(rows, owner, day_of(order.at)).order_by("kept_until", "pk").first()
    if kept is not None:
        return kept
    pool = rows.select_for_update(of=("self",), skip_locked=True).filter(
        state=PlateState.POOL, province_code=province_code
    )
    drawn = pool.filter(lot__gte=lot_of(str(order.act))).order_by("lot").first() or pool.order_by("lot").first()
    if drawn is None:
        raise state_forbids(
            "Kho số của tỉnh đã hết số phù hợp.", "The pool of the province has no number of this kind left."
        )
    return drawn


def kept_by(rows: QuerySet[Plate], owner: Owner, day: date) -> QuerySet[Plate]:
    """Numbers kept for an owner whose time is not over."""
    kept = rows.filter(state=PlateState.KEPT).exclude(kept_until__lt=day)
    if not owner.is_known:
        return kept.none()
    return kept.filter(owner_kind=str(owner.kind), owner_person_id=owner.person, owner_code=owner.code)


def _of_colour(rows: QuerySet[Plate], colour: str) -> QuerySet[Plate]:
    """Blue numbers are a series of their own; white and yellow share theirs."""
    return rows.filter(colour="xanh") if colour == "xanh" else rows.exclude(colour="xanh")


def _wanted(rows: QuerySet[Plate], owner: Owner, kind: str, colour: str, text: str, day: date) -> Plate:
    number = read_number(text, kind)
    if kind != "temporary" and not fits_colour(number, colour):
        raise incomplete("Sê ri không dùng cho biển màu này.", "The series is not used for plates of this colour.")
    found = rows.filter(number=number).first()
    if found is None:
        raise not_found("Không có biển số này trong kho số.", "The register has no such number.")
    if found.state == PlateState.POOL or kept_by(rows, owner, day).filter(pk=found.pk).exists():
        return found
    raise conflict("Biển số này không còn trong kho số.", "The number is not free.")


def read_number(text: str, kind: str) -> str:
    """Key of a number of that kind.

    Raises:
        SosachError: STATE-04 it is none.
        InvalidValueError: it cannot be read as a plate at all.
    """
    number = plate_numbers.validate(text)
    kinds = plate_numbers.explain(number).facts.get("kinds", "").split()
    if not {kind, "any"} & set(kinds):
        raise incomplete("Biển số không thuộc loại xe này.", "The number is not one of this kind of vehicle.")
    return number
