"""`sosach db status`: what the server is, whether it is fit, what it holds."""

import sys
from datetime import UTC, datetime

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from sosach.cli.installation import banner, show
from sosach.site.databases import is_embedded, state_folder
from sosach.site.embedded import EmbeddedServer
from sosach.site.fitness import KNOWN_ON, NEWEST_MINOR, DataKind, durability_faults, facts, real_data_faults
from sosach.site.management.site_command import SiteCommand

UNFIT = 2
WORDS = {
    "vi": (
        "Máy chủ",
        "Phiên bản",
        "Ghi an toàn",
        "Loại dữ liệu",
        "Dữ liệu thật",
        "Dung lượng",
        "Chưa áp dụng",
        "Niêm phong",
    ),
    "en": ("Server", "Version", "Durable", "Data", "Real data", "Size", "Not applied", "Last seal"),
}


class Command(SiteCommand):
    """Ask, show; exit code 2 when acknowledged writes could be lost, or nothing runs."""

    def carry_out(self, *, lang: str) -> None:
        """Show the state of the server and of the database."""
        if is_embedded() and not EmbeddedServer(state_folder()).running():
            self.say(
                lang, vi="Máy chủ nhúng không chạy: sosach db up", en="The embedded server is not running: sosach db up"
            )
            sys.exit(UNFIT)
        server = facts()
        yes, no = ("có", "không") if lang == "vi" else ("yes", "no")
        unsafe = durability_faults(server)
        unfit = real_data_faults(server)
        place = str(state_folder()) if server.embedded else connection.settings_dict["HOST"]
        newest = f"{server.major}.{NEWEST_MINOR.get(server.major, '?')}, {KNOWN_ON:%d/%m/%Y}"
        values = (
            f"{'nhúng' if lang == 'vi' else 'embedded'}: {place}" if server.embedded else place,
            f"{server.version} ({newest})",
            yes if not unsafe else f"{no}: {'; '.join(getattr(fault, lang) for fault in unsafe)}",
            server.data_kind,
            yes if not unfit else f"{no}: {'; '.join(getattr(fault, lang) for fault in unfit)}",
            *self._contents(lang),
        )
        if server.data_kind is DataKind.SYNTHETIC:
            banner(lang)
        show(("", ""), zip(WORDS[lang], values, strict=True))
        if unsafe:
            sys.exit(UNFIT)

    def _contents(self, lang: str) -> tuple[str, str, str]:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
            size = cursor.fetchone()[0]
            cursor.execute("SELECT to_regclass('audit_seal') IS NOT NULL")
            sealed = cursor.fetchone()[0] and self._last_seal()
        never = "chưa có" if lang == "vi" else "none yet"
        age = f"{(datetime.now(UTC) - sealed).total_seconds():.0f} s" if sealed else never
        return size, str(len(waiting)), age

    def _last_seal(self) -> datetime | None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(sealed_at) FROM audit_seal")
            found: datetime | None = cursor.fetchone()[0]
        return found
