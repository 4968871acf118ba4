"""Gives licences: the first one, further classes, the electronic one."""

import secrets
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level
from sosach.domain.licences.models import NUMBER_ONCE, Licence
from sosach.domain.licences.operations.papers import bearer_of, checked_cards, columns_of, living_person, timing
from sosach.domain.licences.operations.recording import (
    chosen_groups,
    enter,
    locked,
    number_taken,
    require_possible,
    settle,
)
from sosach.domain.licences.operations.refusals import conflict, forbidden, incomplete
from sosach.domain.licences.queries.derived import day_in_viet_nam, holding_of, subjects_of
from sosach.domain.licences.rules.applications import PassedClass
from sosach.domain.licences.rules.classes import ClassFact, Group, NumberForm, groups_of, new_number, number_form
from sosach.domain.licences.rules.exchange import Bearer
from sosach.domain.licences.rules.procedures import Procedure, old_enough, young_enough
from sosach.domain.licences.states.happenings import CardFact, Material, Verb, happening
from sosach.domain.licences.states.holding import Holding
from sosach.domain.licences.states.status import Status, status_of
from sosach.domain.population.models import Person
from sosach.domain.provenance.operations import make_record
from sosach.vn.licence_classes import classes_of, valid_until

KEEPERS = frozenset({Role.LICENCES})
_DRAWS = 20
_SERIALS = 10_000_000


@operation("licences.issued", roles=KEEPERS)
def issue(
    order: Order,
    /,
    *,
    person_id: int,
    classes: tuple[PassedClass, ...],
    cards: tuple[CardFact, ...],
    received_on: date,
    number: str | None = None,
) -> Done[Licence]:
    """Issue a licence to somebody who has none, or whose licence was revoked; 7 working days, electronic 3.

    A person keeps one number for all classes for life (Circular 12/2025 art. 18): after a revocation the same number is used.

    Raises:
        SosachError: STATE-01 no such person; STATE-02 dead, too young or old, or has a licence; STATE-03 the number is taken;
            STATE-04 a class or card is missing or contradicts itself.
        InvalidValueError: the number can be none, or the law does not know a class.
    """
    day = day_in_viet_nam(order.at)
    person = living_person(person_id)
    facts = passed_facts(classes, bearer_of(person), day)
    there = _licence_of(person)
    holding = holding_of(there) if there else Holding()
    require_possible(holding, Verb.ISSUED, groups_of(facts), day)
    checked_cards(holding, cards, groups_of(facts))
    what = happening(
        Verb.ISSUED,
        day,
        classes=facts,
        cards=cards,
        **timing(Procedure.ISSUE, received_on, day, electronic=_electronic(cards)),
    )
    if there is None:
        licence = _made(order, person, what, number, passed_in=facts[0].passed_on)
    elif number in {None, there.licence_number}:
        licence = there
        enter(order, licence, what, procedure="issue", columns=columns_of(person))
    else:
        raise conflict("Người này đã có số giấy phép khác.", "The person has another licence number.")
    return Done(licence, subjects_of(licence), {"classes": [fact.name for fact in facts]})


@operation("licences.class_added", roles=KEEPERS)
def add_class(
    order: Order,
    /,
    *,
    licence_id: int,
    classes: tuple[PassedClass, ...],
    cards: tuple[CardFact, ...],
    received_on: date,
) -> Done[Licence]:
    """Add classes somebody passed the test of to the licence, under the same number; 7 working days.

    Raises:
        SosachError: STATE-01 no such licence; STATE-02 its status, the holder's age, or it has the class; STATE-04 holder
            unknown, or cards do not fit.
        InvalidValueError: the law does not know a class.
    """
    day = day_in_viet_nam(order.at)
    licence = locked(order, licence_id)
    holding = holding_of(licence)
    person = living_person(_known_holder(licence))
    facts = passed_facts(classes, bearer_of(person), day)
    require_pet(licence)
    require_possible(holding, Verb.CLASS_ADDED, _touched(holding, facts, day), day)
    held = {fact.name for fact in holding.held().values() if fact.law == "2024" and fact.in_force(day)}
    twice = sorted(held & {fact.name for fact in facts})
    if twice:
        raise forbidden(f"Đã có hạng {', '.join(twice)}.", f"The licence has {', '.join(twice)} already.")
    checked_cards(holding, cards, groups_of(facts))
    what = happening(Verb.CLASS_ADDED, day, classes=facts, cards=cards, **timing(Procedure.ADD_CLASS, received_on, day))
    enter(order, licence, what, procedure="add_class", columns=columns_of(person))
    return Done(licence, subjects_of(licence), {"classes": [fact.name for fact in facts]})


