"""Runs one contender in a process of its own and watches what it costs."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

CONTEND = Path(__file__).parent / "contend.py"
SAMPLE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the wall, CPU seconds, highest resident memory of the process and its children in MB."""

    seconds: float
    cpu_seconds: float
    peak_mb: int


class ContenderFailedError(Exception):
    """A contender ended with an error; its last words are the message."""


def contend(name: str, data: Path, out: Path) -> dict[str, Cost]:
    """Run a contender; returns its cost under its name, and that of its parts under `NAME:PART` if it tells.

    Clock and CPU start in the process after its imports; memory is that of the whole process.

    Raises:
        ContenderFailedError: it ended with an error.
    """
    log = out / "log.txt"
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            [sys.executable, str(CONTEND), name, str(data), str(out)],
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONHASHSEED": "0"},
        )
        peak = _watched(process)
    if process.returncode != 0:
        last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-5:]
        raise ContenderFailedError(f"{name} ended with {process.returncode}: " + "\n".join(last))
    told = json.loads((out / "cost.json").read_text(encoding="utf-8"))
    costs = {name: Cost(told["seconds"], told["cpu_seconds"], peak // 2**20)}
    parts = {f"{name}:{part}": Cost(**cost) for part, cost in told["parts"].items()}
    return costs | parts


def _watched(process: subprocess.Popen[bytes]) -> int:
    """Wait for the process; returns its highest resident bytes, children included."""
    watched, peak = psutil.Process(process.pid), 0
    while process.poll() is None:
        peak = max(peak, _resident(watched))
        time.sleep(SAMPLE_SECONDS)
    return peak


def _resident(process: psutil.Process) -> int:
    total = 0
    try:
        for member in (process, *process.children(recursive=True)):
            total += member.memory_info().rss
    except psutil.NoSuchProcess:
        return total
    return total
