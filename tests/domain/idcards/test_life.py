"""A card from an approved application to its destruction, through the real chip, machine, reader and verifier."""

from datetime import date, timedelta

import pytest
from tests.domain.idcards.works import (
    APPROVER,
    CALENDAR,
    FAR_OFFICE,
    OFFICE,
    PARTNER,
    QUALITY,
    SECOND,
    STOCK,
    TODAY,
    Works,
    application,
    cards,
    citizen,
    holding,
    lives,
    look,
    order,
    person,
    refused,
)

from sosach.base.errors import ErrorCode
from sosach.domain.access.queries import acting
from sosach.domain.idcards.models import Application, Blank
from sosach.domain.idcards.operations.blanks import list_for_destruction, see_destroyed
from sosach.domain.idcards.operations.delivery import arrive, dispatch, report_astray, spoil_card
from sosach.domain.idcards.operations.followers import end_cards, restore_cards, tell_population
from sosach.domain.idcards.operations.handing_over import hand_over
from sosach.domain.idcards.operations.life import expire_due, find, give_back, hold, recover, report, revoke
from sosach.domain.idcards.queries.cards import card_counts, cards_anywhere, cards_of, one_card, status_of
from sosach.domain.idcards.queries.cards import cards as listed
from sosach.domain.idcards.rules.endings import Complaint, HoldGround, OldCard, RevocationGround
from sosach.domain.idcards.states.applications import State
from sosach.domain.idcards.states.blanks import BlankState
from sosach.domain.idcards.states.cards import CardState, replayed
from sosach.domain.population.models import Card as PopulationCard

pytestmark = pytest.mark.usefixtures("db")


def state(card_id: int) -> CardState:
    return CardState(cards(pk=card_id)[0].state)


def test_a_card_is_made_checked_sent_and_handed_over() -> None:
    who = person()
    wanted = application(who)
    works = Works.opened()
    (card,) = works.at_office()
    assert card.state == CardState.AT_OFFICE
    hand_over(order(OFFICE, receipt="PT 1"), card_id=card.pk, old_card=OldCard.NONE)
    (card,) = cards(person=who)
    assert (card.state, card.handed_over_on, card.number) == (CardState.ACTIVE, TODAY, who.pin)
    with acting(CALENDAR):
        assert Application.objects.get(pk=wanted.pk).state == State.DONE
    life = one_card(look(OFFICE), card_id=card.pk)
    assert replayed(happening.step for happening in life.happened) is CardState.ACTIVE


def test_only_its_own_office_hands_a_card_over_and_only_with_a_receipt() -> None:
    application(person())
    (card,) = Works.opened().at_office()
    papers = {"receipt": "PT 1"}
    with refused(ErrorCode.NOT_FOUND):
        hand_over(order(FAR_OFFICE, **papers), card_id=card.pk, old_card=OldCard.NONE)
    with refused(ErrorCode.INPUT_INCOMPLETE):
        hand_over(order(OFFICE), card_id=card.pk, old_card=OldCard.NONE)
    with refused(ErrorCode.ACCESS_DENIED):
        hand_over(order(STOCK, **papers), card_id=card.pk, old_card=OldCard.NONE)
    with refused(ErrorCode.STATE_FORBIDS):
        hand_over(order(OFFICE, card.expires_on + timedelta(days=1), **papers), card_id=card.pk, old_card=OldCard.NONE)


@pytest.mark.parametrize(
    ("old_card", "ends"), [(OldCard.TAKEN, CardState.RECOVERED), (OldCard.DECLARED_LOST, CardState.REPLACED)]
)
def test_the_new_card_takes_the_place_of_the_old_one(old_card: OldCard, ends: CardState) -> None:
    who, works = person(), Works.opened()
    old = holding(works, who)
    application(who, kind="exchange", ground="changed")
    (new,) = works.at_office("GT-2")
    with refused(ErrorCode.STATE_FORBIDS):
        hand_over(order(OFFICE, receipt="PT 2"), card_id=new.pk, old_card=OldCard.NONE)
    hand_over(order(OFFICE, receipt="PT 2", loss_report="BM 1"), card_id=new.pk, old_card=old_card)
    assert (state(old.pk), state(new.pk)) == (ends, CardState.ACTIVE)


def test_an_old_card_of_elsewhere_is_taken_or_declared_lost_with_its_paper() -> None:
    application(person(), kind="exchange", ground="changed")
    (new,) = Works.opened().at_office()
    for old_card in (OldCard.TAKEN, OldCard.DECLARED_LOST):
        with refused(ErrorCode.INPUT_INCOMPLETE):
            hand_over(order(OFFICE, receipt="PT 1"), card_id=new.pk, old_card=old_card)
    hand_over(order(OFFICE, receipt="PT 1", old_card="001090000001"), card_id=new.pk, old_card=OldCard.TAKEN)
    assert state(new.pk) is CardState.ACTIVE


