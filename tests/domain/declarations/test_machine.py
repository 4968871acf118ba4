"""Declarations on a real database: any verb by anybody in any order, beside merges of people and steps at the counter."""

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
from tests.domain.declarations.ward import (
    CHIEF,
    OTHER_COMMUNE,
    REGISTRAR,
    SIGNER,
    STRANGER,
    VERIFIER,
    Town,
    citizen,
    told,
)
from tests.domain.vehicles.state import faults, owners
from tests.domain.vehicles.town import DAY, SYSTEM, merge

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import reaches
from sosach.domain.audit.rules import Actor
from sosach.domain.declarations import operations as verbs
from sosach.domain.declarations.models import Declaration, Objection
from sosach.domain.declarations.queries import Filter, counts, queue
from sosach.domain.declarations.states import State
from sosach.domain.vehicles.operations import repoint_back, repoint_owner

EXAMPLES = int(os.environ.get("SOSACH_EXAMPLES", "5"))
STEPS = int(os.environ.get("SOSACH_STEPS", "25"))
OWNING = ("vehicle_bought_with_papers", "vehicle_bought_without_papers", "vehicle_inherited")
KINDS = st.sampled_from([*OWNING, OWNING[0], "vehicle_sold", "vehicle_stolen", "vehicle_found", "vehicle_in_use"])
DESK = st.sampled_from([REGISTRAR, REGISTRAR, VERIFIER, CHIEF, CHIEF, STRANGER])
PAIRS = st.sampled_from([
    *[(REGISTRAR, CHIEF)] * 4, (CHIEF, REGISTRAR), (REGISTRAR, VERIFIER), (VERIFIER, CHIEF), (REGISTRAR, STRANGER), (STRANGER, CHIEF),
    (REGISTRAR, REGISTRAR),
])  # fmt: skip
FOLK = st.integers(0, 2)
WHICH = st.integers(0, 11)
DONE = {"steps": 0, "taken": 0, "owners": 0}


