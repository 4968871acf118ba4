"""A job that fails says in the worker's log what kind of failure it was and where, and nothing of anybody."""

import asyncio
import logging
from collections.abc import Iterator

import pytest
from procrastinate import App
from procrastinate.testing import InMemoryConnector

from sosach.site.management.commands.work import log_discreetly

QUOTED = "Key (pin)=(001099000001) already exists"


@pytest.fixture
def log() -> Iterator[None]:
    """The log of the queue, as it was, afterwards."""
    found = logging.getLogger("procrastinate")
    before = found.handlers, found.propagate
    yield
    found.handlers, found.propagate = before


@pytest.mark.usefixtures("log")
def test_a_failed_job_is_told_of_without_what_its_error_says(capsys: pytest.CaptureFixture[str]) -> None:
    queue = App(connector=InMemoryConnector())

    @queue.task(name="fails")
    def fails() -> None:
        raise ValueError(QUOTED)

    async def work() -> None:
        async with queue.open_async():
            await fails.defer_async()
            await queue.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    log_discreetly()
    asyncio.run(work())
    told = capsys.readouterr().err
    assert "ValueError at test_discreet.py" in told
    assert "001099000001" not in told
