"""Roles of the database: made where the account may make them, else told to whoever can."""

from collections.abc import Mapping, Sequence

import psycopg
from psycopg import sql

from sosach.base.errors import ErrorCode, SosachError
from sosach.site.databases import DbRole, role_name

Connection = psycopg.Connection[tuple[object, ...]]
SERVED = tuple(role for role in DbRole if role is not DbRole.OWNER)
_ATTRIBUTES = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"


def make_roles(server: Connection, passwords: Mapping[str, str]) -> None:
    """Make the roles that are missing and give all of them these passwords, as far as the account may.

    Raises:
        SosachError: DB-03, roles are missing and the account may not make them: with the statements to run;
            DB-02, a role may more than it should.
    """
    names = [role_name(role) for role in SERVED]
    known = {
        str(name): (sup, past)
        for name, sup, past in server.execute(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = ANY(%s)", [names]
        ).fetchall()
    }
    may = server.execute("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()
    missing = [role for role in SERVED if role_name(role) not in known]
    if missing and not (may and may[0]):
        raise _ask_for(missing)
    for role in SERVED:
        verb, attributes = ("CREATE", _ATTRIBUTES) if role in missing else ("ALTER", "LOGIN")
        statement = sql.SQL(f"{verb} ROLE {{}} {attributes} PASSWORD {{}}").format(
            sql.Identifier(role_name(role)), sql.Literal(passwords[role])
        )
        try:
            with server.transaction():
                server.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            continue  # somebody else keeps the role; its own URL tells its password
    strong = sorted(name for name, rights in known.items() if any(rights))
    if strong:
        raise SosachError(
            ErrorCode.DATABASE_UNFIT,
            vi=f"Vai trò {', '.join(strong)} là superuser hoặc bỏ qua được bảo vệ theo dòng.",
            en=f"Roles {', '.join(strong)} are superusers or bypass row-level security.",
            hint_vi="ALTER ROLE … NOSUPERUSER NOBYPASSRLS",
            hint_en="ALTER ROLE … NOSUPERUSER NOBYPASSRLS",
        )


def make_database(server: Connection, name: str) -> None:
    """Make the database unless it is there."""
    if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _ask_for(missing: Sequence[DbRole]) -> SosachError:
    statements = "\n".join(f"  CREATE ROLE {role_name(role)} {_ATTRIBUTES} PASSWORD '…';" for role in missing)
    return SosachError(
        ErrorCode.DATABASE_RIGHTS,
        vi="Tài khoản trong DATABASE_URL không được tạo vai trò, và còn thiếu vai trò.",
        en="The account of DATABASE_URL may not make roles, and roles are missing.",
        hint_vi=f"Người quản trị cơ sở dữ liệu cần chạy (mật khẩu lấy trong roles.json của SOSACH_STATE):\n{statements}",
        hint_en=f"The database administrator has to run (passwords are in roles.json of SOSACH_STATE):\n{statements}",
    )
