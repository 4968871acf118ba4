"""Kill -9 of database, web, worker and sealer under load: nothing acknowledged is lost, nothing is done twice."""

import os
from pathlib import Path

import pytest
from tests.site.killing import Load

SEED = int(os.environ.get("SOSACH_SEED", "20261122"))


def killed(folder: Path, cycles: int, capsys: pytest.CaptureFixture[str]) -> None:
    load = Load(folder, SEED)
    load.prepare()
    figures = load.run(cycles)
    with capsys.disabled():
        print(f"\n{figures} (seed {SEED})")  # noqa: T201 - the figure of the run
    assert figures.acknowledged >= cycles
    assert (figures.lost, figures.doubled, figures.not_followed, figures.faults) == (0, 0, 0, 0)


@pytest.mark.slow
def test_nothing_is_lost_or_doubled(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    killed(folder, 6, capsys)


@pytest.mark.heavy
def test_nothing_is_lost_or_doubled_in_two_hundred_kills(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    killed(folder, 200, capsys)
