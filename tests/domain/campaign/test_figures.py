"""Every figure is its list: after any steps, in every part of a campaign; and figures that belong together add up."""

import os
from contextlib import ExitStack
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.domain.campaign.ground import AT, FAR, HERE, NEXT_DOOR, SYSTEM, account, campaign, cases, filled, officer
from tests.domain.campaign.stock import BAD, GOOD, Row, run, say, vehicles
from tests.domain.provenance.runs import STEWARD

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, Level
from sosach.domain.campaign.models import Case
from sosach.domain.campaign.operations.moving import follow_records
from sosach.domain.campaign.operations.noting import note_day, note_uploaded
from sosach.domain.campaign.operations.steps import close_clean, locked, note_failed_sample, raise_again
from sosach.domain.campaign.operations.working import (
    approve,
    assign,
    dispute,
    forward,
    note_declared,
    note_visit,
    send_back,
    settle_dispute,
    take_case_back,
    verify,
)
from sosach.domain.campaign.queries.figures import FIGURES, OF_CASES, Of, figure_rows
from sosach.domain.campaign.queries.progress import (
    Part,
    figure_list,
    over_time,
    progress,
    progress_by,
    scope_of,
)
from sosach.domain.campaign.rules.closings import Closing
from sosach.domain.campaign.rules.visits import OUTCOMES
from sosach.domain.campaign.states.cases import State
from sosach.domain.provenance.operations import enter_change
from sosach.domain.vehicles.models import Vehicle
from sosach.vn.working_days import day_of

EXAMPLES = int(os.environ.get("SOSACH_EXAMPLES", "4"))
STEPS = int(os.environ.get("SOSACH_STEPS", "10"))
VERDICTS = [
    GOOD,
    BAD,
    {**BAD, "result_class": "discrepancy", "action": "confirm", "clean": False},
    {**GOOD, "action": "over_age", "result_class": "not_eligible", "live": False},
    {**BAD, "action": "choose", "result_class": "not_eligible", "complete": False},
]
CHIEF, VERIFIER = officer(7, Role.CHIEF), officer(6, Role.VERIFIER)
PROVINCE = officer(9, Role.STEWARD, unit="38", level=Level.PROVINCE)
WHO: tuple[Actor, ...] = (STEWARD, PROVINCE, CHIEF, officer(4, Role.CHIEF, unit=NEXT_DOOR))
WHICH = st.integers(0, 99)


