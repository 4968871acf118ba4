"""`sosach survey finish BATCH`: decide, load, report; stopped at any moment, it goes on where it was."""

import sys
import time
from pathlib import Path

from sosach.cli.progress import grouped
from sosach.domain.exchange.operations.survey_loading import load_cards
from sosach.domain.exchange.operations.surveys import decide
from sosach.domain.exchange.queries.surveys import batch_seen, sent_back
from sosach.domain.exchange.states.surveys import BatchState
from sosach.site.management.site_command import SiteCommand
from sosach.site.management.survey_files import write_report
from sosach.site.management.survey_steps import hand, lines_of


class Command(SiteCommand):
    """Whatever is left of a batch."""

    def carry_out(self, *, lang: str, batch: int, out: Path, officer: str, password: str) -> None:
        """Portions of one transaction each; every card ends once."""
        by = hand(officer, password)
        state = batch_seen(by.look, batch_id=batch).state
        if state == BatchState.LOOKED_AT:
            state = decide(by.order, batch_id=batch).state
        if state == BatchState.ACCEPTED:
            begun, loaded, left = time.perf_counter(), 0, 1
            while left:
                portion = load_cards(by.order, batch_id=batch)
                loaded, left = loaded + sum(portion.cards.values()), portion.left
            rate = round(loaded / max(time.perf_counter() - begun, 1e-6))
            self.say(
                lang,
                vi=f"Đã xử lý {grouped(loaded, lang)} phiếu, {grouped(rate, lang)} phiếu/giây.",
                en=f"{grouped(loaded, lang)} cards dealt with, {grouped(rate, lang)} a second.",
            )
        for line in lines_of(batch_seen(by.look, batch_id=batch), lang):
            self.stdout.write(line)
        sheet, text = write_report(out, sent_back(by.look, batch_id=batch), lang)
        self.say(lang, vi=f"Báo cáo: {sheet}, {text}", en=f"Report: {sheet}, {text}")
        if state == BatchState.REFUSED:
            self.say(
                lang,
                vi="Đợt bị từ chối: tỷ lệ sai của mẫu vượt mức chấp nhận. Hãy nhập lại cả đợt.",
                en="The batch is refused: more of its sample is wrong than accepted. Key the whole batch anew.",
            )
            sys.exit(1)
