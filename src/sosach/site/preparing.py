"""Brings a database up to date: server, roles, tables, row-level security from the policy. May be run again."""

import os
from dataclasses import replace
from datetime import datetime

import psycopg
from django.db import connection, transaction

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.exchange.operations.following import publish_lines
from sosach.domain.places.operations import take_in_units
from sosach.jobs.reactions import REACTIONS
from sosach.jobs.tables import RIGHTS_SQL, TABLES_SQL
from sosach.site.databases import (
    DATABASE,
    DbRole,
    connection_settings,
    is_embedded,
    role_name,
    role_passwords,
    state_folder,
)
from sosach.site.embedded import EmbeddedServer
from sosach.site.fitness import DataKind, Facts, facts, require_durable, require_fit_for
from sosach.site.rights import LOCK_KEY, apply_rights
from sosach.site.roles import SERVED, Connection, make_database, make_roles
from sosach.site.tables import bring_tables_up_to_date

PREPARER = Actor(ActorKind.SYSTEM, "prepare", Level.NATION, roles=frozenset({Role.SYSTEM}))


def bring_up_to_date(at: datetime, *, kind: DataKind | None = None) -> Facts:
    """Start the embedded server unless a URL names another, make roles, migrate, apply the policy, take in the units, write down who follows what.

    Args:
        at: now.
        kind: what the database is to hold; None: as it is marked, synthetic at first.

    Raises:
        SosachError: DB-01 no database answers; DB-02 it is not fit for what it is to hold; DB-03 rights are missing.
    """
    passwords = role_passwords(state_folder())
    if is_embedded():
        EmbeddedServer(state_folder()).start()
    with owner_connection("postgres" if is_embedded() else None) as server:
        make_roles(server, passwords)
        if is_embedded():
            make_database(server, DATABASE)
    _make_mark()
    found = facts()
    require_durable(found)
    if kind is not None:
        found = _mark(kind, found)
    bring_tables_up_to_date()
    apply_rights()
    take_in_units(PREPARER, at)
    publish_lines(PREPARER, [reaction.line for reaction in REACTIONS])
    return found


def owner_connection(database: str | None = None) -> Connection:
    """A connection of the owner, each statement a transaction.

    Raises:
        SosachError: DB-01, nobody answers.
    """
    settings = connection_settings(DbRole.OWNER, os.environ)
    try:
        return psycopg.connect(
            host=settings["HOST"],
            port=settings["PORT"] or None,
            user=settings["USER"] or None,
            password=settings["PASSWORD"] or None,
            dbname=database or settings["NAME"],
            autocommit=True,
            connect_timeout=30,
            **{name: value for name, value in settings["OPTIONS"].items() if name != "options"},
        )
    except psycopg.OperationalError as refused:
        raise SosachError(
            ErrorCode.DATABASE_DOWN,
            vi=f"Không kết nối được cơ sở dữ liệu: {refused}",
            en=f"The database does not answer: {refused}",
            hint_vi="Chạy `sosach db up`, hoặc xem lại DATABASE_URL.",
            hint_en="Run `sosach db up`, or look at DATABASE_URL again.",
        ) from refused


def _make_mark() -> None:
    """Where the database says what it may hold, and background work remembers what it did. Owners alone change the former."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
        cursor.execute("CREATE SCHEMA IF NOT EXISTS installation")
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS installation.data_kind (one boolean PRIMARY KEY DEFAULT true CHECK (one), "
            "kind text NOT NULL DEFAULT 'synthetic' CHECK (kind IN ('synthetic', 'real')))"
        )
        cursor.execute("INSERT INTO installation.data_kind DEFAULT VALUES ON CONFLICT DO NOTHING")
        for statement in TABLES_SQL:
            cursor.execute(statement)
        for statement in RIGHTS_SQL:
            cursor.execute(statement.format(role=role_name(DbRole.JOBS)))
        cursor.execute(f"GRANT USAGE ON SCHEMA installation TO {', '.join(map(role_name, SERVED))}")
        cursor.execute(f"GRANT SELECT ON installation.data_kind TO {', '.join(map(role_name, SERVED))}")


def _mark(kind: DataKind, found: Facts) -> Facts:
    """Write into the database what it may hold; one that held real data never becomes a playground."""
    if found.data_kind is DataKind.REAL and kind is not DataKind.REAL:
        raise SosachError(
            ErrorCode.DATABASE_UNFIT,
            vi="Cơ sở dữ liệu đã giữ dữ liệu thật; không đổi lại thành giả định được.",
            en="The database has held real data; it cannot be made a synthetic one again.",
        )
    require_fit_for(kind, replace(found, data_kind=kind))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE installation.data_kind SET kind = %s", [kind])
    return facts()
