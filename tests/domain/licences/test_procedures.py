"""Papers of licences told as stories, on a real PostgreSQL: first issue, exchange, re-issue, paper to plastic."""

from datetime import date, timedelta

import pytest
from tests.domain.licences.world import (
    KEEPER,
    LIMITED,
    TODAY,
    UNLIMITED,
    application,
    card_of,
    licensed,
    look,
    old,
    order,
    paper,
    passed,
    person,
    pet,
    refused,
    rows,
    seen,
)

from sosach.base.errors import ErrorCode, InvalidValueError
from sosach.domain.access.queries import acting
from sosach.domain.licences.operations import (
    Violation,
    add_class,
    convert_paper,
    deduct_points,
    exchange,
    issue_electronic,
    reissue,
    report_lost,
)
from sosach.domain.licences.queries.records import (
    exams_for_reissue,
    licences_by_number,
)
from sosach.domain.licences.rules.classes import Group
from sosach.domain.licences.rules.procedures import Exam, ExchangeReason
from sosach.domain.licences.states.happenings import Material
from sosach.domain.licences.states.status import Status

pytestmark = pytest.mark.usefixtures("db")


def test_a_first_licence_has_a_number_of_twelve_digits_and_all_points() -> None:
    licence = licensed(person(), "A1", "B")
    assert licence.licence_number.startswith("01026")
    assert len(licence.licence_number) == 12
    shown = seen(licence)
    assert [(each.fact.name, each.fact.expires_on, each.may_drive) for each in shown.classes] == [
        ("A1", None, True),
        ("B", date(2036, 11, 20), True),
    ]
    assert {half.group: (half.status, half.points.points) for half in shown.halves} == {
        Group.UNLIMITED: (Status.VALID, 12),
        Group.LIMITED: (Status.VALID, 12),
    }
    assert [line.procedure for line in shown.history] == ["issue"]


def test_nobody_has_two_numbers() -> None:
    who = person()
    licensed(who, "A1", number="010260000001")
    with refused():
        licensed(who, "A")
    with refused(ErrorCode.CONFLICT):
        licensed(person("TRẦN VĂN BA"), "A1", number="010260000001")
    with pytest.raises(InvalidValueError):
        licensed(person("TRẦN VĂN BẢY"), "A1", number="không")


@pytest.mark.parametrize(("born", "name"), [("2009-01-01", "A1"), ("2006-01-01", "C"), ("1969-11-20", "D")])
def test_ages(born: str, name: str) -> None:
    with refused(match="Too young or too old"):
        licensed(person(birth_date=born), name)


def test_the_dead_get_no_licence() -> None:
    with refused():
        licensed(person(life_status="deceased"), "A1")


def test_a_class_is_added_under_the_same_number() -> None:
    licence = licensed(person(), "A1")
    add_class(order(), licence_id=licence.pk, classes=passed("B"), cards=(pet("P2", LIMITED),), received_on=TODAY)
    assert rows(licence).held == {"A1", "B"}
    assert len(rows(licence).cards) == 2
    with refused(match="already"):
        add_class(order(), licence_id=licence.pk, classes=passed("B"), cards=(pet("P3", LIMITED),), received_on=TODAY)
    with refused(ErrorCode.INPUT_INCOMPLETE):
        add_class(order(), licence_id=licence.pk, classes=passed("C"), cards=(), received_on=TODAY)


def test_old_classes_become_new_ones_and_none_is_lost() -> None:
    who = person(birth_date="1980-05-01")
    held = (old("A1"), old("A2"), old("B2", date(2029, 3, 1)), old("E", date(2027, 3, 1)), old("A4", date(2029, 3, 1)))
    licence = paper(who, *held, number="010190000001", material=Material.PET)
    wish = {"B2": "C1"}
    with refused(ErrorCode.INPUT_INCOMPLETE, "B2: B / C1"):
        exchange(
            order(),
            licence_id=licence.pk,
            reason=ExchangeReason.OLD_LAW,
            application=application(who),
            cards=(pet("N"),),
        )
    given = exchange(
        order(),
        licence_id=licence.pk,
        reason=ExchangeReason.OLD_LAW,
        application=application(who, choices=wish),
        cards=(pet("N"),),
    )
    held_now = {each.fact.name: each.fact for each in seen(licence).classes if each.state == "held"}
    assert held_now.keys() == {"A", "C1", "D"}
    assert held_now["A"].restrictions == (), "A2 gives A without restriction, A1 does not narrow it"
    assert held_now["D"].expires_on == date(2031, 11, 20)
    assert "special-machine knowledge certificate for tractor <=1000 kg" in given.certificates
    assert [card[1] for card in rows(licence).cards] == ["N"]


def test_old_a1_alone_becomes_a_limited() -> None:
    who = person()
    licence = paper(who, old("A1"), number="010190000002", material=Material.PET)
    exchange(
        order(),
        licence_id=licence.pk,
        reason=ExchangeReason.OLD_LAW,
        application=application(who),
        cards=(pet("N", UNLIMITED),),
    )
    held = [each.fact for each in seen(licence).classes if each.state == "held"]
    assert [(fact.name, fact.law, fact.restrictions) for fact in held] == [("A", "2024", ("A.03",))]


