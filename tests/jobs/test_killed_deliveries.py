"""Kill -9 of workers that send notices, at random moments: each change still takes effect once, in order."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.domain.population import people
from tests.jobs.subscriber import Subscriber, bad
from tests.jobs.test_deliveries import Clock, agreed, confirmed, drained, moved, states

from sosach.domain.exchange.rules.retrying import Policy

SEED = int(os.environ.get("SOSACH_SEED", "20261122"))


def _killed(listening: Subscriber, database: str, kills: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Workers are killed at random moments while things happen; then one of them is let finish."""
    clock, drawn = Clock(), random.Random(SEED)
    by = agreed(listening, "population.moved")
    clock.at = datetime.now(UTC)
    row = confirmed(by, listening, "population.moved", clock, Policy(1, -1))
    listening.behave = bad(SEED, 0.2, ("500", "cut_after", "500_after"))
    crowd = [people.born() for _ in range(6)]
    environ = os.environ | {"SOSACH_DB_ROLE": "jobs", "PYTHONPATH": os.pathsep.join([str(Path.cwd()), *sys.path])}
    command = [sys.executable, "-m", "tests.jobs.nursery", database]
    happened = 0
    with subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as nursery:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        for _ in range(kills):
            nursery.stdin.write("\n")
            nursery.stdin.flush()
            worker = int(nursery.stdout.readline())
            for who in drawn.sample(crowd, drawn.randint(1, 3)):
                moved(who, 2)
                happened += 2
            time.sleep(drawn.uniform(0.0, 0.15))
            os.kill(worker, signal.SIGKILL)
        nursery.stdin.close()
    clock.at = datetime.now(UTC) + timedelta(minutes=2)  # what the dead had taken is free again
    drained(clock, rounds=400)
    news = listening.news()
    doubled = len(listening.requests) - len(listening.taken)
    with capsys.disabled():
        told = f"{happened} changes, {len(news)} told, {doubled} requests repeated"
        print(f"\n{kills} kills -9 (seed {SEED}): {told}")  # noqa: T201 - the figure of the run
    assert set(states(row)) == {"delivered"}
    assert len(news) == happened
    order_of: dict[str, list[int]] = defaultdict(list)
    for each in news:
        order_of[each["pin"]].append(each["number"])
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in order_of.values())


@pytest.mark.slow
def test_kill_minus_nine_of_the_sending_worker(
    listening: Subscriber, jobs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _killed(listening, jobs, 5, capsys)


@pytest.mark.heavy
def test_kill_minus_nine_of_the_sending_worker_two_hundred_times(
    listening: Subscriber, jobs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _killed(listening, jobs, 200, capsys)
