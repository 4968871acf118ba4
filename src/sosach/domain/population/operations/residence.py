"""Residence of one person: moving in and out, temporary and present residence, absence (Law 68/2020)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.population.models import Household, Person, Residence
from sosach.domain.population.operations.journal import (
    Change,
    commune,
    enter,
    home,
    incomplete,
    locked,
    must_reach,
    past,
    subject,
)
from sosach.domain.population.rules.days import day_of
from sosach.domain.population.rules.words import Member, Part, Spell
from sosach.domain.population.states.pieces import begin, end

POLICE = frozenset({Role.POPULATION, Role.CHIEF})


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody lives.

    Attributes:
        commune_code: present commune.
        address: house, street, hamlet.
    """

    commune_code: str
    address: str


def open_spells(household_id: int) -> list[Residence]:
    """Permanent spells of the members of a household that hold."""
    rows = Residence.objects.filter(household_id=household_id, slot=Spell.PERMANENT, holds=True, ends_on__isnull=True)
    return list(rows.order_by("begins_on", "pk"))


def household_of(household_id: int) -> Household:
    """A household within reach.

    Raises:
        SosachError: STATE-01.
    """
    found = Household.objects.filter(pk=household_id).first()
    if found is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có hộ này.", en="There is no such household.")
    return found


def new_household(order: Order, place: Place, day: date) -> Household:
    """A household at a place; its members follow in the same act.

    Raises:
        SosachError: STATE-04 no such commune, or no address.
    """
    code, province = commune(place.commune_code, day_of(order.at))
    if not place.address.strip():
        raise incomplete("Thiếu địa chỉ.", "The address is missing.")
    return Household.objects.create(
        commune_code=code, province_code=province, address=place.address, opened_on=day, act=order.act
    )


def permanent(household: Household, relation: Member, day: date) -> dict[str, Any]:
    """The step that makes somebody a permanent member of a household."""
    return begin(
        Part.RESIDENCE,
        Spell.PERMANENT,
        day,
        household_id=household.pk,
        relation=Member(relation).value,
        address=household.address,
        commune_code=household.commune_code,
        province_code=household.province_code,
    )


def must_not_leave_headless(person: Person) -> None:
    """Refuse to let the head go while others stay: the household chooses another head first.

    Raises:
        SosachError: STATE-02.
    """
    spell = Residence.objects.filter(person=person, slot=Spell.PERMANENT, holds=True, ends_on__isnull=True).first()
    if spell is None or spell.relation != Member.HEAD or spell.household_id is None:
        return
    if len(open_spells(spell.household_id)) > 1:
        raise SosachError(
            ErrorCode.STATE_FORBIDS,
            vi="Chủ hộ còn thành viên khác trong hộ.",
            en="Others stay in the household this person is head of.",
            hint_vi="Hãy đổi chủ hộ trước.",
            hint_en="Name another head first.",
        )


@operation("population.moved_in", roles=POLICE, nationwide=True)
def move_in(
    order: Order, *, person_id: int, to: int | Place, relation: Member = Member.HEAD, on: date | None = None
) -> Done[Household]:
    """Register permanent residence; the receiving commune does it, and the former one needs do nothing.

    Args:
        order: who, when, on what evidence.
        person_id: who moves.
        to: a household (its id), or a place at which a household of its own begins.
        relation: to the head of the household.
        on: since when; today.

    Raises:
        SosachError: ACCESS-02 the place lies elsewhere; STATE-01; STATE-02 dead, missing or abroad, or head of others;
            STATE-03 the household has a head already; STATE-04.
    """
    day = past(order, on)
    (person,) = locked(person_id)
    if isinstance(to, Place):
        must_reach(order, commune(to.commune_code, day_of(order.at)))
    must_not_leave_headless(person)
    household = new_household(order, to, day) if isinstance(to, Place) else household_of(to)
    must_reach(order, (household.commune_code, household.province_code))
    if isinstance(to, Place) and relation is not Member.HEAD:
        raise incomplete("Người đầu tiên của hộ mới là chủ hộ.", "The first of a new household is its head.")
    before = person.commune_code or ""
    enter(order, person, Change("move_in", {}, [permanent(household, relation, day)]))
    subjects = [subject(person), Subject("household", str(household.pk), household.commune_code)]
    return Done(household, subjects, {"from": before, "to": household.commune_code})


