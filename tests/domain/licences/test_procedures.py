"""Procedures of licences told as stories, on a real PostgreSQL."""

from datetime import date, timedelta

import pytest
from tests.domain.licences.world import (
    BOTH,
    COMMUNE,
    KEEPER,
    LIMITED,
    PROVINCE,
    SYSTEM,
    TODAY,
    UNLIMITED,
    application,
    licensed,
    look,
    order,
    passed,
    person,
    pet,
    rows,
)

from sosach.base.errors import ErrorCode, InvalidValueError, SosachError
from sosach.domain.access.queries import acting
from sosach.domain.licences.models import Licence
from sosach.domain.licences.operations import (
    Violation,
    add_class,
    convert_paper,
    correct,
    correct_class,
    deduct_points,
    enter_from_ledger,
    exchange,
    expire_due,
    give_back,
    hold,
    issue,
    issue_electronic,
    link_holder,
    reissue,
    release,
    report_lost,
    restore_points_by_test,
    restore_points_due,
    retract_entry,
    revoke,
    suspend,
)
from sosach.domain.licences.queries.records import (
    exams_for_reissue,
    expiring,
    licence_record,
    licences_by_name,
    licences_by_number,
    licences_of_holder,
)
from sosach.domain.licences.queries.views import LicenceView
from sosach.domain.licences.rules.classes import ClassFact, Group
from sosach.domain.licences.rules.procedures import Exam, ExchangeReason, HolderData, RevokeReason
from sosach.domain.licences.states.happenings import CardFact, Material
from sosach.domain.licences.states.status import Status
from sosach.domain.population.models import Person

pytestmark = pytest.mark.usefixtures("db")
OLD_DAY = date(2019, 3, 1)


def paper(
    who: Person | None, *facts: ClassFact, number: str = "AB123456", material: Material = Material.PAPER
) -> Licence:
    """A licence from the ledger, with one card."""
    groups = frozenset(fact.group for fact in facts)
    licence = enter_from_ledger(
        order(),
        licence_number=number,
        holder=HolderData(who.full_name, who.birth_date, COMMUNE)
        if who
        else HolderData("TRẦN THỊ BÌNH", "1965", COMMUNE),
        province_code=PROVINCE,
        classes=facts,
        cards=(CardFact(material, "S1", groups, OLD_DAY),),
    )
    return link_holder(order(), licence_id=licence.pk, person_id=who.pk) if who else licence


def old(name: str, expires_on: date | None = None) -> ClassFact:
    return ClassFact(name, "2008", OLD_DAY, expires_on, OLD_DAY)


def seen(licence: Licence, day: date = TODAY) -> LicenceView:
    found = licence_record(look(day), licence_id=licence.pk)
    assert found is not None
    return found


def refused(code: ErrorCode = ErrorCode.STATE_FORBIDS, match: str = "") -> "pytest.RaisesExc[SosachError]":
    return pytest.raises(SosachError, match=f"{code}.*{match}")


def card_of(licence: Licence) -> str:
    return next(card.origin for card in seen(licence).cards if card.state == "active")


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


def test_suspension_ends_by_itself_hold_by_release() -> None:
    licence = licensed(person(), "B")
    until = TODAY + timedelta(60)
    with refused(ErrorCode.INPUT_INCOMPLETE):
        suspend(order(decision=""), licence_id=licence.pk, until=until)
    suspend(order(), licence_id=licence.pk, until=until)
    assert not seen(licence).classes[0].may_drive
    assert [seen(licence, day).status for day in (until, until + timedelta(1))] == [Status.SUSPENDED, Status.VALID]
    with refused():
        hold(order(), licence_id=licence.pk)
    give_back(order(), licence_id=licence.pk)
    with refused(match="not suspended"):
        give_back(order(), licence_id=licence.pk)
    hold(order(), licence_id=licence.pk)
    assert rows(licence).status == Status.HELD
    release(order(), licence_id=licence.pk)
    assert rows(licence).status == Status.VALID


def test_revoked_is_the_end_until_the_test_is_passed_anew() -> None:
    who = person()
    licence = licensed(who, "A1", "B")
    deduct_points(order(), licence_id=licence.pk, violation=Violation("V1", Group.LIMITED, 4, TODAY))
    revoke(order(), licence_id=licence.pk, reason=RevokeReason.FRAUD, received_on=TODAY, groups=LIMITED)
    assert rows(licence).halves == {"unlimited": ("valid", 12), "limited": ("revoked", 8)}
    assert rows(licence).cards == [], "the shared card goes with it"
    with refused(match="revoked"):
        add_class(order(), licence_id=licence.pk, classes=passed("B"), cards=(pet("N", LIMITED),), received_on=TODAY)
    reissue(order(), licence_id=licence.pk, application=application(who), cards=(pet("R", UNLIMITED),))
    later = date(2031, 1, 6)
    again = issue(
        order(later), person_id=who.pk, classes=passed("B", day=later), cards=(pet("N", LIMITED),), received_on=later
    )
    assert again.licence_number == licence.licence_number
    assert rows(licence).halves["limited"] == ("valid", 12)


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


