"""`sosach survey settle BATCH FILE`: the filled-in workbook, row by row; a row that is refused holds up no other."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.exchange.operations.surveys import check_card, settle_doubt
from sosach.domain.exchange.queries.surveys import doubts_of, sample_of
from sosach.site.management.site_command import SiteCommand
from sosach.site.management.survey_files import read_look
from sosach.site.management.survey_steps import Hand, hand

_OF_A_ROW = {ErrorCode.NOT_FOUND, ErrorCode.STATE_FORBIDS, ErrorCode.INPUT_INCOMPLETE}


class Command(SiteCommand):
    """What the third look chose, then what the paper of sampled cards shows."""

    def carry_out(self, *, lang: str, batch: int, file: Path, officer: str, password: str) -> None:
        """Take every row in; exit code 1 when one was refused. Rows taken in before are passed over."""
        by = hand(officer, password)
        settled, compared = read_look(file)
        doubts = {one.doubt_id for one in doubts_of(by.look, batch_id=batch)}
        sample = {one.card_id for one in sample_of(by.look, batch_id=batch) if not one.checked}
        settled = [row for row in settled if row["doubt_id"] in doubts]
        compared = [row for row in compared if row["card_id"] in sample]
        refused = sum(not self._done(lang, row, by, _settle) for row in settled)
        refused += sum(not self._done(lang, row, by, _check) for row in compared)
        self.say(
            lang,
            vi=f"Đã nhận {len(settled) + len(compared) - refused} dòng, từ chối {refused}.",
            en=f"{len(settled) + len(compared) - refused} rows taken in, {refused} refused.",
        )
        if refused:
            sys.exit(1)

    def _done(self, lang: str, row: dict[str, Any], by: Hand, verb: Callable[[Hand, dict[str, Any]], object]) -> bool:
        try:
            verb(by, row)
        except SosachError as error:
            if error.code not in _OF_A_ROW:
                raise
            self.say(lang, vi=f"Dòng {row['row']}: {error.vi}", en=f"Row {row['row']}: {error.en}")
            return False
        return True


def _settle(by: Hand, row: dict[str, Any]) -> None:
    if row["choice"] is None:
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Chọn 1, 2 hoặc khác.", en="Choose 1, 2 or khác (other).")
    settle_doubt(by.order, doubt_id=row["doubt_id"], choice=row["choice"], value=row["value"], reason=row["reason"])


def _check(by: Hand, row: dict[str, Any]) -> None:
    check_card(by.order, card_id=row["card_id"], paper=row["paper"])
