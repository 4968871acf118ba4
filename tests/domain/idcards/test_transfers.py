"""Applications that go to another office: who may ask for it, until when, and what each office sees of it afterwards."""

from dataclasses import replace
from datetime import date

import pytest
from tests.domain.idcards.office import (
    APPROVER,
    BOTH,
    CLERK,
    COMMUNE,
    ELSEWHERE,
    FAR_CLERK,
    FIRST,
    TODAY,
    applied,
    approved,
    captured,
    child_of,
    citizen,
    cleared,
    events,
    fresh,
    keys,
    look,
    order,
    person,
    refused,
)

from sosach.base.errors import ErrorCode
from sosach.domain.idcards.models import Application
from sosach.domain.idcards.operations.capturing import begin_packet, drop_packet
from sosach.domain.idcards.operations.screening import screen
from sosach.domain.idcards.operations.transferring import transfer
from sosach.domain.idcards.queries.applications import application as look_at
from sosach.domain.idcards.queries.applications import applications
from sosach.domain.idcards.queries.transfers import transferred
from sosach.domain.idcards.rules.applications import Channel
from sosach.domain.idcards.states.applications import State
from sosach.domain.population.models import Person

pytestmark = pytest.mark.usefixtures("db", "keys")
__all__ = ["keys"]
ONLINE = replace(FIRST, channel=Channel.ONLINE, office=COMMUNE)
WHY = "nơi này hỏng máy lấy vân tay"


def awaited(who: Person) -> Application:
    """Applied for on the portal: the citizen has to come."""
    made = applied(who, ONLINE, actor=citizen(who.pk))
    assert made.state == State.AWAITED
    return made


def moved(actor: object, made: Application, office: str = ELSEWHERE, *, reason: str = "", day: date = TODAY) -> str:
    told = order(actor, day, reason=reason)  # type: ignore[arg-type] # an actor
    return transfer(told, application_id=made.pk, office=office).commune_code


def test_the_applicant_takes_it_to_another_office_which_goes_on() -> None:
    who = person()
    made = awaited(who)
    assert moved(citizen(who.pk), made) == ELSEWHERE
    refused(ErrorCode.NOT_FOUND, lambda: look_at(look(CLERK), application_id=made.pk))
    refused(ErrorCode.NOT_FOUND, lambda: begin_packet(order(CLERK), application_id=made.pk))
    assert applications(look(CLERK))[1] == 0
    seen = look_at(look(FAR_CLERK), application_id=made.pk)
    assert [(each.commune_code, each.to_commune) for each in seen.transfers] == [(COMMUNE, ELSEWHERE)]
    assert (seen.steps[-1].step, seen.line.state, seen.line.due_on) == ("transfer", State.AWAITED, None)
    assert captured(made, 1, actor=FAR_CLERK).state == "good"
    (line,), count = transferred(look(CLERK))
    assert (count, line.number, line.to_commune, line.by_applicant) == (1, made.number, ELSEWHERE, True)
    assert line.application_id is None
    assert transferred(look(FAR_CLERK)) == ([], 0)
    told = events("idcards.application_transferred")
    assert {each.details["from"] + each.details["to"] for each in told} == {COMMUNE + ELSEWHERE}
    assert len(told) == 3  # the application for both offices, and its person


def test_the_clock_goes_on() -> None:
    made = applied(person())
    due = made.due_on
    moved(CLERK, made, reason=WHY, day=date(2026, 11, 23))
    assert (fresh(made).due_on, fresh(made).state) == (due, State.OPEN)
    assert look_at(look(FAR_CLERK), application_id=made.pk).pauses == ()


def test_the_desk_says_why_and_only_for_its_own() -> None:
    made = applied(person())
    refused(ErrorCode.INPUT_INCOMPLETE, lambda: moved(CLERK, made))
    refused(ErrorCode.INPUT_INCOMPLETE, lambda: moved(CLERK, made, reason="  "))
    refused(ErrorCode.INPUT_INCOMPLETE, lambda: moved(CLERK, made, COMMUNE, reason=WHY))
    refused(ErrorCode.INPUT_INCOMPLETE, lambda: moved(CLERK, made, "99999", reason=WHY))
    refused(ErrorCode.NOT_FOUND, lambda: moved(FAR_CLERK, made, reason=WHY))
    refused(ErrorCode.ACCESS_DENIED, lambda: moved(APPROVER, made, reason=WHY))
    refused(ErrorCode.NOT_FOUND, lambda: moved(citizen(person().pk), made))
    assert moved(CLERK, made, reason=WHY) == ELSEWHERE
    assert transferred(look(CLERK))[0][0].reason == WHY
    assert moved(FAR_CLERK, made, COMMUNE, reason="gửi nhầm") == COMMUNE  # and back
    assert look_at(look(CLERK), application_id=made.pk).line.commune_code == COMMUNE
    assert transferred(look(CLERK))[0][0].application_id == made.pk


def test_what_was_captured_goes_along_and_the_applicant_comes_too_late() -> None:
    who = person()
    made = cleared(who, 1)
    refused(ErrorCode.STATE_FORBIDS, lambda: moved(citizen(who.pk), made))
    moved(CLERK, made, reason=WHY)
    seen = look_at(look(FAR_CLERK), application_id=made.pk)
    assert (seen.line.state, seen.packets[0].state) == (State.CLEAR, "good")
    assert [each.kind for each in seen.papers].count("CC02") == 2  # where the card is waited for now


def test_a_capture_that_is_under_way_is_ended_first() -> None:
    who = person()
    made = awaited(who)
    packet = begin_packet(order(), application_id=made.pk)
    refused(ErrorCode.STATE_FORBIDS, lambda: moved(citizen(who.pk), made))
    refused(ErrorCode.STATE_FORBIDS, lambda: moved(CLERK, made, reason=WHY))
    drop_packet(order(), packet_id=packet.pk)
    assert moved(citizen(who.pk), made) == ELSEWHERE


def test_nothing_goes_elsewhere_in_doubt_or_once_approved() -> None:
    cleared(person(), 1)
    second = applied(person())
    captured(second, 1, shot=1, actor=BOTH)
    assert screen(order(), application_id=second.pk).state == State.DOUBTED
    refused(ErrorCode.STATE_FORBIDS, lambda: moved(CLERK, second, reason=WHY))
    refused(ErrorCode.STATE_FORBIDS, lambda: moved(CLERK, approved(person(), 2), reason=WHY))


def test_whoever_represents_a_child_takes_its_application_along() -> None:
    parent = person()
    baby = child_of(parent, "2022-01-31")
    told = replace(ONLINE, representative_pin=parent.pin or "")
    made = applied(baby, told, actor=citizen(parent.pk))
    assert made.state == State.CLEAR  # nothing is captured under six
    assert moved(citizen(parent.pk), made) == ELSEWHERE
