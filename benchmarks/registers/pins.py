"""PINs per second: newborns registered by eight connections at once, beside a plain INSERT of the very same rows.

    python benchmarks/registers/pins.py [--seconds 10] [--connections 8] [--batches 1 50 500] [--state DIR]

At last citizens who have none get theirs, one by one: newborns whose number is taken out of record and journal before.

Every newborn is five rows and its evidence: record, number for ever, message, journal, two relations, event. All of one province,
sex and year, the worst case for numbers that meet. The server is durable (fsync, synchronous commit).
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bench_server
import django
import psycopg
from psycopg import sql

EACH = 150  # citizens a connection can get numbers for in a second, and more
TABLES = (
    "population_person",
    "population_issuednumber",
    "population_civilmessage",
    "provenance_journalentry",
    "population_relation",
    "audit_auditevent",
)


def register(number: int, ready: Callable[[], None], batch: int, seconds: float, run: str) -> list[float]:
    """Register newborns through the real operation, as the role that serves requests."""
    django.setup()
    from datetime import UTC, datetime  # noqa: PLC0415 - Django must know its models first

    from sosach.domain.access.operations import Order  # noqa: PLC0415
    from sosach.domain.access.rules import Role  # noqa: PLC0415
    from sosach.domain.audit.rules import Actor, ActorKind, Level  # noqa: PLC0415
    from sosach.domain.population.operations.births import Birth, ParentTold, register_births  # noqa: PLC0415
    from sosach.domain.population.rules.words import Kin  # noqa: PLC0415

    actor = Actor(ActorKind.MACHINE, f"feed-{number}", Level.NATION, "", frozenset({Role.CIVIL_STATUS}))
    parents = (ParentTold(Kin.FATHER, "NGUYỄN VĂN CHA"), ParentTold(Kin.MOTHER, "TRẦN THỊ MẸ"))

    def births(turn: int) -> list[Birth]:
        return [
            Birth(f"{run}-{number}-{turn}-{step}", "NGUYỄN VĂN AN", "2026-11-19", "M", "00004", parents=parents)
            for step in range(batch)
        ]

    register_births(Order(actor, datetime.now(UTC)), births=births(-1))  # plans and imports are warm
    waits: list[float] = []
    ready()
    end = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < end:
        register_births(Order(actor, datetime.now(UTC)), births=births(len(waits)))
        waits.append(time.perf_counter() - begun)
    return waits


def establish(number: int, ready: Callable[[], None], seconds: float, persons: list[list[int]]) -> list[float]:
    """Establish numbers for citizens without one, each by a call of its own."""
    django.setup()
    from datetime import UTC, datetime  # noqa: PLC0415 - Django must know its models first

    from sosach.domain.access.operations import Order  # noqa: PLC0415
    from sosach.domain.access.rules import Role  # noqa: PLC0415
    from sosach.domain.audit.rules import Actor, ActorKind, Level  # noqa: PLC0415
    from sosach.domain.population.operations.numbers import issue_pin  # noqa: PLC0415

    actor = Actor(ActorKind.OFFICER, f"officer-{number}", Level.COMMUNE, "00004", frozenset({Role.POPULATION}))
    own = iter(persons[number])
    for _ in range(5):
        issue_pin(Order(actor, datetime.now(UTC)), person_id=next(own))
    waits: list[float] = []
    ready()
    end = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < end:
        issue_pin(Order(actor, datetime.now(UTC)), person_id=next(own))
        waits.append(time.perf_counter() - begun)
    return waits


def without_number(address: dict[str, Any], connections: int, each: int) -> list[list[int]]:
    """People of the commune who have no number any more, as if registered before there were any; a share for each."""
    with psycopg.connect(**address) as owner:
        people = owner.execute(
            "UPDATE population_person SET pin = NULL WHERE id IN (SELECT person_id FROM population_civilmessage "
            "JOIN population_person p ON p.id = person_id WHERE p.pin IS NOT NULL ORDER BY received_at DESC LIMIT %s) "
            "RETURNING id",
            [connections * each],
        ).fetchall()
        keys = [key for (key,) in people]
        owner.execute(
            "UPDATE provenance_journalentry SET changes = changes || '{\"pin\": null}' "
            "WHERE register = 'population' AND subject_id = ANY(%s)",
            [keys],
        )
    return [keys[number::connections] for number in range(connections)]


def insert(
    number: int, ready: Callable[[], None], batch: int, seconds: float, address: dict[str, Any], rows: dict[str, Any]
) -> list[float]:
    """The limit: the same rows into tables of the same shape, no rules, no rights, numbers known beforehand."""
    waits: list[float] = []
    with psycopg.connect(**address) as connection:
        connection.prepare_threshold = 0
        statements = {
            table: sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                sql.Identifier(f"peer_{table}"),
                sql.SQL(", ").join(map(sql.Identifier, columns)),
                sql.SQL(", ").join(sql.Placeholder() * len(columns)),
            )
            for table, (columns, _) in rows.items()
        }
        ready()
        end = time.perf_counter() + seconds
        while (begun := time.perf_counter()) < end:
            serial = (number * 10_000_000) + len(waits) * batch
            with connection.transaction(), connection.cursor() as cursor:
                for table, (columns, patterns) in rows.items():
                    made = [_fresh(columns, pattern, serial + step) for step in range(batch) for pattern in patterns]
                    cursor.executemany(statements[table], made)
            waits.append(time.perf_counter() - begun)
    return waits


def _fresh(columns: list[str], pattern: tuple[Any, ...], serial: int) -> list[Any]:
    """A stored row with keys of its own."""
    own = {"number": f"{serial:012d}", "pin": f"{serial:012d}", "message_id": f"peer-{serial}"}
    return [own.get(name, value) for name, value in zip(columns, pattern, strict=True)]


def patterns(address: dict[str, Any]) -> dict[str, Any]:
    """Tables of the same shape and indexes, and for each the rows of one newborn as they were stored."""
    found: dict[str, Any] = {}
    with psycopg.connect(**address, autocommit=True) as owner:
        owner.adapters.register_loader("jsonb", psycopg.types.string.TextLoader)
        key = owner.execute("SELECT max(person_id) FROM population_relation").fetchone()[0]
        where = {
            "population_person": f"id = {key}",
            "provenance_journalentry": f"subject_id = {key} AND register = 'population'",
            "audit_auditevent": f"subject_key = '{key}'",
        }
        for table in TABLES:
            owner.execute(f"DROP TABLE IF EXISTS peer_{table}")
            owner.execute(f"CREATE TABLE peer_{table} (LIKE {table} INCLUDING ALL)")
            if table == "population_relation":
                _drop_unique(owner, f"peer_{table}")
            cursor = owner.execute(f"SELECT * FROM {table} WHERE {where.get(table, f'person_id = {key}')} ORDER BY 1")
            names = [column.name for column in cursor.description or ()]
            rows = cursor.fetchall()
            kept = [place for place, name in enumerate(names) if name not in ("id", "xid")]
            found[table] = ([names[place] for place in kept], [tuple(row[place] for place in kept) for row in rows])
    return found


def _drop_unique(owner: psycopg.Connection[Any], table: str) -> None:
    """All rows of the peer are about one person, so what is unique per person becomes an ordinary index."""
    for name, definition in owner.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexdef LIKE '%%UNIQUE%%' AND indexname NOT LIKE '%%_pkey'",
        [table],
    ).fetchall():
        owner.execute(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{name}"')
        owner.execute(f'DROP INDEX IF EXISTS "{name}"')
        owner.execute(definition.replace("UNIQUE ", ""))


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--connections", type=int, default=8)
    options.add_argument("--batches", type=int, nargs="+", default=[1, 50, 500])
    options.add_argument("--state", type=Path, default=bench_server.STATE)
    told = options.parse_args()
    bench_server.prepare(told.state)
    address = bench_server.owner_address(told.state)
    run = str(time.time_ns())
    print(f"{told.connections} connections, {told.seconds:g} s each")
    print(bench_server.HEAD)
    for batch in told.batches:
        ours = bench_server.together(told.connections, register, batch, told.seconds, f"{run}-{batch}", units=batch)
        rows = patterns(address)
        peer = bench_server.together(told.connections, insert, batch, told.seconds, address, rows, units=batch)
        print(ours.row(f"newborns, {batch} per message", peer))
        print(peer.row(f"plain INSERT, {batch} per transaction"), flush=True)
    people = without_number(address, told.connections, round(EACH * told.seconds))
    ours = bench_server.together(told.connections, establish, told.seconds, people)
    print(ours.row("citizens without one"), flush=True)
    with psycopg.connect(**address) as owner:
        count, unique = owner.execute("SELECT count(pin), count(DISTINCT pin) FROM population_person").fetchone() or ()
        print(f"{count:,} numbers, {unique:,} different; {1_000_000 - count:,} left with this beginning")


if __name__ == "__main__":
    main()
