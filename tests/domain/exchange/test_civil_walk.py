"""Civil status over a bad line: messages doubled, in any order, cut off in the middle: each takes effect once, and all orders end alike."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.domain.exchange.offices import birth, message, send
from tests.domain.population.people import EVERYBODY

from sosach.domain.access.queries import acting
from sosach.domain.exchange.models import CivilNotice
from sosach.domain.exchange.operations import civil
from sosach.domain.exchange.states.civil import State
from sosach.domain.population.models import IssuedNumber, Person
from sosach.domain.provenance.models import JournalEntry

STORY = (
    birth("b-1", name="LÊ VĂN MỘT"),
    birth("b-2", name="TRẦN THỊ HAI", sex="F"),
    birth("b-3", name="LÊ THỊ BA", sex="F"),
    message("marriage", "m-1", person={"birth": "b-1"}, spouse={"birth": "b-2"}, on="2026-11-01"),
    message("divorce", "v-1", person={"birth": "b-1"}, spouse={"birth": "b-2"}, on="2026-11-05", after=("m-1",)),
    message("marriage", "m-2", person={"birth": "b-1"}, spouse={"birth": "b-3"}, on="2026-11-09", after=("v-1",)),
    message("death", "d-1", person={"birth": "b-2"}, died_on="2026-11-12", after=("v-1",)),
    message(
        "correction",
        "c-1",
        corrects="d-1",
        content={"kind": "death", "person": {"birth": "b-2"}, "died_on": "2026-11-11"},
    ),
    message("death", "d-2", person={"birth": "b-3"}, died_on="2026-11-13", after=("m-2",)),
    message("withdrawal", "w-1", withdraws="d-2", reason="Nhầm người"),
)
ENDED = {
    "LÊ VĂN MỘT": ("alive", "married", ""),
    "TRẦN THỊ HAI": ("deceased", "divorced", "2026-11-11"),
    "LÊ THỊ BA": ("alive", "married", ""),
}


def standing() -> dict[str, tuple[str, str, str]]:
    with acting(EVERYBODY):
        rows = Person.objects.values_list("full_name", "life_status", "marital_status", "died_on")
        return {name: (life, marital, died) for name, life, marital, died in rows}


def effects() -> Counter[str]:
    """How often each procedure happened, what was taken back left out."""
    with acting(EVERYBODY):
        entries = list(JournalEntry.objects.filter(register="population").order_by("pk"))
    gone: set[int] = set()
    for entry in reversed(entries):
        if entry.retracts_id is not None and entry.pk not in gone:
            gone.add(entry.retracts_id)
    return Counter(entry.procedure for entry in entries if entry.pk not in gone and entry.retracts_id is None)


class Line(RuleBasedStateMachine):
    """A sender that tries until everything is answered."""

    sent: Bundle[int] = Bundle("sent")

    @initialize()
    def begin(self) -> None:
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.answered: set[str] = set()

    @rule(target=sent, place=st.integers(0, len(STORY) - 1))
    def send_one(self, place: int) -> int:
        self.note(send(STORY[place]))
        return place

    @rule(place=sent)
    def send_again(self, place: int) -> None:
        self.note(send(STORY[place]))

    @rule(places=st.lists(st.integers(0, len(STORY) - 1), min_size=1, max_size=len(STORY)))
    def send_batch(self, places: list[int]) -> None:
        self.note(send(*(STORY[place] for place in places)))

    @rule(place=st.integers(0, len(STORY) - 1))
    def cut(self, place: int) -> None:
        """The line breaks after all was done and before the transaction ends: nothing that was begun is left over."""
        before = standing(), effects()
        with transaction.atomic():
            send(STORY[place])
            transaction.set_rollback(True)
        assert (standing(), effects()) == before

    def note(self, received: civil.Received) -> None:
        for answer in (*received.answers, *received.taken_up):
            assert answer.state is not State.REFUSED, answer
            if answer.state is not State.WAITING:
                self.answered.add(answer.message_id)

    @invariant()
    def each_takes_effect_once(self) -> None:
        if not hasattr(self, "answered"):
            return
        counted = effects()
        assert counted["register_birth"] == len(self.answered & {"b-1", "b-2", "b-3"})
        assert counted["register_marriage"] == 2 * len(self.answered & {"m-1", "m-2"})
        assert counted["register_death"] <= 2
        with acting(EVERYBODY):
            assert IssuedNumber.objects.count() == counted["register_birth"]

    def teardown(self) -> None:
        if not hasattr(self, "outer"):
            return
        try:
            # the sender goes on until nothing is left
            for told in STORY:
                self.note(send(told))
            assert standing() == ENDED
            assert effects()["register_death"] == 1
            with acting(EVERYBODY):
                assert not CivilNotice.objects.filter(state=State.WAITING).exists()
        finally:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)


@pytest.mark.usefixtures("db")
def test_a_line_that_doubles_reorders_and_cuts() -> None:
    run_state_machine_as_test(Line, settings=settings(max_examples=4, stateful_step_count=8, deadline=None))


@pytest.mark.heavy
@pytest.mark.usefixtures("db")
def test_a_bad_line_for_long() -> None:
    run_state_machine_as_test(Line, settings=settings(max_examples=60, stateful_step_count=15, deadline=None))


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("seed", range(4))
def test_every_order_ends_alike(seed: int) -> None:
    shuffled = random.Random(seed).sample(STORY, len(STORY))
    states = {each.message_id: each.state for told in shuffled for each in _all(told)}
    assert standing() == ENDED
    assert states["d-2"] in {State.APPLIED, State.WITHDRAWN, State.WAITING}


def _all(told: Any) -> tuple[civil.Answer, ...]:
    received = send(told)
    return (*received.answers, *received.taken_up)


def test_two_senders_of_one_message_at_once_get_one_birth(committed: str) -> None:
    """Both wait for whoever came first, and hear the same number."""
    del committed
    told = birth("b-1")

    def try_it(_: int) -> str:
        try:
            return send(told).answers[0].pin
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        pins = set(pool.map(try_it, range(8)))
    assert len(pins) == 1


def test_a_death_and_its_birth_at_once_never_miss_each_other(committed: str) -> None:
    del committed
    pairs = [
        (birth(f"b-{n}"), message("death", f"d-{n}", person={"birth": f"b-{n}"}, died_on="2026-11-19"))
        for n in range(12)
    ]

    def try_it(told: Any) -> None:
        try:
            send(told)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(try_it, [told for pair in pairs for told in random.Random(len(pairs)).sample(pair, 2)]))
    try:
        with acting(EVERYBODY):
            assert CivilNotice.objects.filter(state=State.APPLIED).count() == 2 * len(pairs)
            assert Person.objects.filter(life_status="deceased").count() == len(pairs)
    finally:
        connection.close()
