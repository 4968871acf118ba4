"""The record of a case in one line: number, name, address; and which records a campaign is about."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from sosach.domain.audit.rules import Subject
from sosach.domain.licences.models import Licence
from sosach.domain.population.models import Person
from sosach.domain.population.rules.numbers import masked
from sosach.domain.provenance.models import Folded
from sosach.domain.provenance.rules import SUBJECTS
from sosach.domain.vehicles.models import Vehicle


@dataclass(frozen=True, slots=True)
class Record:
    """What a list shows of a record.

    Attributes:
        title: plate, licence number or masked PIN; "" when it has none.
        name: of the owner, the holder or the person.
        address: as the register has it.
        phone: of the owner, where the register has one.
        kind: of vehicle: code; "" otherwise.
    """

    title: str
    name: str
    address: str = ""
    phone: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class _Kept:
    model: type[Folded]
    stands: Q
    shows: Callable[[Any], Record]


def _vehicle(row: Vehicle) -> Record:
    title = row.plate_display or row.plate_number or row.chassis_number
    return Record(title, row.owner_name, row.owner_address, row.owner_phone, row.kind)


def _licence(row: Licence) -> Record:
    return Record(row.licence_number, row.full_name, row.address)


def _person(row: Person) -> Record:
    return Record(masked(row.pin), row.full_name)


KEPT: Mapping[str, _Kept] = {
    "population": _Kept(Person, Q(merged_into__isnull=True), _person),
    "vehicles": _Kept(Vehicle, Q(), _vehicle),
    "licences": _Kept(Licence, Q(joined_into__isnull=True), _licence),
}


def records(register: str) -> QuerySet[Any]:
    """Records of a register that stand for themselves; callers limit them to a territory."""
    kept = KEPT[register]
    return kept.model.objects.filter(kept.stands)


def shown(register: str, ids: Iterable[int]) -> dict[int, Record]:
    """Records by id, as a list shows them; what is out of reach is missing."""
    kept = KEPT[register]
    return {row.pk: kept.shows(row) for row in kept.model.objects.filter(pk__in=set(ids))}


def record_subject(register: str, key: int, commune_code: str | None) -> Subject:
    """The record in the evidence log."""
    return Subject(SUBJECTS[register], str(key), commune_code or "")
