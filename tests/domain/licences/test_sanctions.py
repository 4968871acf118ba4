"""Licences suspended, held, revoked, and their points: taken once, back when due."""

from datetime import date, timedelta

import pytest
from tests.domain.licences.world import (
    BOTH,
    LIMITED,
    SYSTEM,
    TODAY,
    UNLIMITED,
    application,
    licensed,
    order,
    passed,
    person,
    pet,
    refused,
    rows,
    seen,
)

from sosach.base.errors import ErrorCode
from sosach.domain.licences.operations import (
    Violation,
    add_class,
    deduct_points,
    expire_due,
    give_back,
    hold,
    issue,
    reissue,
    release,
    restore_points_by_test,
    restore_points_due,
    retract_entry,
    revoke,
    suspend,
)
from sosach.domain.licences.rules.classes import Group
from sosach.domain.licences.rules.procedures import RevokeReason
from sosach.domain.licences.states.status import Status

pytestmark = pytest.mark.usefixtures("db")


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


def test_a_message_taken_back_does_not_take_points_again() -> None:
    licence = licensed(person(), "B")
    violation = Violation("V1", Group.LIMITED, 4, TODAY)
    deduct_points(order(), licence_id=licence.pk, violation=violation)
    retract_entry(order(), licence_id=licence.pk, entry_id=seen(licence).history[-1].entry)
    assert rows(licence).halves["limited"] == ("valid", 12)
    assert deduct_points(order(), licence_id=licence.pk, violation=violation).points == 12
    assert BOTH
