"""Brings a database up to date: roles, tables, row-level security from the policy. Run as owner; may be run again."""

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import import_module

import django
import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from sosach.domain.access.rules import FUNCTIONS_SQL, Role, policies, row_security_sql
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.site.databases import DATABASE, DbRole, role_name, role_passwords, state_folder
from sosach.site.embedded import Address, EmbeddedServer

# Roles whose rights the policy gives.
_POLICED = (DbRole.WEB, DbRole.JOBS)
LOCK_KEY = 7309941  # of the advisory lock: two who prepare at once do it one after the other


def make_roles(address: Address, passwords: dict[str, str]) -> None:
    """Make the database and its roles on the embedded server, or give them these passwords again."""
    with psycopg.connect(
        host=str(address.socket),
        port=address.port,
        user=address.user,
        password=address.password,
        dbname="postgres",
        autocommit=True,
    ) as server:
        known = {name for (name,) in server.execute("SELECT rolname FROM pg_roles").fetchall()}
        for role in DbRole:
            if role is DbRole.OWNER:
                continue
            verb = "ALTER" if role_name(role) in known else "CREATE"
            server.execute(
                sql.SQL(verb + " ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}").format(
                    sql.Identifier(role_name(role)), sql.Literal(passwords[role])
                )
            )
        databases = {name for (name,) in server.execute("SELECT datname FROM pg_database").fetchall()}
        if DATABASE not in databases:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def apply_policy() -> None:
    """Give every table the row-level security and rights the policy says, in one transaction."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
        for statement in _policy_statements():
            cursor.execute(statement)
        cursor.execute("COMMIT")


def _policy_statements() -> Iterable[str]:
    yield from FUNCTIONS_SQL
    yield "REVOKE ALL ON SCHEMA public FROM PUBLIC"
    for role in DbRole:
        if role is not DbRole.OWNER:
            yield f"GRANT USAGE ON SCHEMA public TO {role_name(role)}"
    yield from _guards_of_the_log()
    served = tuple(map(role_name, _POLICED))
    for policy in policies().values():
        yield from row_security_sql(policy, roles=served)
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {', '.join(served)}"


def _guards_of_the_log() -> Iterable[str]:
    """The sealer and the auditor read the whole log; the sealer adds seals. Nobody changes either."""
    sealer, auditor = role_name(DbRole.SEALER), role_name(DbRole.AUDITOR)
    for table in ("audit_auditevent", "audit_seal"):
        yield f"REVOKE ALL ON {table} FROM {sealer}, {auditor}"
        yield f"GRANT SELECT ON {table} TO {sealer}, {auditor}"
        yield f"DROP POLICY IF EXISTS sosach_guards ON {table}"
        yield f"CREATE POLICY sosach_guards ON {table} FOR SELECT TO {sealer}, {auditor} USING (true)"
    yield f"GRANT INSERT ON audit_seal TO {sealer}"
    yield "DROP POLICY IF EXISTS sosach_sealing ON audit_seal"
    yield f"CREATE POLICY sosach_sealing ON audit_seal FOR INSERT TO {sealer} WITH CHECK (true)"


def prepare() -> None:
    """Start the embedded server unless a URL names another, make roles, migrate, apply the policy."""
    if "DATABASE_URL" not in os.environ:
        state = state_folder()
        make_roles(EmbeddedServer(state).start(), role_passwords(state))
    os.environ["SOSACH_DB_ROLE"] = DbRole.OWNER
    os.environ["DJANGO_SETTINGS_MODULE"] = "sosach.site.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    apply_policy()
    operations = import_module("sosach.domain.places.operations")  # only once Django knows its models
    operations.take_in_units(
        Actor(ActorKind.SYSTEM, "prepare", Level.NATION, roles=frozenset({Role.SYSTEM})), datetime.now(UTC)
    )


if __name__ == "__main__":
    prepare()
