"""Two records of one person: merged into one, and any act taken back, whatever came after it."""

from uuid import UUID

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.population.models import Person, Petition
from sosach.domain.population.operations.journal import (
    Change,
    enter,
    forbidden,
    home,
    locked,
    must_reach,
    settle,
    subject,
    told_of,
)
from sosach.domain.population.operations.rows import sync_rows
from sosach.domain.population.queries.resolving import survivor_of
from sosach.domain.population.rules.words import Part
from sosach.domain.population.states.civil import ImpossibleError
from sosach.domain.provenance.models import JournalEntry
from sosach.domain.provenance.operations import retract

KEEPERS = frozenset({Role.POPULATION, Role.CHIEF})


@operation("population.persons_merged", roles=KEEPERS, nationwide=True)
def merge(order: Order, *, person_id: int, survivor_id: int) -> Done[None]:
    """Decide that two records are one person. Nothing is moved: the merged record and its numbers lead to the survivor.

    Args:
        order: who, when, on what evidence; a reason is needed.
        person_id: the record that is merged.
        survivor_id: the record that stays.

    Raises:
        SosachError: STATE-02 the same record, or one of them is merged; STATE-01; STATE-04 no reason; ACCESS-02.
    """
    if not order.reason:
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Cần nêu lý do gộp.", en="A merge needs a reason.")
    if person_id == survivor_id:
        raise forbidden("self")
    person, survivor = locked(person_id, survivor_id)
    must_reach(order, home(person), home(survivor))
    if survivor.merged_into_id is not None:
        raise forbidden("merged")
    enter(order, person, Change("merge", other=survivor.pk))
    return Done(None, [subject(person), subject(survivor)], {"merged": person.pk, "survivor": survivor.pk})


@operation("population.taken_back", roles=KEEPERS, nationwide=True)
def take_back(order: Order, *, act: UUID) -> Done[None]:
    """Take an act back from every record it touched, whatever came after: they become what they were without it.

    Refused when something later rests on it (a divorce on the marriage); that is taken back first. Taking back a taking back
    restores the act.

    Args:
        order: who, when, on what evidence; a reason is needed.
        act: id of the act, as the journal and the log have it.

    Raises:
        SosachError: STATE-01 no such act within reach; STATE-02 it is a birth, or something rests on it; STATE-04 no reason; ACCESS-02.
    """
    if not order.reason:
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Cần nêu lý do thu hồi.", en="A reason is needed.")
    entries = list(JournalEntry.objects.filter(register=Person.REGISTER, act=act).order_by("pk"))
    if not entries:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có việc này.", en="There is no such act.")
    if any(entry.procedure in ("register_birth", "register_person") for entry in entries):
        raise forbidden("born")
    persons = locked(*sorted({entry.subject_id for entry in entries}))
    must_reach(order, *map(home, persons))
    procedures = sorted({entry.procedure for entry in entries})
    _retract(order, entries, {person.pk: person for person in persons})
    _reopen_petitions(act, persons)
    return Done(None, [subject(person) for person in persons], {"taken_back": str(act), "procedures": procedures})


def _reopen_petitions(act: UUID, persons: list[Person]) -> None:
    """What the act had decided waits again, unless the same was asked for anew."""
    for petition in Petition.objects.filter(decided_act=act, person__in=persons):
        if not Petition.objects.filter(person=petition.person_id, kind=petition.kind, outcome="").exists():
            petition.outcome, petition.decided_at, petition.decided_act = "", None, None
            petition.save(update_fields=["outcome", "decided_at", "decided_act"])


def _retract(order: Order, entries: list[JournalEntry], persons: dict[int, Person]) -> None:
    for entry in reversed(entries):
        retract(order, persons[entry.subject_id], entry.pk)
    for person in persons.values():
        _check(person)
        sync_rows(person, told_of(person).pieces, list(Part), only_closing=True)
    for person in persons.values():
        settle(person, told_of(person), list(Part))


def _check(person: Person) -> None:
    """Refuse when what is left could not have happened.

    Raises:
        SosachError: STATE-02; STATE-03 merges would go round.
    """
    try:
        told_of(person).state  # noqa: B018 - computed for its refusal
    except ImpossibleError as impossible:
        vi, en = "Có việc sau dựa vào việc này.", "Something later rests on it."
        raise SosachError(
            ErrorCode.STATE_FORBIDS,
            vi=vi,
            en=en,
            hint_vi="Hãy thu hồi việc sau trước.",
            hint_en="Take that back first.",
        ) from impossible
    survivor_of(person.pk)
