"""Second opinions on a handful of vehicles: drawn, given without seeing the first answer, settled by a third person."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.domain.campaign.ground import (
    FAR,
    SYSTEM,
    account,
    campaign,
    case_of,
    cases,
    dirty,
    filled,
    finding,
    look,
    officer,
    take_in,
)
from tests.domain.campaign.test_batches import now, raised

from sosach.base.errors import ErrorCode
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor
from sosach.domain.campaign.models import Campaign, Case, SecondOpinion, Solution
from sosach.domain.campaign.operations.solving import (
    answer_opinion,
    draw_opinions,
    drawing,
    prove,
    settle_disagreement,
    solve,
    unsolve,
)
from sosach.domain.campaign.queries.solving import By, agreement, case_fixes, disagreements, next_opinion
from sosach.domain.campaign.rules.agreement import is_drawn
from sosach.domain.campaign.states.cases import OPEN, State
from sosach.domain.campaign.states.solving import Holds
from sosach.domain.provenance.operations.rechecking import Checked
from sosach.domain.vehicles.models import Vehicle

CRITERIA = {"correct": True, "complete": True, "clean": True, "live": True}


@pytest.fixture
def found(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """Two vehicles whose brand is spelt in another way; the lot falls on every answer."""
    del db
    monkeypatch.setattr(drawing, "is_drawn", lambda seed, *, risk: is_drawn(seed, risk=risk, share=1000))
    rows = [dirty(number, brand="Hon da", owner_kind="person") for number in (1, 2)]
    said = [
        finding(number, "VAL-50", "warning", field="brand", value="Hon da", proposed_value="HONDA") for number in (1, 2)
    ]
    take_in(tmp_path / "run", rows, findings=said)
    made = campaign()
    filled(made)
    return made


@pytest.fixture
def first(found: Campaign) -> Actor:
    del found
    return officer(account("thu.nhat"), Role.VERIFIER)


@pytest.fixture
def second(found: Campaign) -> Actor:
    del found
    return officer(account("thu.hai"), Role.VERIFIER)


@pytest.fixture
def chief(found: Campaign) -> Actor:
    del found
    return officer(account("chi.huy"), Role.CHIEF)


def key_of(actor: Actor, case: Case, kind: str) -> str:
    return next(fix.key for fix in case_fixes(look(actor), case_id=case.pk).fixes if fix.kind == kind)


def closed(case: Case) -> Case:
    """The case after its re-check."""
    prove(now(SYSTEM), register="vehicles", checked={case.subject_id: Checked("match", CRITERIA)})
    return cases(pk=case.pk)[0]


def answered(actor: Actor) -> tuple[Case, Solution]:
    """A case that was answered and closed; the lot fell on the answer."""
    case = case_of(1)
    solution = solve(now(actor), case_id=case.pk, fix_key=key_of(actor, case, "accept"))
    assert draw_opinions(now(SYSTEM)) == 1
    assert draw_opinions(now(SYSTEM)) == 0
    case = closed(case)
    assert case.state == State.CLEANED
    return case, solution


def brand(case: Case) -> str:
    with acting(SYSTEM):
        return Vehicle.objects.get(pk=case.subject_id).brand


def test_a_second_officer_sees_the_case_as_it_was(first: Actor, second: Actor) -> None:
    answered(first)
    blind = next_opinion(look(second))
    assert blind is not None
    assert blind.stands["brand"] == "Hon da", "not what the first answer made of it"
    assert [each["code"] for each in blind.findings] == ["VAL-50"]
    assert blind.fixes[0]["effects"] == [{"column": "brand", "old": "Hon da", "new": "HONDA"}]
    assert (blind.register, blind.waiting) == ("vehicles", 1)
    assert next_opinion(look(second), skip=[blind.opinion_id]) is None


def test_who_is_never_asked(found: Campaign, first: Actor, second: Actor) -> None:
    del found
    case, _ = answered(first)
    assert next_opinion(look(first)) is None, "the same officer"
    citizen = Actor(second.kind, second.key, second.level, second.unit, second.roles, person_id=77)
    with acting(SYSTEM):
        Case.objects.filter(pk=case.pk).update(person_id=77)
        opinion = SecondOpinion.objects.get()
    assert next_opinion(look(citizen)) is None, "the one concerned"
    with raised(ErrorCode.ACCESS_DENIED):
        answer_opinion(now(citizen), opinion_id=opinion.pk, fix_key="dismiss")
    stranger = officer(account("xa.khac", unit=FAR, province="01"), Role.VERIFIER, unit=FAR)
    assert next_opinion(look(stranger)) is None
    for actor in (first, stranger):
        with raised(ErrorCode.NOT_FOUND):
            answer_opinion(now(actor), opinion_id=opinion.pk, fix_key="dismiss")


def test_two_who_agree_leave_the_case_as_it_is(found: Campaign, first: Actor, second: Actor, chief: Actor) -> None:
    case, solution = answered(first)
    blind = next_opinion(look(second))
    assert blind is not None
    with raised(ErrorCode.CONFLICT):
        answer_opinion(now(second), opinion_id=blind.opinion_id, fix_key="same:1")
    assert answer_opinion(now(second), opinion_id=blind.opinion_id, fix_key=solution.fix).agrees is True
    with raised(ErrorCode.STATE_FORBIDS):
        answer_opinion(now(chief), opinion_id=blind.opinion_id, fix_key="dismiss")
    with raised(ErrorCode.STATE_FORBIDS):
        settle_disagreement(now(chief), opinion_id=blind.opinion_id, holds=Holds.FIRST)
    after = cases(pk=case.pk)[0]
    assert (after.state, after.failed_samples, disagreements(look(chief))) == (State.CLEANED, 0, ())
    expected = {By.OFFICER: first.key, By.CODE: "VAL-50", By.COMMUNE: str(case.commune_code)}
    for by, key in expected.items():
        lines = agreement(look(chief), campaign_id=found.pk, by=by)
        assert [(line.key, line.figures.pairs, line.figures.agreed) for line in lines] == [("", 1, 1), (key, 1, 1)]


@pytest.mark.parametrize("holds", list(Holds))
def test_where_two_do_not_agree_a_third_decides(first: Actor, second: Actor, chief: Actor, holds: Holds) -> None:
    case, solution = answered(first)
    blind = next_opinion(look(second))
    assert blind is not None
    answer_opinion(now(second), opinion_id=blind.opinion_id, fix_key="dismiss")
    reopened = cases(pk=case.pk)[0]
    assert (reopened.failed_samples, reopened.state in OPEN, brand(case)) == (1, True, "HONDA")
    assert closed(case).state in OPEN, "nothing closes it before somebody has decided"
    (told,) = disagreements(look(chief))
    assert (told.first.pk, told.opinion.answer, told.own) == (solution.pk, "dismiss", False)
    for actor in (first, second):
        leader = Actor(actor.kind, actor.key, actor.level, actor.unit, frozenset({Role.CHIEF}))
        assert disagreements(look(leader))[0].own
        with raised(ErrorCode.STATE_FORBIDS):
            settle_disagreement(now(leader), opinion_id=blind.opinion_id, holds=holds)
    with raised(ErrorCode.INPUT_INCOMPLETE):
        settle_disagreement(now(chief, ""), opinion_id=blind.opinion_id, holds=holds)
    settle_disagreement(now(chief), opinion_id=blind.opinion_id, holds=holds)
    after, state = closed(case), Solution.objects.get(pk=solution.pk).state
    if holds is Holds.FIRST:
        assert (after.state, after.failed_samples, state, brand(case)) == (State.CLEANED, 0, "done", "HONDA")
    else:
        assert (after.state in OPEN, after.failed_samples, state, brand(case)) == (True, 1, "undone", "Hon da")
    assert disagreements(look(chief)) == ()


@pytest.mark.parametrize("when", ["before it is drawn", "afterwards"])
def test_what_was_taken_back_is_not_asked_about(first: Actor, second: Actor, when: str) -> None:
    case = case_of(1)
    steps: list[Callable[[], object]] = [lambda: draw_opinions(now(SYSTEM))]
    solution = solve(now(first), case_id=case.pk, fix_key=key_of(first, case, "accept"))
    steps.insert(when == "afterwards", lambda: unsolve(now(first), solution_id=solution.pk))
    for step in steps:
        step()
    assert next_opinion(look(second)) is None
    assert not Solution.objects.filter(drawn=True).exists()
