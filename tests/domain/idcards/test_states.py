"""The table of steps of a card, walked at random a hundred thousand times: what no order of steps may lead to."""

import random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sosach.domain.idcards.states.blanks import BlankState
from sosach.domain.idcards.states.cards import (
    BLANK_OF,
    FAILED,
    IN_PRODUCTION,
    ON_THE_WAY,
    PAST,
    PRESENT,
    STEPS,
    VALID,
    CardState,
    CardStep,
    ImpossibleStepError,
    after,
    replayed,
)

WALK, WALKS = 500, 200
MADE = (
    CardStep.SIGN,
    CardStep.RELEASE,
    CardStep.MADE,
    CardStep.ACCEPT,
    CardStep.DISPATCH,
    CardStep.ARRIVE,
    CardStep.HAND_OVER,
)


def test_every_state_is_in_one_group_and_has_its_blank() -> None:
    groups = (IN_PRODUCTION, ON_THE_WAY, PRESENT, PAST, FAILED)
    assert sum(map(len, groups)) == len(CardState)
    assert frozenset().union(*groups) == frozenset(CardState) == frozenset(BLANK_OF)
    assert frozenset(STEPS) == frozenset(CardStep)
    assert VALID < PRESENT


@settings(
    max_examples=WALKS, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(seed=st.integers(0, 2**32 - 1))
def test_no_order_of_steps_leads_where_nothing_may(seed: int) -> None:
    chance = random.Random(seed)
    state, taken, before_end = CardState.PLANNED, [], None
    for _ in range(WALK):
        step = chance.choice(list(CardStep))
        if not any(state in allowed for allowed, _ in STEPS.values()):
            assert state in {CardState.DESTROYED, CardState.VOID}
            state, taken, before_end = CardState.PLANNED, [], None  # another card
        try:
            to = after(state, step, before_end=before_end)
        except ImpossibleStepError:
            assert state not in STEPS[step][0]
            continue
        before_end = state if step is CardStep.END else before_end
        was, state = state, to
        taken.append(step)
        assert replayed(taken) is state
        if state in PRESENT:
            assert tuple(each for each in taken if each in MADE)[: len(MADE)] == MADE
            assert BLANK_OF[state] is BlankState.ISSUED
        if was in FAILED:
            assert state in {CardState.DESTROYED, CardState.RECOVERED}
        if step is CardStep.RESTORE:
            assert state in PRESENT | ON_THE_WAY | {CardState.LOST, CardState.DAMAGED}


def test_what_is_destroyed_or_never_made_takes_no_step() -> None:
    for state in (CardState.DESTROYED, CardState.VOID):
        for step in CardStep:
            with pytest.raises(ImpossibleStepError):
                after(state, step)
