"""Looks at vehicles: by plate, chassis number and owner; a record with its history; chains of hands; public notices."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level, Subject
from sosach.domain.population.models import Person
from sosach.domain.provenance.queries import facts_of
from sosach.domain.provenance.rules import Entry, Value, active, fold
from sosach.domain.vehicles.models import Block, Ownership, Plate, PlateEvent, Vehicle
from sosach.domain.vehicles.states import BlockKind, Chain, Derived, PlateState, chain, derive
from sosach.vn.identifiers import chassis
from sosach.vn.identifiers import plate as plates

READERS = frozenset({Role.CLERK, Role.VERIFIER, Role.CHIEF, Role.VEHICLES, Role.STEWARD})
OWN = READERS | {Role.CITIZEN}
MOST = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """A vehicle a plate may mean.

    Attributes:
        vehicle: its record.
        display: the plate as it is painted.
        is_certain: no other kind of vehicle can carry a plate that reads so.
    """

    vehicle: Vehicle
    display: str
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Belongings:
    """What the register holds of an owner: present vehicles (a page of them), how many they are, former ones, kept numbers."""

    vehicles: tuple[Vehicle, ...]
    total: int
    former: tuple[Ownership, ...]
    kept: tuple[Plate, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A vehicle's record with everything that led to it.

    Attributes:
        vehicle: columns.
        values: present values with their origin, by column.
        owners: periods of owners that hold, oldest first.
        blocks: what lay or lies on it, oldest first.
        numbers: what happened to its numbers, oldest first.
        journal: every entry, retractions and retracted ones included.
        held: ids of the entries that hold.
    """

    vehicle: Vehicle
    values: dict[str, Value]
    owners: tuple[Ownership, ...]
    blocks: tuple[Block, ...]
    numbers: tuple[PlateEvent, ...]
    journal: tuple[Entry, ...]
    held: frozenset[int]


@dataclass(frozen=True, slots=True)
class Notice:
    """A vehicle on the public list; names of people stay out of it.

    Attributes:
        vehicle_id: of the vehicle.
        plate: as painted.
        brand: of the vehicle.
        opened_on: first day.
        until: last day on which anybody may object.
        is_disputed: whether an objection is open.
    """

    vehicle_id: int
    plate: str
    brand: str
    opened_on: date
    until: date | None
    is_disputed: bool


@reading("vehicles.plate_read", roles=READERS)
def by_plate(look: Look, *, plate: str) -> Seen[tuple[Candidate, ...]]:
    """Vehicles a plate may mean, in the territory: several where the string fits car and motorbike.

    What the separators tell is used; the form without any is searched in all kinds.
    """
    told = plates.explain(plate)
    key = told.key or plates.compact(plate)
    kinds = set(told.facts.get("kinds", "").split())
    rows = scoped(Vehicle.objects.filter(plate_number=key), look.actor).exclude(plate_number="").order_by("pk")
    if kinds and "any" not in kinds:
        rows = rows.filter(plate_kind__in=[*kinds, "any", ""])
    found = tuple(
        Candidate(row, row.plate_display or plates.format(key, row.plate_kind or None), len(kinds) == 1)
        for row in rows[:MOST]
    )
    return Seen(found, _subjects(candidate.vehicle for candidate in found))


@reading("vehicles.chassis_read", roles=READERS)
def by_chassis(look: Look, *, chassis_number: str) -> Seen[tuple[Vehicle, ...]]:
    """Vehicles with a chassis number, in the territory; several where it is re-stamped or disputed."""
    key = chassis.explain(chassis_number).key or chassis.compact(chassis_number)
    rows = scoped(Vehicle.objects.filter(chassis_number=key), look.actor).exclude(chassis_number="").order_by("pk")
    found = tuple(rows[:MOST])
    return Seen(found, _subjects(found))


@reading("vehicles.owner_read", roles=OWN)
def by_owner(look: Look, *, person_id: int, after_vehicle_id: int | None = None, limit: int = MOST) -> Seen[Belongings]:
    """What a person owns and owned, in the territory; citizens see their own.

    Args:
        look: who, why, when.
        person_id: the owner.
        after_vehicle_id: last vehicle of the page before: some own thousands.
        limit: length of a page of present vehicles.
    """
    owned = scoped(Vehicle.objects.filter(owner_person_id=person_id), look.actor, person="owner_person_id")
    vehicles = tuple(owned.filter(pk__gt=after_vehicle_id or 0).order_by("pk")[: max(0, min(limit, MOST))])
    kept_rows = Plate.objects.filter(owner_person_id=person_id, state=PlateState.KEPT)
    kept = tuple(scoped(kept_rows, look.actor, person="owner_person_id").order_by("kept_until", "pk"))
    former: tuple[Ownership, ...] = ()
    if look.actor.level is not Level.PERSON:
        reachable = scoped(Vehicle.objects.all(), look.actor)
        rows = Ownership.objects.filter(owner_person_id=person_id, holds=True, is_present=False, vehicle__in=reachable)
        former = tuple(rows.order_by("since", "pk"))
    found = Belongings(vehicles, owned.count(), former, kept)
    told = Person.objects.filter(pk=person_id).values_list("commune_code", flat=True).first()
    anything = bool(vehicles or former or kept)
    owner = [Subject("person", str(person_id), told or "")] if anything else []
    return Seen(found, [*owner, *_subjects(vehicles)])


