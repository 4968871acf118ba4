"""Declarations a second over HTTP: durable, checked, audited; then ten times as many as can be done, with officers at work meanwhile.

    python benchmarks/registers/declarations.py [--rate 300] [--seconds 600] [--overload 60] [--workers 1] [--threads N] [--state DIR]

The server is the one `sosach serve` starts, on a durable PostgreSQL of its own with people and vehicles in it. The generator
(`declaring.py`, a process of its own on the same machine) keeps an open loop. An officer's browser reads the queues of the desk all
the time. Afterwards every number that was acknowledged is looked for in the database, with its event in the evidence log.
"""

import argparse
import http.client
import multiprocessing
import os
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
from pathlib import Path
from typing import Any

import bench_server
import declaring
import filling
import psutil
import psycopg
from read_person import served, server_seconds

PAGES = ("/ban-lam-viec/to-khai/", "/ban-lam-viec/")
PROGRAMS, PASSWORD = 60, "mat-khau-cua-phep-do"
UNIT = "00004"
_VEHICLES = """
INSERT INTO vehicles_vehicle ({columns}) SELECT {values} FROM vehicles_vehicle v
CROSS JOIN generate_series(2, %(count)s::bigint) AS serial WHERE v.id = %(first)s
"""
_MAKE = """
import sys
from datetime import UTC, datetime
import django
django.setup()
from sosach.domain.access.operations import Order
from sosach.domain.access.operations.clients import create_client
from sosach.domain.access.operations.officers import create_officer, grant_role
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.population.models import Person
from sosach.domain.vehicles.models import Vehicle
from sosach.web.api.opaque import reference
system = Actor(ActorKind.SYSTEM, "benchmark", Level.NATION, "", frozenset({Role.SYSTEM, Role.ADMIN}))
now, mark, unit = datetime.now(UTC), sys.argv[2], sys.argv[3]
order = Order(system, now)
made = create_officer(order, user_name=f"bench.{mark}", display_name="Cán bộ Thử", password=sys.argv[4], level=Level.COMMUNE, unit=unit)
for role in (Role.CLERK, Role.VERIFIER):
    grant_role(Order(system, now), officer_id=made.pk, role=role)
print(made.pk)
for number in range(int(sys.argv[1])):
    told = {"name": f"bench-{mark}-{number}", "scopes": frozenset({Role.CLERK}), "level": Level.NATION, "unit": ""}
    print(create_client(Order(system, now), **told).key)
with acting(system):
    if not Vehicle.objects.exists():
        Vehicle.objects.create(kind="mo_to", commune_code=unit, province_code="01", plate_number="29B100001")
    for key in Person.objects.filter(life_status="alive").order_by("pk").values_list("pk", flat=True)[: int(sys.argv[5])]:
        print("person", reference("person", key))
"""


def plate_of(serial: int) -> str:
    """The plate of one of the vehicles that stand in the register.

    >>> plate_of(7)
    '29B100007'
    """
    return f"29B{100_000 + serial}"


