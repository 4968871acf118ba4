"""Licences follow their holders: death, merge of two persons, a move; each undone as if it had never been."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from tests.domain.licences.world import (
    COMMUNE,
    KEEPER,
    LIMITED,
    SYSTEM,
    TODAY,
    UNLIMITED,
    application,
    licensed,
    look,
    old,
    order,
    paper,
    person,
    pet,
    rows,
)

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.models import AuditEvent
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.licences.models import Licence
from sosach.domain.licences.operations import (
    Violation,
    convert_paper,
    deduct_points,
    exchange,
    follow_residence,
    holder_died,
    holder_lives,
    repoint_back,
    repoint_holder,
    retract_entry,
    revoke,
    suspend,
)
from sosach.domain.licences.queries.records import (
    licence_record,
    licences_by_number,
    licences_of_holder,
)
from sosach.domain.licences.rules.classes import Group
from sosach.domain.licences.rules.procedures import ExchangeReason, RevokeReason
from sosach.domain.licences.states.status import Status
from sosach.domain.population.models import Person

pytestmark = pytest.mark.usefixtures("db")


def system(day: date = TODAY) -> Order:
    return order(day, SYSTEM)


def two() -> tuple[Person, Person]:
    return person("LÊ THỊ HOA", "1985-02-03", "F"), person("LÊ THỊ HOÀ", "1985-02-03", "F")


def test_death_ends_every_licence_and_its_undo_gives_it_back() -> None:
    who = person()
    numbered, on_paper = licensed(who, "A1", "B"), paper(who, old("A1"))
    assert holder_died(system(), person_id=who.pk) == (numbered.pk, on_paper.pk)
    assert holder_died(system(), person_id=who.pk) == ()
    for licence in (numbered, on_paper):
        assert rows(licence).status == "expired"
    with pytest.raises(SosachError, match="STATE-02"):
        suspend(order(), licence_id=numbered.pk, until=TODAY)
    assert holder_lives(system(), person_id=who.pk) == (numbered.pk, on_paper.pk)
    assert [rows(licence).status for licence in (numbered, on_paper)] == ["valid", "valid"]


def test_the_day_of_death_counts_not_the_day_of_the_message() -> None:
    who = person()
    licence = licensed(who, "B")
    with acting(Actor(ActorKind.SYSTEM, "x", Level.NATION, roles=frozenset({Role.SYSTEM}))):
        Person.objects.filter(pk=who.pk).update(died_on="2026-11-10", life_status="deceased")
    holder_died(system(), person_id=who.pk)
    view = licence_record(look(date(2026, 11, 10)), licence_id=licence.pk)
    assert view is not None
    assert view.status is Status.EXPIRED


def test_two_numbers_of_one_person_become_one() -> None:
    kept_person, merged_person = two()
    kept, other = licensed(kept_person, "A1"), licensed(merged_person, "A1", "B")
    deduct_points(order(), licence_id=kept.pk, violation=Violation("V1", Group.UNLIMITED, 2, TODAY))
    deduct_points(order(), licence_id=other.pk, violation=Violation("V2", Group.UNLIMITED, 3, TODAY))
    before = rows(kept), rows(other)
    assert repoint_holder(system(), from_person=merged_person.pk, to_person=kept_person.pk) == (other.pk,)
    assert rows(kept).held == {"A1", "B"}
    assert rows(kept).halves == {"unlimited": ("valid", 7), "limited": ("valid", 12)}
    assert (rows(other).status, rows(other).held, rows(other).cards) == ("exchanged", set(), [])
    found = licences_by_number(look(), number=other.licence_number)
    assert [view.licence.pk for view in found] == [kept.pk]
    assert [view.licence.pk for view in licences_of_holder(look(), person_id=kept_person.pk)] == [kept.pk]
    with pytest.raises(SosachError, match="exchanged"):
        suspend(order(), licence_id=other.pk, until=TODAY)
    assert repoint_back(system(), from_person=merged_person.pk, to_person=kept_person.pk) == (other.pk,)
    assert (rows(kept), rows(other)) == before


def test_messages_about_the_old_number_take_points_of_the_one_that_goes_on() -> None:
    kept_person, merged_person = two()
    kept, other = licensed(kept_person, "A1"), licensed(merged_person, "A1")
    early = Violation("V1", Group.UNLIMITED, 3, TODAY)
    deduct_points(order(), licence_id=other.pk, violation=early)
    repoint_holder(system(), from_person=merged_person.pk, to_person=kept_person.pk)
    late = Violation("V2", Group.UNLIMITED, 2, TODAY)
    for violation in (early, late, late):
        assert deduct_points(order(), licence_id=other.pk, violation=violation).points in {9, 7}
    assert rows(kept).halves["unlimited"] == ("valid", 7)


def test_a_revocation_before_the_merge_touches_its_own_record_only() -> None:
    kept_person, merged_person = two()
    kept, other = licensed(kept_person, "B"), licensed(merged_person, "B")
    revoke(order(), licence_id=kept.pk, reason=RevokeReason.WRONG_ISSUE, received_on=TODAY)
    repoint_holder(system(), from_person=merged_person.pk, to_person=kept_person.pk)
    assert (rows(kept).held, rows(kept).halves["limited"][0]) == ({"B"}, "valid")
    revoke(order(), licence_id=kept.pk, reason=RevokeReason.FRAUD, received_on=TODAY)
    assert (rows(kept).held, rows(kept).halves["limited"][0]) == (set(), "revoked")
    assert rows(other).status == "exchanged"


def test_licences_of_somebody_without_number_just_follow() -> None:
    kept_person, merged_person = two()
    numbered, on_paper = licensed(merged_person, "B"), paper(merged_person, old("A1"))
    repoint_holder(system(), from_person=merged_person.pk, to_person=kept_person.pk)
    for licence in (numbered, on_paper):
        licence.refresh_from_db()
        assert (licence.holder_id, licence.joined_into_id) == (kept_person.pk, None)
    repoint_back(system(), from_person=merged_person.pk, to_person=kept_person.pk)
    numbered.refresh_from_db()
    assert numbered.holder_id == merged_person.pk


def test_three_persons_become_one_and_come_apart() -> None:
    people = [person(f"LÊ VĂN {name}") for name in ("MỘT", "HAI", "BA")]
    licences = [licensed(who, name) for who, name in zip(people, ("A1", "B", "C"), strict=True)]
    before = [rows(licence) for licence in licences]
    repoint_holder(system(), from_person=people[2].pk, to_person=people[1].pk)
    repoint_holder(system(), from_person=people[1].pk, to_person=people[0].pk)
    assert rows(licences[0]).held == {"A1", "B", "C"}
    repoint_back(system(), from_person=people[1].pk, to_person=people[0].pk)
    repoint_back(system(), from_person=people[2].pk, to_person=people[1].pk)
    assert [rows(licence) for licence in licences] == before


@pytest.mark.parametrize("way", list(permutations(range(3))))
def test_what_happened_in_a_merge_is_taken_back_in_any_order(way: tuple[int, ...]) -> None:
    kept_person, merged_person = two()
    kept, other = licensed(kept_person, "A1"), licensed(merged_person, "B")
    before = rows(kept), rows(other)
    repoint_holder(system(), from_person=merged_person.pk, to_person=kept_person.pk)
    suspend(order(), licence_id=kept.pk, until=TODAY + timedelta(30), groups=LIMITED)
    exchange(
        order(),
        licence_id=kept.pk,
        reason=ExchangeReason.EXPIRING,
        application=application(kept_person, groups=UNLIMITED),
        cards=(pet("N", UNLIMITED),),
    )
    done = [(kept.pk, entry) for entry in _entries(kept)[1:]] + [(other.pk, entry) for entry in _entries(other)[1:]]
    for place in way:
        licence_id, entry = done[place]
        retract_entry(order(), licence_id=licence_id, entry_id=entry)
    assert (rows(kept), rows(other)) == before


def test_a_converted_paper_is_taken_back() -> None:
    who = person()
    licence, old_paper = licensed(who, "B"), paper(who, old("A2"))
    before = rows(licence), rows(old_paper)
    convert_paper(order(), licence_id=old_paper.pk, application=application(who), cards=(pet("N", UNLIMITED),))
    assert rows(licence).held == {"A", "B"}
    retract_entry(order(), licence_id=old_paper.pk, entry_id=_entries(old_paper)[-1])
    retract_entry(order(), licence_id=licence.pk, entry_id=_entries(licence)[-1])
    assert (rows(licence), rows(old_paper)) == before


def test_licences_lie_where_their_holder_lives() -> None:
    who = person()
    licence = licensed(who, "B")
    with acting(Actor(ActorKind.SYSTEM, "x", Level.NATION, roles=frozenset({Role.SYSTEM}))):
        Person.objects.filter(pk=who.pk).update(commune_code="26734", province_code="79")
    assert follow_residence(system(), person_id=who.pk) == (licence.pk,)
    assert follow_residence(system(), person_id=who.pk) == ()
    assert licence_record(look(), licence_id=licence.pk) is None, "the former province sees it no more"
    there = Actor(ActorKind.OFFICER, "there", Level.PROVINCE, "79", frozenset({Role.LICENCES}))
    assert licence_record(look(actor=there), licence_id=licence.pk) is not None


def test_people_see_their_own_licence_and_who_looked_at_it() -> None:
    who, other = person(), person("TRẦN VĂN BA")
    licence = licensed(who, "B")
    citizens = [
        Actor(ActorKind.CITIZEN, f"person-{each.pk}", Level.PERSON, roles=frozenset({Role.CITIZEN}))
        for each in (who, other)
    ]
    assert [bool(licence_record(look(actor=each), licence_id=licence.pk)) for each in citizens] == [True, False]
    assert licences_of_holder(look(actor=citizens[1]), person_id=who.pk) == ()
    licence_record(look(), licence_id=licence.pk)
    with acting(citizens[0]):
        seen = AuditEvent.objects.filter(event="licences.record_read", actor_key=KEEPER.key)
        assert seen.values_list("subject_key", flat=True).get() == str(who.pk)


def test_a_commune_sees_its_own_licences() -> None:
    licence = licensed(person(), "B")
    clerks = [
        Actor(ActorKind.OFFICER, "clerk", Level.COMMUNE, code, frozenset({Role.CLERK})) for code in (COMMUNE, "00008")
    ]
    assert [bool(licence_record(look(actor=each), licence_id=licence.pk)) for each in clerks] == [True, False]


def _entries(licence: Licence) -> list[int]:
    view = licence_record(look(), licence_id=licence.pk)
    assert view is not None
    return [line.entry for line in view.history]