@reading("vehicles.owner_read", roles=frozenset({Role.SYSTEM}))
def owners_to_try(look: Look, *, limit: int = 24) -> Seen[list[int]]:
    """Some people who own a vehicle, always the same ones: on synthetic data, to try things as. Who calls sees to that."""
    del look
    owned = Vehicle.objects.filter(owner_person__isnull=False).order_by("pk").values_list("owner_person_id", flat=True)
    found = list(dict.fromkeys(owned[: 4 * limit]))[:limit]
    return Seen(found, [Subject("person", str(key)) for key in found])


@reading("vehicles.record_read", roles=OWN)
def vehicle_record(look: Look, *, vehicle_id: int) -> Seen[Record | None]:
    """A vehicle with owners, blocks, numbers, journal and the origin of every value; None outside the reach.

    Citizens see the own vehicle without former owners and without who objected.
    """
    vehicle = _reached(look, vehicle_id)
    if vehicle is None:
        return Seen(None, [])
    sources, entries = facts_of(vehicle)
    own = look.actor.level is Level.PERSON
    found = Record(
        vehicle=vehicle,
        values=fold(sources, entries),
        owners=() if own else tuple(Ownership.objects.filter(vehicle=vehicle, holds=True).order_by("entry")),
        blocks=() if own else tuple(Block.objects.filter(vehicle=vehicle, holds=True).order_by("entry")),
        numbers=()
        if own
        else tuple(
            PlateEvent.objects.filter(vehicle=vehicle, holds=True).select_related("plate").order_by("at", "entry")
        ),
        journal=() if own else tuple(entries),
        held=frozenset(entry.key for entry in active(entries)),
    )
    return Seen(found, _subjects([vehicle]))


@reading("vehicles.chain_read", roles=READERS)
def ownership_chain(look: Look, *, vehicle_id: int) -> Seen[Chain | None]:
    """From the registered owner over declared sales to the user, with the earliest missing link; None outside the reach."""
    vehicle = _reached(look, vehicle_id)
    if vehicle is None:
        return Seen(None, [])
    derived = derived_of(vehicle)
    found = chain(derived.owner.party, derived.sales, derived.user)
    people = [Subject(*party.split(":", 1)) for party in found.parties if party.startswith("person:")]
    return Seen(found, [*_subjects([vehicle]), *people])


@reading("vehicles.notices_read", roles=READERS)
def public_notices(look: Look, *, after: int = 0, limit: int = MOST) -> Seen[tuple[Notice, ...]]:
    """Open public notices of the territory, oldest first; `after` is the last vehicle id of the page before."""
    rows = Vehicle.objects.filter(
        pk__gt=after, blocks__kind=BlockKind.NOTICE, blocks__holds=True, blocks__closed_by__isnull=True
    )
    vehicles = list(scoped(rows, look.actor).order_by("pk").distinct()[: min(limit, MOST)])
    lying = Block.objects.filter(vehicle__in=vehicles, holds=True, closed_by__isnull=True).order_by("entry")
    by_vehicle: dict[int, list[Block]] = {}
    for block in lying:
        by_vehicle.setdefault(block.vehicle_id, []).append(block)
    found = tuple(_notice(row, by_vehicle[row.pk]) for row in vehicles)
    return Seen(found, _subjects(vehicles))


def derived_of(vehicle: Vehicle) -> Derived:
    """What sources and journal say of a vehicle besides its columns. Callers are guarded looks or operations."""
    sources, entries = facts_of(vehicle)
    base = {column: value.value for column, value in fold(sources, []).items()}
    return derive(base, min((source.at for source in sources), default=None), active(entries))


def _reached(look: Look, vehicle_id: int) -> Vehicle | None:
    return scoped(Vehicle.objects.filter(pk=vehicle_id), look.actor, person="owner_person_id").first()


def _notice(vehicle: Vehicle, lying: list[Block]) -> Notice:
    notice = next(block for block in lying if block.kind == BlockKind.NOTICE)
    disputed = any(block.kind == BlockKind.OBJECTION for block in lying)
    plate = vehicle.plate_display or vehicle.plate_number
    return Notice(vehicle.pk, plate, vehicle.brand, notice.opened_on, notice.until, disputed)


def _subjects(vehicles: Iterable[Vehicle]) -> list[Subject]:
    """Vehicles, and the persons who own them: whoever looks at a vehicle looks at its owner."""
    found = []
    for row in vehicles:
        found.append(Subject("vehicle", str(row.pk), row.commune_code or ""))
        if row.owner_person_id is not None:
            found.append(Subject("person", str(row.owner_person_id), row.commune_code or ""))
    return found
