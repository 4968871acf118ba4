"""Who has to stand beside a record when it is checked anew: records that share a number with it, and the persons it may mean.

Callers are guarded operations: what is read here goes into a cleaning run and is shown to nobody.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q

from sosach.base.registers import Register
from sosach.domain.licences.models import Licence
from sosach.domain.population.models import OldNumber, Person, Relation, Residence
from sosach.domain.provenance.models import Candidate, Duplicate
from sosach.domain.vehicles.models import Vehicle
from sosach.vn.names import keys as name_keys

MOST = 5_000  # records that share one kind of number; the mass owner of the campaign had 7,000 and is seen by then
# Checks that compare with the whole register; what stands beside a record cannot answer them.
UNSEEN = frozenset({"VEH-70", "VEH-72", "VEH-74", "PER-59", "PER-60", "PER-61"})


@dataclass(slots=True)
class Neighbourhood:
    """Ids of records by register: those asked about, and those beside them."""

    records: dict[Register, set[int]] = field(default_factory=lambda: {register: set() for register in Register})

    def add(self, register: Register, ids: Iterable[int | None]) -> None:
        """Take records in."""
        self.records[register].update(key for key in ids if key is not None)


def around(register: Register, ids: Iterable[int]) -> Neighbourhood:
    """Records and what has to stand beside them."""
    asked = sorted(set(ids))
    found = Neighbourhood()
    found.add(register, asked)
    found.add(register, _in_groups(register, asked))
    _BESIDE[register](found, asked)
    candidates = Candidate.objects.filter(register=register, subject_id__in=asked, person_id__isnull=False)
    found.add(Register.POPULATION, candidates.values_list("person_id", flat=True))
    return found


def _in_groups(register: Register, asked: list[int]) -> Iterable[int]:
    """Records of the same groups of duplicates: numbers in dispute stand in no column."""
    own = Duplicate.objects.filter(register=register, subject_id__in=asked, gone=False)
    groups = list(own.values_list("group", flat=True))
    return Duplicate.objects.filter(register=register, group__in=groups).values_list("subject_id", flat=True)[:MOST]


def _vehicles(found: Neighbourhood, asked: list[int]) -> None:
    rows = list(Vehicle.objects.filter(pk__in=found.records[Register.VEHICLES]))
    for column in ("plate_number", "chassis_number", "engine_number", "owner_id_number", "owner_person_id"):
        found.add(Register.VEHICLES, _sharing(Vehicle, column, rows))
    own = [row for row in rows if row.pk in set(asked)]
    found.add(Register.POPULATION, (row.owner_person_id for row in rows))
    found.add(Register.POPULATION, _numbered({row.owner_id_number for row in rows}))
    found.add(Register.POPULATION, _named({(name_keys(row.owner_name).k2, row.commune_code) for row in own}))


def _licences(found: Neighbourhood, asked: list[int]) -> None:
    rows = list(Licence.objects.filter(pk__in=found.records[Register.LICENCES]))
    for column in ("licence_number", "holder_id"):
        found.add(Register.LICENCES, _sharing(Licence, column, rows))
    named = {(row.name_key, row.birth_date) for row in rows if row.name_key and row.birth_date}
    for key, born in named:
        found.add(Register.LICENCES, Licence.objects.filter(name_key=key, birth_date=born).values_list("pk", flat=True))
    own = [row for row in rows if row.pk in set(asked)]
    found.add(Register.POPULATION, (row.holder_id for row in rows))
    found.add(Register.POPULATION, _named({(row.name_key, row.commune_code) for row in own}))


def _persons(found: Neighbourhood, asked: list[int]) -> None:
    del asked
    persons = list(Person.objects.filter(pk__in=found.records[Register.POPULATION]))
    ids = [person.pk for person in persons]
    relatives = list(Relation.objects.filter(Q(person__in=ids) | Q(other__in=ids), holds=True))
    found.add(Register.POPULATION, (key for each in relatives for key in (each.person_id, each.other_id)))
    found.add(Register.POPULATION, _numbered({each.pin for each in relatives}))
    old = OldNumber.objects.filter(person__in=ids, holds=True).values_list("number", flat=True)
    found.add(Register.POPULATION, _numbered({*old, *(person.pin or "" for person in persons)}))
    homes = Residence.objects.filter(person__in=ids, holds=True, ends_on=None, household__isnull=False)
    together = Residence.objects.filter(household__in=homes.values("household"), holds=True, ends_on=None)
    found.add(Register.POPULATION, together.values_list("person_id", flat=True)[:MOST])
    for person in persons:
        namesakes = Person.objects.filter(name_k2=person.name_k2, birth_date=person.birth_date)
        found.add(Register.POPULATION, namesakes.values_list("pk", flat=True)[:MOST])


def _sharing(model: type[Model], column: str, rows: Iterable[Any]) -> Iterable[int]:
    values = {getattr(row, column) for row in rows} - {"", None}
    return model._default_manager.filter(**{f"{column}__in": values}).values_list("pk", flat=True)[:MOST]  # noqa: SLF001 - the manager of any model


def _numbered(numbers: set[str]) -> Iterable[int]:
    """Persons with one of these numbers, present or old."""
    numbers = {number for number in numbers if number}
    yield from Person.objects.filter(pin__in=numbers).values_list("pk", flat=True)
    yield from OldNumber.objects.filter(number__in=numbers).values_list("person_id", flat=True)


def _named(names: set[tuple[str, str | None]]) -> Iterable[int]:
    """Persons of a name in a commune, as matching without a number would meet them."""
    for key, commune in names:
        if key and commune:
            yield from Person.objects.filter(commune_code=commune, name_k2=key).values_list("pk", flat=True)[:MOST]


_BESIDE: Mapping[Register, Callable[[Neighbourhood, list[int]], None]] = {
    Register.VEHICLES: _vehicles,
    Register.LICENCES: _licences,
    Register.POPULATION: _persons,
}
