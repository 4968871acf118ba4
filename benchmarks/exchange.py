"""Records a second from a province's queue to an answering nation, and what is left when everything went wrong before.

    python benchmarks/exchange.py [--records 200000] [--share 0.3] [--state DIR]

The province is a durable PostgreSQL of its own with real newborns in its register; the nation is the stub of the tests, in this
process, which checks every signature, number and hash, and keeps what it was told. First half of the records over a line on which that
share of the calls goes wrong, then two days without the nation by the clock, during which the other half is registered, then the
drain. The difference is over every record: what was told, its hash, what was answered, and how often it was done.
"""

import argparse
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent / "registers")]

import bench_server  # noqa: E402 - found on the path set above
import django  # noqa: E402

SEED = 20261122
HOURS = 48


def measured(records: int, share: float, owner: Any) -> None:
    """Run it and print the figures."""
    from tests.jobs.levels.province import TWO_DAYS, Province  # noqa: PLC0415 - Django must know its models first

    from sosach.jobs.levels import take_turn  # noqa: PLC0415

    province = Province(owner, Path(tempfile.mkdtemp()), seed=SEED, share=share, most=500)
    province.bear(0, records // 2)
    clock = _Clock()
    faults = province.run()
    clock.show("while the line goes wrong", province.ledger.outcomes.total())
    begin = province.clock() + timedelta(hours=1)
    province.hostile.share, province.hostile.outage = 0.0, (begin, begin + TWO_DAYS)
    portion = records // 2 // HOURS
    for hour in range(HOURS):
        province.clock.move(begin + timedelta(hours=hour, minutes=1))
        faults[take_turn(province.line).fault] += 1
        province.bear(records // 2 + hour * portion, portion)
    province.clock.move(begin + TWO_DAYS + timedelta(hours=1))
    before, clock = province.ledger.outcomes.total(), _Clock()
    province.run()
    clock.show("drained afterwards", province.ledger.outcomes.total() - before)
    renamed, clock = province.rename_from_above(1_000), _Clock()
    province.run()
    clock.show("taken in from above", len(renamed))
    province.agrees()
    print(
        f"difference: 0 of {province.ledger.outcomes.total()} up, 0 of {len(renamed)} down; {dict(province.ledger.outcomes)}"
    )
    print(
        f"calls: {dict(sorted(province.hostile.done.items()))}; turns that ended early: {dict(sorted(faults.items()))}"
    )
    province.hostile.close()


class _Clock:
    """Seconds on the wall, and processor seconds of this process: province and stub together, without the database."""

    def __init__(self) -> None:
        self._wall, self._processor = time.monotonic(), time.process_time()

    def show(self, what: str, count: int) -> None:
        """Print what was done since."""
        wall, processor = time.monotonic() - self._wall, time.process_time() - self._processor
        each = 1000 * processor / count
        print(
            f"{what:28} {count:>10,} records {wall:>8.1f} s {count / wall:>8,.0f}/s {each:>6.2f} ms of processor each",
            flush=True,
        )


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--share", type=float, default=0.3)
    parser.add_argument("--state", type=Path, default=bench_server.STATE)
    told = parser.parse_args()
    bench_server.prepare(told.state)
    os.environ["SOSACH_DB_ROLE"] = "jobs"  # the role of the worker that does it
    django.setup()

    from django.db import connection  # noqa: PLC0415

    from sosach.site.databases import DATABASE  # noqa: PLC0415
    from sosach.site.embedded import EmbeddedServer  # noqa: PLC0415

    server, name = EmbeddedServer(told.state), f"exchange_{int(time.time())}"
    with server.address.connect("postgres") as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{DATABASE}"'.encode())
    connection.settings_dict["NAME"] = name
    try:
        with server.address.connect(name) as owner:
            measured(told.records, told.share, owner)
    finally:
        connection.close()
        with server.address.connect("postgres") as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


if __name__ == "__main__":
    main()
