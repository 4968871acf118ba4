"""`sosach db status`: what the server is, whether it is fit, what it holds."""

import sys
from datetime import UTC, datetime

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from sosach.cli.installation import banner, show
from sosach.site.backups.keeping import Kept, ago, kept, warnings
from sosach.site.databases import is_embedded, state_folder
from sosach.site.embedded import EmbeddedServer
from sosach.site.fitness import (
    KNOWN_ON,
    NEWEST_MINOR,
    DataKind,
    Facts,
    Fault,
    durability_faults,
    facts,
    real_data_faults,
)
from sosach.site.management.site_command import SiteCommand
from sosach.site.preparing import owner_connection

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
        "Sao lưu",
        "Nhật ký đã lưu",
        "Diễn tập",
    ),
    "en": (
        "Server",
        "Version",
        "Durable",
        "Data",
        "Real data",
        "Size",
        "Not applied",
        "Last seal",
        "Last backup",
        "Log archived",
        "Last drill",
    ),
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
        server, at = facts(), datetime.now(UTC)
        with owner_connection() as database:
            seen = kept(database)
        unsafe = durability_faults(server)
        values = (*_server_words(server, lang), *self._contents(lang, at), *_kept_words(seen, lang, at))
        if server.data_kind is DataKind.SYNTHETIC:
            banner(lang)
        show(("", ""), zip(WORDS[lang], values, strict=True))
        for warning in warnings(seen, at=at):
            self.say(lang, vi=f"⚠ {warning.vi}", en=f"⚠ {warning.en}")
        if unsafe:
            sys.exit(UNFIT)

    def _contents(self, lang: str, at: datetime) -> tuple[str, str, str]:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
            size = cursor.fetchone()[0]
            cursor.execute("SELECT to_regclass('audit_seal') IS NOT NULL")
            sealed = cursor.fetchone()[0] and self._last_seal()
        return size, str(len(waiting)), ago(sealed or None, lang, at=at)

    def _last_seal(self) -> datetime | None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(sealed_at) FROM audit_seal")
            found: datetime | None = cursor.fetchone()[0]
        return found


def _server_words(server: Facts, lang: str) -> tuple[str, str, str, str, str]:
    """What the server is, and for what it is fit."""
    yes, no = ("có", "không") if lang == "vi" else ("yes", "no")
    newest = f"{server.major}.{NEWEST_MINOR.get(server.major, '?')}, {KNOWN_ON:%d/%m/%Y}"
    embedded = f"{'nhúng' if lang == 'vi' else 'embedded'}: {state_folder()}"

    def fit(faults: list[Fault]) -> str:
        return f"{no}: {'; '.join(getattr(fault, lang) for fault in faults)}" if faults else yes

    return (
        embedded if server.embedded else connection.settings_dict["HOST"],
        f"{server.version} ({newest})",
        fit(durability_faults(server)),
        server.data_kind,
        fit(real_data_faults(server)),
    )


def _kept_words(seen: Kept, lang: str, at: datetime) -> tuple[str, str, str]:
    """How old the last backup, the newest archived piece of the log and the last drill are."""
    backup, log, drill = (ago(moment, lang, at=at) for moment in (seen.backup_at, seen.archived_at, seen.drill_at))
    return f"{backup}: {seen.backup}" if seen.backup else backup, log if seen.archives else "–", drill