def test_a_lost_card_is_reported_by_its_holder_found_again_or_replaced() -> None:
    who, works = person(), Works.opened()
    card = holding(works, who)
    own = citizen(who.pk)
    report(order(own), card_id=card.pk, what=Complaint.LOST)
    report(order(own), card_id=card.pk, what=Complaint.LOST)  # told twice
    assert state(card.pk) is CardState.LOST
    find(order(FAR_OFFICE), card_id=card.pk)
    assert state(card.pk) is CardState.ACTIVE
    report(order(FAR_OFFICE), card_id=card.pk, what=Complaint.LOST)
    application(who, kind="reissue", ground="lost")
    (new,) = works.at_office("GT-2")
    hand_over(order(OFFICE, receipt="PT 2"), card_id=new.pk, old_card=OldCard.NONE)
    assert (state(card.pk), state(new.pk)) == (CardState.REPLACED, CardState.ACTIVE)
    with refused(ErrorCode.STATE_FORBIDS):
        find(order(OFFICE), card_id=card.pk)


def test_a_lost_card_that_has_run_out_does_not_hold_again() -> None:
    card = holding(Works.opened(), person())
    report(order(OFFICE), card_id=card.pk, what=Complaint.LOST)
    with refused(ErrorCode.STATE_FORBIDS):
        find(order(OFFICE, card.expires_on + timedelta(days=1)), card_id=card.pk)
    find(order(OFFICE, card.expires_on), card_id=card.pk)
    assert state(card.pk) is CardState.ACTIVE


def test_nobody_reports_the_card_of_somebody_else() -> None:
    works = Works.opened()
    card = holding(works, person())
    stranger = person()
    with refused(ErrorCode.NOT_FOUND):
        report(order(citizen(stranger.pk)), card_id=card.pk, what=Complaint.LOST)
    assert state(card.pk) is CardState.ACTIVE


def test_a_card_is_held_by_decision_and_given_back() -> None:
    card = holding(Works.opened(), person())
    with refused(ErrorCode.INPUT_INCOMPLETE):
        hold(order(APPROVER), card_id=card.pk, ground=HoldGround.PRISON)
    hold(order(APPROVER, decision="QĐ 1"), card_id=card.pk, ground=HoldGround.PRISON)
    assert not status_of(look(PARTNER), reference=card.blank_id).in_force
    with refused(ErrorCode.STATE_FORBIDS):
        hold(order(APPROVER, decision="QĐ 1"), card_id=card.pk, ground=HoldGround.PRISON)
    give_back(order(OFFICE), card_id=card.pk)
    assert status_of(look(PARTNER), reference=card.blank_id).in_force


def test_a_revoked_card_is_handed_in_and_destroyed_by_two() -> None:
    card = holding(Works.opened(), person())
    with refused(ErrorCode.ACCESS_DENIED):
        revoke(order(OFFICE, decision="QĐ 1"), card_id=card.pk, ground=RevocationGround.ALTERED)
    revoke(order(APPROVER, decision="QĐ 1"), card_id=card.pk, ground=RevocationGround.ALTERED)
    with refused(ErrorCode.STATE_FORBIDS):
        list_for_destruction(order(STOCK), serials=[card.blank_id])
    recover(order(FAR_OFFICE), card_id=card.pk)
    listing = list_for_destruction(order(STOCK), serials=[card.blank_id])
    with refused(ErrorCode.STATE_FORBIDS):
        see_destroyed(order(STOCK), destruction_id=listing.pk)
    see_destroyed(order(QUALITY), destruction_id=listing.pk)
    assert state(card.pk) is CardState.DESTROYED
    with acting(CALENDAR):
        assert Blank.objects.get(pk=card.blank_id).state == BlankState.DESTROYED
    with refused(ErrorCode.STATE_FORBIDS):
        see_destroyed(order(SECOND), destruction_id=listing.pk)


def test_a_card_expires_the_day_after_its_last_one() -> None:
    card = holding(Works.opened(), person())
    last = date(2030, 5, 1)
    assert expire_due(order(CALENDAR, last)) == ()
    assert status_of(look(PARTNER, last), reference=card.blank_id).in_force
    day = last + timedelta(days=1)
    assert status_of(look(PARTNER, day), reference=card.blank_id).state is CardState.EXPIRED
    assert state(card.pk) is CardState.ACTIVE  # nobody has written it down yet
    assert expire_due(order(CALENDAR, day)) == (card.pk,)
    assert state(card.pk) is CardState.EXPIRED