class Campaigning(RuleBasedStateMachine):
    """A dozen vehicles in two communes; anything may be tried, and after each step every figure is counted by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.at = AT
        self.looked = -1

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.stack.close()

    @initialize(seeds=st.lists(st.integers(0, 4), min_size=8, max_size=12))
    def found(self, seeds: list[int]) -> None:
        places = (HERE, NEXT_DOOR, None)
        rows = [Row(VERDICTS[seed], places[place % 3]) for place, seed in enumerate(seeds)]
        self.vehicles = vehicles(rows)
        self.campaign = campaign()
        filled(self.campaign)
        self.clerks = {HERE: account("an"), NEXT_DOOR: account("binh", unit=NEXT_DOOR)}

    def order(self, actor: Actor, **evidence: str) -> Order:
        self.at += timedelta(hours=5)
        return Order(actor, self.at, evidence, "lý do")

    def case(self, which: int) -> Case | None:
        every = cases(campaign=self.campaign)
        return every[which % len(every)] if every else None

    def attempt(self, verb: Any, actor: Actor, case: Case | None, **told: Any) -> None:
        """Try a step; what is refused changes nothing, and is not the matter here."""
        if case is None:
            return
        try:
            with transaction.atomic():
                verb(self.order(actor, papers="giấy đăng ký"), case_id=case.pk, **told)
        except SosachError:
            return

    @rule(which=WHICH, outcome=st.sampled_from(sorted(OUTCOMES)))
    def visit(self, which: int, outcome: str) -> None:
        self.attempt(note_visit, PROVINCE, self.case(which), outcome=outcome)

    @rule(which=WHICH, back=st.booleans())
    def give(self, *, which: int, back: bool) -> None:
        case = self.case(which)
        if case is not None and case.commune_code in self.clerks:
            told = {} if back else {"officer_id": self.clerks[case.commune_code]}
            self.attempt(take_case_back if back else assign, PROVINCE, case, **told)

    @rule(which=WHICH, verb=st.sampled_from([verify, approve, send_back, dispute, settle_dispute]))
    def step(self, which: int, verb: Any) -> None:
        self.attempt(verb, officer(9, Role.CHIEF, Role.VERIFIER, unit="38", level=Level.PROVINCE), self.case(which))

    @rule(which=WHICH)
    def declare(self, which: int) -> None:
        case = self.case(which)
        if case is not None:
            told = {"register": "vehicles", "subject_id": case.subject_id, "declaration_id": which}
            note_declared(self.order(SYSTEM), **told)

    @rule(which=WHICH, closing=st.sampled_from([Closing.CORRECTED, Closing.CONFIRMED, Closing.DISMISSED]))
    def clean(self, which: int, closing: Closing) -> None:
        def verb(order: Order, *, case_id: int) -> None:
            with acting(SYSTEM):
                close_clean(order, locked(order, case_id), closing=closing)

        self.attempt(verb, SYSTEM, self.case(which))

    @rule(which=WHICH, sample=st.booleans())
    def open_again(self, *, which: int, sample: bool) -> None:
        def verb(order: Order, *, case_id: int) -> None:
            with acting(SYSTEM):
                case = locked(order, case_id)
                raise_again(order, case)
                if sample:
                    note_failed_sample(case)

        self.attempt(verb, SYSTEM, self.case(which))

    @rule(which=WHICH)
    def upload(self, which: int) -> None:
        def verb(order: Order, *, case_id: int) -> None:
            note_uploaded(order, case_ids=[case_id])

        self.attempt(verb, STEWARD, self.case(which))

    @rule(which=WHICH, commune=st.sampled_from([HERE, NEXT_DOOR, FAR]))
    def forward(self, which: int, commune: str) -> None:
        self.attempt(forward, PROVINCE, self.case(which), commune_code=commune)

    @rule(which=WHICH, place=st.sampled_from([(HERE, "38"), (NEXT_DOOR, "38"), (FAR, "01")]))
    def move_a_record(self, which: int, place: tuple[str, str]) -> None:
        with acting(SYSTEM):
            record = Vehicle.objects.get(pk=self.vehicles[which % len(self.vehicles)])
            told = dict(zip(("commune_code", "province_code"), place, strict=True))
            enter_change(self.order(SYSTEM), record, told, procedure="owner_moved")
        follow_records(self.order(SYSTEM))

    @rule(which=WHICH, kind=st.sampled_from(["mo_to", "o_to", ""]))
    def correct_a_record(self, which: int, kind: str) -> None:
        with acting(SYSTEM):
            record = Vehicle.objects.get(pk=self.vehicles[which % len(self.vehicles)])
            enter_change(self.order(SYSTEM), record, {"kind": kind}, procedure="corrected")

    @rule(seeds=st.dictionaries(WHICH, st.integers(0, 4), min_size=1, max_size=6))
    def run_again(self, seeds: dict[int, int]) -> None:
        told = {self.vehicles[which % len(self.vehicles)]: VERDICTS[seed] for which, seed in seeds.items()}
        with acting(SYSTEM):
            source = run(uuid4().hex)
        say(source, told)
        filled(self.campaign, days=(self.at - AT).days)

    @invariant()
    def every_figure_is_its_list(self) -> None:
        if hasattr(self, "campaign"):
            # each step somebody else looks at another part: over some steps everybody has seen everything
            self.looked += 1
            self.check(WHO[self.looked % len(WHO)], self.parts()[self.looked // len(WHO) % 4])

    def parts(self) -> list[Part]:
        key = self.campaign.pk
        return [
            Part(key, "vehicles"),
            Part(key, "vehicles", province="38", commune=HERE),
            Part(key, "vehicles", group=""),
            Part(key, "vehicles", officer=self.clerks[HERE]),
        ]

    def check(self, actor: Actor, part: Part) -> None:
        look = Look(actor, "data-cleaning", self.at)
        told = dict(progress(look, part=part).figures)
        lists = self.lists(actor, part)
        assert told == {name: len(rows) for name, rows in lists.items()}
        shown = sorted(lists)[self.looked % len(lists)]
        assert self.pages(look, part, shown) == lists[shown]
        assert told["unlike"] == sum(told[name] for name in ("discrepancy", "no_information", "not_eligible"))
        assert told["left"] == sum(told[state] for state in _OPEN_STATES)
        assert told["cases"] == told["left"] + told["cleaned"] + told["dismissed"] + told["gone"]
        if "records" in told:
            assert told["records"] == told["done"] + told["left"]
            assert told["records"] == told["matching"] + told["unlike"] + told["over_age"]
            for by in ("province", "commune", "kind"):
                split = progress_by(look, part=part, by=by)
                assert {key for key, row in split.items() if row["records"] != row["done"] + row["left"]} == set(), by
                assert {name: sum(row[name] for row in split.values()) for name in told} == told
        for by in ("group", "officer"):
            split = progress_by(look, part=part, by=by)
            assert {name: sum(row[name] for row in split.values()) for name in OF_CASES} == {
                name: told[name] for name in OF_CASES
            }

    def lists(self, actor: Actor, part: Part) -> dict[str, list[int]]:
        """The list behind each figure."""
        scope = scope_of(part)
        names = FIGURES if part.group is None and part.officer is None else OF_CASES
        with acting(actor):
            return {
                name: sorted(figure_rows(actor, scope, name, day=day_of(self.at)).values_list("pk", flat=True))
                for name in names
            }

    def pages(self, look: Look, part: Part, name: str) -> list[int]:
        """The list as it is shown, page by page."""
        seen: list[int] = []
        after = 0
        while True:
            page = figure_list(look, part=part, name=name, after=after, limit=5)
            seen += [line.case.pk for line in page.lines] + [key for key, _ in page.records]
            if page.following is None:
                return seen
            after = page.following


_OPEN_STATES = (
    *("imported", "assigned", "contacted", "unreachable", "declared", "verified", "approved", "returned"),
    *("conflict", "moved"),
)


def _live(examples: int, steps: int) -> None:
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=(Phase.generate,),
    )
    run_state_machine_as_test(Campaigning, settings=chosen)


@pytest.mark.slow
@pytest.mark.usefixtures("db")
def test_whatever_is_done_every_figure_is_its_list() -> None:
    _live(EXAMPLES, STEPS)


@pytest.mark.heavy
@pytest.mark.usefixtures("db")
def test_long_histories_keep_every_figure_true() -> None:
    _live(60, 40)


@pytest.mark.usefixtures("db")
def test_a_noted_day_is_what_was_counted_then() -> None:
    keys = vehicles([Row(VERDICTS[place % 5], (HERE, NEXT_DOOR)[place % 2]) for place in range(20)])
    found = campaign()
    filled(found)
    part = Part(found.pk, "vehicles")
    look, tomorrow = Look(STEWARD, "data-cleaning", AT), Look(STEWARD, "data-cleaning", AT + timedelta(days=1))
    told = progress(look, part=part).figures
    assert note_day(Order(SYSTEM, AT), day=AT.date()) == 2
    assert note_day(Order(SYSTEM, AT), day=AT.date()) == 2
    with acting(SYSTEM):
        source = run("later")
    say(source, dict.fromkeys(keys, GOOD))
    filled(found, days=1)
    names = [name for name in FIGURES if name != "cleaned_today"]
    series = over_time(tomorrow, part=part, names=names)
    assert {name: dict(series[name])[AT.date()] for name in names} == {name: told[name] for name in names}
    assert dict(series["left"])[AT.date() + timedelta(days=1)] == 0
    assert dict(series["done"])[AT.date() + timedelta(days=1)] == 20
    here = over_time(tomorrow, part=Part(found.pk, "vehicles", province="38", commune=HERE), names=["records"])
    assert [count for _, count in here["records"]] == [10, 10]


def test_every_figure_says_what_it_counts() -> None:
    assert len(FIGURES) == len({figure.vi for figure in FIGURES.values()})
    assert len(FIGURES) == len({figure.en for figure in FIGURES.values()})
    assert {figure.of for figure in FIGURES.values()} == set(Of)
    assert {state.value for state in State} - set(FIGURES) == set()
