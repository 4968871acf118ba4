"""Claim and register side by side, item by item."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.rules import Kind, check
from sosach.domain.licences.models import Licence
from sosach.domain.population.models import Person
from sosach.domain.population.rules.days import day_of
from sosach.domain.vehicles.models import Vehicle
from sosach.vn.names import keys as name_keys

MOST = 10
# Item → (answer, column of the vehicle). Names are compared by their key, the rest as read.
_VEHICLE = {
    "plate": ("plate", "plate_number"),
    "chassis_number": ("chassis_number", "chassis_number"),
    "engine_number": ("engine_number", "engine_number"),
}
_SELLERS = ("seller_name", "deceased_name")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One item of a record beside the claim.

    Attributes:
        record_id: of the register.
        item: what is compared: `plate`, `chassis_number`, `engine_number`, `owner`, `licence_number`, `full_name`, `birth_date`.
        claimed: as declared; "" where nothing was said.
        registered: as the register has it.
        agrees: None where one side says nothing.
    """

    record_id: int
    item: str
    claimed: str
    registered: str
    agrees: bool | None


def records(kind: Kind, declaration: Declaration) -> tuple[Vehicle | Licence, ...]:
    """Records of the register the numbers lead to, the chosen one first. Within a guarded look."""
    if kind.register == "vehicles":
        same = Q(pk=declaration.record_id) if declaration.record_id else Q(pk__in=())
        same |= Q(plate_number=declaration.plate_key) if declaration.plate_key else Q(pk__in=())
        same |= Q(chassis_number=declaration.chassis_key) if declaration.chassis_key else Q(pk__in=())
        rows = Vehicle.objects.filter(same)
    elif kind.register == "licences":
        same = Q(pk=declaration.record_id) if declaration.record_id else Q(pk__in=())
        same |= Q(licence_number=declaration.licence_key) if declaration.licence_key else Q(pk__in=())
        rows = Licence.objects.filter(same, joined_into__isnull=True)
    else:
        return ()
    found = list(rows.order_by("pk")[:MOST])
    return tuple(sorted(found, key=lambda row: row.pk != declaration.record_id))


def compared(
    kind: Kind, declaration: Declaration, person: Person, rows: Sequence[Vehicle | Licence]
) -> tuple[Comparison, ...]:
    """Every item of every record beside the claim."""
    day = day_of(declaration.submitted_at)
    told = check(kind, declaration.answers, today=day).keys
    found: list[Comparison] = []
    for row in rows:
        found += _vehicle(kind, told, person, row) if isinstance(row, Vehicle) else _licence(told, person, row)
    return tuple(found)


def _vehicle(kind: Kind, told: dict[str, str], person: Person, row: Vehicle) -> list[Comparison]:
    found = [
        _item(row.pk, item, told.get(answer, ""), getattr(row, column)) for item, (answer, column) in _VEHICLE.items()
    ]
    named = next((told[answer] for answer in _SELLERS if told.get(answer)), "")
    owner = person.full_name if kind.is_direct else named
    return [*found, _name(row.pk, "owner", owner, row.owner_name)]


def _licence(told: dict[str, str], person: Person, row: Licence) -> list[Comparison]:
    return [
        _item(row.pk, "licence_number", told.get("licence_number", ""), row.licence_number),
        _name(row.pk, "full_name", person.full_name, row.full_name),
        _item(row.pk, "birth_date", person.birth_date, row.birth_date),
    ]


def _item(record: int, item: str, claimed: str, registered: str) -> Comparison:
    return Comparison(record, item, claimed, registered, claimed == registered if claimed and registered else None)


def _name(record: int, item: str, claimed: str, registered: str) -> Comparison:
    both = bool(claimed and registered)
    return Comparison(
        record, item, claimed, registered, name_keys(claimed).k1 == name_keys(registered).k1 if both else None
    )
