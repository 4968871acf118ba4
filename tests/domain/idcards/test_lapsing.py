"""Applications and cards of people who can be given none any more: died, merged, no national, another number; and undone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.domain.idcards import office, works
from tests.domain.idcards.faults import seen
from tests.domain.idcards.office import (
    APPROVER,
    SECOND,
    SYSTEM,
    TODAY,
    applied,
    approved,
    captured,
    cleared,
    fresh,
    keys,
    order,
    person,
    pictures,
    refused,
)
from tests.domain.idcards.works import CALENDAR, OFFICE, QUALITY, STOCK, Works, bench, cards, lives

from sosach.base.errors import ErrorCode
from sosach.chip.line.machine import Troubles
from sosach.domain.access.queries import acting
from sosach.domain.idcards.models import Application, Blank, Doubt, Packet, SealedPicture
from sosach.domain.idcards.operations.applying import apply_for_card, change_application
from sosach.domain.idcards.operations.capturing import add_picture, begin_packet
from sosach.domain.idcards.operations.delivery import arrive, dispatch
from sosach.domain.idcards.operations.followers import end_cards, restore_cards, spoil_numbered
from sosach.domain.idcards.operations.handing_over import hand_over
from sosach.domain.idcards.operations.jobs import release_job, sign_job
from sosach.domain.idcards.operations.life import recover, revoke
from sosach.domain.idcards.operations.quality import close_job
from sosach.domain.idcards.operations.screening import judge_doubt, screen
from sosach.domain.idcards.operations.sealing import erase_pictures
from sosach.domain.idcards.queries.deadlines import Stage, stages
from sosach.domain.idcards.queries.deadlines import waiting as waiting_for
from sosach.domain.idcards.rules.applications import Channel, Delivery, Ground, Kind, Wanted
from sosach.domain.idcards.rules.endings import Ending, OldCard, RevocationGround
from sosach.domain.idcards.states.applications import CLOSED, State, Step, revived
from sosach.domain.idcards.states.blanks import BlankState
from sosach.domain.idcards.states.cards import CardState
from sosach.domain.idcards.states.doubts import Verdict
from sosach.domain.population.models import Person
from sosach.jobs.consequences import REACTING, Event, compare_capture

pytestmark = pytest.mark.usefixtures("db", "keys")
__all__ = ["keys"]
DEAD, ALIVE = {"life_status": "deceased"}, {"life_status": "alive"}


def followed(who: Person, *, days: int = 0, **columns: object) -> int:
    """The population register says something else of somebody, and cards follow."""
    lives(who.pk, **columns)
    told = order(SYSTEM, TODAY + timedelta(days=days))
    return end_cards(told, person_id=who.pk) + restore_cards(told, person_id=who.pk)


def doubted(number: int = 1) -> Application:
    """An application whose pictures look like another record's."""
    cleared(person(), number)
    second = applied(person())
    captured(second, number, shot=1)
    return screen(order(), application_id=second.pk)


def barred() -> Application:
    application = doubted()
    with acting(SYSTEM):
        found = Doubt.objects.get(application=application)
    for judge in (APPROVER, SECOND):
        judge_doubt(order(judge, reason="vân tay"), doubt_id=found.pk, says=Verdict.SAME)
    return application


def captured_only() -> Application:
    application = applied(person())
    captured(application, 1)
    return application


ONLINE = Wanted(Kind.FIRST, Ground.NONE_YET, channel=Channel.ONLINE)
WAYS: dict[State, Callable[[], Application]] = {
    State.WAITING_DATA: lambda: applied(person(residence="")),
    State.AWAITED: lambda: applied(person(), ONLINE),
    State.OPEN: lambda: applied(person()),
    State.CAPTURED: captured_only,
    State.DOUBTED: doubted,
    State.BARRED: barred,
    State.CLEAR: lambda: cleared(person(), 1),
    State.APPROVED: lambda: approved(person(), 1),
}