def accounts(persons: int) -> tuple[int, list[str], list[str]]:
    """An officer, keys of programs, references of people."""
    told = subprocess.run(
        [sys.executable, "-c", _MAKE, str(PROGRAMS), str(time.time_ns()), UNIT, PASSWORD, str(persons)],
        check=True,
        env=os.environ | {"SOSACH_DB_ROLE": "web"},
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.split("\n")
    people = [line.removeprefix("person ") for line in told if line.startswith("person ")]
    return int(told[0]), [line for line in told[1:] if line and not line.startswith("person ")], people


def stock(address: dict[str, Any], vehicles: int) -> None:
    """Vehicles by one statement of the database, for figures only."""
    with psycopg.connect(**address) as owner:
        found = owner.execute("SELECT min(id), count(*) FROM vehicles_vehicle").fetchone()
        first, present = found or (0, 0)
        if present >= vehicles:
            return
        columns = [
            name
            for (name,) in owner.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = 'vehicles_vehicle' "
                "AND is_identity = 'NO' ORDER BY ordinal_position"
            ).fetchall()
        ]
        changed = {
            "plate_number": "'29B' || (100000 + serial)",
            "chassis_number": "'RLHPC' || lpad(serial::text, 12, '0')",
        }
        values = ", ".join(changed.get(column, f'v."{column}"') for column in columns)
        named = ", ".join(f'"{column}"' for column in columns)
        owner.execute(_VEHICLES.format(columns=named, values=values), {"count": vehicles, "first": first})
    with psycopg.connect(**address, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE vehicles_vehicle")


class Officer(threading.Thread):
    """Reads pages of the desk again and again, as somebody at work does; notes how long each took.

    Attributes:
        waits: seconds of pages shown.
        failed: statuses of the others.
    """

    def __init__(self, port: int, officer_id: int) -> None:
        super().__init__(daemon=True)
        self.waits: list[float] = []
        self.failed: list[int] = []
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._cookies: dict[str, str] = {}
        self._over = threading.Event()
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', self._ask("GET", "/dung-thu/")[1])
        form = {"officer": str(officer_id), "csrfmiddlewaretoken": token[1].decode() if token else ""}
        self._ask("POST", "/dung-thu/", urllib.parse.urlencode(form))

    def run(self) -> None:
        """Until told that it is over."""
        while not self._over.is_set():
            for page in PAGES:
                begun = time.perf_counter()
                status, _ = self._ask("GET", page)
                if status == 200:
                    self.waits.append(time.perf_counter() - begun)
                else:
                    self.failed.append(status)
                self._over.wait(0.25)

    def told(self) -> str:
        """What was seen, in a line; the officer goes home."""
        self._over.set()
        self.join(35)
        if not self.waits:
            return f"officer's pages: none shown, {len(self.failed)} refused"
        ordered = sorted(self.waits)
        return (
            f"officer's pages: {len(ordered)} shown, {len(self.failed)} refused; p50 {1000 * statistics.median(ordered):.0f} ms, "
            f"p99 {1000 * _at(ordered, 0.99):.0f} ms, longest {1000 * ordered[-1]:.0f} ms"
        )

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if body is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            self._line.request(method, path, body, headers)
            answer = self._line.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self._line.close()
            return 0, b""
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.partition(";")[0]
        return answer.status, content


def cpu() -> tuple[float, float]:
    """CPU seconds of the web processes and of the database server so far: the generator runs on the same machine, and is not of them."""
    from django.conf import settings  # noqa: PLC0415 - after the settings

    from sosach.site.embedded import EmbeddedServer  # noqa: PLC0415

    serving = [one for one in psutil.Process().children() if "serve" in one.cmdline()]
    web = [*serving, *(worker for one in serving for worker in one.children(recursive=True))]
    return sum(sum(one.cpu_times()[:2]) for one in web), server_seconds(EmbeddedServer(settings.STATE))


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def offered(
    name: str, port: int, rate: float, seconds: float, told: tuple[list[str], list[tuple[str, str]]], officer_id: int
) -> declaring.Outcome:
    """Offer so many, print what became of them."""
    officer = Officer(port, officer_id)
    before = cpu()
    officer.start()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        found = pool.apply(declaring.offer, (port, rate, seconds, *told, f"{name}-{time.time_ns():020d}"))
    pages = officer.told()
    web, database = (after - begun for after, begun in zip(cpu(), before, strict=True))
    waits, refusals = sorted(found.waits) or [0.0], sorted(found.refusals)
    done = len(found.numbers)
    print(
        f"{name}: {rate:g}/s offered for {seconds:g} s; {done / found.seconds:,.0f}/s taken in ({done:,}), p50 "
        f"{1000 * statistics.median(waits):.0f} ms, p99 {1000 * _at(waits, 0.99):.0f} ms"
    )
    if refusals:
        print(
            f"  {len(refusals):,} refused, p50 {1000 * statistics.median(refusals):.1f} ms, p99 {1000 * _at(refusals, 0.99):.1f} ms, "
            f"{100 * sum(each <= 0.05 for each in refusals) / len(refusals):.2f} % within 50 ms, "
            f"{found.told_when / len(refusals):.0%} with Retry-After"
        )
    cores = f"{web / found.seconds:.2f} cores of the web, {database / found.seconds:.2f} of the database"
    print(f"  CPU: {cores}; load of the machine {os.getloadavg()[0]:.1f}")
    print(
        f"  other answers: {found.others or 'none'}; not sent for want of lines: {found.unsent:,}\n  {pages}",
        flush=True,
    )
    return found


def lost(address: dict[str, Any], numbers: list[str]) -> None:
    """Look for every acknowledged declaration and its event.

    Raises:
        SystemExit: one is missing.
    """
    with psycopg.connect(**address) as owner:
        owner.execute("CREATE TEMP TABLE told (number text)")
        with owner.cursor() as cursor, cursor.copy("COPY told FROM STDIN") as copy:
            for number in numbers:
                copy.write_row((number,))
        row = owner.execute(
            "SELECT count(*), count(DISTINCT d.id), count(DISTINCT e.id) FROM told LEFT JOIN declarations_declaration d "
            "USING (number) LEFT JOIN audit_auditevent e ON e.event = 'declarations.submitted' "
            "AND e.subject_kind = 'declaration' AND e.subject_key = d.id::text"
        ).fetchone()
        stored = owner.execute("SELECT count(*) FROM declarations_declaration").fetchone()
    told, there, audited = row or (0, 0, 0)
    print(
        f"acknowledged {told:,}, in the database {there:,}, in the evidence log {audited:,}; stored in all {stored and stored[0]:,}"
    )
    if not told == there == audited == len(set(numbers)):
        raise SystemExit("declarations that were acknowledged are missing")


def main() -> None:
    """Fill, measure, count, print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rate", type=float, default=300)
    options.add_argument("--seconds", type=float, default=600)
    options.add_argument("--overload", type=float, default=60, help="seconds of ten times the rate; 0: none")
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--threads", type=int, default=0, help="requests each works on at once; 0: as sosach serve")
    options.add_argument("--persons", type=int, default=100_000)
    options.add_argument("--state", type=Path, default=bench_server.STATE.parent / "declarations")
    told = options.parse_args()
    if told.state.exists():
        options.error(f"{told.state} is there already: the figures need a server of their own")
    bench_server.prepare(told.state)
    address = bench_server.owner_address(told.state)
    from sosach.site.embedded import EmbeddedServer  # noqa: PLC0415 - after the settings

    try:
        filling.fill(address, told.persons)
        officer_id, keys, references = accounts(told.persons)
        stock(address, told.persons)
        people = [(each, plate_of(2 + place * 7 % told.persons)) for place, each in enumerate(references)]
        numbers: list[str] = []
        with served(told.workers, threads=told.threads) as port:
            declaring.offer(port, 50, 3, keys, people, f"warm-{time.time_ns():020d}")
            numbers += offered("steady", port, told.rate, told.seconds, (keys, people), officer_id).numbers
            if told.overload:
                numbers += offered("tenfold", port, 10 * told.rate, told.overload, (keys, people), officer_id).numbers
        lost(address, numbers)
    finally:
        EmbeddedServer(told.state).stop()
        shutil.rmtree(told.state)


if __name__ == "__main__":
    main()
