"""Everything the database says of vehicles and numbers, as plain values that can be compared."""

from itertools import pairwise
from typing import Any

from tests.domain.vehicles.town import SYSTEM

from sosach.domain.access.queries import acting
from sosach.domain.provenance.models import JournalEntry
from sosach.domain.vehicles.models import ON_VEHICLE, Block, Ownership, Plate, PlateEvent, Vehicle
from sosach.domain.vehicles.queries import derived_of
from sosach.domain.vehicles.states import Derived

COLUMNS = [column for column in Vehicle.FOLDED if column != "last_step"]
FLAGS = ["plate_is_identification", "pledged", "pledge_creditor", "papers_held"]


def picture() -> dict[str, Any]:
    """Columns of vehicles and the rows that hold; numbers in the pool are nobody's and left out."""
    with acting(SYSTEM):
        return {
            "vehicles": list(Vehicle.objects.order_by("pk").values("pk", *COLUMNS, *FLAGS)),
            "owners": _rows(Ownership, "vehicle_id", "owner_kind", "owner_person_id", "since", "until", "is_present"),
            "blocks": _rows(Block, "vehicle_id", "kind", "person_id", "holder", "closed_by", "outcome"),
            "steps": _rows(PlateEvent, "plate_id", "vehicle_id", "what", "owner_person_id", "until", "colour"),
            "numbers": list(
                Plate.objects.exclude(state="pool")
                .order_by("pk")
                .values_list("number", "state", "vehicle_id", "owner_person_id", "kept_until", "colour")
            ),
        }


def _rows(model: Any, *columns: str) -> list[tuple[Any, ...]]:
    return list(model.objects.filter(holds=True).order_by("entry", "pk").values_list("entry", *columns))


def entries_of(vehicle_id: int) -> list[int]:
    """Ids of all entries of a vehicle's journal that are no retractions."""
    with acting(SYSTEM):
        rows = JournalEntry.objects.filter(register="vehicles", subject_id=vehicle_id).exclude(kind="retraction")
        return list(rows.order_by("pk").values_list("pk", flat=True))


def owners() -> dict[int, int | None]:
    """Vehicle → present owner."""
    with acting(SYSTEM):
        return dict(Vehicle.objects.values_list("pk", "owner_person_id"))


def open_blocks() -> dict[int, set[str]]:
    """Vehicle → kinds of what lies on it."""
    found: dict[int, set[str]] = {}
    with acting(SYSTEM):
        for key, kind in Block.objects.filter(holds=True, closed_by__isnull=True).values_list("vehicle_id", "kind"):
            found.setdefault(key, set()).add(kind)
    return found


def faults() -> list[str]:
    """What must never be so, whatever was done in whatever order."""
    with acting(SYSTEM):
        return [fault for row in Vehicle.objects.order_by("pk") for fault in _faults_of(row)]


def _faults_of(row: Vehicle) -> list[str]:
    derived, found = derived_of(row), []
    plates = list(Plate.objects.filter(vehicle=row, state__in=ON_VEHICLE))
    permanent = [plate.number for plate in plates if plate.kind != "temporary"]
    temporary = [plate.number for plate in plates if plate.kind == "temporary"]
    if permanent != [number for number in [row.plate_number] if number]:
        found.append(f"{row.pk}: plate {row.plate_number}, numbers {permanent}")
    if temporary != [number for number in [row.temporary_number] if number]:
        found.append(f"{row.pk}: temporary plate {row.temporary_number}, numbers {temporary}")
    if any(plate.owner_person_id != row.owner_person_id for plate in plates):
        found.append(f"{row.pk}: a plate belongs to somebody else")
    spells = list(Ownership.objects.filter(vehicle=row, holds=True).order_by("entry"))
    if any(before.until != after.since for before, after in pairwise(spells)):
        found.append(f"{row.pk}: periods of owners have gaps or overlap")
    if spells and (spells[-1].until is not None or spells[-1].owner_person_id != row.owner_person_id):
        found.append(f"{row.pk}: the last owner is not the present one")
    if [spell.is_present for spell in spells] != [False] * (len(spells) - 1) + [True] * bool(spells):
        found.append(f"{row.pk}: not one present owner")
    found += _differences(row, derived, spells)
    for column in COLUMNS:
        field = row._meta.get_field(column)
        told = field.to_python(derived.values.get(column, field.get_default()))
        if getattr(row, field.attname) != told:
            found.append(f"{row.pk}: {column} is not what its journal says")
    return found


def _differences(row: Vehicle, derived: Derived, spells: list[Ownership]) -> list[str]:
    """Rows that hang on a vehicle and are not what its journal says."""
    told = [(spell.entry, spell.owner.person, spell.since, spell.until) for spell in derived.spells]
    kept = [(spell.entry, spell.owner_person_id, spell.since, spell.until) for spell in spells]
    blocks = Block.objects.filter(vehicle=row, holds=True).order_by("entry")
    lying = [(block.entry, block.kind, block.closed_by) for block in blocks]
    steps = PlateEvent.objects.filter(vehicle=row, holds=True).select_related("plate")
    happened = {(step.entry, step.plate.number, step.what, step.owner_person_id) for step in steps}
    wanted = {(step.entry, step.plate.number, str(step.what), step.owner.person) for step in derived.steps}
    pairs = {
        "owners": (told, kept),
        "blocks": ([(key, str(block.kind), block.closed_by) for key, block in sorted(derived.blocks.items())], lying),
        "numbers": (wanted, happened),
    }
    return [f"{row.pk}: {name} are not what the journal says" for name, (said, there) in pairs.items() if said != there]