@pytest.mark.parametrize("state", WAYS)
def test_an_open_application_lapses_with_its_applicant_and_goes_on_when_the_death_was_wrong(state: State) -> None:
    application = WAYS[state]()
    before = fresh(application)
    assert before.state == state
    followed(before.person, **DEAD)
    lapsed = fresh(application)
    assert (lapsed.state, lapsed.ended_for, lapsed.due_on) == (State.LAPSED, Ending.DEATH, None)
    with acting(SYSTEM):
        last = lapsed.steps.latest("pk")
    assert (last.step, last.reason) == (Step.LAPSE, "Người được cấp đã chết.")
    assert followed(before.person, **DEAD) == 0
    followed(before.person, days=3, **ALIVE)
    after = fresh(application)
    assert (after.state, after.ended_for, after.closed_at) == (state, "", None)
    # the days between counted for nobody
    assert after.due_on is None if before.due_on is None else after.due_on is not None and after.due_on > before.due_on
    assert (after.approved_by, after.captured_by) == (before.approved_by, before.captured_by)


def test_every_state_has_a_way_out_when_its_person_is_gone_and_a_way_back() -> None:
    assert {State(state) for state in WAYS} == set(State) - CLOSED - {State.SCREENING, State.MADE}
    for before in set(State) - CLOSED:
        back = revived(before, pictures=True, card=False)
        assert back not in CLOSED
        gone = revived(before, pictures=False, card=False)
        assert gone is (before if before in {State.WAITING_DATA, State.OPEN, State.AWAITED} else None)
        assert back is {State.SCREENING: State.CAPTURED, State.MADE: State.APPROVED}.get(before, before)


def test_a_capture_under_way_is_dropped_at_once_and_one_that_waits_is_compared_after_all() -> None:
    application = applied(person())
    packet = begin_packet(order(), application_id=application.pk)
    add_picture(order(), packet_id=packet.pk, picture=pictures(1)[0])
    followed(application.person, **DEAD)
    with acting(SYSTEM):
        assert Packet.objects.get(pk=packet.pk).state == "dropped"
        assert not SealedPicture.objects.filter(packet=packet, dropped_at=None).exists()
    waits = captured_only()
    followed(waits.person, **DEAD)
    told = Event("idcards.cards_restored", waits.pk, {})
    compare_capture(order(REACTING), told)
    assert fresh(waits).state == State.LAPSED
    followed(waits.person, **ALIVE)
    compare_capture(order(REACTING), told)
    assert fresh(waits).state == State.CLEAR


def test_it_does_not_go_on_when_it_is_too_late_or_another_one_was_made_meanwhile() -> None:
    late, quick = approved(person(), 1), approved(person(), 2)
    followed(late.person, **DEAD)
    followed(late.person, days=31, **ALIVE)
    assert fresh(late).state == State.LAPSED
    followed(quick.person, **DEAD)
    lives(quick.person_id, **ALIVE)
    applied(quick.person)
    followed(quick.person, **ALIVE)
    assert fresh(quick).state == State.LAPSED


def test_it_does_not_go_on_when_its_pictures_were_erased() -> None:
    application = approved(person(), 1)
    followed(application.person, **DEAD)
    erase_pictures(order(APPROVER, decision="QĐ 1"), person_id=application.person_id)
    followed(application.person, **ALIVE)
    assert fresh(application).state == State.LAPSED


def made(count: int = 1) -> list[Application]:
    """Approved applications, without pictures."""
    return [works.application(works.person()) for _ in range(count)]


def faults() -> list[str]:
    with acting(CALENDAR):
        return seen().faults


def blank(serial: str) -> str:
    with acting(CALENDAR):
        return str(Blank.objects.get(pk=serial).state)


