"""A durable embedded server for the benchmarks of the registers, and workers that start together and count."""

import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import django

ROOT = Path(__file__).parents[2]
STATE = ROOT / "benchmarks" / "data" / "registers"


@dataclass(frozen=True, slots=True)
class Figures:
    """What some workers did.

    Attributes:
        count: how often.
        seconds: in how long.
        waits: seconds each took.
    """

    count: int
    seconds: float
    waits: Sequence[float]

    @property
    def rate(self) -> float:
        """Per second."""
        return self.count / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds below which that share lies."""
        ordered = sorted(self.waits)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def row(self, name: str, peer: "Figures | None" = None) -> str:
        """A line of the table."""
        ratio = f"{self.rate / peer.rate:8.2f}" if peer else " " * 8
        return f"{name:34} {self.rate:10,.0f} {1000 * statistics.median(self.waits):9.2f} {self.percentile(0.95):9.2f} {ratio}"


HEAD = f"{'':34} {'per s':>10} {'p50 ms':>9} {'p95 ms':>9} {'of limit':>8}"


def prepare(state: Path) -> None:
    """Start the server and bring it up to date; this process and its workers speak to it."""
    os.environ["SOSACH_STATE"] = str(state)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sosach.site.settings"
    owner = os.environ | {"SOSACH_DB_ROLE": "owner"}
    subprocess.run([sys.executable, "-m", "django", "bring_up_to_date"], check=True, env=owner)


def owner_address(state: Path) -> dict[str, Any]:
    """How the owner of the database reaches it."""
    django.setup()
    from sosach.site.embedded import EmbeddedServer  # noqa: PLC0415 - after the settings

    server = EmbeddedServer(state).address
    where = {"host": str(server.socket), "port": server.port, "user": server.user, "password": server.password}
    return where | {"dbname": "sosach"}


def together(workers: int, work: Callable[..., list[float]], *args: Any, units: int = 1) -> Figures:
    """Let processes do something at once; each returns the seconds every turn took.

    Args:
        workers: how many.
        work: called with a number and a barrier that opens when all are ready, then `args`.
        args: picklable.
        units: things done in one turn.
    """
    context = multiprocessing.get_context("spawn")
    with context.Manager() as manager:
        barrier = manager.Barrier(workers)
        with context.Pool(workers) as pool:
            found = pool.starmap(_timed, [(work, number, barrier, args) for number in range(workers)], chunksize=1)
    begun, ended = min(start for start, _, _ in found), max(end for _, end, _ in found)
    waits = [wait for _, _, each in found for wait in each]
    return Figures(len(waits) * units, ended - begun, waits)


def _timed(
    work: Callable[..., list[float]], number: int, barrier: Barrier, args: tuple[Any, ...]
) -> tuple[float, float, list[float]]:
    started: list[float] = []

    def ready() -> None:
        barrier.wait()
        started.append(time.time())

    waits = work(number, ready, *args)
    return started[0], time.time(), waits
