"""ID cards follow their holders, and the population register follows the cards: by the table of reactions."""

from uuid import uuid4

import pytest
from tests.domain.idcards.works import APPROVER, CALENDAR, OFFICE, Works, application, cards, holding, order, person
from tests.domain.population import people
from tests.jobs.test_reactions import PROVINCE, Owner, undone, worked_off

from sosach.domain.access.queries import acting
from sosach.domain.idcards.models import Application
from sosach.domain.idcards.operations.life import hold, report
from sosach.domain.idcards.rules.endings import Complaint, HoldGround
from sosach.domain.idcards.states.applications import State
from sosach.domain.idcards.states.cards import CardState
from sosach.domain.population.models import Card as PopulationCard
from sosach.domain.population.operations.civil import lose_nationality, register_death
from sosach.domain.population.operations.numbers import ask_new_pin, establish_new_pin
from sosach.domain.population.rules.numbers import Ground


def state(card_id: int) -> str:
    return str(cards(pk=card_id)[0].state)


def known(person_id: int) -> list[str]:
    """Numbers of the cards the population register holds of somebody."""
    with acting(CALENDAR):
        rows = PopulationCard.objects.filter(person_id=person_id, holds=True, ends_on__isnull=True)
        return list(rows.values_list("number", flat=True))


@pytest.mark.slow
@pytest.mark.usefixtures("jobs")
def test_a_card_is_told_to_the_population_register_and_ends_with_its_holder(owner: Owner) -> None:
    who = person()
    card = holding(Works.opened(), who)
    worked_off(owner)
    assert known(who.pk) == [card.number]
    hold(order(APPROVER, decision="QĐ 1"), card_id=card.pk, ground=HoldGround.PRISON)
    death = uuid4()
    register_death(people.order(act=death), person_id=who.pk, died_on="2026-11-20")
    worked_off(owner)
    assert (state(card.pk), known(who.pk)) == (CardState.ENDED, [])
    undone(death)
    worked_off(owner)
    assert (state(card.pk), known(who.pk)) == (CardState.HELD, [card.number])
    report(order(OFFICE), card_id=card.pk, what=Complaint.LOST)
    worked_off(owner)
    assert (state(card.pk), known(who.pk)) == (CardState.LOST, [])


@pytest.mark.slow
@pytest.mark.usefixtures("jobs")
def test_what_waits_for_its_holder_follows_the_nationality_and_the_number(owner: Owner) -> None:
    who = person()
    wanted = application(who)
    (card,) = Works.opened().at_office()
    lost = uuid4()
    lose_nationality(people.order(act=lost), person_id=who.pk)
    worked_off(owner)
    assert (state(card.pk), stage(wanted)) == (CardState.ENDED, State.LAPSED)
    undone(lost)
    worked_off(owner)
    assert (state(card.pk), stage(wanted)) == (CardState.AT_OFFICE, State.MADE)
    petition = ask_new_pin(people.order(PROVINCE), person_id=who.pk, ground=Ground.FORGED_PAPERS)
    establish_new_pin(people.order(PROVINCE), petition_id=petition.pk)
    worked_off(owner)
    assert (state(card.pk), stage(wanted)) == (CardState.SPOILED, State.APPROVED)


def stage(wanted: Application) -> str:
    with acting(CALENDAR):
        return str(Application.objects.get(pk=wanted.pk).state)
