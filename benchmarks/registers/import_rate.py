"""Vehicles per second from a cleaning run into the registers, beside a bare COPY of the same columns.

    python benchmarks/registers/import_rate.py [--vehicles 200000] [--run FOLDER] [--state DIR] [--profile]

Without `--run` synthetic registers of that size are made and cleaned first (not counted). Persons are taken in before the
vehicles, so that every link is resolved; each register's own rate is printed. The import runs as the role that serves
background work: row-level security, constraints and indexes stay as they are; a large register by two connections, each in a
transaction (`--profile` counts the statements of the first). The server is durable (fsync on). The peer copies the columns of `vehicles.parquet` into a table of text without index or constraint.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bench_server
import django

GOAL_ROWS = 8_000_000
PEER = "import_rate_peer"


def made(state: Path, vehicles: int) -> Path:
    """Folder of a cleaning run over synthetic registers of that many vehicles."""
    folder = state.parent / f"run_{vehicles}"
    if not (folder / "result" / "manifest.json").is_file():
        program = [sys.executable, "-c", "from sosach.cli.main import run; run()"]
        synth, result = folder / "synthetic", folder / "result"
        persons = str(max(10, round(vehicles / 0.9)))
        subprocess.run(
            [*program, "synth", "--out", str(synth), "--persons", persons, "--formats", "parquet"], check=True
        )
        inputs = [f"--{name}={synth / name}.parquet" for name in ("population", "vehicles", "licences")]
        subprocess.run([*program, "clean", *inputs, "--out", str(result)], check=True)
    return folder / "result"


def take_in(run: Path, names: list[str], statements: Counter[str] | None) -> list[tuple[str, int, float, Any]]:
    """Take the registers in, each on its own clock."""
    from datetime import UTC, datetime  # noqa: PLC0415 - Django must know its models first

    from django.db import connection  # noqa: PLC0415

    from sosach.domain.access.operations import Order  # noqa: PLC0415
    from sosach.domain.access.rules import Role  # noqa: PLC0415
    from sosach.domain.audit.rules import Actor, ActorKind, Level  # noqa: PLC0415
    from sosach.domain.population.operations.register import REGISTER as POPULATION  # noqa: PLC0415
    from sosach.domain.provenance.operations.importing import import_run  # noqa: PLC0415
    from sosach.domain.vehicles.operations.register import REGISTER as VEHICLES  # noqa: PLC0415

    actor = Actor(ActorKind.SYSTEM, "import", Level.NATION, roles=frozenset({Role.SYSTEM}))
    found = []
    registers = {"population": [POPULATION], "vehicles": [POPULATION, VEHICLES]}
    for name in names:
        begun = time.perf_counter()
        with connection.execute_wrapper(_timed(statements)):
            order = Order(actor, datetime.now(UTC))  # an act of its own: what one act wrote no second connection sees
            taken = import_run(order, folder=run, registers=registers[name], synthetic=True, progress=_shown)[-1]
        found.append((name, taken.rows, time.perf_counter() - begun, taken))
    return found


def _timed(statements: Counter[str] | None) -> Callable[..., Any]:
    def wrapper(execute: Callable[..., Any], sql: Any, params: Any, many: Any, context: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            if statements is not None:
                statements[" ".join(str(sql).split())[:90]] += round(1000 * (time.perf_counter() - begun))

    return wrapper


def _shown(register: str, phase: str, done: int, total: int) -> None:
    print(f"\r{register}, {phase} {done:,} / {total:,}   ", end="", file=sys.stderr, flush=True)


def copied(run: Path) -> tuple[int, float]:
    """The peer: rows and seconds of a bare COPY of the columns of `vehicles.parquet`."""
    import psycopg  # noqa: PLC0415

    from sosach.domain.provenance.operations.importing.folder import RunFolder  # noqa: PLC0415
    from sosach.site.databases import DbRole, connection_settings  # noqa: PLC0415

    folder = RunFolder(run)
    columns = folder.columns("vehicles")
    told = connection_settings(DbRole.OWNER, os.environ)
    begun, rows = time.perf_counter(), 0
    with psycopg.connect(
        host=told["HOST"], port=told["PORT"], user=told["USER"], password=told["PASSWORD"], dbname=told["NAME"]
    ) as server:
        server.execute(f"DROP TABLE IF EXISTS {PEER}")
        server.execute(f"CREATE TABLE {PEER} ({', '.join(f'c{place} text' for place in range(len(columns)))})")
        with server.cursor() as cursor, cursor.copy(f"COPY {PEER} FROM STDIN (FORMAT csv)") as copy:
            for portion, count in folder.counted("vehicles", columns):
                copy.write(portion)
                rows += count
    seconds = time.perf_counter() - begun
    with psycopg.connect(
        host=told["HOST"], port=told["PORT"], user=told["USER"], password=told["PASSWORD"], dbname=told["NAME"]
    ) as server:
        server.execute(f"DROP TABLE {PEER}")
    return rows, seconds


def main() -> None:
    """Print the rates, and how long the goal would take at the measured one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vehicles", type=int, default=200_000)
    parser.add_argument("--run", type=Path)
    parser.add_argument("--state", type=Path, default=bench_server.STATE)
    parser.add_argument("--profile", action="store_true")
    told = parser.parse_args()
    bench_server.prepare(told.state)
    os.environ["SOSACH_DB_ROLE"] = "jobs"
    django.setup()
    run = told.run or made(told.state, told.vehicles)
    statements: Counter[str] | None = Counter() if told.profile else None
    print(f"{'':24} {'rows':>12} {'seconds':>9} {'rows/s':>10}")
    for name, rows, seconds, taken in take_in(run, ["population", "vehicles"], statements):
        print(f"\r{name:24} {rows:12,} {seconds:9.1f} {rows / seconds:10,.0f}   {taken}")
        if name == "vehicles":
            rate = rows / seconds
    rows, seconds = copied(run)
    peer = rows / seconds
    print(f"{'bare COPY of vehicles':24} {rows:12,} {seconds:9.1f} {peer:10,.0f}")
    minutes = GOAL_ROWS / rate / 60
    print(f"vehicles: {rate / peer:.3f} of the bare COPY; {GOAL_ROWS:,} at this rate: {minutes:.1f} min (goal 15)")
    print(f"peak memory of the program: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    for statement, milliseconds in (statements or Counter()).most_common(25):
        print(f"{milliseconds / 1000:9.1f} s  {statement}")


if __name__ == "__main__":
    main()
