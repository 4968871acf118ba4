"""`sosach link reconcile`: what was sent and what the other side received, day by day and commune by commune."""

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from sosach.base.errors import ErrorCode, SosachError
from sosach.cli.installation import show
from sosach.domain.access.queries import Look
from sosach.domain.exchange.queries.reconciling import Reconciliation, Tally, days_told, reconcile
from sosach.jobs.levels import line_to_nation
from sosach.jobs.line import Line, LineError
from sosach.site.management.administrator import administrator
from sosach.site.management.site_command import SiteCommand

HEADINGS = {
    "vi": ("Ngày", "Xã", "Đã gửi", "Cập nhật", "Có sẵn", "Từ chối", "Xung đột", "Còn chờ", "Bên kia", "Chênh lệch"),
    "en": ("Day", "Commune", "Sent", "Applied", "Present", "Refused", "Conflict", "Open", "There", "Difference"),
}
COUNTS = ("sent", "applied", "present", "refused", "conflict", "open")
PURPOSE = "oversight"


class Command(SiteCommand):
    """Each day is asked for at the other side, and both are put side by side."""

    def carry_out(self, *, lang: str, code: str, day: date | None) -> None:
        """Show the days; exit code 1 where any differs.

        Raises:
            SosachError: ACCESS-03 no such link; LINK-01 the other side does not say what it received.
        """
        look = Look(administrator(), PURPOSE, datetime.now(UTC))
        line = line_to_nation(lambda: datetime.now(UTC))
        days = [day] if day is not None else sorted(days_told(look, link=code))
        found = [reconcile(look, link=code, day=each, theirs=_received(line, each)) for each in days]
        show(HEADINGS[lang], [*(row for each in found for row in _rows(each)), _total(found, lang)])
        different = sum(len(each.differing) for each in found)
        self.say(lang, vi=f"Chênh lệch: {different}", en=f"Difference: {different}")
        if not all(each.is_balanced for each in found):
            sys.exit(1)


def _total(found: Sequence[Reconciliation], lang: str) -> tuple[str, ...]:
    tallies = [tally for each in found for tally in each.ours]
    counts = [sum(getattr(tally, name) for tally in tallies) for name in COUNTS]
    there = sum(tally.sent for each in found for tally in each.theirs or ())
    different = sum(len(each.differing) for each in found)
    return ("Tổng" if lang == "vi" else "Total", "", *map(str, counts), str(there), str(different))


def _received(line: Line, day: date) -> Sequence[Tally]:
    """What the other side says it received."""
    try:
        return [Tally.from_json(told) for told in json.loads(line.get("reconciliation", day=day.isoformat()))]
    except (LineError, ValueError, KeyError, TypeError) as wrong:
        raise SosachError(
            ErrorCode.LINK_DOWN,
            vi="Cấp kia không trả lời được số liệu đối soát.",
            en="The other side does not say what it received.",
            hint_vi="Xem `sosach link list` rồi thử lại.",
            hint_en="See `sosach link list`, then try again.",
        ) from wrong


def _rows(found: Reconciliation) -> Iterator[tuple[str, ...]]:
    day, there = found.day.strftime("%d/%m/%Y"), {tally.commune_code: tally.sent for tally in found.theirs or ()}
    for tally in found.ours:
        code = tally.commune_code
        counts = [str(getattr(tally, name)) for name in COUNTS]
        yield day, code or "–", *counts, str(there.pop(code, 0)), "!" if code in found.differing else "0"
    for code, count in there.items():  # received, and never sent from here
        yield day, code or "–", *["0"] * len(COUNTS), str(count), "!"
