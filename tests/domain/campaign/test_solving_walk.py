"""Random walks over answers, confirmations, undoing, batches and re-checks: what must hold, holds at every step."""

import os
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.domain.campaign.ground import (
    FAR,
    HERE,
    SYSTEM,
    account,
    campaign,
    cases,
    dirty,
    filled,
    finding,
    look,
    officer,
    take_in,
)
from tests.domain.campaign.test_batches import now

from sosach.base.errors import SosachError
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.campaign.models import Batch, Campaign, Case, CaseStep, Solution
from sosach.domain.campaign.operations.solving import (
    carry_out_batch,
    confirm,
    look_at_sample,
    make_batch,
    prove,
    records_to_prove,
    refuse,
    solve,
    undo_batch,
    unsolve,
)
from sosach.domain.campaign.queries.solving import case_fixes, matters_of, safe_groups
from sosach.domain.campaign.queries.solving.matters import REGISTERS
from sosach.domain.campaign.rules.fixes import PLACE, FixKind
from sosach.domain.campaign.states.cases import State
from sosach.domain.campaign.states.solving import SolutionState, Verdict
from sosach.domain.provenance.operations.rechecking import Checked

CRITERIA = dict.fromkeys(("correct", "complete", "clean", "live"), True)
EXAMPLES = int(os.environ.get("SOSACH_EXAMPLES", "10"))
PICK = st.integers(0, 1000)


def records(ids: list[int]) -> list[dict[str, Any]]:
    """The records of cases, as they stand."""
    with acting(SYSTEM):
        found = []
        for register, model in ((name, known.model) for name, known in REGISTERS.items()):
            subjects = Case.objects.filter(pk__in=ids, register=register).values_list("subject_id", flat=True)
            found += list(model.objects.filter(pk__in=list(subjects)).order_by("pk").values())
        return found