@operation("licences.electronic_issued", roles=KEEPERS)
def issue_electronic(
    order: Order, /, *, licence_id: int, serial: str, received_on: date, issued_by: str = ""
) -> Done[Licence]:
    """Give the electronic licence of all valid halves; 3 working days.

    Raises:
        SosachError: STATE-01 no such licence; STATE-02 it is not valid, or still on paper; STATE-04 holder unknown.
    """
    day = day_in_viet_nam(order.at)
    licence = locked(order, licence_id)
    holding = holding_of(licence)
    living_person(_known_holder(licence))
    require_pet(licence)
    valid = frozenset(group for group in Group if status_of(holding, group, day) is Status.VALID)
    require_possible(holding, Verb.ELECTRONIC, valid or chosen_groups(holding, frozenset()), day)
    card = CardFact(Material.ELECTRONIC, serial, valid, day, issued_by)
    what = happening(Verb.ELECTRONIC, day, cards=(card,), **timing(Procedure.ELECTRONIC, received_on, day))
    enter(order, licence, what, procedure="issue_electronic")
    return Done(licence, subjects_of(licence))


def passed_facts(classes: tuple[PassedClass, ...], bearer: Bearer, day: date) -> tuple[ClassFact, ...]:
    """Classes as they are printed, of the law of today, for somebody of the right age."""
    if not classes or len({each.name for each in classes}) != len(classes):
        raise incomplete("Cần ít nhất một hạng, mỗi hạng một lần.", "At least one class is needed, each once.")
    return tuple(_passed_fact(each, bearer, day) for each in classes)


def _passed_fact(each: PassedClass, bearer: Bearer, day: date) -> ClassFact:
    fact = ClassFact(each.name, "2024", day, None, each.passed_on, each.restrictions)
    group = fact.group  # refuses classes the law does not know
    kind = classes_of("2024")[each.name]
    if not old_enough(kind, bearer.born_on, day) or not young_enough(kind, bearer.born_on, bearer.sex, day):
        raise forbidden(
            f"Chưa đủ tuổi hoặc quá tuổi đối với hạng {each.name}.", f"Too young or too old for class {each.name}."
        )
    if each.passed_on > day or not set(each.restrictions) <= set(kind.restrictions):
        raise incomplete(
            f"Ngày trúng tuyển hoặc mã hạn chế của hạng {each.name} không hợp lệ.",
            f"The day of the test or a restriction code of class {each.name} cannot be.",
        )
    end = valid_until(kind, issued_on=day, born_on=bearer.born_on, sex=bearer.sex) if group is Group.LIMITED else None
    return ClassFact(each.name, "2024", day, end, each.passed_on, each.restrictions)


def require_pet(licence: Licence) -> None:
    """Refuse to work on under a number of a paper licence: one number of 12 digits per person."""
    if licence.number_form != NumberForm.PET:
        raise forbidden(
            "Giấy phép còn là bản giấy cũ: chuyển sang thẻ PET trước.",
            "The licence is still an old paper one: convert it first.",
        )


def draw_number(order: Order, person: Person, passed_in: int) -> str:
    """A number of 12 digits nobody has been seen to have; the database has the last word."""
    bearer = bearer_of(person)
    province = order.actor.unit if order.actor.level is Level.PROVINCE else person.province_code
    if not province:
        raise incomplete("Chưa rõ tỉnh cấp.", "The province of issue is not known.")
    return new_number(
        province=province,
        sex=bearer.sex,
        born_in=bearer.born_on.year,
        passed_in=passed_in,
        serial=secrets.randbelow(_SERIALS),
    )


def _made(order: Order, person: Person, what: dict[str, Any], number: str | None, *, passed_in: date | None) -> Licence:
    """A new record; a number drawn that somebody has is drawn again."""
    if number is not None and number_form(number) is not NumberForm.PET:
        raise incomplete("Số giấy phép mới có 12 chữ số.", "A new licence number has 12 digits.")
    year = passed_in.year if passed_in else order.at.year
    for _ in range(1 if number else _DRAWS):
        columns = columns_of(person) | {
            "licence_number": number or draw_number(order, person, year),
            "number_form": str(NumberForm.PET),
            "happened": what,
        }
        try:
            with transaction.atomic():
                licence = make_record(order, Licence, columns, procedure="issue")
        except IntegrityError as broken:
            if number or NUMBER_ONCE not in str(broken):  # somebody else gave this person a number meanwhile
                raise number_taken() from broken
            continue
        settle(licence, day_in_viet_nam(order.at))
        return licence
    raise number_taken()


def _licence_of(person: Person) -> Licence | None:
    rows = Licence.objects.select_for_update().filter(holder=person, number_form=NumberForm.PET)
    return rows.filter(joined_into__isnull=True).first()


def _known_holder(licence: Licence) -> int:
    if licence.holder_id is None:
        raise incomplete("Chưa xác định người có giấy phép.", "The holder of the licence is not known yet.")
    return int(licence.holder_id)


def _touched(holding: Holding, facts: tuple[ClassFact, ...], day: date) -> frozenset[Group]:
    """Halves that have to be in order: those the classes go to, and any that is suspended, held or revoked."""
    troubled = frozenset(group for group in Group if status_of(holding, group, day) in {Status.SUSPENDED, Status.HELD})
    return groups_of(facts) | troubled


def _electronic(cards: tuple[CardFact, ...]) -> bool:
    return all(card.material is Material.ELECTRONIC for card in cards)
