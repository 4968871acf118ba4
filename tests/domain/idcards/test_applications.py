"""Applications: who may have what, what is put right first, the clock, four eyes, the last pictures used again."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from tests.domain.idcards.office import (
    APPROVER,
    BOTH,
    CHIEF,
    CLERK,
    COMMUNE,
    EXCHANGE,
    FAR_CLERK,
    FIRST,
    OTHER_CLERK,
    REGISTRAR,
    REISSUE,
    SECOND,
    STOCK,
    SYSTEM,
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
    opening,
    order,
    person,
    refused,
    with_card,
)

from sosach.base.errors import ErrorCode
from sosach.domain.access.queries import acting
from sosach.domain.idcards.models import Application, Attempt
from sosach.domain.idcards.operations.applying import apply_for_card, change_application, recheck, withdraw
from sosach.domain.idcards.operations.deciding import approve, refuse
from sosach.domain.idcards.operations.moving import ApplicantRefusedError, back_to_waiting, handed_over, into_work
from sosach.domain.idcards.operations.papers import issue_paper
from sosach.domain.idcards.operations.screening import screen
from sosach.domain.idcards.operations.summoning import summon
from sosach.domain.idcards.queries.applicants import applicant, attempts
from sosach.domain.idcards.queries.applications import application as look_at
from sosach.domain.idcards.queries.applications import applications, own_applications
from sosach.domain.idcards.queries.figures import Limit, application_figures
from sosach.domain.idcards.queries.papers import paper_seen
from sosach.domain.idcards.queries.pictures import content_of, picture
from sosach.domain.idcards.rules.applications import Channel, Delivery, Ground, Kind, Problem, Wanted
from sosach.domain.idcards.rules.papers import PaperKind
from sosach.domain.idcards.states.applications import State
from sosach.domain.population.models import Person, Petition
from sosach.domain.population.operations.corrections import correct
from sosach.domain.population.operations.numbers import refuse_petition

pytestmark = pytest.mark.usefixtures("db", "keys")
__all__ = ["keys"]


def test_a_first_card_goes_from_the_desk_to_the_approval() -> None:
    application = applied(person())
    assert (application.state, application.fee, application.due_on) == (State.OPEN, 0, date(2026, 12, 2))
    packet = captured(application, 1)
    assert packet.state == "good"
    approve_order = order(APPROVER)
    refused(ErrorCode.STATE_FORBIDS, lambda: approve(approve_order, application_id=application.pk))
    assert screen(order(), application_id=application.pk).state == State.CLEAR
    done = approve(order(APPROVER), application_id=application.pk)
    assert (done.state, done.captured_by, done.approved_by) == (State.APPROVED, CLERK.key, APPROVER.key)
    seen = look_at(look(APPROVER), application_id=application.pk)
    assert [step.step for step in seen.steps] == ["open", "capture", "unlike", "approve"]
    assert [paper.kind for paper in seen.papers] == ["DC02", "CC01", "CC02"]


@pytest.mark.parametrize(
    ("columns", "wanted", "problem"),
    [
        ({"pin": ""}, FIRST, Problem.NOT_IN_REGISTER),
        ({"life_status": "deceased"}, FIRST, Problem.NOT_ALIVE),
        ({"life_status": "emigrated"}, FIRST, Problem.NOT_ALIVE),
        ({"nationality": "LAO"}, FIRST, Problem.FOREIGN),
        ({}, EXCHANGE, Problem.NO_CARD),
        ({}, REISSUE, Problem.NO_CARD),
    ],
)
def test_somebody_is_sent_away_and_the_attempt_is_kept(
    columns: dict[str, str], wanted: Wanted, problem: Problem
) -> None:
    who = person(**columns) if columns.get("pin", "x") else None
    with pytest.raises(ApplicantRefusedError) as told:
        apply_for_card(order(), pin=who.pin or "" if who else "001090099999", wanted=wanted)
    assert told.value.problems == (problem,)
    with acting(CLERK):
        attempt = Attempt.objects.get()
    assert (attempt.problems, attempt.commune_code) == ([problem], COMMUNE)
    assert attempt.number.startswith("DC01" if problem is Problem.NOT_IN_REGISTER else "CC03")
    assert len(events("idcards.applicant_turned_away")) >= 1
    (line,), count = attempts(look())
    assert (line.problems, line.settled, count) == ((problem,), False, 1)
    assert attempts(look(FAR_CLERK)) == ([], 0)


def test_an_attempt_is_settled_by_the_application_that_follows() -> None:
    with pytest.raises(ApplicantRefusedError):
        apply_for_card(order(), pin="001090077777", wanted=FIRST)
    applied(person(pin="001090077777"), day=date(2026, 11, 25))
    with pytest.raises(ApplicantRefusedError):
        applied(person(life_status="deceased"))
    lines, count = attempts(look())
    assert ([line.settled for line in lines], count) == ([False, True], 2)


def test_who_has_a_card_asks_for_an_exchange() -> None:
    who = with_card(person())
    with pytest.raises(ApplicantRefusedError) as told:
        applied(who)
    assert told.value.problems == (Problem.HAS_CARD,)
    assert applied(who, EXCHANGE).fee == 50_000


@pytest.mark.parametrize(("expires_on", "early"), [(date(2028, 11, 20), False), (date(2028, 11, 21), True)])
def test_a_card_is_renewed_for_age_in_the_two_years_before_its_end(expires_on: date, *, early: bool) -> None:
    who = with_card(person("1988-11-21"), expires_on=expires_on)
    milestone = replace(EXCHANGE, ground=Ground.MILESTONE)
    if early:
        with pytest.raises(ApplicantRefusedError, match="for age"):
            applied(who, milestone)
    else:
        assert applied(who, milestone).state == State.OPEN


def test_a_child_comes_with_a_parent_and_under_six_without_pictures() -> None:
    parent = person()
    child, baby = child_of(parent), child_of(parent, "2022-01-31")
    with pytest.raises(ApplicantRefusedError) as told:
        applied(child)
    assert told.value.problems == (Problem.REPRESENTATIVE,)
    named = replace(FIRST, representative_pin=parent.pin or "")
    assert applied(child, named).state == State.OPEN
    application = applied(baby, named)
    assert application.state == State.CLEAR
    refused(ErrorCode.STATE_FORBIDS, lambda: captured(application, 7))
    approve(order(APPROVER), application_id=application.pk)
    content = content_of(opening(STOCK), application_id=application.pk, issued=TODAY, reference="A" * 16)
    assert (content.portrait, content.fingers, content.expires) == (b"", (), date(2036, 1, 31))
    assert content.father == "NGUYỄN VĂN AN"


def test_somebody_elses_child_needs_a_paper() -> None:
    child, stranger = child_of(person()), person(commune_code="16549", province_code="38")
    named = replace(FIRST, representative_pin=stranger.pin or "")
    with pytest.raises(ApplicantRefusedError):
        applied(child, named)
    shown = order(guardianship="QĐ 7")
    application = apply_for_card(shown, pin=child.pin or "", wanted=named)
    assert application.representative_id == stranger.pk
    # who represents a child may live anywhere: the page names them after the look is over
    with acting(CLERK):
        seen = look_at(look(), application_id=application.pk)
        assert seen.row.representative is not None
        assert seen.row.representative.full_name == stranger.full_name


def test_wrong_data_are_corrected_first_and_the_clock_stands_still() -> None:
    who = person()
    application = applied(who, stated={"full_name": "Nguyễn Văn  Ân", "sex": "M"})
    assert (application.state, application.due_on, application.differing) == (State.WAITING_DATA, None, ["full_name"])
    with acting(CHIEF):
        petition = Petition.objects.get(pk=application.petition_id)
    assert petition.asked == {"full_name": "Nguyễn Văn Ân"}
    assert recheck(order(), application_id=application.pk).state == State.WAITING_DATA
    correct(order(CHIEF, date(2026, 11, 25)), petition_id=petition.pk)
    again = recheck(order(SYSTEM, date(2026, 11, 26)), application_id=application.pk)
    assert (again.state, again.due_on) == (State.AWAITED, None)
    captured(application, 1, day=date(2026, 11, 30))
    # five working days stood still: 23, 25, 26, 27 and 30 November
    assert fresh(application).due_on == date(2026, 12, 9)


def test_a_correction_that_was_refused_leaves_the_record_as_it_is() -> None:
    application = applied(person(), stated={"hometown": "Đà Nẵng"})
    refuse_petition(order(CHIEF, reason="không có căn cứ"), petition_id=application.petition_id or 0)
    assert recheck(order(), application_id=application.pk).state == State.AWAITED


def test_a_record_that_lacks_something_waits() -> None:
    application = applied(person("1957", residence=""))
    assert application.problems == [Problem.BIRTH_DATE, Problem.RESIDENCE]
    assert application.state == State.WAITING_DATA
    refused(ErrorCode.STATE_FORBIDS, lambda: captured(application, 1))


def test_accents_case_and_spaces_do_not_count_and_unknown_columns_are_refused() -> None:
    assert applied(person(), stated={"full_name": " nguyễn  văn an "}).state == State.OPEN
    refused(ErrorCode.INPUT_INCOMPLETE, lambda: applied(person(), stated={"pin": "1"}))


def test_the_same_key_is_the_same_application_and_there_is_one_at_a_time() -> None:
    who, key = person(), uuid4()
    first = applied(who, key=key)
    assert applied(who, key=key).pk == first.pk
    refused(ErrorCode.CONFLICT, lambda: applied(who))
    refused(ErrorCode.CONFLICT, lambda: applied(who, EXCHANGE, key=key))
    withdraw(order(), application_id=first.pk)
    assert applied(who).pk != first.pk


def test_online_somebody_has_to_come_before_the_clock_runs() -> None:
    who = with_card(person())
    online = replace(EXCHANGE, channel=Channel.ONLINE)
    application = applied(who, online, actor=citizen(who.pk))
    assert (application.state, application.fee, application.due_on) == (State.AWAITED, 25_000, None)
    assert [line.number for line in own_applications(look(citizen(who.pk)))] == [application.number]
    captured(application, 1, day=date(2026, 11, 23))
    assert fresh(application).due_on == date(2026, 12, 3)
    refused(ErrorCode.ACCESS_DENIED, lambda: applied(person(), actor=citizen(who.pk)))


def test_a_reissue_uses_the_last_pictures_and_needs_nobody_to_come() -> None:
    who = person()
    first = approved(who, 1)
    finished(first)
    with_card(who)
    online = replace(REISSUE, channel=Channel.ONLINE)
    again = applied(who, online, actor=citizen(who.pk), day=date(2026, 12, 14))
    assert (again.state, again.fee) == (State.CLEAR, 35_000)
    # whoever captured then does not approve now
    refused(ErrorCode.STATE_FORBIDS, lambda: approve(order(replace(BOTH, key=CLERK.key)), application_id=again.pk))
    approve(order(APPROVER, date(2026, 12, 14)), application_id=again.pk)
    content = content_of(opening(STOCK), application_id=again.pk, issued=date(2026, 12, 15), reference="B" * 16)
    assert content.portrait.startswith(b"\xff\xd8")
    assert [finger.position for finger in content.fingers] == [2, 7]


def finished(application: Application) -> None:
    """As the other half of the register leaves it: the card was made and handed over."""
    with acting(SYSTEM):
        row = Application.objects.select_for_update().get(pk=application.pk)
        into_work(order(SYSTEM), [row])
        back_to_waiting(order(SYSTEM), [row.pk], reason="spoiled")
        row.refresh_from_db()
        into_work(order(SYSTEM), [row])
        handed_over(order(SYSTEM, date(2026, 12, 2)), row.pk)


def test_without_earlier_pictures_a_reissue_is_captured() -> None:
    assert applied(with_card(person()), REISSUE).state == State.OPEN


def test_nobody_approves_what_they_took_in_or_captured() -> None:
    who = person()
    application = applied(who, actor=BOTH)
    captured(application, 1, actor=OTHER_CLERK)
    screen(order(), application_id=application.pk)
    refused(ErrorCode.STATE_FORBIDS, lambda: approve(order(BOTH), application_id=application.pk))
    mine = replace(APPROVER, key=OTHER_CLERK.key)
    refused(ErrorCode.STATE_FORBIDS, lambda: approve(order(mine), application_id=application.pk))
    own = replace(SECOND, person_id=who.pk)
    refused(ErrorCode.ACCESS_DENIED, lambda: approve(order(own), application_id=application.pk))
    refused(ErrorCode.ACCESS_DENIED, lambda: approve(order(CLERK), application_id=application.pk))
    assert approve(order(SECOND), application_id=application.pk).state == State.APPROVED


def test_a_record_that_changed_meanwhile_is_seen_at_the_approval() -> None:
    who = person()
    application = cleared(who, 1)
    with acting(REGISTRAR):
        Person.objects.filter(pk=who.pk).update(life_status="deceased")
    with pytest.raises(ApplicantRefusedError) as told:
        approve(order(APPROVER), application_id=application.pk)
    assert told.value.problems == (Problem.NOT_ALIVE,)
    paper = refuse(order(APPROVER, reason="Người đề nghị đã chết."), application_id=application.pk)
    seen = paper_seen(look(APPROVER), paper_id=paper.pk)
    assert (seen.kind, seen.reason, seen.full_name) == (PaperKind.CC03, "Người đề nghị đã chết.", "NGUYỄN VĂN AN")
    assert not look_at(look(APPROVER), application_id=application.pk).packets[0].pictures


def test_the_citizen_is_called_again_and_the_clock_stands_still() -> None:
    application = cleared(person(), 1)
    refused(ErrorCode.INPUT_INCOMPLETE, lambda: summon(order(), application_id=application.pk))
    summon(order(APPROVER, reason="ảnh khác hiện nay"), application_id=application.pk)
    assert fresh(application).due_on is None
    packet = captured(application, 1, shot=2, day=date(2026, 11, 26))
    seen = look_at(look(), application_id=application.pk)
    assert [one.state for one in seen.packets] == ["good", "dropped"]
    assert (seen.used_packet, seen.line.due_on) == (packet.pk, date(2026, 12, 7))
    assert [(pause.begins, pause.ends) for pause in seen.pauses] == [(TODAY, date(2026, 11, 26))]


def test_nobody_under_six_is_called_or_waited_for() -> None:
    parent = person("1990-01-01")
    young = child_of(parent, "2022-01-31")
    application = applied(young, replace(FIRST, representative_pin=parent.pin or ""))
    assert application.state == State.CLEAR
    refused(ErrorCode.STATE_FORBIDS, lambda: summon(order(reason="chụp ảnh"), application_id=application.pk))
    assert (fresh(application).state, len(events("idcards.citizen_summoned"))) == (State.CLEAR, 0)
    older = child_of(parent, "2019-01-31")
    other = applied(older, replace(FIRST, representative_pin=parent.pin or "", channel=Channel.ONLINE))
    assert other.state == State.AWAITED
    with acting(REGISTRAR):  # a mistake of the record, put right meanwhile
        Person.objects.filter(pk=older.pk).update(birth_date="2021-01-31")
    assert recheck(order(), application_id=other.pk).state == State.CLEAR


def test_other_offices_do_not_reach_an_application() -> None:
    application = applied(person())
    refused(ErrorCode.NOT_FOUND, lambda: look_at(look(FAR_CLERK), application_id=application.pk))
    refused(ErrorCode.NOT_FOUND, lambda: withdraw(order(FAR_CLERK), application_id=application.pk))
    refused(ErrorCode.ACCESS_OUTSIDE, lambda: applied(person(), replace(FIRST, office=COMMUNE), actor=FAR_CLERK))


def test_any_office_serves_somebody_who_lives_elsewhere() -> None:
    application = applied(person(), actor=FAR_CLERK)
    assert application.commune_code == FAR_CLERK.unit
    captured(application, 1, actor=FAR_CLERK)
    lines, count = applications(look(FAR_CLERK))
    assert ([line.full_name for line in lines], count) == (["NGUYỄN VĂN AN"], 1)
    seen = look_at(look(FAR_CLERK), application_id=application.pk)
    assert paper_seen(look(FAR_CLERK), paper_id=seen.papers[0].pk).pin == seen.line.pin
    picture_id = seen.packets[0].pictures[0].picture_id
    assert picture(opening(FAR_CLERK), picture_id=picture_id).slot == "face"
    assert screen(order(FAR_CLERK), application_id=application.pk).state == State.CLEAR
    assert applications(look()) == ([], 0)


def test_lists_counts_and_figures_come_from_the_same_rows() -> None:
    first, second = applied(person()), cleared(person(), 2)
    late = date(2026, 12, 20)
    lines, count = applications(look(day=late), late=True)
    assert ([line.application_id for line in lines], count) == ([first.pk, second.pk], 2)
    assert all(line.late for line in lines)
    lines, count = applications(look(), states=frozenset({State.CLEAR}), text=second.number)
    assert ([line.used for line in lines], count) == ([0], 1)
    figures = application_figures(look(day=late), since=TODAY)
    assert figures.by_state == {State.OPEN: 1, State.CLEAR: 1}
    assert (figures.limits[Limit.LATE], figures.limits[Limit.PAUSED]) == (2, 0)
    assert figures.by_day == ((TODAY, COMMUNE, 2),)


def test_a_desk_sees_what_stands_against_an_application() -> None:
    who = with_card(person())
    seen = applicant(look(), pin=who.pin or "", wanted=FIRST, stated={"hometown": "Vinh"})
    assert seen is not None
    assert set(seen.problems) == {Problem.HAS_CARD, Problem.DIFFERS}
    assert seen.differing == {"hometown": "Vinh"}
    assert applicant(look(), pin="001090099999", wanted=FIRST) is None
    assert events("idcards.applicant_checked")[0].purpose == "card-keeping"


def test_delivery_is_changed_and_papers_are_made_again() -> None:
    application = applied(person())
    refused(
        ErrorCode.INPUT_INCOMPLETE,
        lambda: change_application(order(), application_id=application.pk, delivery=Delivery.POST),
    )
    change_application(order(), application_id=application.pk, delivery=Delivery.POST, address="Số 1", priority=9)
    paper = issue_paper(order(), application_id=application.pk, kind=PaperKind.CC02)
    seen = paper_seen(look(), paper_id=paper.pk)
    assert (seen.address, seen.due_on, seen.office != "") == ("Số 1", date(2026, 12, 2), True)
    refused(
        ErrorCode.INPUT_INCOMPLETE,
        lambda: issue_paper(order(), application_id=application.pk, kind=PaperKind.CC03),
    )


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(Kind.FIRST, Ground.LOST),
        Wanted(Kind.REISSUE, Ground.MILESTONE),
        replace(FIRST, priority=10),
        replace(FIRST, delivery=Delivery.POST),
        replace(FIRST, address="nhà"),
    ],
)
def test_what_no_procedure_knows_is_refused(wanted: Wanted) -> None:
    refused(ErrorCode.INPUT_INCOMPLETE, lambda: applied(person(), wanted))
