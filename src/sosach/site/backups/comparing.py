"""Whether a restored server is what its backup says: rows of every table, Merkle root, the evidence log event by event."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.audit.queries.keys import PublicKeys
from sosach.domain.audit.queries.verification import verify
from sosach.site.backups.contents import Contents, checkpoint_of, contents, read_contents
from sosach.site.backups.making import PUBLIC
from sosach.site.databases import DATABASE, DbRole, connection_settings
from sosach.site.embedded import EmbeddedServer

QUEUE = "procrastinate_"  # jobs come and go; what they did stands in the other tables


@dataclass(frozen=True, slots=True)
class Comparison:
    """A restored server beside what its backup noted.

    Attributes:
        before: at the backup.
        now: restored.
        same: whether the log up to the backup has the root it had.
        findings: faults of the restored log; None when there is no key to verify it with.
    """

    before: Contents
    now: Contents
    same: bool
    findings: int | None

    def rows(self) -> Iterator[tuple[str, int, int, str]]:
        """Table, rows at the backup, rows restored, difference; empty tables are left out."""
        for table in sorted(self.before.rows | self.now.rows):
            was, found = self.before.rows.get(table, 0), self.now.rows.get(table, 0)
            if was or found:
                yield table, was, found, f"{found - was:+d}"

    def outside(self, earlier: Contents, later: Contents) -> list[str]:
        """Tables of which fewer or more rows were restored than there ever were between two moments."""
        found = []
        for table in sorted(earlier.rows | later.rows):
            ends = sorted((earlier.rows.get(table, 0), later.rows.get(table, 0)))
            if not table.startswith(QUEUE) and not ends[0] <= self.now.rows.get(table, 0) <= ends[1]:
                found.append(table)
        return found

    def require_whole_log(self) -> None:
        """Refuse a restored log that is another than the one that was backed up.

        Raises:
            SosachError: DB-04.
        """
        if not self.same or self.findings:
            raise SosachError(
                ErrorCode.BACKUP_UNUSABLE,
                vi="Nhật ký bằng chứng đã khôi phục không khớp với bản sao lưu.",
                en="The restored evidence log does not fit the backup.",
                hint_vi="Chạy `sosach audit verify` với SOSACH_STATE mới.",
                hint_en="Run `sosach audit verify` with the new SOSACH_STATE.",
            )


def compare(server: EmbeddedServer, folder: Path) -> Comparison:
    """Compare a restored server with what its backup noted; this process speaks to the restored one afterwards."""
    before = read_contents(folder)
    with server.address.connect(DATABASE) as database:
        now = contents(database)
        same = checkpoint_of(database, before.batches) == before.checkpoint
    return Comparison(before, now, same, _faults(server, folder))


def _faults(server: EmbeddedServer, folder: Path) -> int | None:
    """Faults of the restored log; None when there is no public key to verify with."""
    public = folder / PUBLIC
    if not public.is_file():
        return None
    connection.close()
    settings = connection_settings(DbRole.OWNER, os.environ | {"SOSACH_STATE": str(server.state)})
    connection.settings_dict.update({name: settings[name] for name in ("HOST", "PORT", "USER", "PASSWORD", "NAME")})
    keys = PublicKeys(map(bytes.fromhex, public.read_text("ascii").split()))
    return len(verify(keys, {}).findings)
