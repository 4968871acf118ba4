"""`sosach db restore`: into an empty folder, to a moment, compared with what the backup was made of."""

from datetime import datetime
from pathlib import Path

from django.utils import timezone

from sosach.base.errors import ErrorCode, SosachError
from sosach.cli.installation import show
from sosach.site.backups.comparing import Comparison, compare
from sosach.site.backups.restoring import restore_backup
from sosach.site.management.site_command import SiteCommand

HEADINGS = {
    "vi": ("Bảng", "Khi sao lưu", "Đã khôi phục", "Chênh"),
    "en": ("Table", "At the backup", "Restored", "Difference"),
}


class Command(SiteCommand):
    """Restore, compare, leave the server running at the new state folder."""

    def carry_out(self, *, lang: str, folder: Path, into: Path, to: str, key: Path | None) -> None:
        """Restore; the comparison is printed, and a log that does not fit is an error."""
        folder, into = folder.absolute(), into.absolute()
        server = restore_backup(folder, into, to=_moment(to), key=key)
        found = compare(server, folder)
        show(HEADINGS[lang], found.rows())
        self._tell_of_the_log(lang, found)
        self.say(
            lang,
            vi=f"Máy chủ đã khôi phục đang chạy. Để dùng: SOSACH_STATE={into}",
            en=f"The restored server is running. To use it: SOSACH_STATE={into}",
        )

    def _tell_of_the_log(self, lang: str, found: Comparison) -> None:
        before, now = found.before, found.now
        self.say(
            lang,
            vi=f"Gốc Merkle khi sao lưu ({before.batches} lô): {before.root or '–'}\n"
            f"Gốc Merkle đã khôi phục ({now.batches} lô): {now.root or '–'}",
            en=f"Merkle root at the backup ({before.batches} batches): {before.root or '–'}\n"
            f"Merkle root restored ({now.batches} batches): {now.root or '–'}",
        )
        found.require_whole_log()
        if found.findings is None:
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
