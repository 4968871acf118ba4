"""One person by PIN with the event of the look: reads per second and waits, beside the same two statements without anything around.

    python benchmarks/registers/read_person.py [--persons 1000000] [--seconds 10] [--connections 1 2 4] [--state DIR]

The limit sends, through plain psycopg, one prepared SELECT and one prepared INSERT of the event in one durable transaction: no
roles, no territory, no row-level security, no objects. Persons are made once by COPY and kept with the state folder.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import bench_server
import django
import psycopg

SURNAMES = ("NGUYỄN", "TRẦN", "LÊ", "PHẠM", "HOÀNG", "HUỲNH", "PHAN", "VŨ", "VÕ", "ĐẶNG", "BÙI", "ĐỖ", "HỒ", "NGÔ")
MIDDLES = ("VĂN", "THỊ", "ĐỨC", "MINH", "THANH", "QUỐC", "NGỌC", "HỮU")
GIVEN = (
    "AN",
    "BÌNH",
    "CƯỜNG",
    "DŨNG",
    "HÀ",
    "HẢI",
    "HÒA",
    "HÙNG",
    "HƯƠNG",
    "LAN",
    "LINH",
    "MAI",
    "NAM",
    "PHÚC",
    "SƠN",
    "TÂM",
)
FIRST_SERIAL = 10_000_000_000  # numbers beginning with 010 to 0…: the structure does not matter here


def load(address: dict[str, Any], persons: int) -> None:
    """Fill the register by COPY up to that many persons; indexes are built as rows come."""
    with psycopg.connect(**address) as owner:
        present = owner.execute("SELECT count(*) FROM population_person WHERE pin >= '010' AND pin < '030'").fetchone()[
            0
        ]
        if present >= persons:
            return
        communes = owner.execute(
            "SELECT DISTINCT code, province_code FROM places_unit WHERE level = 'commune' AND valid_to IS NULL ORDER BY code"
        ).fetchall()
        columns = [
            name
            for (name,) in owner.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = 'population_person' AND column_name <> 'id' "
                "AND is_identity = 'NO' ORDER BY ordinal_position"
            ).fetchall()
        ]
        with owner.cursor() as cursor, cursor.copy(f"COPY population_person ({', '.join(columns)}) FROM STDIN") as copy:
            for row in _rows(columns, communes, present, persons):
                copy.write_row(row)
        owner.execute("SELECT 1")
    with psycopg.connect(**address, autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE population_person")


def _rows(columns: list[str], communes: list[Any], begin: int, end: int) -> Iterator[list[Any]]:
    from sosach.vn.names import keys  # noqa: PLC0415 - only the loader needs it

    names = [f"{first} {middle} {last}" for first in SURNAMES for middle in MIDDLES for last in GIVEN]
    known = [(name, keys(name)) for name in names]
    draw = random.Random(7)  # noqa: S311 - no secret
    nullable = {"merged_into_id", "pin", "commune_code", "province_code"}
    for serial in range(begin, end):
        name, key = known[draw.randrange(len(known))]
        commune, province = communes[draw.randrange(len(communes))]
        told = {
            "pin": f"{FIRST_SERIAL + serial * 7:012d}",
            "full_name": name,
            "name_k1": key.k1,
            "name_k2": key.k2,
            "birth_date": f"{draw.randrange(1930, 2026)}-05-06",
            "sex": "F" if " THỊ " in name else "M",
            "nationality": "VNM",
            "life_status": "alive",
            "other": "{}",
            "commune_code": commune,
            "province_code": province,
        }
        yield [told.get(column, None if column in nullable else "") for column in columns]


def _pins(number: int, persons: int) -> Callable[[], str]:
    draw = random.Random(number)  # noqa: S311 - no secret
    return lambda: f"{FIRST_SERIAL + draw.randrange(persons) * 7:012d}"


def look(number: int, ready: Callable[[], None], seconds: float, persons: int) -> list[float]:
    """Read through the guarded query, as the role that serves requests."""
    django.setup()
    from datetime import UTC, datetime  # noqa: PLC0415 - Django must know its models first

    from sosach.domain.access.queries import Look  # noqa: PLC0415
    from sosach.domain.access.rules import Role  # noqa: PLC0415
    from sosach.domain.audit.rules import Actor, ActorKind, Level  # noqa: PLC0415
    from sosach.domain.population.queries import person_by_pin  # noqa: PLC0415

    actor = Actor(ActorKind.OFFICER, str(number), Level.COMMUNE, "00004", frozenset({Role.CLERK}))
    pin = _pins(number, persons)
    waits: list[float] = []
    for _ in range(50):
        person_by_pin(Look(actor, "identity", datetime.now(UTC)), pin=pin())
    ready()
    end = time.perf_counter() + seconds
    while (begun := time.perf_counter()) < end:
        if person_by_pin(Look(actor, "identity", datetime.now(UTC)), pin=pin()) is None:
            raise LookupError("a person of the benchmark is missing")
        waits.append(time.perf_counter() - begun)
    return waits


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
        name = keys(f"{draw.choice(SURNAMES)} {draw.choice(MIDDLES)}").k2 if after is None else name
        page = search(Look(actor, "case", datetime.now(UTC)), name=name, beginning=True, after=after)
        after = None if after else page.after
        waits.append(time.perf_counter() - begun)
    return waits


def floor(number: int, ready: Callable[[], None], seconds: float, persons: int, address: dict[str, Any]) -> list[float]:
    """The limit: the same two statements."""
    pin = _pins(number, persons)
    waits: list[float] = []
    select = (
        "SELECT id, pin, full_name, birth_date, sex, life_status, commune_code, province_code, merged_into_id "
        "FROM population_person WHERE pin = %s"
    )
    insert = (
        "INSERT INTO audit_auditevent (act, at, event, actor_kind, actor_key, actor_unit, purpose, reference, subject_kind, "
        "subject_key, subject_unit, details) VALUES (gen_random_uuid(), clock_timestamp(), 'population.identity_checked', "
        "'officer', 'x', '00004', 'identity', '', 'person', %s, '00004', '{}')"
    )
    with psycopg.connect(**address, prepare_threshold=0) as connection:
        for turn in range(-50, 1_000_000_000):
            if turn == 0:
                ready()
                end = time.perf_counter() + seconds
            begun = time.perf_counter()
            if turn >= 0 and begun >= end:
                break
            with connection.transaction():
                row = connection.execute(select, [pin()]).fetchone()
                connection.execute(insert, [str(row[0])])
            if turn >= 0:
                waits.append(time.perf_counter() - begun)
    return waits


def main() -> None:
    """Load, measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--persons", type=int, default=1_000_000)
    options.add_argument("--seconds", type=float, default=10)
    options.add_argument("--connections", type=int, nargs="+", default=[1, 2, 4])
    options.add_argument("--state", type=Path, default=bench_server.STATE)
    told = options.parse_args()
    bench_server.prepare(told.state)
    address = bench_server.owner_address(told.state)
    begun = time.perf_counter()
    load(address, told.persons)
    print(f"{told.persons:,} persons, loaded in {time.perf_counter() - begun:.0f} s; {told.seconds:g} s each")
    print(bench_server.HEAD)
    for count in told.connections:
        ours = bench_server.together(count, look, told.seconds, told.persons)
        peer = bench_server.together(count, floor, told.seconds, told.persons, address)
        print(ours.row(f"person by PIN, {count} connections", peer))
        print(peer.row(f"the two statements, {count} connections"), flush=True)
    for level, unit in (("commune", "00004"), ("province", "01"), ("nation", "")):
        pages = bench_server.together(1, find, told.seconds / 2, level, unit)
        print(pages.row(f"search by name, a page of 50, {level}"), flush=True)


if __name__ == "__main__":
    main()
