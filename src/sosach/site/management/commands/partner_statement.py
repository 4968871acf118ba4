"""`sosach partner statement`: a partner's month as PDF and CSV."""

from datetime import UTC, datetime
from pathlib import Path

from django.utils import translation

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look
from sosach.domain.exchange.queries.statements import statement
from sosach.site.management.administrator import administrator
from sosach.site.management.site_command import SiteCommand
from sosach.web.desk.figures.files import as_csv, as_pdf
from sosach.web.desk.figures.partners import statement_table


class Command(SiteCommand):
    """Two files of one table."""

    def carry_out(self, *, lang: str, partner: str, month: str, out: Path) -> None:
        """Write them.

        Raises:
            SosachError: STATE-01 no such partner; STATE-04 no such month; OUTPUT-01 the folder cannot be written.
        """
        made = statement(Look(administrator(), "oversight", datetime.now(UTC)), partner=partner, month=month)
        with translation.override(lang):
            table = statement_table(made)
            files = {f"{table.name}.csv": as_csv(table), f"{table.name}.pdf": as_pdf(table)}
        try:
            out.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                (out / name).write_bytes(content)
        except OSError as failure:
            raise SosachError(
                ErrorCode.OUTPUT_UNWRITABLE, vi=f"Không ghi được {out}: {failure}", en=f"{out}: {failure}"
            ) from failure
        for name in files:
            self.say(lang, vi=f"Đã ghi {out / name}", en=f"{out / name} was written")
