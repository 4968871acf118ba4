"""Kill -9 of databases, web and workers of both levels: each change reaches the other side once in effect."""

import os
import socket
from collections.abc import Iterator

import pytest
from tests.jobs.levels.killing import Load
from tests.site.conftest import folder  # noqa: F401 - a fixture of the test

KILLS = int(os.environ.get("SOSACH_KILLS", "200"))  # of the long run
SEED = int(os.environ.get("SOSACH_SEED", "20261122"))


@pytest.fixture
def load(request: pytest.FixtureRequest) -> Iterator[Load]:
    """Two installations on state folders of their own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    made = Load(request.getfixturevalue("folder"), request.getfixturevalue("made_state"), port=port, seed=SEED)
    yield made
    made.end()


def killed(load: Load, kills: int, capsys: pytest.CaptureFixture[str]) -> None:
    load.prepare()
    figures = load.run(kills)
    with capsys.disabled():
        print(f"\n{figures} (seed {SEED})")  # noqa: T201 - the figure of the run
    assert min(figures.acknowledged.values()) > 0
    assert (figures.differing, figures.lost, figures.doubled) == (0, 0, 0)
    assert not [name for name in figures.items if name.split()[1] in {"refused", "conflict", "waiting", "sent"}]


@pytest.mark.slow
def test_each_change_reaches_the_other_side_once(load: Load, capsys: pytest.CaptureFixture[str]) -> None:
    killed(load, 2, capsys)


@pytest.mark.heavy
def test_each_change_reaches_the_other_side_once_in_two_hundred_kills(
    load: Load, capsys: pytest.CaptureFixture[str]
) -> None:
    killed(load, KILLS, capsys)
