"""Lives of blanks, jobs and cards played at random, with crashes and replays."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from tests.domain.idcards.factory import Factory

ACTS, PARTS = 100_000, 10


def play(examples: int, steps: int, *, same: bool = False) -> int:
    """Play lives, the same ones every time or not; how many acts there were."""
    Factory.steps.clear()
    run_state_machine_as_test(
        Factory,
        settings=settings(
            max_examples=examples,
            phases=[Phase.generate],  # a life that fails is told as it was lived: making it shorter takes minutes
            stateful_step_count=steps,
            deadline=None,
            derandomize=same,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return sum(Factory.steps.values())


@pytest.mark.slow
@pytest.mark.usefixtures("database")
def test_whatever_happens_in_a_factory_of_cards() -> None:
    assert play(3, 120, same=True) > 100
    done = {name for name in Factory.steps if "(" not in name}
    assert {"receive_blanks", "plan_job", "sign_job", "release_job", "take_report"} <= done


@pytest.mark.heavy
@pytest.mark.parametrize("part", range(PARTS))  # portions that workers share
@pytest.mark.usefixtures("database")
def test_a_hundred_thousand_acts(part: int) -> None:
    del part
    told: dict[str, int] = {}
    while sum(told.values()) < ACTS / PARTS:
        play(10, 400)
        for name, count in Factory.steps.items():
            told[name] = told.get(name, 0) + count
    print(f"\n{sum(told.values())} acts:", dict(sorted(told.items())))  # noqa: T201 - what the run is for
    for verb in ("hand_over", "see_destroyed", "expire_due", "restore_cards", "give_back", "close_job", "revoke"):
        assert told.get(verb, 0) > 0, verb
