"""Who on record a survey card may be about. Not guarded: for use inside the loading, which says whom it was about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection

from sosach.domain.population.models import OldNumber, Person
from sosach.domain.population.queries import person_of_pin, survivor_of
from sosach.vn.names import keys

# The years are compared first: an index leads to a name, and thousands may have it.
_ALIKE_SQL = """
SELECT told.place, p.id, p.full_name, p.birth_date, p.sex
FROM unnest(%s::int[], %s::text[], %s::text[]) AS told(place, name, year)
JOIN population_person p ON p.name_k2 = told.name AND left(p.birth_date, 4) = told.year AND p.merged_into_id IS NULL
ORDER BY told.place, p.id
"""
_LONGEST_KEY = 160


@dataclass(frozen=True, slots=True)
class Likely:
    """What is told of somebody without a number.

    Attributes:
        full_name: name.
        birth_date: partial date.
        sex: "M" or "F".
        old_number: of an older paper; "" for none.
    """

    full_name: str
    birth_date: str
    sex: str
    old_number: str = ""

    @property
    def key(self) -> str:
        """The name without marks."""
        return keys(self.full_name).k2[:_LONGEST_KEY]

    def may_be(self, full_name: str, birth_date: str, sex: str) -> bool:
        """Whether somebody of that name may be the one: the same letters, no other sex, no other day of birth.

        >>> Likely("LÊ VĂN AN", "1965", "M").may_be("Le Van An", "1965-03-02", "M")
        True
        """
        days = self.birth_date.startswith(birth_date) or birth_date.startswith(self.birth_date)
        return self.key == keys(full_name).k2[:_LONGEST_KEY] and days and (not sex or sex == self.sex)


def people_by_pin(numbers: Iterable[str]) -> dict[str, Person]:
    """Number → the person it stands for today, cancelled ones and merged records included."""
    wanted = set(numbers)
    found = {str(person.pin): person for person in Person.objects.filter(pin__in=wanted, merged_into_id__isnull=True)}
    for number in wanted - found.keys():
        person = person_of_pin(number)
        if person is not None:
            found[number] = person
    return found


def likely_people(told: Mapping[int, Likely]) -> dict[int, list[int]]:
    """Place → people on record who may be meant: by name and date of birth, or by an older number."""
    found: dict[int, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        names = [each.key for each in told.values()]
        years = [each.birth_date[:4] for each in told.values()]
        cursor.execute(_ALIKE_SQL, [list(told), names, years])
        for place, person_id, name, born, sex in cursor.fetchall():
            if told[place].may_be(name, born, sex):
                found[place].add(person_id)
    numbers: dict[str, list[int]] = defaultdict(list)
    for place, each in told.items():
        if each.old_number:
            numbers[each.old_number].append(place)
    rows = OldNumber.objects.filter(number__in=numbers, holds=True).values_list("number", "person_id")
    for number, person_id in rows:
        for place in numbers[number]:
            found[place].add(survivor_of(person_id))
    return {place: sorted(people) for place, people in found.items()}
