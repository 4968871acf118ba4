"""What sealing costs those who write: the same writes with and without the sealer beside them, round by round.

    python benchmarks/registers/sealing.py [--rounds 6] [--seconds 10] [--connections 2] [--batch 50] [--state DIR]

The writes are newborns, each with its event, as `pins.py` makes them; the sealer is `sosach audit seal --forever` as it runs in
production. Rounds come in pairs that begin now with the one, now with the other, and the ratio is taken within each pair: what
else the machine does falls on both.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import bench_server
import pins
import psutil
import psycopg

SEALER = "sosach_sealer"  # role of the database


@contextmanager
def sealer(spent: list[float]) -> Iterator[None]:
    """The sealer's process, running and past its start; tells its CPU seconds and those of its connection's server."""
    process = subprocess.Popen([sys.executable, "-m", "sosach.cli", "audit", "seal", "--forever"])
    try:
        time.sleep(4)
        before = _seconds(process.pid)
        yield
        spent.append(_seconds(process.pid) - before)
    finally:
        process.terminate()
        if process.wait(30) not in {0, -15}:
            raise RuntimeError("the sealer ended with an error")


def _seconds(pid: int) -> float:
    backends = [
        one for one in psutil.process_iter(["cmdline"]) if f"{SEALER} sosach" in " ".join(one.info["cmdline"] or [])
    ]
    return float(sum(sum(one.cpu_times()[:2]) for one in (psutil.Process(pid), *backends)))


def unsealed(state: Path) -> int:
    """Events that wait for a seal."""
    with psycopg.connect(**bench_server.owner_address(state)) as owner:
        found = owner.execute(
            "SELECT count(*) FROM audit_auditevent WHERE xid >= (SELECT coalesce(max(to_xid), 0) FROM audit_seal)"
        ).fetchone()
    return int(str(found[0])) if found else 0


def seal_rest() -> None:
    """Seal what rounds without the sealer left, so that no round pays for another."""
    subprocess.run([sys.executable, "-m", "sosach.cli", "audit", "seal"], check=True, capture_output=True)


def write(told: argparse.Namespace, run: str, spent: list[float], *, sealed: bool) -> bench_server.Figures:
    """One round."""
    seal_rest()
    with sealer(spent) if sealed else nullcontext():
        return bench_server.together(told.connections, pins.register, told.batch, told.seconds, run, units=told.batch)


def main() -> None:
    """Measure in pairs and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=6)
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--connections", type=int, default=2)
    options.add_argument("--batch", type=int, default=50)
    options.add_argument("--state", type=Path, default=bench_server.STATE)
    told = options.parse_args()
    bench_server.prepare(told.state)
    os.environ.pop("SOSACH_DB_ROLE", None)
    ratios: list[float] = []
    spent: list[float] = []
    sealed = 0
    begun = time.time_ns()
    write(told, f"{begun}-warm", spent, sealed=False)
    for turn in range(told.rounds):
        order = (False, True) if turn % 2 else (True, False)
        found = {beside: write(told, f"{begun}-{turn}-{beside:d}", spent, sealed=beside) for beside in order}
        alone, beside = found[False], found[True]
        ratios.append(alone.rate / beside.rate)
        sealed += beside.count
        print(
            f"{alone.rate:8,.0f} a second alone, {beside.rate:8,.0f} beside the sealer: time × {ratios[-1]:.3f}",
            flush=True,
        )
    print(
        f"median of {told.rounds}: time × {statistics.median(ratios):.3f}; {unsealed(told.state):,} events not sealed yet"
    )
    share = sum(spent) / (told.rounds * told.seconds * (os.cpu_count() or 1))
    print(f"CPU of the sealer: {1e6 * sum(spent) / max(1, sealed):.0f} µs an event, {share:.1%} of this machine's")


if __name__ == "__main__":
    main()
