"""Anything on either side, in any order, over a line that loses, doubles and delays: nothing is lost, nothing is done twice."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.db import connection
from tests.domain.exchange.levels import AUDITING, Installation, Levels
from tests.domain.exchange.test_levels import balanced, born, id_of, portrait, shared, work

from sosach.base.errors import SosachError
from sosach.domain.access.queries import acting
from sosach.domain.exchange.operations.settling import Keep, decide_upload
from sosach.domain.exchange.queries.links import OpenWork
from sosach.domain.exchange.rules.batches import Envelope, Receipt
from sosach.domain.population.operations.civil import change_name
from sosach.domain.population.operations.corrections import correct

NAMES = ("NGUYỄN VĂN AN", "TRẦN VĂN BÌNH", "LÊ VĂN CHI")


class Walk:
    """Both sides, the people they share, and what is on the line between them."""

    def __init__(self, levels: Levels, seed: int) -> None:
        self.levels = levels
        self.draw = Random(seed)
        self.people = [shared(levels, name)[0] for name in NAMES]
        self.on_line: list[tuple[Installation, Envelope]] = []
        self.answers: list[tuple[Installation, Receipt]] = []
        self.taken: Counter[tuple[str, str]] = Counter()

    def step(self) -> None:
        """One thing happens somewhere."""
        self.draw.choice((self.change, self.change, self.send, self.arrive, self.arrive, self.answer, self.decide))()

    def side(self) -> Installation:
        return self.draw.choice((self.levels.province, self.levels.nation))

    def change(self) -> None:
        who = self.side()
        pin = self.draw.choice(self.people)
        record = id_of(self.levels, who, pin)
        verbs: list[Callable[[], Any]] = [
            lambda: self.levels.do(
                who,
                change_name,
                person_id=record,
                full_name=f"NGUYỄN VĂN {self.draw.choice('ABCDEFGH')}",
                keep_old=False,
            ),
            lambda: self.levels.do(
                who, correct, person_id=record, changes={"hometown": self.draw.choice(("Huế", "Vinh"))}
            ),
            lambda: self.levels.do(
                who, correct, person_id=record, changes={"ethnicity": self.draw.choice(("Kinh", "Tày"))}
            ),
        ]
        if self.draw.random() < 0.1:
            self.people.append(born(self.levels, self.draw.choice(NAMES)))
            self.meet()
            return
        try:
            self.draw.choice(verbs)()
        except SosachError:
            return  # the same name again, or the dead

    def meet(self) -> None:
        """Who was just born is known to both before anything else happens to them."""
        self.drain(self.levels.province)

    def send(self) -> None:
        who = self.side()
        envelope = self.levels.batch(who, most=self.draw.choice((1, 2, 100)))
        if envelope is not None:
            self.on_line += [(who, envelope)] * self.draw.choice((0, 1, 1, 2))

    def arrive(self) -> None:
        if not self.on_line:
            return
        who, envelope = self.on_line[self.draw.randrange(len(self.on_line))]
        try:
            receipt = self.levels.deliver(self.levels.other(who), envelope)
        except SosachError:
            return  # too old by now, or not the next one
        self.answers.append((who, receipt))

    def answer(self) -> None:
        if self.answers:
            who, receipt = self.answers[self.draw.randrange(len(self.answers))]
            self.levels.answer(who, receipt)

    def decide(self) -> None:
        for who in (self.levels.province, self.levels.nation):
            for each in self.desk(who):
                self.levels.do(who, decide_upload, item_id=each.item_id, keep=self.draw.choice(list(Keep)))

    def drain(self, who: Installation) -> None:
        self.levels.exchange(who)

    def desk(self, who: Installation) -> list[OpenWork]:
        """What is open about the people of this walk."""
        theirs = {id_of(self.levels, who, pin) for pin in self.people}
        return [each for each in work(self.levels, who) if each.register == "population" and each.record_id in theirs]

    def settle_all(self) -> None:
        """Until neither has anything to tell and nothing lies on a desk."""
        for _ in range(20):
            told = self.levels.exchange(self.levels.province) + self.levels.exchange(self.levels.nation)
            desks = [each for who in (self.levels.province, self.levels.nation) for each in self.desk(who)]
            for who in (self.levels.province, self.levels.nation):
                for each in self.desk(who):
                    keep = Keep.OURS if who is self.levels.province else Keep.THEIRS
                    self.levels.do(who, decide_upload, item_id=each.item_id, keep=keep)
            if not told and not desks:
                return
        raise AssertionError("it never settles")


def naive(levels: Levels, who: Installation) -> Counter[tuple[str, str, str]]:
    """How many records of each day, commune and state were told, counted one by one."""
    with levels.at(who), acting(AUDITING), connection.cursor() as cursor:
        cursor.execute("SELECT day::text, coalesce(commune_code, ''), state FROM exchange_item")
        return Counter(row for row in cursor.fetchall() if row[2] not in {"waiting", "same"})


def reconciled(levels: Levels, who: Installation) -> Counter[tuple[str, str, str]]:
    """The same, as the reconciliation says."""
    found: Counter[tuple[str, str, str]] = Counter()
    for day in levels.reconciled(who):
        for tally in day.ours:
            assert tally.adds_up
            for state in ("applied", "present", "refused", "conflict", "open"):
                name = "sent" if state == "open" else state
                if count := getattr(tally, state):
                    found[day.day.isoformat(), tally.commune_code, name] += count
        assert day.is_balanced
    return found


def walked(levels: Levels, seed: int, steps: int) -> None:
    """A walk; then everything settles, both hold the same, and the counts are those of whoever counts one by one."""
    walk = Walk(levels, seed)
    for place in range(steps):
        walk.step()
        if place % 10 == 0:
            for who in (levels.province, levels.nation):
                assert reconciled(levels, who) == naive(levels, who)
    walk.settle_all()
    for pin in walk.people:
        here, there = (id_of(levels, who, pin) for who in (levels.province, levels.nation))
        assert portrait(levels, levels.province, "population", here) == portrait(
            levels, levels.nation, "population", there
        )
    assert levels.agreed(levels.province) == levels.agreed(levels.nation)
    balanced(levels)


def test_a_walk_over_a_bad_line(levels: Levels) -> None:
    walked(levels, 1, 25)


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(2, 8))
def test_many_walks_over_a_bad_line(levels: Levels, seed: int) -> None:
    walked(levels, seed, 250)
