"""`sosach db backup`: a whole, verified copy, and the log from then on."""

from pathlib import Path

from sosach.site.backups.making import make_backup
from sosach.site.databases import is_embedded
from sosach.site.management.site_command import SiteCommand


class Command(SiteCommand):
    """Make it and say what it holds."""

    def carry_out(self, *, lang: str, folder: Path, key: Path | None) -> None:
        """Back up."""
        told = make_backup(folder, key)
        rows = sum(told.rows.values())
        self.say(
            lang,
            vi=f"Đã sao lưu và kiểm tra: {folder}; {rows} dòng trong {len(told.rows)} bảng, {told.batches} lô niêm phong.",
            en=f"Backed up and verified: {folder}; {rows} rows in {len(told.rows)} tables, {told.batches} sealed batches.",
        )
        if key is not None:
            self.say(
                lang, vi="Đã mã hóa; chỉ khôi phục được thời điểm này.", en="Encrypted; restores this moment only."
            )
        elif is_embedded():
            self.say(
                lang,
                vi="Từ nay nhật ký ghi được giữ trong thư mục này: khôi phục được đến mọi thời điểm sau đó.",
                en="From now on the log is kept there: every later moment can be restored.",
            )
