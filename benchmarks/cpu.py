"""CPU seconds of this process, and a clock for the parts of a contender's work."""

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


def cpu_seconds() -> float:
    """User and system time so far, finished children included."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in spent)


class Parts:
    """What each part of the work cost: seconds, CPU seconds, and the highest memory in MB until its end."""

    def __init__(self) -> None:
        self.costs: dict[str, dict[str, float]] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Clock the block under a name."""
        cpu, started = cpu_seconds(), time.perf_counter()
        yield
        self.costs[name] = {
            "seconds": time.perf_counter() - started,
            "cpu_seconds": cpu_seconds() - cpu,
            "peak_mb": _peak_mb(),
        }


def _peak_mb() -> int:
    """Highest resident MB of this process; `ru_maxrss` would count what the starting process held before. Elsewhere than on Linux: the present MB."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.is_file() else []
    highest = next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM:")), None)
    return psutil.Process().memory_info().rss // 2**20 if highest is None else highest
