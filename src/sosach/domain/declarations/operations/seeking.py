"""What the registers and other declarations say about the numbers in a declaration: for officers, never for the declarant.

The same statements run whether there is no record, or one that is somebody else's; neither answer nor work tells.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.operations.refusals import not_found
from sosach.domain.declarations.queries.standing import meeting
from sosach.domain.declarations.rules import Kind, Known, risk_of
from sosach.domain.declarations.states import OPEN
from sosach.domain.licences.models import Licence
from sosach.domain.vehicles.models import Vehicle

MOST = 5


@dataclass(frozen=True, slots=True)
class Found:
    """Records the numbers lead to, with owner or holder."""

    records: tuple[tuple[int, int | None], ...]

    @property
    def record(self) -> int | None:
        """The one record; None where there are none or several."""
        return self.records[0][0] if len(self.records) == 1 else None

    @property
    def holder(self) -> int | None:
        """Its owner or holder."""
        return self.records[0][1] if len(self.records) == 1 else None


def set_keys(declaration: Declaration, keys: Mapping[str, str]) -> None:
    """Set the columns that are looked up by; nothing is saved."""
    declaration.plate_key = keys.get("plate", "")[:32]
    declaration.chassis_key = keys.get("chassis_number", "")[:32]
    declaration.licence_key = keys.get("licence_number", "")[:32]


def sought(kind: Kind, declaration: Declaration) -> Found:
    """Records of the register the declaration is about. Within an operation of the whole country."""
    if kind.register == "vehicles":
        same = Q(plate_number=declaration.plate_key) if declaration.plate_key else Q()
        if declaration.chassis_key:
            same |= Q(chassis_number=declaration.chassis_key)
        rows = Vehicle.objects.filter(same).values_list("pk", "owner_person_id") if same else Vehicle.objects.none()
    elif kind.register == "licences":
        numbered = Licence.objects.filter(licence_number=declaration.licence_key, joined_into__isnull=True)
        rows = numbered.values_list("pk", "holder_id") if declaration.licence_key else Licence.objects.none()
    else:
        return Found(((declaration.person_id, declaration.person_id),))
    return Found(tuple(rows[:MOST]))


def look_up(kind: Kind, declaration: Declaration) -> None:
    """Set what officers and the holder on record get to know: record, holder, risk; nothing is saved."""
    found = sought(kind, declaration)
    declaration.record_id, declaration.holder_id = found.record, found.holder
    others = len(meeting(declaration).filter(state__in=[str(state) for state in OPEN]).values_list("pk")[:MOST])
    known = Known(len(found.records), by_holder=found.holder == declaration.person_id, others=others)
    declaration.risk = risk_of(kind, known)


def records_of(kind: Kind, record_id: int) -> tuple[int, int | None]:
    """A record an officer names, with its owner or holder.

    Raises:
        SosachError: STATE-01 the register has no such record.
    """
    if kind.register == "vehicles":
        found = Vehicle.objects.filter(pk=record_id).values_list("pk", "owner_person_id").first()
    else:
        found = Licence.objects.filter(pk=record_id, joined_into__isnull=True).values_list("pk", "holder_id").first()
    if found is None or kind.register == "population":
        raise not_found()
    return int(found[0]), found[1]
