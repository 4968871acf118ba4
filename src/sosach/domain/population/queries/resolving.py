"""From any number or merged record to the person it stands for. Not guarded: for use inside operations and guarded looks."""

from collections.abc import Iterable

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.population.models import OldNumber, Person
from sosach.domain.population.rules.words import PARENTS
from sosach.domain.population.states.pieces import Piece, pieces
from sosach.domain.provenance.queries import facts_of

_LONGEST_CHAIN = 50  # merges follow each other a few times at most; more is a circle


def survivor_of(person_id: int) -> int:
    """The record a person's merged records stand for now: itself where it was not merged.

    Raises:
        SosachError: STATE-03, merges go round in a circle.
    """
    for _ in range(_LONGEST_CHAIN):
        into = Person.objects.filter(pk=person_id).values_list("merged_into_id", flat=True).first()
        if into is None:
            return person_id
        person_id = into
    raise SosachError(
        ErrorCode.CONFLICT,
        vi="Các bản ghi gộp vào nhau thành vòng.",
        en="Records are merged into each other in a circle.",
    )


def merged_records(person_id: int) -> list[int]:
    """Records that stand for this one after merges, itself first."""
    found, fresh = [person_id], [person_id]
    while fresh:
        fresh = [
            key
            for key in Person.objects.filter(merged_into_id__in=fresh).values_list("pk", flat=True)
            if key not in found
        ]
        found += fresh
    return found


def owner_of_pin(number: str) -> Person | None:
    """The record that has a PIN or had it before it was cancelled; merges are not followed."""
    person = Person.objects.filter(pin=number).first()
    if person is not None:
        return person
    return Person.objects.filter(numbers__number=number).first()


def person_of_pin(number: str) -> Person | None:
    """The person a PIN stands for: present, cancelled, or of a record that was merged."""
    person = owner_of_pin(number)
    if person is None or person.merged_into_id is None:
        return person
    return Person.objects.get(pk=survivor_of(person.pk))


def persons_of_old_number(number: str) -> list[Person]:
    """Everybody an old number stands for: several are possible, none is the default."""
    keys = OldNumber.objects.filter(number=number, holds=True).values_list("person_id", flat=True)
    survivors = sorted({survivor_of(key) for key in keys})
    return list(Person.objects.filter(pk__in=survivors).order_by("pk"))


def pieces_of(person: Person) -> tuple[Piece, ...]:
    """The dated pieces of a record, as its journal tells them."""
    return pieces(*facts_of(person))


def ancestors(person_ids: Iterable[int]) -> set[int]:
    """Records of parents, their parents and so on, by blood and by adoption."""
    found: set[int] = set()
    fresh = set(person_ids)
    while fresh:
        rows = Person.objects.filter(
            named_by__person_id__in=fresh,
            named_by__kind__in=list(PARENTS),
            named_by__holds=True,
            named_by__ends_on__isnull=True,
        )
        fresh = set(rows.values_list("pk", flat=True)) - found
        found |= fresh
    return found
