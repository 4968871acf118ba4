"""Lives of licences played at random, on a real PostgreSQL."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.domain.licences.life import Life


def play(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=examples,
            phases=[Phase.generate],  # a life that fails is told as it was lived: making it shorter takes minutes
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.slow
@pytest.mark.usefixtures("database")
def test_any_life_of_a_licence() -> None:
    play(8, 18)


@pytest.mark.heavy
@pytest.mark.parametrize("part", range(10))  # portions that workers share
@pytest.mark.usefixtures("database")
def test_many_lives_of_a_licence(part: int) -> None:
    del part
    play(15, 40)