def test_a_card_no_machine_has_heard_of_gives_its_blank_back() -> None:
    (application,) = made()
    Works.opened().planned()
    (card,) = cards()
    followed(application.person, **DEAD)
    assert (cards()[0].state, blank(card.blank_id)) == (CardState.VOID, BlankState.IN_STOCK)
    assert (fresh(application).state, faults()) == (State.LAPSED, [])
    followed(application.person, **ALIVE)
    assert fresh(application).state == State.APPROVED


@pytest.mark.parametrize("dies", ["signed", "released", "reported"])
def test_a_card_that_is_being_made_is_finished_and_ends_at_the_quality_station(dies: str) -> None:
    gone, stays = made(2)
    factory = Works.opened()
    job = factory.planned()
    sign_job(works.order(STOCK), job_id=job.pk, press=bench().press)
    if dies == "signed":
        followed(gone.person, **DEAD)
    job = release_job(works.order(works.SECOND), job_id=job.pk)
    if dies == "released":
        followed(gone.person, **DEAD)
    produced = factory.run(job)
    factory.report(produced.report)
    if dies == "reported":
        followed(gone.person, **DEAD)
    assert all(factory.check(produced, number) for number in produced.chips)
    close_job(works.order(QUALITY), job_id=job.pk)
    found = {card.application_id: card for card in cards(job=job)}
    assert (found[gone.pk].state, found[stays.pk].state) == (CardState.ENDED, CardState.ACCEPTED)
    assert (fresh(gone).state, fresh(stays).state, faults()) == (State.LAPSED, State.MADE, [])
    followed(gone.person, **ALIVE)
    assert (cards(pk=found[gone.pk].pk)[0].state, fresh(gone).state) == (CardState.ACCEPTED, State.MADE)
    assert faults() == []


def test_the_urgent_ones_are_made_first_and_no_citizen_says_so_of_the_own() -> None:
    earlier, urgent = made(2)
    change_application(order(), application_id=urgent.pk, delivery=Delivery.COUNTER, priority=9)
    own = office.citizen(earlier.person_id)
    told = {"application_id": earlier.pk, "delivery": Delivery.POST, "address": "Số 1"}
    refused(ErrorCode.ACCESS_DENIED, lambda: change_application(order(own), priority=9, **told))
    change_application(order(own), **told)
    hurried = replace(office.FIRST, priority=9)
    somebody = person()
    asks = order(office.citizen(somebody.pk))
    refused(ErrorCode.ACCESS_DENIED, lambda: apply_for_card(asks, pin=somebody.pin or "", wanted=hurried))
    Works.opened().planned(1)
    assert [card.application_id for card in cards()] == [urgent.pk]


def test_a_card_that_fails_is_not_made_again_for_the_dead() -> None:
    (gone,) = made()
    factory = Works.opened()
    job = factory.released()
    followed(gone.person, **DEAD)
    factory.report(factory.run(job, Troubles(spoils=1.0)).report)
    assert ([card.state for card in cards()], fresh(gone).state) == ([CardState.SPOILED], State.LAPSED)
    with works.refused(ErrorCode.STATE_FORBIDS):
        factory.planned()
    followed(gone.person, **ALIVE)
    assert (fresh(gone).state, faults()) == (State.APPROVED, [])


def handing(card_id: int, *, days: int = 0, old: OldCard = OldCard.NONE) -> None:
    hand_over(works.order(OFFICE, TODAY + timedelta(days=days), receipt="PT 1"), card_id=card_id, old_card=old)


def test_what_lies_ready_is_not_handed_over_but_collected_and_is_there_again_when_the_death_was_wrong() -> None:
    (application,) = made()
    (card,) = Works.opened().at_office()
    followed(application.person, **DEAD)
    with works.refused(ErrorCode.STATE_FORBIDS):
        handing(card.pk)
    assert stages(works.look(OFFICE)) == {Stage.COLLECT: (1, 0)}
    assert [line.number for line in waiting_for(works.look(OFFICE), stage=Stage.COLLECT)] == [application.number]
    followed(application.person, **ALIVE)
    assert stages(works.look(OFFICE)) == {Stage.HANDOVER: (1, 0)}
    handing(card.pk)
    assert (cards(pk=card.pk)[0].state, fresh(application).state) == (CardState.ACTIVE, State.DONE)


