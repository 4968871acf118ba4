"""A worker whose calendar goes on when the clock is set back: procrastinate's waits until the old time has come again."""

from collections.abc import Iterable
from typing import Any

from procrastinate import App
from procrastinate.periodic import PeriodicDeferrer, PeriodicTask
from procrastinate.worker import Worker


class PunctualDeferrer(PeriodicDeferrer):
    """Puts periodic jobs into the queue by the clock as it stands; the database knows which were put there already."""

    def get_previous_tasks(self, at: float) -> Iterable[tuple[PeriodicTask, int]]:
        """Those that are due; what lies ahead of the clock by now was put there before it was set back, and counts no more."""
        self.last_defers = {key: last for key, last in self.last_defers.items() if last <= at}
        return super().get_previous_tasks(at)


class PunctualWorker(Worker):
    """A worker of the queue with that calendar."""

    async def _periodic_deferrer(self) -> None:
        await PunctualDeferrer(self.app.periodic_registry, **self.app.periodic_defaults).worker()


async def work(app: App, **options: Any) -> None:
    """Work through the queue of an app, as its `run_worker` does, until stopped, or with `wait=False` until nothing waits."""
    app.perform_import_paths()
    async with app.open_async():
        await PunctualWorker(app, **{**app.worker_defaults, **options}).run()
