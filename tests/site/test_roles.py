"""What each role of the database can do, tried as that role; and what a server of somebody else's needs."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import sql

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.rules import policies
from sosach.site import roles
from sosach.site.databases import DbRole, connection_settings, role_name, role_passwords, state_folder
from sosach.site.embedded import EmbeddedServer
from sosach.site.rights import ENGINE_READS

Connection = psycopg.Connection[tuple[object, ...]]
As = Callable[[DbRole], Connection]
REFUSED = psycopg.errors.InsufficientPrivilege


@pytest.fixture
def as_role(server: EmbeddedServer, committed: str) -> Iterator[As]:
    """Connects to the test's own database as a role."""
    opened: list[Connection] = []

    def connect(role: DbRole) -> Connection:
        address = server.address
        opened.append(
            psycopg.connect(
                host=str(address.socket),
                port=address.port,
                user=role_name(role),
                password=role_passwords(state_folder())[role],
                dbname=committed,
                autocommit=True,
            )
        )
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


def test_the_engine_reads_registers_and_nothing_else(as_role: As) -> None:
    engine = as_role(DbRole.ENGINE)
    for table in policies():
        statement = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        if table.split("_")[0] in ENGINE_READS:
            engine.execute(statement)
        else:
            with pytest.raises(REFUSED):
                engine.execute(statement)
    assert engine.execute("SELECT count(*) > 10000 FROM places_unit").fetchone() == (True,)
    with pytest.raises(REFUSED):
        engine.execute("DELETE FROM places_unit")


@pytest.mark.parametrize("role", [DbRole.WEB, DbRole.JOBS, DbRole.ENGINE, DbRole.AUDITOR, DbRole.SEALER])
def test_nobody_but_the_owner_changes_tables_or_steps_past_row_security(as_role: As, role: DbRole) -> None:
    somebody = as_role(role)
    assert somebody.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
    ).fetchone() == (False, False, False, False)
    for statement in (
        "CREATE TABLE mine (x int)",
        "ALTER TABLE places_unit ADD x int",
        "ALTER TABLE places_unit DISABLE ROW LEVEL SECURITY",
        "DROP TABLE audit_auditevent",
        "TRUNCATE audit_auditevent",
        "UPDATE installation.data_kind SET kind = 'real'",
        "SET ROLE sosach_owner",
    ):
        with pytest.raises(REFUSED):
            somebody.execute(statement)


def test_the_guards_of_the_log_read_all_of_it_and_change_nothing(as_role: As) -> None:
    sealer, auditor = as_role(DbRole.SEALER), as_role(DbRole.AUDITOR)
    for guard in (sealer, auditor):
        assert guard.execute("SELECT count(*) > 0 FROM audit_auditevent").fetchone() == (True,)
        for statement in (
            "UPDATE audit_auditevent SET event = ''",
            "DELETE FROM audit_auditevent",
            "DELETE FROM audit_seal",
            "UPDATE audit_seal SET root = ''",
            "SELECT * FROM access_officer",
            "SELECT * FROM population_person",
        ):
            with pytest.raises(REFUSED):
                guard.execute(statement)
    with pytest.raises(REFUSED):
        auditor.execute("INSERT INTO audit_seal (number) VALUES (1)")
    with pytest.raises(psycopg.errors.NotNullViolation):  # allowed, and then incomplete
        sealer.execute("INSERT INTO audit_seal (number) VALUES (1)")


def test_web_sees_nothing_before_it_says_who_acts(as_role: As) -> None:
    assert as_role(DbRole.WEB).execute("SELECT count(*) FROM audit_auditevent").fetchone() == (0,)


def test_who_may_not_make_roles_is_told_what_to_ask_for(
    server: EmbeddedServer, as_role: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    del server
    nobody = as_role(DbRole.WEB)
    roles.make_roles(nobody, role_passwords(state_folder()))  # all are there: nothing to ask for
    monkeypatch.setattr(roles, "role_name", lambda role: f"other_{role}")
    with pytest.raises(SosachError, match="may not make roles") as refused:
        roles.make_roles(nobody, role_passwords(state_folder()))
    assert refused.value.code is ErrorCode.DATABASE_RIGHTS
    assert "CREATE ROLE other_sealer LOGIN" in refused.value.hint_en


@pytest.mark.slow
def test_a_server_by_url_with_an_owner_who_is_no_superuser(owner: Connection, server: EmbeddedServer) -> None:
    name = f"plain_{os.getpid()}"
    owner.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'of-the-test'")
    owner.execute(f"CREATE DATABASE {name} OWNER {name}")
    address = server.address
    url = f"postgresql://{name}:of-the-test@/{name}?host={address.socket}&port={address.port}"
    environ = {"DATABASE_URL": url, "SOSACH_DB_ROLE": "owner", "PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        for _ in range(2):
            told = subprocess.run(
                [sys.executable, "-m", "django", "bring_up_to_date"],
                env=os.environ | environ,
                capture_output=True,
                text=True,
                check=False,
            )
            assert told.returncode == 0, told.stderr
        web = connection_settings(DbRole.WEB, os.environ | environ)
        assert web["USER"] == role_name(DbRole.WEB)
        assert web["NAME"] == name
    finally:
        owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
        owner.execute(f"DROP ROLE {name}")
