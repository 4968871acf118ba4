"""Which database this process speaks to, and as which of the roles: one process, one role."""

import json
import os
import secrets
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from sosach.site.embedded import EmbeddedServer
from sosach.site.secret_files import kept_secret

DATABASE = "sosach"


class DbRole(StrEnum):
    """Roles of the database; who serves requests can neither change tables nor see past row-level security."""

    OWNER = "owner"  # owns the tables; migrates
    WEB = "web"  # serves requests: what the policy allows, nothing else
    JOBS = "jobs"  # background work: the same policy
    ENGINE = "engine"  # reads the registers for cleaning runs, writes nothing
    AUDITOR = "auditor"  # reads the evidence log
    SEALER = "sealer"  # reads the evidence log and adds seals


# How long one statement may run and wait for a lock: nobody holds up everybody, not even a migration.
_LIMITS = {
    DbRole.OWNER: {"lock_timeout": "5s", "statement_timeout": "30min"},
    DbRole.WEB: {"lock_timeout": "3s", "statement_timeout": "10s", "idle_in_transaction_session_timeout": "15s"},
    DbRole.JOBS: {"lock_timeout": "30s"},
    DbRole.ENGINE: {"default_transaction_read_only": "on"},
    DbRole.AUDITOR: {"default_transaction_read_only": "on"},
    DbRole.SEALER: {"lock_timeout": "5s"},
}
# Who serves asks the same statements again and again: with row-level security, parsing and planning one costs several times its
# run, so the server keeps the plans. The others send statements that take no parameters or run once.
_PREPARED: dict[str, Any] = {"server_side_binding": True, "prepare_threshold": 3}
_SERVING = (DbRole.WEB, DbRole.JOBS)


def role_name(role: DbRole) -> str:
    """Name of a role in the database."""
    return f"sosach_{role}"


def state_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the embedded server and the secrets of this installation live: `SOSACH_STATE`, or the account's state folder."""
    if told := environ.get("SOSACH_STATE"):
        return Path(told).absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/sosach")
    return Path(environ.get("XDG_STATE_HOME", "~/.local/state")).expanduser() / "sosach"


def is_embedded(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the embedded server of the state folder is meant, and no other by URL."""
    return "DATABASE_URL" not in environ


def connection_settings(role: DbRole, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Django's settings of the connection for a role.

    `SOSACH_<ROLE>_DATABASE_URL` first; then the server of `DATABASE_URL`, which itself is the owner's, with the role's own
    name and password; else the embedded server of the state folder.
    """
    if url := environ.get(f"SOSACH_{role.upper()}_DATABASE_URL"):
        settings = _from_url(url)
    elif url := environ.get("DATABASE_URL"):
        settings = _from_url(url)
        if role is not DbRole.OWNER:
            settings |= {"USER": role_name(role), "PASSWORD": role_passwords(state_folder(environ))[role]}
    else:
        settings = _embedded(role, state_folder(environ))
    limits = " ".join(f"-c {name}={value}" for name, value in _LIMITS[role].items())
    options = settings.get("OPTIONS", {}) | (_PREPARED if role in _SERVING else {})
    return settings | {
        "ENGINE": "sosach.site.postgresql",
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 300,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "OPTIONS": options | {"options": f"{options.get('options', '')} {limits}".strip()},
    }


def role_passwords(state: Path) -> dict[str, str]:
    """Passwords of the roles, made at the first call; the file is closed to others."""
    text = kept_secret(
        state / "roles.json", lambda: json.dumps({role: secrets.token_urlsafe(24) for role in DbRole}, indent=1)
    )
    found: dict[str, str] = json.loads(text)
    return found


def _embedded(role: DbRole, state: Path) -> dict[str, Any]:
    address = EmbeddedServer(state).address
    password = address.password if role is DbRole.OWNER else role_passwords(state)[role]
    return {
        "NAME": DATABASE,
        "HOST": str(address.socket),
        "PORT": str(address.port),
        "USER": role_name(role),
        "PASSWORD": password,
    }


def _from_url(url: str) -> dict[str, Any]:
    """A URL such as `postgresql://user:password@host:5432/name?sslmode=verify-full`."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.removeprefix("/")),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": str(options.pop("port", "") or parts.port or ""),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "OPTIONS": options,
    }
