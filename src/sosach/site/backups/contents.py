"""What a database holds, in figures that can be compared: rows per table, and how far the evidence log is sealed."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from psycopg import sql

from sosach.site.roles import Connection

FILE = "contents.json"
_TABLES_SQL = """SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname = 'public' AND relkind IN ('r', 'p') ORDER BY relname"""


@dataclass(frozen=True, slots=True)
class Contents:
    """Figures of one database in one snapshot.

    Attributes:
        version: of the server.
        at: moment of the snapshot, ISO with zone.
        rows: table → rows.
        batches: sealed batches of the evidence log.
        checkpoint: signed text of the last one; "" when nothing is sealed.
    """

    version: str
    at: str
    rows: dict[str, int]
    batches: int
    checkpoint: str

    @property
    def root(self) -> str:
        """Merkle root over the sealed log, or "" ."""
        return self.checkpoint.split("\n")[2] if self.checkpoint else ""

    def write(self, folder: Path) -> None:
        """Keep the figures beside a backup."""
        (folder / FILE).write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")


def contents(database: Connection) -> Contents:
    """Count everything, in one snapshot."""
    with database.transaction():
        database.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        version, at = _row(database, "SELECT current_setting('server_version'), now()")
        tables = [str(name) for (name,) in database.execute(_TABLES_SQL).fetchall()]
        rows = {
            name: int(_row(database, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))[0])
            for name in tables
        }
        sealed = "audit_seal" in rows and rows["audit_seal"]
        last = "SELECT number + 1, checkpoint FROM audit_seal ORDER BY number DESC LIMIT 1"
        batches, checkpoint = _row(database, last) if sealed else (0, "")
    return Contents(str(version), at.isoformat(), rows, batches, checkpoint)


def read_contents(folder: Path) -> Contents:
    """The figures kept beside a backup."""
    return Contents(**json.loads((folder / FILE).read_text("utf-8")))


def checkpoint_of(database: Connection, batches: int) -> str:
    """Checkpoint of the log when it had that many batches; "" when it never had."""
    found = database.execute("SELECT checkpoint FROM audit_seal WHERE number = %s", [batches - 1]).fetchone()
    return str(found[0]) if found else ""


def _row(database: Connection, statement: Any) -> tuple[Any, ...]:
    found = database.execute(statement).fetchone()
    if found is None:
        raise LookupError("a count without answer")
    return found
