"""Comparing captures: what looks alike goes to two people, neither of whom captured; a matcher elsewhere answers later."""

from dataclasses import replace

import pytest
from tests.domain.idcards.office import (
    APPROVER,
    BOTH,
    CLERK,
    REGISTRAR,
    REISSUE,
    SECOND,
    SYSTEM,
    THIRD,
    TODAY,
    applied,
    approved,
    captured,
    cleared,
    events,
    fresh,
    keys,
    look,
    opening,
    order,
    person,
    refused,
    with_card,
)

from sosach.base.errors import ErrorCode
from sosach.domain.access.queries import acting
from sosach.domain.audit.rules import Actor
from sosach.domain.idcards.models import Application, Doubt, Packet
from sosach.domain.idcards.operations.deciding import approve, refuse
from sosach.domain.idcards.operations.screening import judge_doubt, screen, take_answer
from sosach.domain.idcards.queries.pictures import doubt, doubts, pictures_of_packet, screening_waits
from sosach.domain.idcards.rules.enrolment import FACE
from sosach.domain.idcards.rules.matching import Candidate
from sosach.domain.idcards.states.applications import State
from sosach.domain.idcards.states.doubts import Verdict
from sosach.domain.population.models import Person, Residence
from sosach.jobs.consequences import REACTING, Event, compare_capture, look_again

pytestmark = pytest.mark.usefixtures("db", "keys")
__all__ = ["keys"]


def twice(number: int = 1) -> tuple[Application, Application, Doubt]:
    """The same fingers and face under two records."""
    first, second = cleared(person(), number), applied(person())
    captured(second, number, shot=1, actor=BOTH)
    assert screen(order(), application_id=second.pk).state == State.DOUBTED
    with acting(SYSTEM):
        return first, second, Doubt.objects.select_related("packet").get(application=second)


def said(actor: object, found: Doubt, says: Verdict, reason: str = "vân tay trỏ phải") -> Doubt:
    return judge_doubt(order(actor, reason=reason), doubt_id=found.pk, says=says)  # type: ignore[arg-type] # an actor


def test_different_people_do_not_look_alike_and_the_same_does() -> None:
    for number in range(2, 8):
        assert cleared(person(), number).state == State.CLEAR
    first, _, found = twice()
    assert found.other_person_id == first.person_id
    assert (FACE in found.slots, "finger-2" in found.slots, found.score > 0.9) == (True, True, True)
    (event, other, *_) = [each for each in events("idcards.screened") if each.details["alike"]]
    assert event.details == {
        "matcher": "sosach-vectors",
        "packet": found.packet_id,
        "compared": 7,
        "alike": 1,
        "evidence": [],
    }
    assert {event.subject_kind, other.subject_kind} == {"card_application", "person"}


def test_two_people_have_to_say_the_same() -> None:
    _, application, found = twice()
    assert [line.doubt_id for line in doubts(look(APPROVER))] == [found.pk]
    assert said(APPROVER, found, Verdict.SAME).outcome == ""
    assert said(SECOND, found, Verdict.UNSURE).outcome == ""
    assert fresh(application).state == State.DOUBTED
    assert said(THIRD, found, Verdict.SAME).outcome == "same"
    assert fresh(application).state == State.BARRED
    refused(ErrorCode.STATE_FORBIDS, lambda: approve(order(APPROVER), application_id=application.pk))
    refuse(order(APPROVER, reason="Trùng với hồ sơ khác."), application_id=application.pk)
    with acting(SYSTEM):  # what shows the fraud stays, sealed
        assert Packet.objects.get(application=application).state == "good"
    assert doubts(look(APPROVER)) == []


def test_different_by_two_clears_and_is_not_asked_again() -> None:
    _, application, found = twice()
    said(APPROVER, found, Verdict.DIFFERENT)
    said(SECOND, found, Verdict.DIFFERENT)
    assert fresh(application).state == State.CLEAR
    assert approve(order(THIRD), application_id=application.pk).state == State.APPROVED


def test_whoever_captured_or_has_spoken_does_not_judge() -> None:
    _, _, found = twice()
    refused(ErrorCode.STATE_FORBIDS, lambda: said(BOTH, found, Verdict.SAME))
    refused(ErrorCode.STATE_FORBIDS, lambda: said(replace(APPROVER, key=CLERK.key), found, Verdict.SAME))
    refused(ErrorCode.ACCESS_DENIED, lambda: said(CLERK, found, Verdict.SAME))
    refused(ErrorCode.INPUT_INCOMPLETE, lambda: said(APPROVER, found, Verdict.SAME, ""))
    said(APPROVER, found, Verdict.SAME)
    refused(ErrorCode.STATE_FORBIDS, lambda: said(APPROVER, found, Verdict.SAME))
    said(SECOND, found, Verdict.SAME)
    refused(ErrorCode.STATE_FORBIDS, lambda: said(THIRD, found, Verdict.SAME))


def test_nobody_judges_whether_somebody_is_oneself() -> None:
    first, _, found = twice()
    own = replace(APPROVER, person_id=first.person_id)
    refused(ErrorCode.ACCESS_DENIED, lambda: said(own, found, Verdict.DIFFERENT))


