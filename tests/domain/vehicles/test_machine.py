"""Any procedures in any order by anybody: what must never be so is never so, and every undo brings back what was."""

import os
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.domain.vehicles.state import entries_of, faults, open_blocks, owners
from tests.domain.vehicles.town import CHIEF, CLERK, DAY, OFFICER, SYSTEM, Town, description, fresh, merge

from sosach.base.errors import SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.audit.rules import Actor
from sosach.domain.vehicles import operations as verbs
from sosach.domain.vehicles.queries import derived_of
from sosach.domain.vehicles.rules import ExchangeGround, Ground, Holder, day_of, person

EXAMPLES = int(os.environ.get("SOSACH_EXAMPLES", "12"))
STEPS = int(os.environ.get("SOSACH_STEPS", "25"))
PAPERS = {
    "sale_contract": "1",
    "paper_of_registered_owner": "2",
    "paper_of_last_seller": "3",
    "commitment": "4",
}
TWO_PEOPLE = {"register_first", "transfer", "transfer_with_papers", "transfer_after_notice", "take_back"}
FOLLOWING = {"repoint_owner", "repoint_back"}
BARS = {"pledge", "seizure", "stolen", "objection"}
ACTORS = st.sampled_from([*[OFFICER] * 6, CHIEF, CLERK])
APPROVERS = st.sampled_from([CHIEF, CHIEF, CHIEF, OFFICER])
FOLK = st.integers(0, 2)
WHICH = st.integers(0, 2)


