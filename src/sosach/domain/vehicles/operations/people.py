"""What vehicles follow when something happens to their owner: death, merge of two records, a move."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.population.models import Person
from sosach.domain.provenance.models import JournalEntry
from sosach.domain.provenance.operations import retract
from sosach.domain.provenance.queries import facts_of
from sosach.domain.provenance.rules import active
from sosach.domain.vehicles.models import LIVING, Plate, PlateEvent, Vehicle
from sosach.domain.vehicles.operations.refusals import state_forbids
from sosach.domain.vehicles.operations.settling import enter, moments, settle, settle_plates, subject, told_by_database
from sosach.domain.vehicles.queries import derived_of
from sosach.domain.vehicles.rules import INHERITED, OwnerKind, Registration, person
from sosach.domain.vehicles.states import PlateState
from sosach.domain.vehicles.states.numbers import Happening

FOLLOWERS = frozenset({Role.SYSTEM})  # reactions to events of the population register; nobody asks for them by hand


@operation("vehicles.owner_died", roles=FOLLOWERS, nationwide=True)
def owner_died(order: Order, *, person_id: int) -> Done[list[int]]:
    """Mark the heirs' case on every living vehicle of a person: status `thua_ke` is proposed, no owner changes.

    Again, it marks nothing more.

    Returns:
        Entries of the journal, by which it is undone.
    """
    marked = _entries("owner_died", person_id)
    found = [
        row
        for row in _owned_by(person_id)
        if row.registration != Registration.ENDED and not _held(row, marked.get(row.pk, []))
    ]
    entries = [_follow(order, row, {"proposed_status": INHERITED}, "owner_died", person_id) for row in found]
    return Done(entries, _subjects(person_id, found), {"vehicles": len(found)})


@operation("vehicles.owner_lives", roles=FOLLOWERS, nationwide=True)
def owner_lives(order: Order, *, person_id: int) -> Done[int]:
    """Follow a death that was taken back: what it proposed for the person's vehicles is taken back, too.

    Returns:
        How many vehicles it was.
    """
    proposed = _entries("owner_died", person_id)
    found = [_undo(order, vehicle_id, entries) for vehicle_id, entries in proposed.items()]
    return Done(len(found), _subjects(person_id, found), {"vehicles": len(found)})


@operation("vehicles.owner_repointed", roles=FOLLOWERS, nationwide=True)
def repoint_owner(order: Order, *, from_person: int, to_person: int) -> Done[list[int]]:
    """Follow the merge of two records of one person: vehicles and numbers of the first belong to the second.

    The owner is the same human being, so no transfer happens; the population register knows of the merge, or nothing is done.

    Returns:
        Entries of the journals of the vehicles.

    Raises:
        SosachError: STATE-02 the first record is not merged into the second.
    """
    if Person.objects.filter(pk=from_person, merged_into_id=to_person).first() is None:
        raise state_forbids("Hai bản ghi dân cư này chưa được gộp.", "The two records of the person are not merged.")
    found = list(_owned_by(from_person))
    entries = [_follow(order, row, {"owner_person_id": to_person}, "repoint_owner", from_person) for row in found]
    for row in Vehicle.objects.select_for_update(of=("self",)).filter(user_person_id=from_person).order_by("pk"):
        terms = {"procedure": "repoint_user", "former": from_person, "user": person(to_person).party}
        entries.append(enter(order, row, {"user_person_id": to_person}, terms))
        found.append(row)
    _repoint_kept(order, from_person, to_person)
    subjects = [Subject("person", str(to_person)), *_subjects(from_person, found)]
    return Done(entries, subjects, {"vehicles": len(found)})


@operation("vehicles.owner_repointed_back", roles=FOLLOWERS, nationwide=True)
def repoint_back(order: Order, *, from_person: int, to_person: int) -> Done[int]:
    """Follow a merge that was undone: what `repoint_owner` brought over goes back, what the second owned stays.

    Moves that followed the second owner in between are taken back with it.

    Returns:
        How many vehicles it was.

    Raises:
        SosachError: STATE-02 the first record is still merged into the second; STATE-03 a number went on meanwhile.
    """
    if Person.objects.filter(pk=from_person, merged_into_id=to_person).exists():
        raise state_forbids("Hai bản ghi dân cư này vẫn đang gộp.", "The two records of the person are still merged.")
    moved = _entries("repoint_owner", from_person, changes__owner_person_id=to_person)
    for vehicle_id, entries in _entries("repoint_user", from_person, changes__user_person_id=to_person).items():
        moved.setdefault(vehicle_id, []).extend(entries)
    found = [_undo(order, vehicle_id, entries) for vehicle_id, entries in sorted(moved.items())]
    rows = PlateEvent.objects.filter(
        what=str(Happening.REPOINTED), owner_person_id=to_person, former_person_id=from_person, holds=True
    )
    keys = sorted(rows.values_list("plate_id", flat=True))
    rows.update(holds=False)
    with told_by_database():
        settle_plates(keys)
    subjects = [Subject("person", str(to_person)), *_subjects(from_person, found)]
    return Done(len(found), subjects, {"vehicles": len(found)})


@operation("vehicles.records_moved", roles=FOLLOWERS, nationwide=True)
def move_records(
    order: Order, *, person_id: int, commune_code: str | None, province_code: str | None
) -> Done[list[int]]:
    """Follow an owner's move: records of vehicles and numbers lie where he lives. Plates stay as they are.

    Returns:
        Entries of the journals of the vehicles.
    """
    place = {"commune_code": commune_code, "province_code": province_code}
    found = [row for row in _owned_by(person_id) if (row.commune_code, row.province_code) != tuple(place.values())]
    entries = [_follow(order, row, place, "move_records", person_id) for row in found]
    Plate.objects.filter(owner_person_id=person_id, state=PlateState.KEPT).update(**place)
    Plate.objects.filter(vehicle__in=found).update(**place)
    return Done(entries, _subjects(person_id, found), {"vehicles": len(found)})


def _owned_by(person_id: int) -> Iterator[Vehicle]:
    rows = Vehicle.objects.select_for_update(of=("self",)).filter(
        Q(registration__in=LIVING) | Q(registration=Registration.ENDED), owner_person_id=person_id
    )
    return iter(rows.order_by("pk"))


def _follow(order: Order, vehicle: Vehicle, changes: dict[str, Any], procedure: str, of: int) -> int:
    """Enter a change that holds only while that person owns the vehicle.

    A procedure, not a correction: taking it back may change an owner, so it needs the second person of `take_back`.
    """
    terms = {"procedure": procedure, "follows": person(of).party}
    return enter(order, vehicle, changes, terms)


def _entries(procedure: str, of: int, **filters: Any) -> dict[int, list[int]]:
    """Entries by which vehicles followed a person: vehicle → ids."""
    about = Q(changes__last_step__follows=person(of).party) | Q(changes__last_step__former=of)
    rows = JournalEntry.objects.filter(about, register=Vehicle.REGISTER, procedure=procedure, **filters)
    found: dict[int, list[int]] = {}
    for vehicle_id, key in rows.order_by("subject_id", "pk").values_list("subject_id", "pk"):
        found.setdefault(vehicle_id, []).append(key)
    return found


def _held(vehicle: Vehicle, entries: list[int]) -> set[int]:
    """Those of the entries of a vehicle that are not taken back."""
    return {entry.key for entry in active(facts_of(vehicle)[1])} & set(entries) if entries else set()


def _undo(order: Order, vehicle_id: int, entries: list[int]) -> Vehicle:
    """Take back entries of a vehicle that still hold, and those that followed an owner it then never had."""
    vehicle = Vehicle.objects.select_for_update(of=("self",)).get(pk=vehicle_id)
    with told_by_database():
        for key in sorted(_held(vehicle, entries)):
            retract(order, vehicle, key)
        for key in derived_of(vehicle).moot:
            retract(order, vehicle, key)
        settle(vehicle)
    return vehicle


def _repoint_kept(order: Order, from_person: int, to_person: int) -> None:
    kept = Plate.objects.select_for_update(of=("self",)).filter(owner_person_id=from_person, state=PlateState.KEPT)
    keys = sorted(kept.values_list("pk", flat=True))
    when = moments(order, keys)
    PlateEvent.objects.bulk_create(
        PlateEvent(
            plate_id=key,
            at=when[key],
            act=order.act,
            what=str(Happening.REPOINTED),
            owner_kind=str(OwnerKind.PERSON),
            owner_person_id=to_person,
            former_person_id=from_person,
        )
        for key in keys
    )
    settle_plates(keys)


def _subjects(person_id: int, found: list[Vehicle]) -> list[Subject]:
    return [Subject("person", str(person_id)), *map(subject, found)]
