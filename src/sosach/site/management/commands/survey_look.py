"""`sosach survey look BATCH`: what is still open, as a workbook."""

from pathlib import Path

from sosach.domain.exchange.queries.surveys import doubts_of, sample_of
from sosach.site.management.site_command import SiteCommand
from sosach.site.management.survey_files import write_look
from sosach.site.management.survey_steps import hand


class Command(SiteCommand):
    """Write the workbook for the third look and the sample."""

    def carry_out(self, *, lang: str, batch: int, out: Path, officer: str, password: str) -> None:
        """Differences that are open, and cards of the sample that are agreed on and not compared yet."""
        by = hand(officer, password)
        doubts, sample = doubts_of(by.look, batch_id=batch), sample_of(by.look, batch_id=batch)
        write_look(out, doubts, sample)
        open_cards = sum(one.ready and not one.checked for one in sample)
        self.say(
            lang,
            vi=f"{out}: {len(doubts)} chỗ khác nhau, {open_cards} phiếu mẫu.",
            en=f"{out}: {len(doubts)} differences, {open_cards} cards of the sample.",
        )
