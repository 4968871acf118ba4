"""Whether a server may hold what it is to hold: versions, settings that keep acknowledged writes, synthetic or real data."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import connection

from sosach.base.errors import ErrorCode, SosachError

# Newest minor of every branch as known on that day: 15.20 as Debian shipped it on 13 November 2026, the others by the
# common release of that day. Real data need at least these; raise them with every release of PostgreSQL.
KNOWN_ON = date(2026, 11, 22)
NEWEST_MINOR = {15: 20, 16: 16, 17: 12, 18: 7}
TESTS = "SOSACH_TESTS"  # set: the database is thrown away afterwards and may be fast instead of durable
_DURABLE_COMMITS = {"on", "local", "remote_write", "remote_apply"}
_FACTS_SQL = """
SELECT current_setting('server_version_num')::int, current_setting('server_version'), current_setting('fsync'),
       current_setting('synchronous_commit'), current_setting('full_page_writes'), current_setting('data_checksums'),
       coalesce(current_setting('sosach.embedded', true), '') = 'on', to_regclass('installation.data_kind') IS NOT NULL
"""


class DataKind(StrEnum):
    """What a database may hold; written into the database itself by its owner (`preparing.mark`)."""

    SYNTHETIC = "synthetic"
    REAL = "real"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a server says of itself.

    Attributes:
        major: branch.
        minor: number within the branch.
        version: as it is written.
        fsync: setting of that name.
        synchronous_commit: setting of that name.
        full_page_writes: setting of that name.
        data_checksums: setting of that name.
        embedded: whether it is our embedded server.
        data_kind: what the database may hold.
    """

    major: int
    minor: int
    version: str
    fsync: str
    synchronous_commit: str
    full_page_writes: str
    data_checksums: str
    embedded: bool
    data_kind: DataKind


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it has to be, in both languages."""

    vi: str
    en: str


def facts() -> Facts:
    """Ask the server this process is connected to."""
    with connection.cursor() as cursor:
        cursor.execute(_FACTS_SQL)
        number, version, fsync, commit, pages, sums, embedded, marked = cursor.fetchone()
        if marked:
            cursor.execute("SELECT kind FROM installation.data_kind")
        kind = DataKind(cursor.fetchone()[0]) if marked else DataKind.SYNTHETIC
    return Facts(number // 10_000, number % 10_000, version, fsync, commit, pages, sums, embedded, kind)


def durability_faults(server: Facts) -> list[Fault]:
    """Settings under which an acknowledged write can be lost or a damaged page go unnoticed.

    >>> durability_faults(Facts(18, 7, "18.7", "on", "on", "on", "on", True, DataKind.SYNTHETIC))
    []
    >>> durability_faults(Facts(18, 7, "18.7", "on", "off", "on", "on", True, DataKind.SYNTHETIC))[0].en
    'synchronous_commit = off: an acknowledged write can be lost.'
    """
    found = [
        Fault(
            f"{name} = off: có thể mất dữ liệu đã báo là đã ghi.", f"{name} = off: an acknowledged write can be lost."
        )
        for name, value in (("fsync", server.fsync), ("full_page_writes", server.full_page_writes))
        if value != "on"
    ]
    if server.synchronous_commit not in _DURABLE_COMMITS:
        found.append(
            Fault(
                "synchronous_commit = off: có thể mất dữ liệu đã báo là đã ghi.",
                "synchronous_commit = off: an acknowledged write can be lost.",
            )
        )
    if server.data_checksums != "on":
        found.append(
            Fault(
                "data_checksums = off: trang hỏng không bị phát hiện.", "data_checksums = off: damage goes unnoticed."
            )
        )
    return found


def real_data_faults(server: Facts) -> list[Fault]:
    """Why real data of people must not enter this server.

    >>> [fault.en for fault in real_data_faults(Facts(15, 19, "15.19", "on", "on", "on", "on", False, DataKind.REAL))]
    ['PostgreSQL 15.19 is older than 15.20 and has known security holes.']
    """
    found = durability_faults(server)
    if server.embedded:
        found.append(
            Fault(
                "Máy chủ nhúng chỉ dành cho dữ liệu giả định: trình diễn, thử nghiệm, đào tạo.",
                "The embedded server is for synthetic data only: demonstration, tests, training.",
            )
        )
    newest = NEWEST_MINOR.get(server.major)
    if newest is None or server.minor < newest:
        needed = f"{server.major}.{newest}" if newest is not None else f"{min(NEWEST_MINOR)}–{max(NEWEST_MINOR)}"
        found.append(
            Fault(
                f"PostgreSQL {server.version} cũ hơn {needed} và có lỗ hổng bảo mật đã biết.",
                f"PostgreSQL {server.version} is older than {needed} and has known security holes.",
            )
        )
    return found


def require_durable(server: Facts, environ: Mapping[str, str] = os.environ) -> None:
    """Refuse to write where acknowledged writes can be lost, unless the database is told to be a test.

    Raises:
        SosachError: DB-02.
    """
    if not environ.get(TESTS):
        _require(durability_faults(server))


def require_fit_for(kind: DataKind, server: Facts) -> None:
    """Refuse data of a kind this database may not hold.

    Raises:
        SosachError: DB-02.
    """
    if kind is DataKind.SYNTHETIC:
        return
    marked = (
        []
        if server.data_kind is DataKind.REAL
        else [
            Fault(
                "Cơ sở dữ liệu được đánh dấu là dữ liệu giả định (sosach db up --data real).",
                "The database is marked synthetic (sosach db up --data real).",
            )
        ]
    )
    _require([*real_data_faults(server), *marked])


def _require(found: Sequence[Fault]) -> None:
    if found:
        raise SosachError(
            ErrorCode.DATABASE_UNFIT,
            vi="Máy chủ cơ sở dữ liệu không đạt:\n" + "\n".join(f"  – {fault.vi}" for fault in found),
            en="The database server is not fit:\n" + "\n".join(f"  – {fault.en}" for fault in found),
            hint_vi="Xem docs/operations/database.md",
            hint_en="See docs/operations/database.md",
        )
