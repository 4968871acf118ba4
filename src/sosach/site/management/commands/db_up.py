"""`sosach db up`: starts the server and brings it up to date."""

from datetime import UTC, datetime

from sosach.cli.installation import banner
from sosach.site.databases import is_embedded, state_folder
from sosach.site.fitness import DataKind
from sosach.site.management.site_command import SiteCommand
from sosach.site.preparing import bring_up_to_date


class Command(SiteCommand):
    """Start, make roles, migrate, apply the policy."""

    def carry_out(self, *, lang: str, data: str = "") -> None:
        """Bring up to date and say where it is."""
        found = bring_up_to_date(datetime.now(UTC), kind=DataKind(data) if data else None)
        if found.data_kind is DataKind.SYNTHETIC:
            banner(lang)
        place = str(state_folder()) if is_embedded() else "DATABASE_URL"
        self.say(
            lang,
            vi=f"PostgreSQL {found.version} sẵn sàng: {place}",
            en=f"PostgreSQL {found.version} is ready: {place}",
        )
