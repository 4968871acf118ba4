"""`sosach survey status [BATCH]`: the batches, or one of them with counts and error rates."""

from sosach.cli.installation import show
from sosach.domain.exchange.queries.surveys import batch_seen, batches
from sosach.site.management.site_command import SiteCommand
from sosach.site.management.survey_steps import hand, lines_of, state_of

_HEADINGS = {
    "vi": ("Đợt", "Tên", "Mẫu phiếu", "Trạng thái", "Số phiếu"),
    "en": ("Batch", "Name", "Form", "State", "Cards"),
}


class Command(SiteCommand):
    """Where batches stand."""

    def carry_out(self, *, lang: str, batch: int, officer: str, password: str) -> None:
        """One batch in words, or the latest ones in a table."""
        by = hand(officer, password)
        if batch:
            for line in lines_of(batch_seen(by.look, batch_id=batch), lang):
                self.stdout.write(line)
            return
        rows = batches(by.look)
        show(
            _HEADINGS[lang],
            [(key, title, form, state_of(state, lang), count) for key, title, form, state, count in rows],
        )
