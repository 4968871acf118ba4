"""`sosach db drill`: proves in one go that the installation can be brought back from its backup, and how long that takes."""

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from sosach.base.errors import ErrorCode, SosachError
from sosach.site.backups.comparing import Comparison, compare
from sosach.site.backups.contents import FILE, Contents, contents
from sosach.site.backups.keeping import note_drill
from sosach.site.backups.making import make_backup
from sosach.site.backups.restoring import keeps_the_log, restore_backup
from sosach.site.databases import is_embedded
from sosach.site.management.site_command import SiteCommand
from sosach.site.preparing import owner_connection


class Command(SiteCommand):
    """Back up unless it was done, restore beside it as far as the log goes, compare, verify, clear away."""

    def carry_out(self, *, lang: str, folder: Path, key: Path | None) -> None:
        """Go through it; the running installation goes on, nothing of it is changed."""
        if not is_embedded():
            raise _elsewhere()
        folder, begun = folder.absolute(), datetime.now(UTC)
        made = key is None and not (folder / FILE).is_file()
        if made:
            make_backup(folder)
        self._tell_of_the_backup(lang, folder, made=made, seconds=_since(begun))
        found = self._tried(lang, folder, key)
        self._tell_what_was_found(lang, found)
        note_drill(begun, backup=folder, seconds=_since(begun))

    def _tried(self, lang: str, folder: Path, key: Path | None) -> Comparison:
        """Restore and compare; the trial is kept for a look only where it went wrong."""
        held, started = _present(), datetime.now(UTC)
        into = Path(tempfile.mkdtemp(prefix=f"{folder.name}-drill-", dir=folder.parent))
        server = restore_backup(folder, into, key=key)
        try:
            self.say(
                lang,
                vi=f"2. Đã khôi phục vào {into} ({_since(started):.1f} s).",
                en=f"2. Restored into {into} ({_since(started):.1f} s).",
            )
            found = compare(server, folder)
            _require_whole(found, least=held if keeps_the_log(folder) else found.before)
        finally:
            server.stop()
        shutil.rmtree(into)
        return found

    def _tell_of_the_backup(self, lang: str, folder: Path, *, made: bool, seconds: float) -> None:
        if made:
            self.say(
                lang,
                vi=f"1. Đã sao lưu và kiểm tra: {folder} ({seconds:.1f} s). Từ nay nhật ký ghi được lưu ở đó.",
                en=f"1. Backed up and verified: {folder} ({seconds:.1f} s). The log is kept there from now on.",
            )
        else:
            self.say(lang, vi=f"1. Bản sao lưu: {folder}", en=f"1. The backup: {folder}")

    def _tell_what_was_found(self, lang: str, found: Comparison) -> None:
        now, sealed = found.now, found.findings is not None
        rows = sum(now.rows.values())
        self.say(
            lang,
            vi=f"3. Khớp: {rows} dòng trong {len(now.rows)} bảng, {now.batches} lô niêm phong, gốc {now.root or '–'}; "
            f"nhật ký {'nguyên vẹn' if sealed else 'chưa từng niêm phong'}.",
            en=f"3. It fits: {rows} rows in {len(now.rows)} tables, {now.batches} sealed batches, root {now.root or '–'}; "
            f"the log {'is whole' if sealed else 'was never sealed'}.",
        )
        self.say(
            lang,
            vi="Diễn tập đạt; máy chủ thử đã dừng và xóa.",
            en="The drill went well; the trial server is stopped and gone.",
        )


def _present() -> Contents:
    """What the running installation holds."""
    with owner_connection() as database:
        return contents(database)


def _since(moment: datetime) -> float:
    return (datetime.now(UTC) - moment).total_seconds()


def _require_whole(found: Comparison, *, least: Contents) -> None:
    """Refuse what lacks something that was there before the restore, or holds something that never was.

    Raises:
        SosachError: DB-04.
    """
    found.require_whole_log()
    later = _present()
    outside = found.outside(least, later)
    if outside or not least.batches <= found.now.batches <= later.batches:
        names = ", ".join(outside) or "audit_seal"
        raise SosachError(
            ErrorCode.BACKUP_UNUSABLE,
            vi=f"Số dòng khôi phục được không khớp: {names}.",
            en=f"The rows restored do not fit: {names}.",
        )


def _elsewhere() -> SosachError:
    return SosachError(
        ErrorCode.BACKUP_UNUSABLE,
        vi="Diễn tập khôi phục vào máy chủ nhúng, chỉ dành cho dữ liệu giả định.",
        en="The drill restores into an embedded server, which is for synthetic data only.",
        hint_vi="Với máy chủ của DATABASE_URL, người quản trị máy chủ đó diễn tập; xem docs/operations/backup.md",
        hint_en="For a server by DATABASE_URL its administrator holds the drill; see docs/operations/backup.md",
    )
