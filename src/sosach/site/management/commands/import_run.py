"""`sosach import`: a cleaning run becomes records, source rows, findings and candidates."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from django.db import connections
from rich.console import Console
from rich.table import Table

from sosach.cli.import_progress import ImportBars, register_name
from sosach.cli.progress import grouped
from sosach.domain.access.operations import Order
from sosach.domain.audit.rules import Actor
from sosach.domain.provenance.operations.importing import POPULATION, Taken, import_run
from sosach.domain.provenance.operations.importing.folder import RunFolder
from sosach.domain.provenance.operations.registers import Register
from sosach.jobs.registers import REGISTERS
from sosach.site.fitness import DataKind, facts, require_durable, require_fit_for
from sosach.site.management.administrator import level_of, whoever
from sosach.site.management.site_command import SiteCommand

HEADINGS = {
    "vi": ("Sổ", "Dòng", "Mới", "Đã có", "Bị loại", ""),
    "en": ("Register", "Rows", "New", "Known", "Refused", ""),
}
_AGAIN = {"vi": "đã nhập trước đó", "en": "taken in before"}


@dataclass(frozen=True, slots=True)
class _Import:
    """A run on its way in: persons first, then the other registers beside each other, each one act of its own.

    Attributes:
        actor: who takes it in.
        folder: of the run.
        origin: system the records come from.
        synthetic: whether its people are invented.
        bars: show how it goes.
    """

    actor: Actor
    folder: Path
    origin: str
    synthetic: bool
    bars: ImportBars

    def all(self) -> list[Taken]:
        """Take in every register the run holds; those that were taken in stay when a later one fails."""
        run = RunFolder(self.folder)
        present = [register for register in REGISTERS if run.rows(register.name)]
        persons = [register for register in present if register.name == POPULATION]
        others = [register for register in present if register not in persons]
        taken = self._take(persons) if persons else []
        with ThreadPoolExecutor(max(1, len(others))) as pool:
            for found in pool.map(self._beside, others):
                taken += found
        return taken

    def _take(self, registers: Sequence[Register]) -> list[Taken]:
        return import_run(
            Order(self.actor, datetime.now(UTC)),
            folder=self.folder,
            registers=registers,
            synthetic=self.synthetic,
            origin=self.origin,
            progress=self.bars.told,
        )

    def _beside(self, register: Register) -> list[Taken]:
        """One register by a connection of its own; persons are told of because records are linked to them."""
        persons = [each for each in REGISTERS if each.name == POPULATION]
        try:
            return [each for each in self._take([*persons, register]) if each.register == register.name]
        finally:
            connections.close_all()


class Command(SiteCommand):
    """Take a run in, as the installation or an officer; all of it, or what lies in a province."""

    def carry_out(  # noqa: PLR0913 - the options of the command
        self, *, lang: str, folder: Path, origin: str, real: bool, province: str, officer: str, password: str
    ) -> None:
        """Real data only where they may be; then one transaction for each register."""
        server = facts()
        require_durable(server)
        require_fit_for(DataKind.REAL if real else DataKind.SYNTHETIC, server)
        actor = whoever(officer, password, at=datetime.now(UTC))
        if province and not officer:
            actor = replace(actor, level=level_of(province), unit=province)
        with ImportBars(Console(stderr=True), lang) as bars:
            taken = _Import(actor, folder, origin, not real, bars).all()
        self._tell(taken, lang)

    def _tell(self, taken: Sequence[Taken], lang: str) -> None:
        table = Table(box=None, pad_edge=False)
        for place, head in enumerate(HEADINGS[lang]):
            table.add_column(head, justify="right" if 0 < place < len(HEADINGS[lang]) - 1 else "left")
        for each in taken:
            numbers = (each.rows, each.new, each.known, sum(each.refused.values()))
            earlier = f"{grouped(each.earlier, lang)} {_AGAIN[lang]}" if each.earlier else ""
            again = _AGAIN[lang] if each.repeated else earlier
            table.add_row(register_name(each.register, lang), *(grouped(number, lang) for number in numbers), again)
        Console(highlight=False).print(table)
