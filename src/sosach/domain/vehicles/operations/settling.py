"""Locks a vehicle, enters what a procedure decided into its journal, and brings to pass what follows from the journal.

Owners, steps of numbers and blocks are derived from the whole journal after every entry and every retraction; rows follow
what was derived. Nothing is deleted: a row whose entry is taken back says that it does not hold.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, models
from django.db.models import Max, Q

from sosach.domain.access.operations import Order, require_other
from sosach.domain.access.queries import scoped
from sosach.domain.audit.rules import Actor, Subject
from sosach.domain.provenance.operations import enter_change
from sosach.domain.provenance.rules import EntryKind
from sosach.domain.vehicles.models import ON_VEHICLE, Block, Ownership, Plate, PlateEvent, Vehicle
from sosach.domain.vehicles.operations.refusals import conflict, forbidden, not_found
from sosach.domain.vehicles.queries import derived_of
from sosach.domain.vehicles.rules import Owner, OwnerKind, Registration, is_identification
from sosach.domain.vehicles.states import (
    Block as Lying,
)
from sosach.domain.vehicles.states import (
    BlockKind,
    Derived,
    NumberConflictError,
    PlateStep,
    Verb,
    number_state,
    refusal,
)
from sosach.domain.vehicles.states.numbers import Happening, NumberEvent, NumberState
from sosach.domain.vehicles.states.walk import OWNER_COLUMNS
from sosach.vn.identifiers.plate_layouts import PROVINCES_2025

_NUMBERS = frozenset({"plate_number", "temporary_number"})
_INSTANT = timedelta(microseconds=1)


@contextmanager
def told_by_database() -> Iterator[None]:
    """What a constraint refuses is said in words: two procedures at once, or an entry taken back too late.

    Raises:
        SosachError: STATE-03.
    """
    try:
        yield
    except IntegrityError as refused:
        raise conflict(
            "Số khung hoặc biển số đã thuộc xe khác.",
            "Another vehicle has the chassis number or the plate by now.",
            hint_vi="Tải lại hồ sơ rồi thử lại.",
            hint_en="Load the record again and try once more.",
        ) from refused


def lock(order: Order, vehicle_id: int, *, anywhere: bool = False) -> Vehicle:
    """The vehicle, locked until the end of the transaction.

    Args:
        order: who.
        vehicle_id: its id.
        anywhere: the law lets the unit of the new owner act on a vehicle of another one.

    Raises:
        SosachError: STATE-01 no such vehicle within reach; ACCESS-01 it is the officer's own.
    """
    rows = Vehicle.objects.select_for_update(of=("self",))
    found = (rows if anywhere else scoped(rows, order.actor)).filter(pk=vehicle_id).first()
    if found is None:
        raise not_found("Không có xe này trong phạm vi quản lý.", "No such vehicle within reach.")
    require_other(order.actor, found.owner_person_id)  # before: afterwards it may be somebody else's
    return found


def begin(
    order: Order,
    vehicle_id: int,
    verb: Verb,
    *,
    anywhere: bool = False,
    despite: frozenset[BlockKind] = frozenset(),
) -> tuple[Vehicle, Derived]:
    """Lock a vehicle and see that the procedure may begin.

    Raises:
        SosachError: STATE-01 no such vehicle; STATE-02 its state or what lies on it forbids the procedure.
    """
    vehicle = lock(order, vehicle_id, anywhere=anywhere)
    derived = derived_of(vehicle)
    blocks = {block.kind for block in derived.open_blocks()} - despite
    reason = refusal(verb, Registration(vehicle.registration), blocks)
    if reason:
        raise forbidden(reason)
    return vehicle, derived


def step(verb: Verb, *, approver: Actor | None = None, due_on: date | None = None, **terms: Any) -> dict[str, Any]:
    """Terms of a procedure as the journal keeps them."""
    told: dict[str, Any] = {"procedure": str(verb), **terms}
    if approver is not None:
        told["approver"] = [str(approver.kind), approver.key]
    if due_on is not None:
        told["due_on"] = due_on.isoformat()
    return told


def enter(
    order: Order,
    vehicle: Vehicle,
    changes: Mapping[str, Any],
    terms: Mapping[str, Any],
    *,
    kind: EntryKind = EntryKind.PROCEDURE,
) -> int:
    """Write a procedure into the journal, with all that follows; the id of the entry.

    Raises:
        SosachError: STATE-03 another vehicle has the number.
    """
    told = {**changes, "last_step": dict(terms)}
    order = after_numbers(order, told, vehicle)
    with told_by_database():
        entry = enter_change(order, vehicle, told, procedure=str(terms["procedure"]), kind=kind)
        settle(vehicle, entry=int(entry.pk), changes=told.keys())
    return int(entry.pk)


def after_numbers(order: Order, told: Mapping[str, Any], vehicle: Vehicle | None = None) -> Order:
    """The order, not earlier than what happened to the numbers it touches: a clock set back turns no story round.

    Args:
        order: who, when.
        told: columns of an entry that is to be written.
        vehicle: that carries a number already.
    """
    if _NUMBERS.isdisjoint(told) and "plate" not in told["last_step"]:
        return order
    numbers = Q(number__in=[told[column] for column in _NUMBERS & set(told) if told[column]])
    carried = Q(vehicle=vehicle) if vehicle is not None else Q()
    plates = Plate.objects.filter(numbers | carried)
    return replace(order, at=max([order.at, *_latest(plates.values("pk")).values()]))


def moments(order: Order, keys: Iterable[int]) -> dict[int, datetime]:
    """When something happens to numbers by themselves: now, or right after the latest that happened to them."""
    wanted = list(keys)
    latest = _latest(wanted)
    return {key: max(order.at, latest[key] + _INSTANT) if key in latest else order.at for key in wanted}


def _latest(plates: Any) -> dict[int, datetime]:
    """When the latest happened that holds: number → moment."""
    rows = PlateEvent.objects.filter(plate__in=plates, holds=True).values_list("plate")
    return dict(rows.annotate(latest=Max("at")))


def subject(vehicle: Vehicle) -> Subject:
    """The vehicle as the log names it."""
    return Subject("vehicle", str(vehicle.pk), vehicle.commune_code or "")


def settle(vehicle: Vehicle, *, entry: int | None = None, changes: AbstractSet[str] = frozenset()) -> Derived:
    """Bring owners, numbers, blocks and flags of a vehicle to what its journal says.

    Args:
        vehicle: locked, its columns folded.
        entry: the entry that was just added; only what it touches is looked at. None: everything.
        changes: columns of that entry.

    Raises:
        SosachError: STATE-03 another vehicle has a number this one would have.
    """
    derived = derived_of(vehicle)
    if entry is None or not changes.isdisjoint(OWNER_COLUMNS | {"owner_since"}):
        _settle_owners(vehicle, derived)
    if entry is None or any(entry in {key, block.closed_by} for key, block in derived.blocks.items()):
        _settle_blocks(vehicle, derived)
    if entry is None or any(found.entry == entry for found in derived.steps):
        _settle_numbers(vehicle, derived)
    _settle_flags(vehicle, derived)
    return derived


def _settle_flags(vehicle: Vehicle, derived: Derived) -> None:
    lying = {block.kind: block for block in derived.open_blocks()}
    pledge = lying.get(BlockKind.PLEDGE)
    flags = {
        "plate_is_identification": is_identification(vehicle.plate_number, vehicle.plate_kind),
        "pledged": pledge is not None,
        "pledge_creditor": pledge.holder if pledge else "",
        "papers_held": BlockKind.SEIZURE in lying,
    }
    if any(getattr(vehicle, flag) != value for flag, value in flags.items()):
        for flag, value in flags.items():
            setattr(vehicle, flag, value)
        vehicle.save(update_fields=list(flags))


def _settle_owners(vehicle: Vehicle, derived: Derived) -> None:
    present = derived.spells[-1].entry if derived.spells else None
    Ownership.objects.filter(vehicle=vehicle, is_present=True).exclude(entry=present).update(is_present=False)
    wanted = {
        spell.entry: {
            "owner_kind": str(spell.owner.kind),
            "owner_person_id": spell.owner.person,
            "owner_code": spell.owner.code,
            "since": spell.since,
            "until": spell.until,
            "holds": True,
            "is_present": spell.entry == present,
        }
        for spell in derived.spells
    }
    _follow(Ownership, vehicle, wanted)


def _settle_blocks(vehicle: Vehicle, derived: Derived) -> None:
    wanted = {entry: _block_columns(block) for entry, block in derived.blocks.items()}
    _follow(Block, vehicle, wanted)


def _block_columns(block: Lying) -> dict[str, Any]:
    return {
        "kind": str(block.kind),
        "opened_on": block.opened_on,
        "until": block.until,
        "holder": block.holder,
        "person_id": block.person,
        "closed_by": block.closed_by,
        "closed_on": block.closed_on,
        "outcome": block.outcome,
        "holds": True,
    }


def _follow(model: type[models.Model], vehicle: Vehicle, wanted: Mapping[int, dict[str, Any]]) -> None:
    """Make rows of a vehicle, one per entry, be what was derived; the others say that they do not hold."""
    rows = {row.entry: row for row in model.objects.filter(vehicle=vehicle)}
    for entry, row in rows.items():
        values = wanted.get(entry) or {"holds": False}
        if any(getattr(row, column) != value for column, value in values.items()):
            for column, value in values.items():
                setattr(row, column, value)
            row.save()
    for entry, values in wanted.items():
        if entry not in rows:
            model.objects.create(vehicle=vehicle, entry=entry, **values)


def _settle_numbers(vehicle: Vehicle, derived: Derived) -> None:
    plates = {identity: _plate(identity, found) for identity, found in _by_identity(derived.steps).items()}
    wanted = {(plates[found.plate.identity].pk, found.entry): found for found in derived.steps}
    rows = {(row.plate_id, row.entry): row for row in PlateEvent.objects.filter(vehicle=vehicle)}
    touched = set()
    for key, row in rows.items():
        values = _event_columns(wanted[key]) if key in wanted else {"holds": False}
        if any(getattr(row, column) != value for column, value in values.items()):
            for column, value in values.items():
                setattr(row, column, value)
            row.save()
            touched.add(row.plate_id)
    for key, found in wanted.items():
        if key not in rows:
            PlateEvent.objects.create(plate_id=key[0], vehicle=vehicle, entry=found.entry, **_event_columns(found))
            touched.add(key[0])
    settle_plates(touched, vehicle=vehicle)


def _by_identity(steps: Iterable[PlateStep]) -> dict[tuple[str, str, bool], PlateStep]:
    return {found.plate.identity: found for found in steps}


def _plate(identity: tuple[str, str, bool], found: PlateStep) -> Plate:
    """The row of a number; made when the register meets the number for the first time."""
    number, kind, blue = identity
    rows = Plate.objects.filter(number=number, kind=kind)
    plate = (rows.filter(colour="xanh") if blue else rows.exclude(colour="xanh")).first()
    if plate is not None:
        return plate
    return Plate.objects.create(
        number=number,
        kind=kind,
        colour=found.plate.colour,
        is_identification=is_identification(number, kind),
        province_code=province_of(number, kind),
    )


def province_of(number: str, kind: str) -> str | None:
    """The present province of the code on a plate."""
    code = number[1:3] if kind == "temporary" and number.startswith("T") else number[:2]
    return PROVINCES_2025.get(code)


def _event_columns(found: PlateStep) -> dict[str, Any]:
    return {
        "at": found.at,
        "what": str(found.what),
        "colour": found.plate.colour,
        "owner_kind": str(found.owner.kind),
        "owner_person_id": found.owner.person,
        "owner_code": found.owner.code,
        "until": found.until,
        "holds": True,
    }


def settle_plates(keys: Iterable[int], *, vehicle: Vehicle | None = None) -> None:
    """Bring numbers to what happened to them. Those that come off are written before those that go on.

    Raises:
        SosachError: STATE-03 two vehicles claim one number, or it is kept for somebody else.
    """
    plates = list(Plate.objects.select_for_update(of=("self",)).filter(pk__in=sorted(keys)).order_by("pk"))
    states = [(plate, _state_of(plate)) for plate in plates]
    for plate, state in sorted(states, key=lambda pair: pair[1].state in ON_VEHICLE):
        plate.state, plate.vehicle_id, plate.kept_until = str(state.state), state.vehicle, state.until
        plate.colour = state.colour or plate.colour
        plate.owner_kind, plate.owner_person_id = str(state.owner.kind), state.owner.person
        plate.owner_code, plate.is_auctioned = state.owner.code, state.auctioned
        if state.vehicle is not None and vehicle is not None:
            plate.commune_code, plate.province_code = vehicle.commune_code, vehicle.province_code
        elif not state.owner.is_known:
            plate.commune_code, plate.province_code = None, province_of(plate.number, plate.kind)
        plate.save()


def _state_of(plate: Plate) -> NumberState:
    try:
        return number_state(_told(row) for row in PlateEvent.objects.filter(plate=plate, holds=True))
    except NumberConflictError as found:
        raise conflict(
            "Biển số này thuộc xe khác hoặc đang được giữ cho chủ khác.",
            f"The number {plate.number} is on vehicle {found.held_by} or kept for somebody else."
            if found.held_by
            else f"The number {plate.number} is kept for somebody else or cancelled.",
            hint_vi="Thu hồi mục đăng ký sau trước.",
            hint_en="Take back the later registration of the number first.",
        ) from found


def _told(row: PlateEvent) -> NumberEvent:
    return NumberEvent(
        at=row.at,
        entry=row.entry,
        key=row.pk,
        what=Happening(row.what),
        vehicle=row.vehicle_id,
        owner=Owner(OwnerKind(row.owner_kind), row.owner_person_id, row.owner_code),
        until=row.until,
        colour=row.colour,
        former=Owner(OwnerKind.PERSON, row.former_person_id) if row.former_person_id else Owner(OwnerKind.UNKNOWN),
    )
