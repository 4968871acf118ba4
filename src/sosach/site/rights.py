"""What each role of the database may do, as SQL: the policy for those who serve, and the few fixed rights of the others."""

from collections.abc import Iterable

from django.db import connection, transaction

from sosach.domain.access.rules import DOOR_SQL, FUNCTIONS_SQL, policies, row_security_sql
from sosach.site.databases import DbRole, role_name
from sosach.site.roles import SERVED

LOCK_KEY = 7309941  # of the advisory lock: two who prepare at once do it one after the other
# Roles whose rights the policy gives.
_POLICED = (DbRole.WEB, DbRole.JOBS)
# Subjects the engine reads for a cleaning run: registers, their units and sources; neither accounts nor the log.
ENGINE_READS = ("places", "population", "provenance", "vehicles", "licences", "idcards")
_QUEUE = "procrastinate"


def apply_rights() -> None:
    """Give every table the row-level security and rights the policy says, in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_KEY])
        cursor.execute(
            "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public' "
            "AND relkind IN ('r', 'p') AND starts_with(relname, %s)",
            [f"{_QUEUE}_"],
        )
        queue = [name for (name,) in cursor.fetchall()]
        for statement in _statements(queue):
            cursor.execute(statement)


def _statements(queue: list[str]) -> Iterable[str]:
    yield from FUNCTIONS_SQL
    yield from DOOR_SQL
    yield "REVOKE ALL ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {', '.join(map(role_name, SERVED))}"
    served = tuple(map(role_name, _POLICED))
    for policy in policies().values():
        yield from row_security_sql(policy, roles=served)
        # who owns the tables keeps them; FORCE binds an owner who is no superuser
        yield from _policy("sosach_keeper", policy.table, "TO CURRENT_USER USING (true) WITH CHECK (true)")
    yield from _engine()
    yield from _guards_of_the_log()
    for table in queue:
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {', '.join(served)}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {', '.join(served)}"


def _engine() -> Iterable[str]:
    """The engine reads the registers as a whole, and nothing else."""
    engine = role_name(DbRole.ENGINE)
    for table in policies():
        yield f"REVOKE ALL ON {table} FROM {engine}"
        if table.startswith(tuple(f"{subject}_" for subject in ENGINE_READS)):
            yield f"GRANT SELECT ON {table} TO {engine}"
            yield from _policy("sosach_engine", table, f"FOR SELECT TO {engine} USING (true)")


def _guards_of_the_log() -> Iterable[str]:
    """The sealer and the auditor read the whole log; the sealer adds seals. Nobody changes either."""
    sealer, auditor = role_name(DbRole.SEALER), role_name(DbRole.AUDITOR)
    for table in ("audit_auditevent", "audit_seal"):
        yield f"REVOKE ALL ON {table} FROM {sealer}, {auditor}"
        yield f"GRANT SELECT ON {table} TO {sealer}, {auditor}"
        yield from _policy("sosach_guards", table, f"FOR SELECT TO {sealer}, {auditor} USING (true)")
    yield f"GRANT INSERT ON audit_seal TO {sealer}"
    yield from _policy("sosach_sealing", "audit_seal", f"FOR INSERT TO {sealer} WITH CHECK (true)")


def _policy(name: str, table: str, what: str) -> Iterable[str]:
    yield f"DROP POLICY IF EXISTS {name} ON {table}"
    yield f"CREATE POLICY {name} ON {table} {what}"