class Walk(RuleBasedStateMachine):
    """Officers of one commune at work; one of another commune tries to. `reached` are the states walks have seen."""

    reached: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        here = HERE
        self.verifier = officer(account("xac.minh", unit=here), Role.VERIFIER, unit=here)
        self.chief = officer(account("chi.huy", unit=here), Role.CHIEF, unit=here)
        self.clerk = officer(account("can.bo", unit=here), Role.CLERK, unit=here)
        self.both = officer(account("kiem.nhiem", unit=here), Role.CLERK, Role.CHIEF, unit=here)
        self.stranger = officer(account("xa.khac", unit=FAR, province="01"), Role.CHIEF, unit=FAR)
        self.officers = [self.verifier, self.chief, self.clerk, self.both]
        self.ids = [case.pk for case in cases(commune_code=here)]
        self.before = records(self.ids)
        with acting(SYSTEM):
            self.elsewhere = CaseStep.objects.exclude(case__commune_code=here).count()

    @rule(which=PICK, who=PICK, answer=st.sampled_from([0, 0, 0, 1, 2]))
    def answer(self, which: int, who: int, answer: int) -> None:
        actor = self.officers[who % len(self.officers)]
        case_id = self.ids[which % len(self.ids)]
        fixes = case_fixes(look(actor), case_id=case_id).fixes
        stays = [
            fix
            for fix in fixes
            if not {effect.column for effect in fix.effects} & (PLACE - {"owner_address", "address"})
        ]
        if stays:
            self.may_refuse(solve, actor, case_id=case_id, fix_key=stays[answer % len(stays)].key)

    @rule(which=PICK, who=PICK, yes=st.booleans())
    def decide(self, which: int, who: int, yes: bool) -> None:  # noqa: FBT001 - hypothesis draws it
        with acting(SYSTEM):
            waiting = list(Solution.objects.filter(case__in=self.ids, state="proposed").order_by("pk"))
        if waiting:
            actor = self.officers[who % len(self.officers)]
            self.may_refuse(confirm if yes else refuse, actor, solution_id=waiting[which % len(waiting)].pk)

    @rule(which=PICK, who=PICK)
    def take_back(self, which: int, who: int) -> None:
        with acting(SYSTEM):
            given = list(Solution.objects.filter(case__in=self.ids).order_by("pk"))
        if given:
            actor = self.officers[who % len(self.officers)]
            self.may_refuse(unsolve, actor, solution_id=given[which % len(given)].pk)

    @rule(which=PICK)
    def answer_at_once(self, which: int) -> None:
        with acting(SYSTEM):
            campaign = Campaign.objects.get().pk
        groups = [
            each for each in safe_groups(look(self.verifier), campaign_id=campaign) if set(each.ids) & set(self.ids)
        ]
        if not groups:
            return
        made = make_batch(now(self.verifier), campaign_id=campaign, group=groups[which % len(groups)].key, most=4)
        for key in made.sample:
            look_at_sample(now(self.verifier), batch_id=made.pk, case_id=key, verdict=Verdict.RIGHT)
        self.ids += [key for key in made.cases if key not in self.ids]
        self.before = self.before_of(made.cases)
        carry_out_batch(now(self.verifier), batch_id=made.pk)

    @rule(which=PICK)
    def undo_at_once(self, which: int) -> None:
        with acting(SYSTEM):
            keys: list[UUID] = list(Batch.objects.order_by("made_at", "pk").values_list("pk", flat=True))
        if keys:
            self.may_refuse(undo_batch, self.chief, batch_id=keys[which % len(keys)])

    @rule(which=PICK)
    def stranger_tries(self, which: int) -> None:
        with pytest.raises(SosachError):
            solve(now(self.stranger), case_id=self.ids[which % len(self.ids)], fix_key="dismiss")
        given = Solution.objects.filter(case__in=self.ids).first()
        if given is not None:
            with pytest.raises(SosachError):
                unsolve(now(self.stranger), solution_id=given.pk)

    @rule()
    def check_anew(self) -> None:
        for register, due in records_to_prove(now(SYSTEM)).items():
            prove(now(SYSTEM), register=register, checked=dict.fromkeys(due, Checked("match", CRITERIA)))

    @invariant()
    def nothing_is_closed_without_a_clean_check(self) -> None:
        with acting(SYSTEM):
            for case in Case.objects.filter(pk__in=self.ids, state=State.CLEANED.value):
                due = Solution.objects.filter(case=case, recheck_due=True).exists()
                record = REGISTERS[case.register].model.objects.get(pk=case.subject_id)
                assert due or matters_of(case, record).is_empty
                step = CaseStep.objects.filter(case=case).latest("pk")
                assert (step.step, step.actor_key) == ("clean", SYSTEM.key)

    @invariant()
    def nobody_confirms_the_own_proposal(self) -> None:
        with acting(SYSTEM):
            for solution in Solution.objects.filter(case__in=self.ids, state="done", needs_second=True):
                assert solution.decided_by not in {"", solution.made_by}
                assert solution.decided_by != self.clerk.key

    @invariant()
    def nothing_happens_elsewhere(self) -> None:
        with acting(SYSTEM):
            assert CaseStep.objects.exclude(case__commune_code=HERE).count() == self.elsewhere

    def before_of(self, added: list[int]) -> list[dict[str, Any]]:
        """Records of all cases as they were, those of cases that were added just now among them."""
        known = {(row["id"], tuple(row)): row for row in self.before}
        known |= {key: row for row in records(added) if (key := (row["id"], tuple(row))) not in known}
        order_of = [(row["id"], tuple(row)) for row in records(self.ids)]
        return [known[key] for key in order_of]

    @staticmethod
    def may_refuse(verb: Any, actor: Any, **told: Any) -> None:
        """What a verb refuses changes nothing."""
        try:
            verb(now(actor), **told)
        except SosachError as refused:
            assert refused.vi  # noqa: PT017 - either is right here
            assert refused.en  # noqa: PT017

    def teardown(self) -> None:
        try:
            self._undo_everything()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def _undo_everything(self) -> None:
        """Taken back in another order than given, everything is as before."""
        with acting(SYSTEM):
            self.reached.update(Solution.objects.filter(case__in=self.ids).values_list("state", flat=True))
            self.reached.update(CaseStep.objects.filter(case__in=self.ids).values_list("after", flat=True))
            done = Solution.objects.filter(case__in=self.ids, state=SolutionState.DONE.value)
            keys = [row.pk for row in done.exclude(kind=FixKind.DECIDE.value).order_by("reason", "case_id", "pk")]
        for key in keys[1::2] + keys[::2]:
            unsolve(now(self.chief), solution_id=key)
        assert records(self.ids) == self.before


@pytest.fixture
def ground(db: None, tmp_path: Path) -> None:
    """Vehicles with one finding, with several, with none that can be mended at the desk, and with a candidate."""
    del db
    rows = [dirty(number, brand="Hon da", colour="Xanh la", owner_kind="person") for number in range(1, 9)]
    said = []
    for number in range(1, 9):
        if number % 3:
            said.append(finding(number, "VAL-50", "warning", field="brand", value="Hon da", proposed_value="HONDA"))
        if number % 2:
            said.append(finding(number, "VEH-58", "warning"))
        if number % 4 == 0:
            said.append(finding(number, "VAL-33", field="manufactured_year", value="15", proposed_value="2015"))
    take_in(tmp_path / "run", rows, findings=said)
    filled(campaign())


@pytest.mark.usefixtures("ground")
def test_walk() -> None:
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(  # type: ignore[no-untyped-call] # hypothesis types it so
        Walk,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=25, deadline=None, suppress_health_check=checks, derandomize=True
        ),
    )


@pytest.mark.usefixtures("ground")
def test_every_state_lies_on_the_way() -> None:
    """Chance need not come by every state; this walk does, so that the rules above are known to lead there."""
    walk = Walk()
    try:
        count = len(walk.ids)
        for number in range(3 * count):
            walk.answer(number, number, number // count)
            if number % 3:
                walk.decide(number, number + 1, number % 2 == 0)
            if number < 2 * count:
                walk.check_anew()
                walk.take_back(number, 1)
        for who in range(len(walk.officers)):
            for which in range(count):
                walk.answer(which, who, 0)
    finally:
        walk.teardown()
    wanted = {*SolutionState, State.VERIFIED, State.APPROVED, State.CLEANED, State.RETURNED}
    assert {str(state) for state in wanted} - Walk.reached == set()