def test_both_captures_are_seen_side_by_side_with_a_ticket() -> None:
    first, second, found = twice()
    refused(ErrorCode.INPUT_INCOMPLETE, lambda: doubt(look(APPROVER), doubt_id=found.pk))
    seen = doubt(opening(APPROVER, second.number), doubt_id=found.pk)
    here, there = seen.pictures[FACE]
    assert here is not None
    assert there is not None
    assert here.content != there.content
    assert (seen.here.captured_by, seen.there.captured_by, seen.fingers) == (BOTH.key, CLERK.key, (10, 10))
    logged = events("idcards.doubt_read")
    assert {each.subject_key for each in logged} == {str(first.person_id), str(second.person_id)}
    assert {(each.purpose, each.reference) for each in logged} == {("card-biometrics", second.number)}
    opened = [one.picture_id for side in (seen.here, seen.there) for one in side.pictures if one.slot == FACE]
    assert list(seen.pictures) == [FACE]  # fingerprints are compared by the matcher: what no page draws is not opened
    assert [each.details["pictures"] for each in logged] == [opened, opened]


def test_pictures_are_opened_for_who_may_still_judge_only() -> None:
    first, _, found = twice()

    def shown(actor: Actor) -> tuple[bool, int]:
        seen = doubt(opening(actor), doubt_id=found.pk)
        return seen.judges, len(seen.pictures)

    refused(ErrorCode.ACCESS_DENIED, lambda: shown(CLERK))
    assert shown(BOTH) == (False, 0)  # captured one of them
    assert shown(replace(APPROVER, person_id=first.person_id)) == (False, 0)
    assert shown(APPROVER) == (True, 1)
    said(APPROVER, found, Verdict.DIFFERENT)
    assert (shown(APPROVER), shown(SECOND)) == ((False, 0), (True, 1))
    said(SECOND, found, Verdict.DIFFERENT)
    assert shown(THIRD) == (False, 0)
    opened = [each.details["pictures"] for each in events("idcards.doubt_read")]
    assert sorted(len(each) for each in opened) == [0] * 8 + [2] * 4


def test_records_that_were_merged_are_one_person() -> None:
    first, application, found = twice()
    said(APPROVER, found, Verdict.SAME)
    said(SECOND, found, Verdict.SAME)
    refused(ErrorCode.STATE_FORBIDS, lambda: screen(order(APPROVER), application_id=application.pk))
    with acting(REGISTRAR):
        Person.objects.filter(pk=first.person_id).update(merged_into=application.person_id)
    assert screen(order(APPROVER), application_id=application.pk).state == State.CLEAR


def test_a_matcher_elsewhere_answers_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.conf.settings.SOSACH_CARD_MATCHER", "abis-1")
    other, application = applied(person()), applied(person())
    theirs, packet = captured(other, 1), captured(application, 1, shot=1)
    assert screen(order(), application_id=application.pk).state == State.SCREENING
    assert screening_waits(look(SYSTEM)) == [(application.pk, packet.pk)]
    sent = pictures_of_packet(opening(SYSTEM, application.number), packet_id=packet.pk)
    assert [one.slot for one in sent][:2] == [FACE, "finger-1"]
    unknown = [Candidate(theirs.pk + 99, other.person_id, 0.9, ("finger-2",))]
    told = {"packet_id": packet.pk, "matcher": "abis-1"}
    refused(ErrorCode.NOT_FOUND, lambda: take_answer(order(SYSTEM), candidates=unknown, **told))
    alike = [Candidate(theirs.pk, other.person_id, 0.93, ("finger-2",))]
    assert take_answer(order(SYSTEM), candidates=alike, **told).state == State.DOUBTED
    assert take_answer(order(SYSTEM), candidates=[], **told).state == State.DOUBTED  # the same call again
    with acting(SYSTEM):
        assert Doubt.objects.get().matcher == "abis-1"
    assert screen(order(), application_id=other.pk).state == State.SCREENING
    assert take_answer(order(SYSTEM), packet_id=theirs.pk, candidates=[], matcher="abis-1").state == State.CLEAR
    assert fresh(other).received_on == TODAY


def test_a_good_capture_is_compared_by_itself_and_once() -> None:
    application = applied(person())
    captured(application, 1)
    told = Event("idcards.packet_finished", application.pk, {})
    for _ in range(2):
        compare_capture(order(REACTING), told)
    assert fresh(application).state == State.CLEAR
    assert len({event.act for event in events("idcards.screened")}) == 1


def test_an_application_goes_on_by_itself_when_the_record_is_put_right() -> None:
    who = person(residence="")
    application = applied(who)
    assert application.state == State.WAITING_DATA
    told = Event("population.corrected", who.pk, {})
    look_again(order(REACTING), told)
    assert fresh(application).state == State.WAITING_DATA
    with acting(REGISTRAR):
        Residence.objects.create(person=who, origin="entry", key=0, position=0, slot="permanent", address="Số 9")
    look_again(order(REACTING), told)
    assert fresh(application).state == State.AWAITED
    look_again(order(REACTING), Event("population.corrected", person().pk, {}))


def test_pictures_of_a_record_that_was_merged_serve_the_one_that_stays() -> None:
    gone, stays = person(), with_card(person())
    approved(gone, 1)
    with acting(REGISTRAR):
        Person.objects.filter(pk=gone.pk).update(merged_into=stays.pk)
    assert applied(stays, REISSUE).state == State.CLEAR
