"""One person by PIN with the event of the look: reads per second and waits, beside `pgbench` doing the same two statements.

    python benchmarks/registers/read_person.py [--persons 10000000] [--seconds 10] [--connections 1 2 4 8] [--http] [--state DIR]

The limit is PostgreSQL's own load generator, written in C, with prepared statements: one SELECT and one INSERT of the event in one
durable transaction, as the owner: no roles, no territory, no row-level security, no objects. People are made by one statement
(`filling.py`) and kept with the state folder. `--http` asks the same over the API, with a machine client's key, from processes
that keep their connection open.
"""

import argparse
import http.client
import itertools
import os
import random
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bench_server
import django
import filling
import psutil

_TWO_STATEMENTS = """\\set serial random(0, {last})
BEGIN;
SELECT id AS person, commune_code FROM (
    SELECT id, pin, full_name, birth_date, sex, life_status, commune_code, province_code, merged_into_id FROM population_person
    WHERE pin = lpad(({first} + :serial * {step}::bigint)::text, 12, '0')) AS found \\gset
INSERT INTO audit_auditevent (act, at, event, actor_kind, actor_key, actor_unit, purpose, reference, subject_kind, subject_key,
    subject_unit, details) VALUES (gen_random_uuid(), clock_timestamp(), 'population.identity_checked', 'officer', 'x', '00004',
    'identity-check', '', 'person', :person, '00004', '{{}}');
COMMIT;
"""


def _reader(number: int, persons: int) -> Callable[[], None]:
    """A look of an officer through the guarded query, as the role that serves requests."""
    django.setup()
    from datetime import UTC, datetime  # noqa: PLC0415 - Django must know its models first

    from sosach.domain.access.queries import Look  # noqa: PLC0415
    from sosach.domain.access.rules import Role  # noqa: PLC0415
    from sosach.domain.audit.rules import Actor, ActorKind, Level  # noqa: PLC0415
    from sosach.domain.population.queries import person_by_pin  # noqa: PLC0415

    actor = Actor(ActorKind.OFFICER, f"officer-{number}", Level.COMMUNE, "00004", frozenset({Role.CLERK}))
    draw = random.Random(number)  # noqa: S311 - no secret

    def one() -> None:
        pin = filling.pin_of(draw.randrange(persons))
        if person_by_pin(Look(actor, "identity-check", datetime.now(UTC)), pin=pin) is None:
            raise LookupError("a person of the benchmark is missing")

    for _ in range(50):
        one()
    return one


def look(number: int, ready: Callable[[], None], seconds: float, persons: int) -> list[float]:
    """Read for that long."""
    one = _reader(number, persons)
    waits: list[float] = []
    ready()
    end = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < end:
        one()
        waits.append(time.perf_counter() - begun)
    return waits


def server_seconds(server: Any) -> float:
    """CPU seconds of the database server and of all it has waited for."""
    time.sleep(1)  # whoever has just ended is reaped by then, and counted
    main = psutil.Process(int((server.state / "data" / "postmaster.pid").read_text("ascii").split()[0]))
    spent = sum(main.cpu_times()[:4])
    return float(spent + sum(sum(child.cpu_times()[:2]) for child in main.children()))


def cost(server: Any, persons: int, reads: int = 3_000) -> None:
    """CPU of one look beside that of the two statements: what other programs on the machine change least."""
    one = _reader(0, persons)
    before, own = server_seconds(server), time.process_time()
    for _ in range(reads):
        one()
    own, ours = (time.process_time() - own) / reads, (server_seconds(server) - before) / reads
    before, children = server_seconds(server), resource.getrusage(resource.RUSAGE_CHILDREN)
    count = limit(server, 1, 5, persons).count
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    client = (after.ru_utime + after.ru_stime - children.ru_utime - children.ru_stime) / count
    theirs = (server_seconds(server) - before) / count
    print(f"CPU of a look: {1000 * own:.2f} ms of the caller, {1000 * ours:.2f} ms of the server", end="; ")
    print(f"pgbench: {1000 * client:.2f} and {1000 * theirs:.2f} ms", flush=True)


def find(number: int, ready: Callable[[], None], seconds: float, level: str, unit: str) -> list[float]:
    """Search by name without accents: a first page of 50, and the page after it."""
    django.setup()
    from datetime import UTC, datetime  # noqa: PLC0415 - Django must know its models first

    from sosach.domain.access.queries import Look  # noqa: PLC0415
    from sosach.domain.access.rules import Role  # noqa: PLC0415
    from sosach.domain.audit.rules import Actor, ActorKind, Level  # noqa: PLC0415
    from sosach.domain.population.queries import search  # noqa: PLC0415
    from sosach.vn.names import keys  # noqa: PLC0415

    actor = Actor(ActorKind.OFFICER, str(number), Level(level), unit, frozenset({Role.CLERK}))
    draw = random.Random(number)  # noqa: S311 - no secret
    waits: list[float] = []
    ready()
    end = time.perf_counter() + seconds
    after, name = None, ""
    while (begun := time.perf_counter()) < end:
        name = keys(f"{draw.choice(filling.SURNAMES)} {draw.choice(filling.MIDDLES)}").k2 if after is None else name
        page = search(Look(actor, "case", datetime.now(UTC)), name=name, beginning=True, after=after)
        after = None if after else page.after
        waits.append(time.perf_counter() - begun)
    return waits


