"""Imports, procedures, corrections, judgements and takings back in any order: the registers hold what a history without them holds."""

import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import hypothesis.strategies as st
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.domain.provenance.runs import AT, STEWARD
from tests.domain.provenance.story import CHIEF, DAYS, NAMES, TOWNS, Row, Story, Told, order

from sosach.domain.access.queries import acting
from sosach.domain.population.operations.register import REGISTER
from sosach.domain.provenance.models import Finding, JournalEntry
from sosach.domain.provenance.operations.verifying import rebuild, verify_folds

PINS = ("038066583942", "038166871517")
STEPS = 12
pins, names, days = st.sampled_from(PINS), st.sampled_from(NAMES), st.sampled_from(DAYS)


class Undo(RuleBasedStateMachine):
    """Two persons of the population register beside their plain model."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.folder = tempfile.TemporaryDirectory()
        self.told = Told(Path(self.folder.name))
        self.story = Story(*PINS)

    def teardown(self) -> None:
        with acting(STEWARD):
            assert verify_folds(order(STEWARD), register=REGISTER).differing == 0
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)
        self.folder.cleanup()

    @initialize(first=names, second=names)
    def begin(self, first: str, second: str) -> None:
        self.import_run(rows={PINS[0]: (first, DAYS[0]), PINS[1]: (second, DAYS[1])}, finds=True)

    @rule(rows=st.dictionaries(pins, st.tuples(names, st.one_of(st.none(), days)), min_size=1), finds=st.booleans())
    def import_run(self, rows: dict[str, Row], *, finds: bool) -> None:
        self.told.import_run([(self.story, rows, finds)])

    @rule(pin=pins, where=st.sampled_from(TOWNS), day=st.one_of(st.none(), days))
    def procedure(self, pin: str, where: str, day: str | None) -> None:
        self.story.procedure(pin, where, day)

    @rule(pin=pins, name=names)
    def propose_name(self, pin: str, name: str) -> None:
        self.story.propose(pin, name)

    @rule(data=st.data(), accept=st.booleans())
    def decide_proposal(self, data: st.DataObject, *, accept: bool) -> None:
        if rows := self.story.open_proposals():
            self.story.decide(data.draw(st.sampled_from(rows)), accept=accept)

    @rule(data=st.data(), accept=st.booleans())
    def settle_finding(self, data: st.DataObject, *, accept: bool) -> None:
        if rows := self.story.open_findings():
            self.story.settle_finding(data.draw(st.sampled_from(rows)), accept=accept)

    @precondition(lambda self: any(self.story.journals.values()))
    @rule(data=st.data())
    def take_something_back(self, data: st.DataObject) -> None:
        pin = data.draw(st.sampled_from([pin for pin in PINS if self.story.journals[pin]]))
        self.story.take_back(pin, data.draw(st.sampled_from(self.story.journals[pin])))

    @invariant()
    def registers_hold_what_a_history_without_takings_back_holds(self) -> None:
        if self.told.runs:
            self.told.check([self.story])


@pytest.mark.slow
@pytest.mark.usefixtures("db")
def test_any_order_of_taking_back() -> None:
    run_state_machine_as_test(
        Undo,
        settings=settings(
            max_examples=15,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
            derandomize=True,
        ),
    )


def rows_of(story: Story, dice: random.Random) -> dict[str, Row]:
    chosen = dice.sample(story.pins, dice.randint(1, len(story.pins)))
    return {pin: (dice.choice(NAMES), dice.choice([None, *DAYS])) for pin in chosen}


def one_step(story: Story, dice: random.Random) -> None:
    """Something happens to one of the persons of a story."""
    pin = dice.choice(story.pins)
    decided = [pin for pin in story.pins if story.journals[pin]]
    steps: list[Callable[[], Any]] = [
        lambda: story.procedure(pin, dice.choice(TOWNS), dice.choice([None, *DAYS])),
        lambda: story.propose(pin, dice.choice(NAMES)),
    ]
    if proposals := story.open_proposals():
        steps.append(lambda: story.decide(dice.choice(proposals), accept=dice.random() < 0.5))
    if findings := story.open_findings():
        steps.append(lambda: story.settle_finding(dice.choice(findings), accept=dice.random() < 0.5))
    if decided:
        whose = dice.choice(decided)
        # as often as everything else together: what is taken back is what this is about
        steps += [lambda: story.take_back(whose, dice.choice(story.journals[whose]))] * len(steps)
    dice.choice(steps)()


def play(folder: Path, stories: list[Story], dice: random.Random) -> None:
    """All stories at once, a step each at a time: runs of cleaning speak of many persons, so do checks."""
    told = Told(folder)
    told.import_run([(each, {pin: (dice.choice(NAMES), DAYS[0]) for pin in each.pins}, True) for each in stories])
    for _ in range(STEPS):
        heard = [each for each in stories if dice.random() < 1 / 6]
        if heard:
            told.import_run([(each, rows_of(each, dice), dice.random() < 0.5) for each in heard])
        for story in stories:
            if story not in heard:
                one_step(story, dice)
        told.check(stories)
    with acting(STEWARD):
        assert verify_folds(order(STEWARD), register=REGISTER).differing == 0


def side_by_side(count: int, seed: int, folder: Path) -> None:
    stories = [Story(f"0380661{2 * place:05}", f"0381661{2 * place + 1:05}") for place in range(count)]
    play(folder, stories, random.Random(seed))


@pytest.mark.slow
@pytest.mark.usefixtures("db")
def test_stories_side_by_side_do_not_touch_each_other(tmp_path: Path) -> None:
    side_by_side(10, 0, tmp_path)


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(1, 9))  # portions that workers share
@pytest.mark.usefixtures("db")
def test_many_stories_side_by_side(seed: int, tmp_path: Path) -> None:
    side_by_side(50, seed, tmp_path)


class Scribe:
    """Writes the journals of many stories in a few statements: what the verbs append, without what they check."""

    def __init__(self, dice: random.Random, findings: dict[tuple[int, str, str], int], keys: list[int]) -> None:
        self.dice = dice
        self.findings = findings
        self.keys = iter(keys)

    def entry(self, story: Story) -> JournalEntry:
        """The next thing that happens to the person of a story."""
        (pin,) = story.pins
        dice, undecided = self.dice, story.undecided(pin)
        retractable = [each for each in story.holding(pin) if each.key not in self.procedures(story)]
        kinds = ["procedure", "correction", *["judgement"] * bool(undecided), *["retraction"] * (3 * bool(retractable))]
        kind = dice.choice(kinds)
        if kind == "retraction":
            return story.write(pin, self._row(story, kind, retracts_id=dice.choice(retractable).key))
        if kind == "judgement":
            code, value = dice.choice(undecided)
            verdict = dice.choice(["accepted", "dismissed"])
            matter = {"kind": "finding", "key": self.findings[story.ids[pin], code, value], "verdict": verdict}
            changes = {"full_name": NAMES[2]} if verdict == "accepted" else {}
            row = self._row(story, kind, changes=changes, matter=matter)
            return story.write(pin, row, ((code, value), verdict))
        changes = {"hometown": dice.choice(TOWNS)} if kind == "procedure" else {"full_name": dice.choice(NAMES)}
        if day := dice.choice([None, *DAYS]):
            changes["birth_date"] = day
        return story.write(pin, self._row(story, kind, changes=changes))

    def procedures(self, story: Story) -> set[int]:
        """Entries that are no judgements of people and can only be undone by procedures."""
        return {row.key for row in story.journals[story.pins[0]] if "hometown" in row.changes}

    def _row(self, story: Story, kind: str, **told: Any) -> JournalEntry:
        return JournalEntry(
            pk=next(self.keys),
            register=REGISTER.name,
            subject_id=story.ids[story.pins[0]],
            kind=kind,
            procedure="note",
            at=AT,
            act=uuid4(),
            actor_kind=CHIEF.kind,
            actor_key=CHIEF.key,
            **told,
        )


def numbers_of_entries(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('provenance_journalentry', 'id')) FROM generate_series(1, %s)",
            [count],
        )
        return [key for (key,) in cursor.fetchall()]


def write_down(count: int, seed: int, folder: Path) -> None:
    """Sequences of one person each: two runs, twelve entries, then everything is folded at once."""
    dice, told = random.Random(seed), Told(folder)
    stories = [Story(f"038066{place:06}") for place in range(count)]
    told.import_run([(each, {each.pins[0]: (dice.choice(NAMES), DAYS[0])}, True) for each in stories])
    with acting(STEWARD):
        rows = Finding.objects.filter(register=REGISTER.name).values_list("subject_id", "code", "value", "pk")
        findings = {(subject, code, value): key for subject, code, value, key in rows}
    scribe = Scribe(dice, findings, numbers_of_entries(count * STEPS))
    for part in range(2):
        entries = [scribe.entry(story) for story in stories for _ in range(STEPS // 2)]
        with acting(CHIEF):
            JournalEntry.objects.bulk_create(entries)
        if part == 0:
            again = [each for each in stories if dice.random() < 0.3]
            told.import_run([(each, {each.pins[0]: (dice.choice(NAMES), None)}, False) for each in again])
    assert rebuild(order(STEWARD), register=REGISTER) >= count
    told.check(stories)


@pytest.mark.slow
@pytest.mark.usefixtures("db")
def test_what_is_written_down_at_once_folds_alike(tmp_path: Path) -> None:
    write_down(100, 0, tmp_path)


# Ten thousand sequences in the database, in portions that workers share; each portion is one transaction.
@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(1, 11))
@pytest.mark.usefixtures("db")
def test_ten_thousand_orders_of_taking_back(seed: int, tmp_path: Path) -> None:
    write_down(1_000, seed, tmp_path)
