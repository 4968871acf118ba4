"""Records are merged and parted, people die and live again, cards are lost, found, run out, replaced, in any order.

At every instant a person, however many records stand for them, has at most one card anybody may rely on; also while nobody
has followed yet. When everybody has, the register itself has at most one; when all was taken back, nothing is lost.
"""

import contextlib
import random
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.domain.idcards import works
from tests.domain.idcards.works import CALENDAR, OFFICE, PARTNER, TODAY, Works, lives

from sosach.base.errors import SosachError
from sosach.domain.access.queries import acting
from sosach.domain.idcards.models import Application, Blank, Card
from sosach.domain.idcards.operations.handing_over import hand_over
from sosach.domain.idcards.operations.life import expire_due, find, report
from sosach.domain.idcards.queries.cards import status_of
from sosach.domain.idcards.rules.endings import Complaint, OldCard
from sosach.domain.idcards.states.applications import State
from sosach.domain.idcards.states.blanks import BlankState
from sosach.domain.idcards.states.cards import PRESENT, CardState
from sosach.domain.population.models import Person
from sosach.domain.population.queries import survivor_of
from sosach.jobs.consequences import MERGED, REACTING, Event, id_cards_follow

PEOPLE = 3


class Town:
    """A few records of perhaps one person, and their cards."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.day = chance, TODAY
        self.people = [works.person().pk for _ in range(PEOPLE)]
        self.machine = Works.opened(blanks=60)
        self.begun = False
        for who in self.people:
            self.issue(who)
        self.begun = True

    def happens(self) -> None:
        who = self.chance.choice(self.people)
        acts = [self.merges] * 4 + [self.follow] * 3 + [self.dies] * 2 + [self.complains, self.issue]
        with contextlib.suppress(SosachError), transaction.atomic():
            self.chance.choice(acts)(who)
        if self.chance.random() < 0.1:
            self.day += timedelta(days=self.chance.choice((1, 30, 400)))
            expire_due(works.order(CALENDAR, self.day))

    def issue(self, who: int) -> None:
        """A card is made, lies ready, and is handed over or waits."""
        with acting(CALENDAR):
            person = Person.objects.get(pk=who)
            if Application.objects.filter(person=person).exclude(state__in=("done", "lapsed")).exists():
                waiting = Card.objects.filter(person=person, state=CardState.AT_OFFICE).first()
            else:
                waiting = self._ready(person)
        if waiting is not None and (not self.begun or self.chance.random() < 0.7):
            papers = {"receipt": "PT 1", "loss_report": "BM 1", "old_card": "001090000001"}
            old_card = self.chance.choice((OldCard.TAKEN, OldCard.DECLARED_LOST))
            hand_over(works.order(OFFICE, self.day, **papers), card_id=waiting.pk, old_card=old_card)

    def _ready(self, person: Person) -> Card:
        """Written down directly: nothing of the way there is tried here."""
        wanted = works.application(person, day=self.day)
        job = self.machine.planned()  # and whatever else waits
        with acting(works.STOCK):
            told = {"sod_digest": "0" * 64, "number": person.pin, "issued_on": self.day}
            ends = self.day + timedelta(days=self.chance.choice((20, 500, 5000)))
            Card.objects.filter(job=job).update(state=CardState.AT_OFFICE, expires_on=ends, **told)
            Blank.objects.filter(cards__job=job).update(state=BlankState.ISSUED)
        with acting(CALENDAR):
            return Card.objects.get(application=wanted)

    def dies(self, who: int) -> None:
        with acting(CALENDAR):
            dead = Person.objects.get(pk=who).life_status == "deceased"
        lives(who, life_status="alive" if dead else "deceased")

    def merges(self, who: int) -> None:
        other = self.chance.choice(self.people)
        with acting(CALENDAR):
            person = Person.objects.get(pk=who)
            apart = person.merged_into_id is None and survivor_of(other) != who and other == survivor_of(other)
        if person.merged_into_id is not None or apart:
            lives(who, merged_into=other if apart else None)

    def follow(self, who: int) -> None:
        """The reaction runs, late or twice."""
        id_cards_follow(works.order(REACTING, self.day), Event(MERGED, who, {}))

    def complains(self, who: int) -> None:
        with acting(CALENDAR):
            card = Card.objects.filter(person_id=who, state__in=[*PRESENT, CardState.LOST]).first()
        if card is not None and card.state == CardState.LOST:
            find(works.order(OFFICE, self.day), card_id=card.pk)
        elif card is not None:
            report(works.order(OFFICE, self.day), card_id=card.pk, what=Complaint.LOST)

    def relied_on(self) -> dict[int, list[str]]:
        """Person → cards a verifier is told to rely on, all records of one person together."""
        with acting(CALENDAR):
            every = [(survivor_of(card.person_id), card.blank_id) for card in Card.objects.filter(state__in=PRESENT)]
        found: dict[int, list[str]] = {}
        for person, serial in every:
            if status_of(works.look(PARTNER, self.day), reference=serial).in_force:
                found.setdefault(person, []).append(serial)
        return found

    def present(self) -> dict[int, int]:
        """Person → cards the register itself says somebody has."""
        with acting(CALENDAR):
            people = [survivor_of(card.person_id) for card in Card.objects.filter(state__in=PRESENT)]
        return {person: people.count(person) for person in people}


def one_life(seed: int, acts: int) -> None:
    """A town over some time; then everybody has followed; then everything is taken back."""
    with transaction.atomic():
        town = Town(random.Random(seed))
        for _ in range(acts):
            town.happens()
            assert all(len(serials) == 1 for serials in town.relied_on().values())
        stays, *others = town.people  # in the end all of them were one
        lives(stays, merged_into=None)
        for who in others:
            lives(who, merged_into=stays)
        for who in town.people:
            town.follow(who)
        assert set(town.present()) <= {stays}
        assert set(town.present().values()) <= {1}
        for who in town.people:
            lives(who, merged_into=None, life_status="alive")
        for who in town.people:
            town.follow(who)
        with acting(CALENDAR):
            for card in Card.objects.filter(state=CardState.ENDED).select_related("application"):
                # what stays ended lay ready for an application that went on without it, or another one was handed over since
                later = Card.objects.filter(person=card.person_id, pk__gt=card.pk, handed_over_on__isnull=False)
                assert later.exists() or card.application.state in {State.LAPSED, State.APPROVED, State.MADE}
        assert set(town.present().values()) <= {1}
        transaction.set_rollback(True)


def lives_drawn(count: int, acts: int) -> None:
    told = settings(max_examples=count, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    told(given(seed=st.integers(0, 2**32 - 1))(lambda seed: one_life(seed, acts)))()


@pytest.mark.usefixtures("database")
def test_a_person_has_one_card_at_every_instant_whatever_is_merged_and_parted() -> None:
    lives_drawn(3, 20)


@pytest.mark.heavy
@pytest.mark.usefixtures("database")
def test_a_person_has_one_card_at_every_instant_of_long_lives() -> None:
    lives_drawn(40, 60)
