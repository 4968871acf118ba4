"""`sosach import`: a cleaning run becomes records, source rows, findings and candidates."""

from datetime import UTC, datetime
from pathlib import Path

from sosach.cli.installation import show
from sosach.domain.access.operations import Order
from sosach.domain.provenance.operations.importing import import_run
from sosach.jobs.registers import REGISTERS
from sosach.site.fitness import DataKind, facts, require_durable, require_fit_for
from sosach.site.management.administrator import administrator
from sosach.site.management.site_command import SiteCommand

HEADINGS = {
    "vi": ("Sổ", "Dòng", "Mới", "Đã có", "Bị loại", ""),
    "en": ("Register", "Rows", "New", "Known", "Refused", ""),
}


class Command(SiteCommand):
    """Take a run in, as the installation."""

    def carry_out(self, *, lang: str, folder: Path, origin: str, real: bool) -> None:
        """Real data only where they may be; then one transaction for the whole run."""
        server = facts()
        require_durable(server)
        require_fit_for(DataKind.REAL if real else DataKind.SYNTHETIC, server)
        taken = import_run(
            Order(administrator(), datetime.now(UTC)),
            folder=folder,
            registers=REGISTERS,
            synthetic=not real,
            origin=origin,
        )
        again = "đã nhập trước đó" if lang == "vi" else "taken in before"
        rows = [
            (each.register, each.rows, each.new, each.known, sum(each.refused.values()), again if each.repeated else "")
            for each in taken
        ]
        show(HEADINGS[lang], rows)