class Ward(RuleBasedStateMachine):
    """Three people, two vehicles, four officers, up to twenty declarations; every step may be refused, none may do harm."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.days = 0.0
        self.found: list[int] = []
        self.merged: int | None = None

    @initialize()
    def found_town(self) -> None:
        self.town = Town.founded()
        self.people = [self.town.an, self.town.binh, self.town.chi]
        self.vehicles = [self.town.registered(self.people[0]), self.town.registered(self.people[1])]
        self.declare(1, 0, OWNING[0])

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.stack.close()

    def row(self, key: int) -> Declaration:
        with acting(SYSTEM):
            return Declaration.objects.get(pk=key)

    def objected(self, key: int) -> bool:
        with acting(SYSTEM):
            return Objection.objects.filter(declaration_id=key, outcome="").exists()

    def attempt(self, name: str, actor: Actor, **terms: Any) -> Any:
        """Try a verb; a refusal leaves everything as it was, an owner changes by approval or its taking back alone."""
        DONE["steps"] += 1
        self.days += 0.01
        key = terms.get("declaration_id")
        before, row = owners(), self.row(key) if key else None
        disputed = self.objected(key) if key else False
        order = Order(actor, DAY + timedelta(days=self.days))
        try:
            value = getattr(verbs, name)(order, **terms)
        except SosachError:
            assert owners() == before
            return None
        DONE["taken"] += 1
        if owners() != before:
            DONE["owners"] += 1
            assert row is not None
            assert not disputed
            self.judge(name, actor, row)
        return value

    def judge(self, name: str, actor: Actor, before: Declaration) -> None:
        """Two people, both in their territory, after the time to object."""
        first = {"approve": before.verified_by, "retract": before.retraction_by}[name]
        assert first is not None
        assert first["key"] != actor.key
        assert reaches(actor, commune_code=before.commune_code, province_code=before.province_code)
        assert (first["level"], first["unit"]) == ("commune", before.commune_code)
        assert before.kind in OWNING
        assert before.state == {"approve": State.VERIFIED, "retract": State.APPLIED}[name]

    @rule(who=FOLK, vehicle=st.integers(0, 1), kind=KINDS)
    def declare(self, who: int, vehicle: int, kind: str) -> None:
        if len(self.found) < 20:
            answers = told(kind, self.vehicles[vehicle], buyer_pin=f"00109900000{(who + 1) % 3 + 1}")
            terms = {"kind": kind, "answers": answers, "key": uuid4(), "signer": SIGNER}
            receipt = self.attempt("declare", citizen(self.people[who]), **terms)
            if receipt is not None:
                with acting(SYSTEM):
                    self.found.append(Declaration.objects.get(number=receipt.number).pk)

    def which(self, which: int) -> dict[str, Any]:
        return {"declaration_id": self.found[-1 - which % len(self.found)]}

    @rule(which=WHICH, actor=DESK)
    def verify(self, which: int, actor: Actor) -> None:
        self.attempt("verify", actor, **self.which(which))

    @rule(which=WHICH, actor=DESK)
    def approve(self, which: int, actor: Actor) -> None:
        self.attempt("approve", actor, **self.which(which))

    @rule(which=WHICH, pair=PAIRS, days=st.sampled_from([0, 4, 33]), alone=st.booleans())
    def work_through(self, which: int, pair: tuple[Actor, Actor], days: int, alone: bool) -> None:  # noqa: FBT001 - Hypothesis' form
        """Verified and approved, by the right people or not; sometimes everything that competes is refused before."""
        mine = self.which(which)
        others = [key for key in self.found if key != mine["declaration_id"]] if alone else []
        for key in others:
            self.attempt("refuse", VERIFIER, declaration_id=key, text="lý do")
        self.attempt("verify", pair[0], **mine)
        self.days += days
        self.attempt("approve", pair[1], **mine)

    @rule(which=WHICH, actor=DESK, name=st.sampled_from(["refuse", "ask_back", "mark_conflict", "clear_conflict"]))
    def decide(self, which: int, actor: Actor, name: str) -> None:
        self.attempt(name, actor, text="lý do", **self.which(which))

    @rule(which=WHICH, actor=DESK)
    def forward(self, which: int, actor: Actor) -> None:
        self.attempt("forward", actor, commune_code=OTHER_COMMUNE, text="lý do", **self.which(which))

    @rule(which=WHICH, who=FOLK)
    def answer(self, which: int, who: int) -> None:
        key = self.which(which)["declaration_id"]
        terms = {"version": self.row(key).version, "answers": {}, "signer": SIGNER, "declaration_id": key}
        self.attempt("answer", citizen(self.people[who]), **terms)

    @rule(which=WHICH, who=FOLK)
    def withdraw(self, which: int, who: int) -> None:
        self.attempt("withdraw", citizen(self.people[who]), **self.which(which))

    @rule(which=WHICH, who=FOLK)
    def object_to(self, which: int, who: int) -> None:
        self.attempt("object_to", citizen(self.people[who]), statement="Không đúng", **self.which(which))

    @rule(which=WHICH, who=FOLK, actor=DESK, what=st.sampled_from(["withdraw", "uphold", "dismiss"]))
    def end_objection(self, which: int, who: int, actor: Actor, what: str) -> None:
        with acting(SYSTEM):
            keys = list(
                Objection.objects.filter(declaration__in=self.found).order_by("pk").values_list("pk", flat=True)
            )
        if not keys:
            return
        key = keys[which % len(keys)]
        if what == "withdraw":
            self.attempt("withdraw_objection", citizen(self.people[who]), objection_id=key)
        else:
            self.attempt("decide_objection", actor, objection_id=key, upheld=what == "uphold", text="lý do")

    @rule(who=FOLK, vehicle=st.integers(0, 1), back=st.booleans())
    def goes_through(self, who: int, vehicle: int, back: bool) -> None:  # noqa: FBT001 - Hypothesis' form
        """One claim from beginning to end, with nothing beside it; sometimes taken back at once."""
        self.declare(who, vehicle, OWNING[0])
        self.work_through(0, (REGISTRAR, CHIEF), 4, alone=True)
        if back:
            self.take_back(0, (REGISTRAR, CHIEF))

    @rule(which=WHICH, pair=PAIRS)
    def take_back(self, which: int, pair: tuple[Actor, Actor]) -> None:
        self.attempt("ask_retraction", pair[0], text="lý do", **self.which(which))
        self.attempt("retract", pair[1], text="lý do", **self.which(which))

    @rule()
    def merge_people(self) -> None:
        """Two records turn out to be one person, or two again; declarations and vehicles follow."""
        gone, kept = self.people[2], self.people[1]
        merge(gone, None if self.merged else kept)
        follow = (repoint_back, verbs.repoint_back) if self.merged else (repoint_owner, verbs.repoint_person)
        self.days += 0.01
        for verb in follow:
            order = Order(SYSTEM, DAY + timedelta(days=self.days), reason="merge")
            try:
                verb(order, from_person=gone, to_person=kept)
            except SosachError:
                # a number or an owner went on meanwhile; people decide
                continue
        self.merged = None if self.merged else kept

    @invariant()
    def registers_and_declarations_agree(self) -> None:
        if not hasattr(self, "town"):
            return
        with acting(SYSTEM):
            rows = list(Declaration.objects.filter(pk__in=self.found))
            open_ones = set(Objection.objects.filter(outcome="").values_list("declaration_id", flat=True))
        assert {row.pk for row in rows if row.state == State.OBJECTED} == open_ones
        assert all(row.verified_by is None or row.verified_by["key"] != citizen(row.person_id).key for row in rows)

    @invariant()
    def figures_are_their_lists(self) -> None:
        if not hasattr(self, "town"):
            return
        look = Look(CHIEF, "data-cleaning", DAY + timedelta(days=self.days))
        for wanted in (Filter(), Filter(states=frozenset(State) - {State.DRAFT})):
            listed = queue(look, wanted=wanted)
            assert len(listed) == sum(counts(look, wanted=wanted).values())
            with acting(SYSTEM):
                states = wanted.states or {State(line.state) for line in listed}
                here = Declaration.objects.filter(commune_code=CHIEF.unit, state__in=[str(state) for state in states])
                assert {line.declaration_id for line in listed} == set(here.values_list("pk", flat=True))


def run(examples: int, steps: int) -> None:
    """Run the machine and print what was walked."""
    DONE.update(steps=0, taken=0, owners=0)
    run_state_machine_as_test(
        Ward,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{DONE['steps']} steps, {DONE['taken']} taken, {DONE['owners']} changes of owner")  # noqa: T201 - what was run


@pytest.mark.usefixtures("db")
def test_claims_in_any_order_do_no_harm() -> None:
    run(EXAMPLES, STEPS)
    assert DONE["taken"] > 0


@pytest.mark.heavy
@pytest.mark.usefixtures("db")
def test_the_same_over_thousands_of_steps() -> None:
    run(40, 60)
    assert DONE["owners"] > 0
    assert not faults()