def test_a_card_that_was_collected_is_made_again_when_the_death_was_wrong() -> None:
    (application,) = made()
    factory = Works.opened()
    (card,) = factory.at_office()
    followed(application.person, **DEAD)
    recover(works.order(OFFICE), card_id=card.pk)
    assert stages(works.look(OFFICE)) == {}
    followed(application.person, **ALIVE)
    assert (cards(pk=card.pk)[0].state, fresh(application).state) == (CardState.RECOVERED, State.APPROVED)
    (again,) = factory.at_office("GT-2")
    handing(again.pk)
    assert faults() == []


@pytest.mark.parametrize(
    "columns",
    [DEAD, {"life_status": "missing"}, {"life_status": "emigrated"}, {"nationality": "USA"}, {"pin": "001090999999"}],
)
def test_nothing_is_handed_over_before_anybody_has_followed(columns: dict[str, str]) -> None:
    (application,) = made()
    (card,) = Works.opened().at_office()
    lives(application.person_id, **columns)
    with works.refused(ErrorCode.STATE_FORBIDS):
        handing(card.pk)
    assert cards(pk=card.pk)[0].state == CardState.AT_OFFICE


def test_a_card_with_a_cancelled_number_is_spoiled_wherever_it_is_and_another_one_is_made() -> None:
    there, coming = made(2)
    factory = Works.opened()
    finished = {card.application_id: card for card in factory.finished()}
    lives(coming.person_id, pin="001090888888")
    parcel = dispatch(works.order(STOCK), number="GT-1", carrier="Bưu điện", commune_code=works.COMMUNE)
    assert cards(pk=finished[coming.pk].pk)[0].state == CardState.SPOILED
    card = finished[there.pk]
    arrive(works.order(OFFICE), parcel_id=parcel.pk, serials=[card.blank_id])
    lives(there.person_id, pin="001090777777")
    assert spoil_numbered(order(SYSTEM), person_id=there.person_id) == 1
    assert spoil_numbered(order(SYSTEM), person_id=there.person_id) == 0
    assert {fresh(there).state, fresh(coming).state} == {State.APPROVED}
    numbers = {one.number for one in factory.at_office("GT-2")}
    assert (numbers, faults()) == ({"001090888888", "001090777777"}, [])


def test_whoever_loses_the_nationality_keeps_a_card_until_it_is_revoked_and_is_given_no_other() -> None:
    who, factory = works.person(), Works.opened()
    old = works.holding(factory, who)
    application = works.application(who, kind="exchange", ground="changed")
    (new,) = factory.at_office("GT-2")
    assert followed(who, nationality="USA") == 1
    assert (cards(pk=old.pk)[0].state, cards(pk=new.pk)[0].state) == (CardState.ACTIVE, CardState.ENDED)
    assert fresh(application).ended_for == Ending.NATIONALITY
    followed(who, nationality="VNM")
    assert (cards(pk=new.pk)[0].state, fresh(application).state) == (CardState.AT_OFFICE, State.MADE)


def test_a_card_revoked_before_it_was_handed_over_takes_its_application_along() -> None:
    (application,) = made()
    (card,) = Works.opened().at_office()
    told = works.order(works.APPROVER, decision="QĐ 1")
    revoke(told, card_id=card.pk, ground=RevocationGround.WRONGLY_ISSUED)
    after = fresh(application)
    assert (after.state, after.ended_for) == (State.LAPSED, Ending.REVOKED)
    assert restore_cards(order(SYSTEM), person_id=after.person_id) == 0
    assert (fresh(application).state, stages(works.look(OFFICE))) == (State.LAPSED, {Stage.COLLECT: (1, 0)})