def test_one_message_takes_points_once() -> None:
    licence = licensed(person(), "B")
    violation = Violation("V1", Group.LIMITED, 4, TODAY)
    assert [
        deduct_points(order(actor=SYSTEM), licence_id=licence.pk, violation=violation).points for _ in range(3)
    ] == [8] * 3
    with refused(ErrorCode.CONFLICT):
        deduct_points(order(), licence_id=licence.pk, violation=Violation("V1", Group.LIMITED, 5, TODAY))
    with refused(match="without any class"):
        deduct_points(order(), licence_id=licence.pk, violation=Violation("V2", Group.UNLIMITED, 5, TODAY))


def test_points_come_back_after_twelve_quiet_months_with_and_without_the_calendar() -> None:
    licence = licensed(person(), "B")
    deduct_points(order(), licence_id=licence.pk, violation=Violation("V1", Group.LIMITED, 4, TODAY))
    last, full = date(2027, 11, 20), date(2027, 11, 21)
    assert [seen(licence, day).halves[0].points.points for day in (last, full)] == [8, 12]
    assert restore_points_due(order(last, SYSTEM)) == ()
    assert restore_points_due(order(full, SYSTEM)) == (licence.pk,)
    assert restore_points_due(order(full, SYSTEM)) == ()
    assert rows(licence).halves["limited"] == ("valid", 12)


def test_without_points_nobody_drives_until_the_test_after_six_months() -> None:
    licence = licensed(person(), "B")
    for number, points in enumerate((10, 6)):
        deduct_points(order(), licence_id=licence.pk, violation=Violation(f"V{number}", Group.LIMITED, points, TODAY))
    assert not seen(licence).classes[0].may_drive
    early, due = date(2027, 5, 19), date(2027, 5, 20)
    with refused(match="Too early"):
        restore_points_by_test(order(early), licence_id=licence.pk, group=Group.LIMITED)
    assert seen(licence, date(2035, 1, 1)).halves[0].points.points == 0
    assert restore_points_by_test(order(due), licence_id=licence.pk, group=Group.LIMITED).points == 12
    with refused(match="points left"):
        restore_points_by_test(order(due), licence_id=licence.pk, group=Group.LIMITED)


def test_the_calendar_writes_down_what_expired() -> None:
    licence = licensed(person(), "C")
    end = date(2031, 11, 20)
    assert expire_due(order(end, SYSTEM)) == ()
    assert expire_due(order(end + timedelta(1), SYSTEM)) == (licence.pk,)
    assert rows(licence).status == "expired"


def test_expiring_lists_by_commune_go_page_by_page() -> None:
    licences = [licensed(person(f"NGUYỄN VĂN {name}"), "C") for name in ("AN", "BA", "CƯ")]
    day = date(2031, 11, 1)
    pages, after = [], None
    while page := expiring(look(day), days=30, commune_code=COMMUNE, after=after, limit=1):
        pages += [entry.licence.pk for entry in page]
        after = (page[-1].expires_on, page[-1].licence.pk)
    assert pages == [licence.pk for licence in licences]
    assert expiring(look(day), days=30, commune_code="00008") == ()
    assert expiring(look(day), days=10) == ()


def test_paper_licences_are_found_by_name_and_birth_date() -> None:
    licence = paper(None, old("A1"))
    for name, born in (("Trần thị Bình", "1965-03-02"), ("tran thi binh", "1965")):
        assert [row.pk for row in licences_by_name(look(), full_name=name, birth_date=born)] == [licence.pk]
    assert licences_by_name(look(), full_name="Trần thị Bình", birth_date="1966") == ()


def test_holder_sees_own() -> None:
    who = person()
    licence = licensed(who, "B")
    assert [view.licence.pk for view in licences_of_holder(look(), person_id=who.pk)] == [licence.pk]


def test_corrections_need_a_reason_and_are_taken_back() -> None:
    licence = licensed(person(), "B")
    correct(order(), licence_id=licence.pk, changes={"full_name": "NGUYỄN VĂN ẨN"})
    origin = seen(licence).classes[0].origin
    correct_class(order(), licence_id=licence.pk, origin=origin, changes={"expires_on": date(2030, 1, 1)})
    assert seen(licence).classes[0].fact.expires_on == date(2030, 1, 1)
    for line in seen(licence).history[1:]:
        retract_entry(order(), licence_id=licence.pk, entry_id=line.entry)
    licence.refresh_from_db()
    assert (licence.full_name, seen(licence).classes[0].fact.expires_on) == ("NGUYỄN VĂN AN", date(2036, 11, 20))


def test_a_message_taken_back_does_not_take_points_again() -> None:
    licence = licensed(person(), "B")
    violation = Violation("V1", Group.LIMITED, 4, TODAY)
    deduct_points(order(), licence_id=licence.pk, violation=violation)
    retract_entry(order(), licence_id=licence.pk, entry_id=seen(licence).history[-1].entry)
    assert rows(licence).halves["limited"] == ("valid", 12)
    assert deduct_points(order(), licence_id=licence.pk, violation=violation).points == 12
    assert BOTH
