"""What vehicles follow when something happens to their owner: death, merge of two records, a move."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.provenance.rules import EntryKind
from sosach.domain.vehicles.models import LIVING, Plate, PlateEvent, Vehicle
from sosach.domain.vehicles.operations.settling import enter, settle_plates, subject
from sosach.domain.vehicles.rules import INHERITED, OwnerKind, Registration, person
from sosach.domain.vehicles.states import PlateState
from sosach.domain.vehicles.states.numbers import Happening

FOLLOWERS = frozenset({Role.SYSTEM, Role.POPULATION, Role.CIVIL_STATUS, Role.VEHICLES})


@operation("vehicles.owner_died", roles=FOLLOWERS, nationwide=True)
def owner_died(order: Order, *, person_id: int) -> Done[list[int]]:
    """Mark the heirs' case on every living vehicle of a person: status `thua_ke` is proposed, no owner changes.

    Returns:
        Entries of the journal, by which it is undone.
    """
    found = [row for row in _owned_by(person_id) if row.registration != Registration.ENDED]
    entries = [_follow(order, row, {"proposed_status": INHERITED}, "owner_died", person_id) for row in found]
    return Done(entries, _subjects(person_id, found), {"vehicles": len(found)})


@operation("vehicles.owner_repointed", roles=FOLLOWERS, nationwide=True)
def repoint_owner(order: Order, *, from_person: int, to_person: int) -> Done[list[int]]:
    """Follow the merge of two records of one person: vehicles and numbers of the first belong to the second.

    The owner is the same human being, so no transfer happens. Undone by `take_back` of each entry, or by the opposite call.

    Returns:
        Entries of the journals of the vehicles.
    """
    found = list(_owned_by(from_person))
    entries = [_follow(order, row, {"owner_person_id": to_person}, "repoint_owner", from_person) for row in found]
    for row in Vehicle.objects.select_for_update(of=("self",)).filter(user_person_id=from_person).order_by("pk"):
        changes = {"user_person_id": to_person}
        terms = {"procedure": "repoint_owner", "user": person(to_person).party}
        entries.append(enter(order, row, changes, terms, kind=EntryKind.CORRECTION))
        found.append(row)
    _repoint_kept(order, from_person, to_person)
    subjects = [Subject("person", str(to_person)), *_subjects(from_person, found)]
    return Done(entries, subjects, {"vehicles": len(found)})


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
    """Enter a change that holds only while that person owns the vehicle."""
    terms = {"procedure": procedure, "follows": person(of).party}
    return enter(order, vehicle, changes, terms, kind=EntryKind.CORRECTION)


def _repoint_kept(order: Order, from_person: int, to_person: int) -> None:
    kept = Plate.objects.select_for_update(of=("self",)).filter(owner_person_id=from_person, state=PlateState.KEPT)
    keys = sorted(kept.values_list("pk", flat=True))
    PlateEvent.objects.bulk_create(
        PlateEvent(
            plate_id=key,
            at=order.at,
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
