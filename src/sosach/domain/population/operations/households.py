"""Households: opened, split, merged, given another head; every change is one act over all members it touches (Law 68/2020)."""

from collections.abc import Mapping
from datetime import date

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.population.models import Household
from sosach.domain.population.operations.journal import (
    Change,
    commune,
    enter,
    incomplete,
    locked,
    must_reach,
    past,
    subject,
)
from sosach.domain.population.operations.residence import Place, household_of, new_household, open_spells, permanent
from sosach.domain.population.rules.days import day_of
from sosach.domain.population.rules.words import Member

POLICE = frozenset({Role.POPULATION, Role.CHIEF})


@operation("population.household_changed", roles=POLICE)
def split_household(
    order: Order,
    *,
    household_id: int,
    members: Mapping[int, Member],
    place: Place | None = None,
    on: date | None = None,
) -> Done[Household]:
    """Let some members of a household begin one of their own, at the same address or another of the commune.

    Args:
        order: who, when, on what evidence.
        household_id: the one they leave.
        members: who leaves → relation to the new head; one of them is the head.
        place: of the new household; None: the same address.
        on: since when; today.

    Raises:
        SosachError: STATE-01; STATE-02 the old household would lose its head or all members; STATE-04; ACCESS-02.
    """
    day = past(order, on)
    old = household_of(household_id)
    _keep_still(members)
    present = {spell.person_id: Member(spell.relation) for spell in open_spells(old.pk) if spell.relation}
    if set(members) - set(present):
        raise incomplete("Có người không thuộc hộ này.", "Somebody does not belong to the household.")
    if set(members) == set(present) or any(present[key] is Member.HEAD for key in members):
        raise _forbidden("Hộ cũ phải còn chủ hộ.", "The old household must keep its head.")
    if place is not None:
        must_reach(order, commune(place.commune_code, day_of(order.at)))
    household = new_household(order, place or Place(old.commune_code, old.address), day)
    return _settle(order, household, members, day, [old])


@operation("population.household_changed", roles=POLICE)
def merge_households(
    order: Order, *, household_id: int, into_id: int, relations: Mapping[int, Member], on: date | None = None
) -> Done[Household]:
    """Let everybody of a household join another one.

    Args:
        order: who, when, on what evidence.
        household_id: the one that ends.
        into_id: the one they join.
        relations: every member → relation to the head of the other household; nobody is head.
        on: since when; today.

    Raises:
        SosachError: STATE-01; STATE-04 a member is missing or would be a second head.
    """
    day = past(order, on)
    old, into = household_of(household_id), household_of(into_id)
    _keep_still(relations)
    present = {spell.person_id for spell in open_spells(old.pk)}
    if old.pk == into.pk or set(relations) != present or Member.HEAD in relations.values():
        raise incomplete(
            "Cần quan hệ của từng thành viên với chủ hộ mới.", "Every member needs a relation to the head."
        )
    return _settle(order, into, relations, day, [old])


@operation("population.household_changed", roles=POLICE)
def change_head(
    order: Order, *, household_id: int, relations: Mapping[int, Member], on: date | None = None
) -> Done[Household]:
    """Name another head; every member gets the relation to the new one.

    Raises:
        SosachError: STATE-01; STATE-04 a member is missing, or there is not exactly one head.
    """
    day = past(order, on)
    household = household_of(household_id)
    _keep_still(relations)
    present = {spell.person_id for spell in open_spells(household.pk)}
    if set(relations) != present or list(relations.values()).count(Member.HEAD) != 1:
        raise incomplete("Cần quan hệ của từng thành viên, đúng một chủ hộ.", "Every member, and exactly one head.")
    return _settle(order, household, relations, day, [])


def _keep_still(members: Mapping[int, Member]) -> None:
    """Lock those a change is about before it is asked where they live: who moved meanwhile is not brought back.

    Raises:
        SosachError: STATE-01.
    """
    locked(*sorted(members))


def _settle(
    order: Order, household: Household, members: Mapping[int, Member], day: date, others: list[Household]
) -> Done[Household]:
    """Write the new spells; the head last, so that there are never two."""
    heads = list(members.values()).count(Member.HEAD)
    if (not others and heads != 1) or heads > 1:
        raise incomplete("Hộ có đúng một chủ hộ.", "A household has exactly one head.")
    ranked = sorted(members, key=lambda key: (members[key] is Member.HEAD, key))
    persons = locked(*sorted(members))
    by_id = {person.pk: person for person in persons}
    for key in ranked:
        change = Change("change_household", {}, [permanent(household, members[key], day)])
        enter(order, by_id[key], change)
    touched = [Subject("household", str(each.pk), each.commune_code) for each in (household, *others)]
    return Done(household, [*map(subject, persons), *touched])


def _forbidden(vi: str, en: str) -> SosachError:
    return SosachError(ErrorCode.STATE_FORBIDS, vi=vi, en=en)
