"""`sosach survey load FIRST --double SECOND`: two keyings become a batch, and a workbook for the third look."""

import secrets
import time
from pathlib import Path

from sosach.cli.installation import banner
from sosach.cli.progress import grouped
from sosach.domain.exchange.operations.surveys import Plan, take_in
from sosach.domain.exchange.queries.surveys import batch_seen, doubts_of, sample_of
from sosach.domain.exchange.rules.surveys import compare
from sosach.site.fitness import DataKind, facts
from sosach.site.management.site_command import SiteCommand
from sosach.site.management.survey_files import digest_of, read_keying, write_look
from sosach.site.management.survey_steps import hand, lines_of


class Command(SiteCommand):
    """Compare, take in, draw, write out."""

    def carry_out(  # noqa: PLR0913 - the options of the command
        self,
        *,
        lang: str,
        files: list[Path],
        double: list[Path],
        out: Path,
        form: str,
        share: float,
        accepted: float,
        seed: str,
        officer: str,
        password: str,
    ) -> None:
        """Take the batch in; nothing goes into the register yet."""
        by = hand(officer, password)
        if facts().data_kind is DataKind.SYNTHETIC:
            banner(lang)
        first, second = read_keying(files), read_keying(double)
        begun = time.perf_counter()
        cards = compare(first, second)
        rate = round(len(cards) / max(time.perf_counter() - begun, 1e-6))
        plan = Plan(form, digest_of(form, files, double), files[0].name, share, accepted, seed or secrets.token_hex(8))
        taken = take_in(by.order, plan=plan, cards=cards)
        batch = taken.batch_id
        write_look(out, doubts_of(by.look, batch_id=batch), sample_of(by.look, batch_id=batch))
        self.say(
            lang,
            vi=f"So sánh {grouped(len(cards), lang)} phiếu, {grouped(rate, lang)} phiếu/giây.",
            en=f"{grouped(len(cards), lang)} cards compared, {grouped(rate, lang)} a second.",
        )
        if taken.repeated:
            self.say(lang, vi="Đợt này đã được tiếp nhận trước đó.", en="This batch had been taken in before.")
        for line in lines_of(batch_seen(by.look, batch_id=batch), lang):
            self.stdout.write(line)
        self.say(
            lang,
            vi=f"Điền {out} rồi chạy: sosach survey settle {batch} {out}",
            en=f"Fill in {out}, then run: sosach survey settle {batch} {out}",
        )