def test_what_differs_from_the_population_register_is_named() -> None:
    who = person()
    licence = licensed(who, "B")
    wrong = application(person("NGUYỄN VĂN ÁN", birth_date="1990-05-02"))
    with refused(ErrorCode.INPUT_INCOMPLETE, "full_name, birth_date"):
        exchange(
            order(),
            licence_id=licence.pk,
            reason=ExchangeReason.EXPIRING,
            application=wrong,
            cards=(pet("N", LIMITED),),
        )


def test_a_shared_card_is_not_taken_from_the_other_half() -> None:
    who = person()
    licence = licensed(who, "A1", "B")
    wanted = application(who, groups=LIMITED)
    with refused(ErrorCode.INPUT_INCOMPLETE, "both halves"):
        exchange(
            order(),
            licence_id=licence.pk,
            reason=ExchangeReason.EXPIRING,
            application=wanted,
            cards=(pet("N", LIMITED),),
        )
    exchange(
        order(),
        licence_id=licence.pk,
        reason=ExchangeReason.EXPIRING,
        application=wanted,
        cards=(pet("N1", LIMITED), pet("N2", UNLIMITED)),
    )
    assert [card[1] for card in rows(licence).cards] == ["N1", "N2"]


def test_a_lost_card_is_issued_again_with_the_same_end_and_points() -> None:
    who = person()
    licence = licensed(who, "B")
    deduct_points(order(), licence_id=licence.pk, violation=Violation("V1", Group.LIMITED, 4, TODAY))
    report_lost(order(), licence_id=licence.pk, card=card_of(licence))
    assert seen(licence).status is Status.LOST
    assert seen(licence).classes[0].may_drive
    reissue(
        order(TODAY + timedelta(30)), licence_id=licence.pk, application=application(who), cards=(pet("R", LIMITED),)
    )
    shown = seen(licence)
    assert (shown.status, shown.classes[0].fact.expires_on) == (Status.VALID, date(2036, 11, 20))
    assert shown.halves[0].points.points == 8
    with refused(match="lost"):
        reissue(order(), licence_id=licence.pk, application=application(who), cards=(pet("R2", LIMITED),))


@pytest.mark.parametrize(
    ("months", "exams"), [(0, frozenset()), (11, {Exam.THEORY}), (12, {Exam.THEORY, Exam.PRACTICE})]
)
def test_expired_classes_need_the_test(months: int, exams: frozenset[Exam]) -> None:
    who = person()
    licence = licensed(who, "C")
    day = date(2031 + months // 12, [11, 10][months % 12 == 11], 20) if months != 11 else date(2032, 10, 20)
    report_lost(order(day), licence_id=licence.pk, card=card_of(licence))
    assert exams_for_reissue(look(day), licence_id=licence.pk) == {"C/2024": exams}
    if exams:
        with refused(match="test is needed"):
            reissue(order(day), licence_id=licence.pk, application=application(who, day), cards=(pet("R", LIMITED),))
    reissue(
        order(day),
        licence_id=licence.pk,
        application=application(who, day, exams=frozenset(exams)),
        cards=(pet("R", LIMITED),),
    )
    assert seen(licence, day).status is Status.VALID


def test_paper_becomes_plastic_under_the_one_number() -> None:
    who = person()
    licence, old_paper = licensed(who, "B"), paper(who, old("A1"))
    deduct_points(order(), licence_id=old_paper.pk, violation=Violation("V1", Group.UNLIMITED, 3, TODAY))
    given = convert_paper(order(), licence_id=old_paper.pk, application=application(who), cards=(pet("N", UNLIMITED),))
    assert given.licence == licence
    assert rows(licence).held == {"A", "B"}
    assert rows(licence).halves == {"unlimited": ("valid", 9), "limited": ("valid", 12)}
    assert (rows(old_paper).status, rows(old_paper).held) == ("exchanged", set())
    with acting(KEEPER):
        assert [view.licence.pk for view in licences_by_number(look(), number="AB123456")] == [licence.pk]


def test_paper_without_any_other_gets_a_new_number() -> None:
    who = person()
    licence = paper(who, old("A2"))
    with refused(match="convert it first"):
        issue_electronic(order(), licence_id=licence.pk, serial="E1", received_on=TODAY)
    convert_paper(order(), licence_id=licence.pk, application=application(who), cards=(pet("N", UNLIMITED),))
    licence.refresh_from_db()
    assert (licence.number_form, len(licence.licence_number), rows(licence).held) == ("pet", 12, {"A"})
    issue_electronic(order(), licence_id=licence.pk, serial="E1", received_on=TODAY)
    assert [card[:2] for card in rows(licence).cards] == [("card", "N"), ("electronic", "E1")]
