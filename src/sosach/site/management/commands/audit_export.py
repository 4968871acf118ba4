"""`sosach audit export`: the sealed log as files."""

from pathlib import Path

from sosach.domain.audit.queries.export import export_log
from sosach.site.management.site_command import SiteCommand


class Command(SiteCommand):
    """Events and seals, from one snapshot."""

    def carry_out(self, *, lang: str, folder: Path) -> None:
        """Write them."""
        events, seals = export_log(folder)
        self.say(
            lang,
            vi=f"{events} mục, {seals} niêm phong: {folder}. Kiểm tra: node deploy/verify-log.mjs {folder}",
            en=f"{events} events, {seals} seals: {folder}. To verify: node deploy/verify-log.mjs {folder}",
        )
