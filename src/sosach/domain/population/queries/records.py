"""The whole record of a person with all its parts and where each value comes from, and a household with its members."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.population.models import Household, Person, Petition, Relation, Residence
from sosach.domain.population.queries.resolving import merged_records, survivor_of
from sosach.domain.population.queries.views import Identity, identity, subject_of
from sosach.domain.population.rules.words import PARENTS, Spell
from sosach.domain.population.states.numbers import PinSpell, pin_history
from sosach.domain.population.states.pieces import Piece, pieces
from sosach.domain.provenance.queries import facts_of, history_of
from sosach.domain.provenance.rules import Value, fold

OFFICERS = frozenset({Role.CLERK, Role.VERIFIER, Role.CHIEF, Role.CIVIL_STATUS, Role.POPULATION, Role.STEWARD})


@dataclass(frozen=True, slots=True)
class Record:
    """A person as the register knows them.

    Attributes:
        person_id: record; the survivor, where the one asked for was merged.
        merged: records merged into it.
        values: column → value with its origin.
        pieces: names, old numbers, cards, relations, contacts and residence over time.
        pins: PINs, the cancelled ones included.
        children: records that name this one as parent.
    """

    person_id: int
    merged: tuple[int, ...]
    values: Mapping[str, Value]
    pieces: tuple[Piece, ...]
    pins: tuple[PinSpell, ...]
    children: tuple[int, ...]


@reading("population.person_read", roles=OFFICERS | {Role.CITIZEN, Role.SYSTEM})
def record(look: Look, *, person_id: int) -> Seen[Record]:
    """The whole record of somebody of the territory, or the citizen's own.

    Raises:
        SosachError: STATE-01, no such person within reach.
    """
    person = _person(look, survivor_of(person_id))
    sources, entries = facts_of(person)
    values = {name: value for name, value in fold(sources, entries).items() if name in Person.FOLDED}
    found = Record(
        person.pk,
        tuple(merged_records(person.pk)[1:]),
        values,
        pieces(sources, entries),
        pin_history(sources, entries),
        _children(person.pk),
    )
    return Seen(found, [subject_of(person)])


def _person(look: Look, person_id: int) -> Person:
    person = scoped(Person.objects.filter(pk=person_id), look.actor, person="pk").first()
    if person is None:
        raise SosachError(
            ErrorCode.NOT_FOUND, vi="Không tìm thấy người này.", en="There is no such person within reach."
        )
    return person


def _children(person_id: int) -> tuple[int, ...]:
    rows = Relation.objects.filter(other_id=person_id, kind__in=list(PARENTS), holds=True, ends_on__isnull=True)
    return tuple(rows.order_by("person_id").values_list("person_id", flat=True).distinct())


@reading("provenance.history_read", roles=OFFICERS | {Role.CITIZEN})
def column_history(look: Look, *, person_id: int, column: str) -> Seen[tuple[Value, ...]]:
    """Every value a column had, oldest first, with who decided it.

    Raises:
        SosachError: STATE-01.
    """
    person = _person(look, person_id)
    return Seen(history_of(person, column) if column in Person.FOLDED else (), [subject_of(person)])


@dataclass(frozen=True, slots=True)
class MemberSeen:
    """A member of a household.

    Attributes:
        who: the person.
        relation: to the head.
        since: first day as a member; None where unknown.
        until: first day no longer a member; None while one is.
    """

    who: Identity
    relation: str
    since: Any
    until: Any


@dataclass(frozen=True, slots=True)
class HouseholdSeen:
    """A household.

    Attributes:
        household_id: its id.
        address: where.
        commune_code: commune.
        members: present ones, the head first; former ones after them.
    """

    household_id: int
    address: str
    commune_code: str
    members: tuple[MemberSeen, ...]


@reading("population.household_read", roles=OFFICERS)
def household(look: Look, *, household_id: int, former: bool = False) -> Seen[HouseholdSeen]:
    """A household of the territory and who is registered in it (item 23): what the paper household book was.

    Raises:
        SosachError: STATE-01.
    """
    found = scoped(Household.objects.filter(pk=household_id), look.actor).first()
    if found is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có hộ này.", en="There is no such household within reach.")
    spells = Residence.objects.filter(household=found, slot=Spell.PERMANENT, holds=True).select_related("person")
    if not former:
        spells = spells.filter(ends_on__isnull=True)
    ranked = sorted(spells, key=lambda spell: (spell.ends_on is not None, spell.relation != "head", spell.pk))
    members = tuple(
        MemberSeen(identity(spell.person), spell.relation, spell.begins_on, spell.ends_on) for spell in ranked
    )
    subjects = [
        Subject("household", str(found.pk), found.commune_code),
        *(subject_of(spell.person) for spell in ranked),
    ]
    return Seen(HouseholdSeen(found.pk, found.address, found.commune_code, members), subjects)


@reading("population.petitions_read", roles=frozenset({Role.CHIEF, Role.POPULATION, Role.CLERK}))
def open_petitions(look: Look, *, kind: str, limit: int = 100) -> Seen[list[Petition]]:
    """Petitions of the territory that wait for a decision, the most urgent first."""
    persons = scoped(Person.objects.all(), look.actor)
    rows = Petition.objects.filter(kind=kind, outcome="", person__in=persons).select_related("person")
    found = list(rows.order_by("due_on", "pk")[:limit])
    return Seen(found, [subject_of(petition.person) for petition in found])
