"""Random civil histories on the database against the obvious model: illegal sequences are impossible, undo is exact."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.domain.population.people import (
    POLICE,
    born,
    columns,
    order,
    rows_of,
    state_of,
    stored,
)

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.population.models import Relation
from sosach.domain.population.operations.civil import (
    change_name,
    declare_found,
    declare_missing,
    emigrate,
    register_death,
    return_home,
)
from sosach.domain.population.operations.corrections import correct
from sosach.domain.population.operations.marriages import annul_marriage, register_divorce, register_marriage
from sosach.domain.population.operations.merging import take_back


@dataclass
class Model:
    """What the machine knows of one person: the obvious way."""

    sex: str
    life: str = "alive"
    marital: str = ""
    before: str = ""
    spouse: int | None = None
    acts: list[UUID] = field(default_factory=list)


class Histories(RuleBasedStateMachine):
    """Random procedures by officers who do not look; the database must hold what the simple model says, or refuse."""

    people = Bundle("people")

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.known: dict[int, Model] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(target=people, sex=st.sampled_from(["M", "F"]))
    def first(self, sex: str) -> int:
        return self.birth(sex)

    @rule(target=people, sex=st.sampled_from(["M", "F"]))
    def birth(self, sex: str) -> int:
        key = born(sex=sex)
        self.known[key] = Model(sex)
        return key

    def tried(self, act: Callable[[], object], *, allowed: bool) -> bool:
        """Do it; it must be refused exactly when the model does not allow it."""
        refusals = []
        try:
            act()
        except SosachError as refused:
            refusals.append(refused.code)
        assert refusals == ([] if allowed else [ErrorCode.STATE_FORBIDS])
        return allowed

    @rule(he=people, she=people)
    def marry(self, he: int, she: int) -> None:
        first, second = self.known[he], self.known[she]
        free = all(each.life in ("alive", "emigrated") and each.marital != "married" for each in (first, second))
        allowed = he != she and free and first.sex != second.sex
        if self.tried(lambda: register_marriage(order(), person_id=he, spouse_id=she), allowed=allowed):
            for each, other in ((first, she), (second, he)):
                each.before, each.marital, each.spouse = each.marital, "married", other

    @rule(he=people, she=people, annul=st.booleans())
    def part(self, he: int, she: int, *, annul: bool) -> None:
        first, second = self.known[he], self.known[she]
        allowed = he != she and first.spouse == she and first.life != "deceased" and second.life != "deceased"
        verb = annul_marriage if annul else register_divorce
        if self.tried(lambda: verb(order(), person_id=he, spouse_id=she), allowed=allowed):
            for each in (first, second):
                each.marital, each.spouse = each.before if annul else "divorced", None

    @rule(who=people)
    def die(self, who: int) -> None:
        model = self.known[who]
        if self.tried(
            lambda: register_death(order(), person_id=who, died_on="2026-11-19"), allowed=model.life != "deceased"
        ):
            model.life = "deceased"
            if model.spouse is not None:
                widow = self.known[model.spouse]
                widow.marital, widow.spouse = "widowed", None

    @rule(who=consumes(people))
    def die_and_be_forgotten(self, who: int) -> None:
        self.die(who)

    @rule(who=people, found=st.booleans())
    def missing(self, who: int, *, found: bool) -> None:
        model = self.known[who]
        if found:
            if self.tried(lambda: declare_found(order(), person_id=who), allowed=model.life == "missing"):
                model.life = "alive"
        elif self.tried(lambda: declare_missing(order(), person_id=who, since="2025"), allowed=model.life == "alive"):
            model.life = "missing"

    @rule(who=people, back=st.booleans())
    def abroad(self, who: int, *, back: bool) -> None:
        model = self.known[who]
        if back:
            if self.tried(lambda: return_home(order(POLICE), person_id=who), allowed=model.life == "emigrated"):
                model.life = "alive"
        elif self.tried(lambda: emigrate(order(POLICE), person_id=who), allowed=model.life == "alive"):
            model.life = "emigrated"

    @rule(who=people, name=st.sampled_from(["LÊ VĂN HAI", "LÊ VĂN BA"]))
    def rename(self, who: int, name: str) -> None:
        if stored(who).full_name != name:
            alive = self.known[who].life in ("alive", "emigrated")
            self.tried(lambda: change_name(order(), person_id=who, full_name=name), allowed=alive)

    @rule(who=people)
    def correction(self, who: int) -> None:
        self.tried(lambda: correct(order(POLICE), person_id=who, changes={"hometown": "Hà Nội"}), allowed=True)

    @rule(he=people, she=people, dies=st.booleans())
    def done_and_taken_back(self, he: int, she: int, *, dies: bool) -> None:
        """An act and its taking back leave what was there before."""
        before = columns(he), columns(she), rows_of(he, Relation), rows_of(she, Relation)
        act = uuid4()
        try:
            if dies:
                register_death(order(act=act), person_id=he, died_on="2026-11-19")
            else:
                register_marriage(order(act=act), person_id=he, spouse_id=she)
        except SosachError:
            return
        take_back(order(POLICE, "thử"), act=act)
        assert (columns(he), columns(she), rows_of(he, Relation), rows_of(she, Relation)) == before

    @invariant()
    def the_database_agrees(self) -> None:
        for key, model in self.known.items():
            person = stored(key)
            assert (person.life_status, person.marital_status) == (model.life, model.marital)
            state = state_of(key)
            assert (state.life, state.marital) == (model.life, model.marital), "columns are what the journal says"
            spouses = [
                row["other_id"] for row in rows_of(key, Relation) if row["slot"] == "spouse" and not row["ends_on"]
            ]
            alive = model.life != "deceased"
            assert spouses == ([model.spouse] if model.spouse is not None and alive else [])


def _run(examples: int, steps: int) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Histories,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.slow
@pytest.mark.usefixtures("db")
def test_random_histories() -> None:
    _run(8, 15)


@pytest.mark.heavy
@pytest.mark.usefixtures("db")
def test_long_random_histories() -> None:
    _run(150, 40)
