"""The calendar of a worker goes by the clock, also after the clock was set back."""

import asyncio

import pytest
from procrastinate import App
from procrastinate.periodic import PeriodicDeferrer
from procrastinate.testing import InMemoryConnector

from sosach.jobs import punctual

NOW, HOUR = 1_790_000_000, 3_600


def queue() -> tuple[App, list[int]]:
    """A queue with one periodic job, and the moments it was done for."""
    app, done = App(connector=InMemoryConnector()), list[int]()

    @app.periodic(cron="* * * * * */5")
    @app.task(name="often")
    def often(timestamp: int) -> None:
        done.append(timestamp)

    return app, done


@pytest.mark.parametrize(("kind", "after"), [(PeriodicDeferrer, []), (punctual.PunctualDeferrer, [0, 5, 10])])
def test_what_is_due_every_few_seconds_is_due_after_the_clock_was_set_back(
    kind: type[PeriodicDeferrer], after: list[int]
) -> None:
    app, _ = queue()
    deferrer = kind(app.periodic_registry)
    assert [moment for _, moment in deferrer.get_previous_tasks(NOW + 1)] == [NOW]
    back = NOW - HOUR
    told = [moment - back for at in (5, 6, 10, 11) for _, moment in deferrer.get_previous_tasks(back + at)]
    assert told == after
    assert [moment - NOW for _, moment in deferrer.get_previous_tasks(NOW + 6)][-1] == 5


def test_a_worker_goes_by_that_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    app, done = queue()
    kept = list[punctual.PunctualDeferrer]()

    class Kept(punctual.PunctualDeferrer):
        async def worker(self) -> None:
            kept.append(self)
            await self.defer_jobs(self.get_previous_tasks(NOW + 1))
            await asyncio.Event().wait()

    monkeypatch.setattr(punctual, "PunctualDeferrer", Kept)
    asyncio.run(punctual.work(app, wait=False, install_signal_handlers=False, listen_notify=False))
    asyncio.run(punctual.work(app, wait=False, install_signal_handlers=False, listen_notify=False))
    assert len(kept) == 2
    assert done == [NOW]