@operation("population.moved_out", roles=POLICE, nationwide=True)
def move_out(order: Order, *, person_id: int, on: date | None = None) -> Done[None]:
    """End a permanent residence without another one (deregistration).

    Raises:
        SosachError: ACCESS-02; STATE-01; STATE-02 dead, or head of others; STATE-04 there is none.
    """
    day = past(order, on)
    (person,) = locked(person_id)
    must_reach(order, home(person))
    _must_have(person, Spell.PERMANENT)
    must_not_leave_headless(person)
    told = subject(person)
    enter(order, person, Change("move_out", {}, [end(Part.RESIDENCE, Spell.PERMANENT, day)]))
    return Done(None, [told])


@operation("population.stay_registered", roles=POLICE, nationwide=True)
def register_stay(
    order: Order, *, person_id: int, kind: Spell, place: Place, on: date | None = None, until: date | None = None
) -> Done[None]:
    """Register temporary residence (items 17) or where somebody really lives now (item 18), by the commune of the place.

    Raises:
        SosachError: ACCESS-02; STATE-01; STATE-02 dead, missing or abroad; STATE-04.
    """
    if kind not in (Spell.TEMPORARY, Spell.CURRENT):
        raise incomplete("Chỉ tạm trú hoặc nơi ở hiện tại.", "Only temporary or present residence.")
    code, province = commune(place.commune_code, day_of(order.at))
    must_reach(order, (code, province))
    day = past(order, on)
    if until is not None and until < day:
        raise incomplete("Hết hạn trước khi bắt đầu.", "It ends before it begins.")
    (person,) = locked(person_id)
    step = begin(
        Part.RESIDENCE,
        kind,
        day,
        address=place.address,
        commune_code=code,
        province_code=province,
        until=until.isoformat() if until else None,
    )
    enter(order, person, Change("stay", {}, [step]))
    return Done(None, [subject(person)], {"kind": str(kind), "commune": code})


@operation("population.absence_declared", roles=POLICE)
def declare_absence(
    order: Order, *, person_id: int, on: date | None = None, until: date | None = None, address: str = ""
) -> Done[None]:
    """Take in a declaration of temporary absence (item 19).

    Raises:
        SosachError: STATE-01; STATE-02; STATE-04.
    """
    day = past(order, on)
    if until is not None and until < day:
        raise incomplete("Hết hạn trước khi bắt đầu.", "It ends before it begins.")
    (person,) = locked(person_id)
    step = begin(Part.RESIDENCE, Spell.ABSENCE, day, address=address, until=until.isoformat() if until else None)
    enter(order, person, Change("declare_absence", {}, [step]))
    return Done(None, [subject(person)])


@operation("population.absence_ended", roles=POLICE)
def end_absence(order: Order, *, person_id: int, on: date | None = None) -> Done[None]:
    """Note that an absent person is back.

    Raises:
        SosachError: STATE-01; STATE-04 no absence was declared.
    """
    day = past(order, on)
    (person,) = locked(person_id)
    _must_have(person, Spell.ABSENCE)
    enter(order, person, Change("end_absence", {}, [end(Part.RESIDENCE, Spell.ABSENCE, day)]))
    return Done(None, [subject(person)])


def _must_have(person: Person, kind: Spell) -> None:
    if not Residence.objects.filter(person=person, slot=kind, holds=True, ends_on__isnull=True).exists():
        raise incomplete("Không có đăng ký này.", "There is no such registration.")