def limit(server: Any, connections: int, seconds: float, persons: int) -> bench_server.Figures:
    """The two statements by `pgbench`."""
    address = server.address
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "look.sql"
        script.write_text(
            _TWO_STATEMENTS.format(last=persons - 1, first=filling.FIRST_SERIAL, step=filling.STEP), encoding="utf-8"
        )
        command = [
            str(server.programs / "bin" / "pgbench"),
            "--no-vacuum",
            "--protocol=prepared",
            f"--file={script}",
            "--log",
        ]
        command += [f"--client={connections}", f"--jobs={min(2, connections)}", f"--time={max(1, round(seconds))}"]
        command += [f"--host={address.socket}", f"--port={address.port}", f"--username={address.user}", "sosach"]
        environ = os.environ | {"PGPASSWORD": address.password}
        subprocess.run(command, check=True, env=environ, cwd=folder, capture_output=True)
        waits = [
            int(line.split()[2]) / 1e6
            for file in Path(folder).glob("pgbench_log*")
            for line in file.read_text("ascii").splitlines()
        ]
    return bench_server.Figures(len(waits), max(1, round(seconds)), waits)


def ask(
    number: int, ready: Callable[[], None], seconds: float, persons: int, port: int, keys: list[str]
) -> list[float]:
    """Ask the API over a connection that is kept."""
    draw = random.Random(number)  # noqa: S311 - no secret
    own = itertools.cycle(keys[number * KEYS_EACH : (number + 1) * KEYS_EACH])
    headers = {"X-Sosach-Purpose": "identity-check", "Content-Type": "application/json"}
    line = http.client.HTTPConnection("127.0.0.1", port)
    waits: list[float] = []

    def one() -> None:
        body = f'{{"pin": "{filling.pin_of(draw.randrange(persons))}"}}'
        line.request("POST", "/api/v1/persons/by-pin", body, headers | {"Authorization": f"Bearer {next(own)}"})
        answer = line.getresponse()
        told = answer.read()
        if answer.status != 200:
            raise LookupError(told.decode())

    for _ in range(30):
        one()
    ready()
    end = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < end:
        one()
        waits.append(time.perf_counter() - begun)
    return waits


KEYS_EACH = 20  # an account may ask 50 times a second for long; a connection stands for many accounts here


def clients(count: int) -> list[str]:
    """Keys of as many new machine clients: each has a budget of its own."""
    told = subprocess.run(
        [sys.executable, "-c", _MAKE_CLIENTS, str(count), str(time.time_ns())],
        check=True,
        env=os.environ | {"SOSACH_DB_ROLE": "web"},
        capture_output=True,
        text=True,
    )
    return told.stdout.split()


_MAKE_CLIENTS = """
import sys
from datetime import UTC, datetime
import django
django.setup()
from sosach.domain.access.operations import Order
from sosach.domain.access.operations.clients import create_client
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
system = Actor(ActorKind.SYSTEM, "benchmark", Level.NATION, "", frozenset({Role.SYSTEM, Role.ADMIN}))
for number in range(int(sys.argv[1])):
    order = Order(system, datetime.now(UTC))
    name = f"bench-{sys.argv[2]}-{number}"
    print(create_client(order, name=name, scopes=frozenset({Role.CLERK}), level=Level.COMMUNE, unit="00004").key)
"""


@contextmanager
def served(workers: int, *, threads: int = 0) -> Iterator[int]:
    """The web process, with as many threads as it has unless told; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "sosach.cli", "serve", "--no-prepare", f"--port={port}", f"--workers={workers}"]
    command += [f"--threads={threads}"] if threads else []
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def main() -> None:
    """Fill, measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--persons", type=int, default=10_000_000)
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--connections", type=int, nargs="+", default=[1, 2, 4, 8])
    options.add_argument("--http", action="store_true")
    options.add_argument("--workers", type=int, default=2, help="web processes for --http")
    options.add_argument("--state", type=Path, default=bench_server.STATE)
    told = options.parse_args()
    bench_server.prepare(told.state)
    address = bench_server.owner_address(told.state)
    begun = time.perf_counter()
    added = filling.fill(address, told.persons)
    print(
        f"{told.persons:,} persons, {added:,} of them made in {time.perf_counter() - begun:.0f} s; {told.seconds:g} s each"
    )
    print(bench_server.HEAD)
    measure(told)
    if told.http:
        measure_http(told)
    for level, unit in (("commune", "00004"), ("province", "01"), ("nation", "")):
        pages = bench_server.together(1, find, told.seconds / 2, level, unit)
        print(pages.row(f"search by name, a page of 50, {level}"), flush=True)


def measure(told: argparse.Namespace) -> None:
    """The guarded look beside the two statements, by number of connections."""
    from sosach.site.embedded import EmbeddedServer  # noqa: PLC0415 - after the settings

    server = EmbeddedServer(told.state)
    cost(server, told.persons)
    for count in told.connections:
        peer = limit(server, count, told.seconds, told.persons)
        ours = bench_server.together(count, look, told.seconds, told.persons)
        print(ours.row(f"person by PIN, {count} connections", peer))
        print(peer.row(f"pgbench, {count} connections"), flush=True)


def measure_http(told: argparse.Namespace) -> None:
    """The same over the API."""
    keys = clients(max(told.connections) * KEYS_EACH)
    with served(told.workers) as port:
        for count in told.connections:
            ours = bench_server.together(count, ask, told.seconds, told.persons, port, keys)
            print(ours.row(f"over HTTP, {count} connections"), flush=True)


if __name__ == "__main__":
    main()
