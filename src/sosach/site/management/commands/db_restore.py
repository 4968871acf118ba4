"""`sosach db restore`: into an empty folder, to a moment, compared with what the backup was made of."""

import os
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.utils import timezone

from sosach.base.errors import ErrorCode, SosachError
from sosach.cli.installation import show
from sosach.domain.audit.queries.keys import PublicKeys
from sosach.domain.audit.queries.verification import verify
from sosach.site.backups.contents import Contents, checkpoint_of, contents, read_contents
from sosach.site.backups.making import PUBLIC
from sosach.site.backups.restoring import restore_backup
from sosach.site.databases import DATABASE, DbRole, connection_settings
from sosach.site.embedded import EmbeddedServer
from sosach.site.management.site_command import SiteCommand

HEADINGS = {
    "vi": ("Bảng", "Khi sao lưu", "Đã khôi phục", "Chênh"),
    "en": ("Table", "At the backup", "Restored", "Difference"),
}


class Command(SiteCommand):
    """Restore, compare, leave the server running at the new state folder."""

    def carry_out(self, *, lang: str, folder: Path, into: Path, to: str, key: Path | None) -> None:
        """Restore; the comparison is printed, and a log that does not fit is an error."""
        into = into.absolute()
        server = restore_backup(folder.absolute(), into, to=_moment(to), key=key)
        before = read_contents(folder)
        with server.address.connect(DATABASE) as database:
            now = contents(database)
            same = checkpoint_of(database, before.batches) == before.checkpoint
        rows = [
            (
                table,
                before.rows.get(table, 0),
                now.rows.get(table, 0),
                f"{now.rows.get(table, 0) - before.rows.get(table, 0):+d}",
            )
            for table in sorted(before.rows | now.rows)
            if before.rows.get(table, 0) or now.rows.get(table, 0)
        ]
        show(HEADINGS[lang], rows)
        self._tell_of_the_log(lang, before, now, same=same, findings=_verify(server, folder))
        self.say(
            lang,
            vi=f"Máy chủ đã khôi phục đang chạy. Để dùng: SOSACH_STATE={into}",
            en=f"The restored server is running. To use it: SOSACH_STATE={into}",
        )

    def _tell_of_the_log(self, lang: str, before: Contents, now: Contents, *, same: bool, findings: int | None) -> None:
        self.say(
            lang,
            vi=f"Gốc Merkle khi sao lưu ({before.batches} lô): {before.root or '–'}\n"
            f"Gốc Merkle đã khôi phục ({now.batches} lô): {now.root or '–'}",
            en=f"Merkle root at the backup ({before.batches} batches): {before.root or '–'}\n"
            f"Merkle root restored ({now.batches} batches): {now.root or '–'}",
        )
        if not same or findings:
            raise SosachError(
                ErrorCode.BACKUP_UNUSABLE,
                vi="Nhật ký bằng chứng đã khôi phục không khớp với bản sao lưu.",
                en="The restored evidence log does not fit the backup.",
                hint_vi="Chạy `sosach audit verify` với SOSACH_STATE mới.",
                hint_en="Run `sosach audit verify` with the new SOSACH_STATE.",
            )
        if findings is None:
            self.say(
                lang,
                vi="Chưa từng niêm phong ở đây: nhật ký không kiểm tra được.",
                en="Never sealed: the log cannot be verified.",
            )
        else:
            self.say(lang, vi="Gốc bằng nhau, nhật ký nguyên vẹn.", en="The roots agree, the log is whole.")


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi=f"“{text}” không phải thời điểm, chẳng hạn 2026-11-22 20:00",
            en=f"“{text}” is no moment such as 2026-11-22 20:00",
        ) from None
    return found if found.tzinfo else timezone.make_aware(found)


def _verify(server: EmbeddedServer, folder: Path) -> int | None:
    """Faults of the restored log; None when there is no public key to verify with."""
    public = folder / PUBLIC
    if not public.is_file():
        return None
    connection.close()
    settings = connection_settings(DbRole.OWNER, os.environ | {"SOSACH_STATE": str(server.state)})
    connection.settings_dict.update({name: settings[name] for name in ("HOST", "PORT", "USER", "PASSWORD", "NAME")})
    keys = PublicKeys(map(bytes.fromhex, public.read_text("ascii").split()))
    return len(verify(keys, {}).findings)