class Life(RuleBasedStateMachine):
    """Three people, up to three vehicles, few numbers; every step may be refused, none may do harm."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.days = 0.0
        self.vehicles: list[int] = []
        self.changed = True  # whatever is refused is rolled back as a whole: there is nothing new to check

    @initialize()
    def found(self) -> None:
        self.town = Town.founded()
        self.people = [self.town.an, self.town.binh, self.town.chi]
        self.vehicles = [self.town.registered(self.people[0]).pk, self.town.registered(self.people[1]).pk]

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.stack.close()

    def order(self, actor: Actor, **evidence: str) -> Order:
        self.days += 0.001
        return Order(actor, DAY + timedelta(days=self.days), {**PAPERS, **evidence}, "lý do")

    def vehicle(self, which: int) -> int:
        return self.vehicles[which % len(self.vehicles)]

    def attempt(self, name: str, actor: Actor, evidence: dict[str, str] | None = None, **told: Any) -> Any:
        """Try a verb; a refusal leaves everything as it was, an owner changes by two people and with nothing in the way."""
        before, lying = owners(), open_blocks()
        order = self.order(actor, **(evidence or {}))
        try:
            value = getattr(verbs, name)(order, **told)
        except SosachError:
            assert owners() == before
            return None
        self.changed = True
        for key, owner in owners().items():
            if before.get(key) not in {None, owner} and name not in FOLLOWING:
                assert name in TWO_PEOPLE, f"{name} changed an owner"
                assert told["approver"].key != actor.key
                assert name == "take_back" or not BARS & lying.get(key, set()), f"{name} despite {lying[key]}"
        return value

    @rule(days=st.sampled_from([1, 20, 31, 1830]))
    def wait(self, days: int) -> None:
        self.days += days
        self.changed = True
        verbs.return_expired_numbers(self.order(SYSTEM))

    @rule(actor=ACTORS, who=FOLK, bike=st.booleans(), temporary=st.booleans())
    def register(self, actor: Actor, who: int, bike: bool, temporary: bool) -> None:  # noqa: FBT001
        if len(self.vehicles) < 4:
            told = {"holder": Holder(person(self.people[who]))}
            told |= {"description": description(50 + len(self.vehicles), kind="mo_to" if bike else "o_to")}
            made = self.attempt("register_temporarily" if temporary else "register_first", actor, **told)
            if made is not None:
                self.vehicles.append(made.pk)

    @rule(actor=ACTORS, approver=APPROVERS, which=WHICH, who=FOLK)
    def register_known(self, actor: Actor, approver: Actor, which: int, who: int) -> None:
        key = self.vehicle(which)
        now = fresh(key)
        told = {"holder": Holder(person(self.people[who])), "vehicle_id": key, "approver": approver}
        told |= {"description": description(90 + which, kind=now.kind or "o_to")}
        if now.chassis_number:
            told["description"]["chassis_number"] = now.chassis_number
        self.attempt("register_first", actor, **told)

    @rule(
        actor=ACTORS,
        which=WHICH,
        ground=st.sampled_from([Ground.TRANSFER, Ground.TRANSFER, *Ground]),
        lost=st.booleans(),
    )
    def withdraw(self, actor: Actor, which: int, ground: Ground, lost: bool) -> None:  # noqa: FBT001
        self.attempt("withdraw", actor, vehicle_id=self.vehicle(which), ground=ground, papers_lost=lost)

    @rule(actor=ACTORS, approver=APPROVERS, which=WHICH, who=FOLK, combined=st.booleans())
    def transfer(self, actor: Actor, approver: Actor, which: int, who: int, combined: bool) -> None:  # noqa: FBT001
        key = self.vehicle(which)
        with acting(SYSTEM):
            withdrawal = derived_of(fresh(key)).withdrawal
        self.attempt(
            "transfer",
            actor,
            {"withdrawal_certificate": withdrawal},
            vehicle_id=key,
            holder=Holder(person(self.people[who])),
            approver=approver,
            paper_on=day_of(DAY),
            combined=combined,
        )

    @rule(actor=ACTORS, approver=APPROVERS, which=WHICH, who=FOLK)
    def many_hands(self, actor: Actor, approver: Actor, which: int, who: int) -> None:
        told = {"vehicle_id": self.vehicle(which), "holder": Holder(person(self.people[who])), "approver": approver}
        self.attempt("transfer_with_papers", actor, **told)

    @rule(actor=ACTORS, which=WHICH, who=FOLK)
    def notice(self, actor: Actor, which: int, who: int) -> None:
        self.attempt("open_notice", actor, vehicle_id=self.vehicle(which), user_person=self.people[who])

    @rule(actor=ACTORS, approver=APPROVERS, which=WHICH)
    def after_notice(self, actor: Actor, approver: Actor, which: int) -> None:
        self.attempt("transfer_after_notice", actor, vehicle_id=self.vehicle(which), approver=approver)

    @rule(actor=ACTORS, which=WHICH)
    def refuse(self, actor: Actor, which: int) -> None:
        self.attempt("refuse_notice", actor, vehicle_id=self.vehicle(which))

    @rule(which=WHICH, what=st.sampled_from(["pledge", "seize", "report_stolen", "object_to", "report_papers_lost"]))
    def lay(self, which: int, what: str) -> None:
        told: dict[str, dict[str, Any]] = {
            "pledge": {"creditor": "NGÂN HÀNG A"},
            "seize": {"authority": "TÒA ÁN A"},
            "report_stolen": {"report": "1/TB"},
            "object_to": {"statement": "Xe của tôi"},
        }
        self.attempt(what, OFFICER, vehicle_id=self.vehicle(which), **told.get(what, {}))

    @rule(which=WHICH, upheld=st.booleans())
    def lift(self, which: int, upheld: bool) -> None:  # noqa: FBT001
        key = self.vehicle(which)
        with acting(SYSTEM):
            lying = derived_of(fresh(key)).open_blocks()
        for block in lying:
            if block.kind == "pledge":
                self.attempt("release_pledge", OFFICER, vehicle_id=key, pledge_entry=block.entry)
            elif block.kind == "seizure":
                self.attempt("lift_seizure", OFFICER, vehicle_id=key, seizure_entry=block.entry)
            elif block.kind == "stolen":
                self.attempt("report_recovered", OFFICER, vehicle_id=key)
            elif block.kind == "objection":
                self.attempt("settle_objection", CHIEF, vehicle_id=key, objection=block.entry, upheld=upheld)

    @rule(actor=ACTORS, which=WHICH, ground=st.sampled_from(ExchangeGround))
    def exchange(self, actor: Actor, which: int, ground: ExchangeGround) -> None:
        key = self.vehicle(which)
        changes: dict[ExchangeGround, dict[str, Any]] = {
            ExchangeGround.COLOUR: {"paint_colour": "do"},
            ExchangeGround.ENGINE: {"engine_number": "JA39E-7654321"},
            ExchangeGround.FRAME: {"chassis_number": f"RLHZZ1234ZY12999{which}"},
            ExchangeGround.TRANSPORT_USE: {"transport_business": not fresh(key).transport_business},
        }
        self.attempt("exchange", actor, vehicle_id=key, ground=ground, changes=changes.get(ground, {}))

    @rule(actor=ACTORS, which=WHICH, what=st.sampled_from(
        ["report_plate_lost", "reissue_plate", "reissue_certificate", "renew_temporary"]
    ))  # fmt: skip
    def reissue(self, actor: Actor, which: int, what: str) -> None:
        self.attempt(what, actor, vehicle_id=self.vehicle(which))

    @rule(who=FOLK, other=FOLK)
    def people(self, who: int, other: int) -> None:
        self.attempt("owner_died", SYSTEM, person_id=self.people[who])
        if who != other:
            self.changed = True
            both = {"from_person": self.people[who], "to_person": self.people[other]}
            merge(**both)
            self.attempt("repoint_owner", SYSTEM, **both)
            merge(self.people[who], None)
            self.attempt("repoint_back", SYSTEM, **both)

    @rule(actor=ACTORS, approver=APPROVERS, which=WHICH, back=st.integers(0, 6))
    def take_back(self, actor: Actor, approver: Actor, which: int, back: int) -> None:
        key = self.vehicle(which)
        entries = entries_of(key)
        told = {"vehicle_id": key, "entry_id": entries[-1 - back % len(entries)], "approver": approver}
        self.attempt("take_back", actor, **told)

    @invariant()
    def nothing_is_wrong(self) -> None:
        if self.vehicles and self.changed:
            assert faults() == []
            self.changed = False


def _live(examples: int, steps: int) -> None:
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        phases=(Phase.generate,),  # a failing life is short enough to read; shrinking one takes minutes
    )
    run_state_machine_as_test(Life, settings=chosen)


@pytest.mark.slow
@pytest.mark.usefixtures("db")
def test_whatever_is_done_no_promise_is_broken() -> None:
    _live(EXAMPLES, STEPS)


@pytest.mark.heavy
@pytest.mark.parametrize("part", range(20))  # portions that workers share
@pytest.mark.usefixtures("db")
def test_many_lives(part: int) -> None:
    del part
    _live(25, 50)