def test_a_card_ends_with_its_holder_and_is_back_when_the_death_is_taken_back() -> None:
    card = holding(Works.opened(), person())
    hold(order(APPROVER, decision="QĐ 1"), card_id=card.pk, ground=HoldGround.DETENTION)
    assert end_cards(order(CALENDAR), person_id=card.person_id) == 0  # alive
    lives(card.person_id, life_status="deceased")
    assert end_cards(order(CALENDAR), person_id=card.person_id) == 1
    assert end_cards(order(CALENDAR), person_id=card.person_id) == 0
    assert state(card.pk) is CardState.ENDED
    assert restore_cards(order(CALENDAR), person_id=card.person_id) == 0  # dead
    lives(card.person_id, life_status="alive")
    assert restore_cards(order(CALENDAR), person_id=card.person_id) == 1
    assert state(card.pk) is CardState.HELD


def test_a_card_of_the_dead_is_not_sent() -> None:
    who = person()
    application(who)
    works = Works.opened()
    (card,) = works.finished()
    lives(who.pk, life_status="deceased")
    dispatch(order(STOCK), number="GT-9", carrier="Bưu điện", commune_code="00004")
    assert state(card.pk) is CardState.ENDED


@pytest.mark.parametrize(("lose", "ends"), [(report_astray, CardState.ASTRAY), (spoil_card, CardState.SPOILED)])
def test_what_does_not_reach_its_holder_is_made_again(lose: object, ends: CardState) -> None:
    application(person())
    works = Works.opened()
    (card,) = works.at_office()
    with refused(ErrorCode.INPUT_INCOMPLETE):
        lose(order(OFFICE, reason=" "), card_id=card.pk)  # type: ignore[operator] # one of two verbs
    lose(order(OFFICE), card_id=card.pk)  # type: ignore[operator] # as above
    assert state(card.pk) is ends
    (again,) = works.at_office("GT-2")
    assert (again.application_id, again.blank_id == card.blank_id) == (card.application_id, False)


def test_a_parcel_is_counted_and_counted_again() -> None:
    for _ in range(3):
        application(person())
    works = Works.opened()
    made = works.finished()
    parcel = dispatch(order(STOCK), number="GT-1", carrier="Bưu điện", commune_code="00004")
    assert dispatch(order(STOCK), number="GT-1", carrier="Bưu điện", commune_code="00004").pk == parcel.pk
    with refused(ErrorCode.CONFLICT):
        dispatch(order(STOCK), number="GT-1", carrier="Xe 1", commune_code="00004")
    with refused(ErrorCode.NOT_FOUND):
        arrive(order(FAR_OFFICE), parcel_id=parcel.pk, serials=[])
    with refused(ErrorCode.INPUT_INCOMPLETE):
        arrive(order(OFFICE), parcel_id=parcel.pk, serials=["VN99999999999999"])
    assert arrive(order(OFFICE), parcel_id=parcel.pk, serials=[made[0].blank_id, made[1].blank_id]) == 1
    assert arrive(order(OFFICE), parcel_id=parcel.pk, serials=[made[0].blank_id]) == 1
    assert arrive(order(OFFICE), parcel_id=parcel.pk, serials=[made[2].blank_id]) == 0


def test_looks_tell_of_whom_they_may_and_counts_are_their_lists() -> None:
    works = Works.opened()
    card, other = holding(works, person()), holding(works, person(), "GT-2")
    assert [line.id for line in cards_of(look(citizen(card.person_id)), person_id=card.person_id)] == [card.pk]
    assert cards_of(look(citizen(card.person_id)), person_id=other.person_id) == ()
    assert cards_of(look(FAR_OFFICE), person_id=card.person_id) == ()
    assert [line.id for line in cards_anywhere(look(FAR_OFFICE), person_id=card.person_id)] == [card.pk]
    with refused(ErrorCode.NOT_FOUND):
        one_card(look(FAR_OFFICE), card_id=card.pk)
    assert card_counts(look(OFFICE)) == {CardState.ACTIVE: len(listed(look(OFFICE)))}
    assert listed(look(FAR_OFFICE)) == ()
    with refused(ErrorCode.NOT_FOUND):
        status_of(look(PARTNER), reference="VN00000000000020")


def test_the_population_register_follows_the_card() -> None:
    card = holding(Works.opened(), person())
    tell_population(order(CALENDAR), card_id=card.pk)
    tell_population(order(CALENDAR), card_id=card.pk)
    with acting(CALENDAR):
        (row,) = PopulationCard.objects.filter(person_id=card.person_id, ends_on__isnull=True)
        assert (row.kind, row.number, row.issued_on, row.expires_on) == (
            "can_cuoc",
            card.number,
            card.issued_on,
            card.expires_on,
        )
    report(order(OFFICE), card_id=card.pk, what=Complaint.DAMAGED)
    tell_population(order(CALENDAR), card_id=card.pk)
    with acting(CALENDAR):
        assert not PopulationCard.objects.filter(person_id=card.person_id, ends_on__isnull=True).exists()
