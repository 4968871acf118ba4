"""`sosach link reopen`: a forked link begins new chains, once people of both sides have compared where it stands."""

from collections.abc import Iterator
from datetime import UTC, datetime

from sosach.base.errors import ErrorCode, SosachError
from sosach.cli.installation import show
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look
from sosach.domain.exchange.operations.links import NATION
from sosach.domain.exchange.operations.reopening import reopen_link
from sosach.domain.exchange.queries.reopening import ends_of
from sosach.domain.exchange.rules.reopening import Reopening
from sosach.jobs.levels import line_to_nation
from sosach.jobs.line import LineError
from sosach.jobs.reopening import PURPOSE, ask, look_at
from sosach.site.management.administrator import administrator
from sosach.site.management.site_command import SiteCommand

HEADINGS = {"vi": ("Chiều", "Tỉnh", "Cấp quốc gia"), "en": ("Direction", "Province", "Nation")}
WAYS = {"vi": ("lên", "xuống"), "en": ("up", "down")}


class Command(SiteCommand):
    """Shows both sides; does something only with the mark of exactly what was shown."""

    def carry_out(self, *, lang: str, code: str, reason: str, confirm: str) -> None:
        """Show, ask, or agree.

        Raises:
            SosachError: STATE-01 no such link; STATE-02 not forked, or not asked for; STATE-03 both stand elsewhere by now; STATE-04
                no reason; LINK-01 the nation does not answer.
        """
        order = Order(administrator(), datetime.now(UTC), reason=reason)
        try:
            self._at_province(lang, order, confirm) if code == NATION else self._at_nation(lang, order, code, confirm)
        except LineError as broken:
            raise SosachError(
                ErrorCode.LINK_DOWN,
                vi=f"Cấp quốc gia không trả lời đúng: {broken.fault}.",
                en=f"The nation does not answer as it should: {broken.fault}.",
                hint_vi="Thử lại; điều đã đề nghị được gửi lại ở lượt sau.",
                hint_en="Try again; what was asked for is told again with the next turn.",
            ) from broken

    def _at_province(self, lang: str, order: Order, confirm: str) -> None:
        line = line_to_nation(lambda: datetime.now(UTC))
        seen = ask(line, order, mark=confirm) if confirm else look_at(line, order.actor)
        self._shown(lang, seen)
        if confirm:
            self.say(
                lang,
                vi=f"Đã đề nghị. Cấp quốc gia so mã {seen.mark} rồi chạy `sosach link reopen {seen.province}`.",
                en=f"Asked. The nation compares the mark {seen.mark}, then runs `sosach link reopen {seen.province}`.",
            )

    def _at_nation(self, lang: str, order: Order, code: str, confirm: str) -> None:
        ends = ends_of(Look(order.actor, PURPOSE, order.at), link=code)
        if ends.asked is not None:
            self._shown(lang, ends.asked)
            self.say(lang, vi=f"Lý do tỉnh nêu: {ends.reason}", en=f"Reason the province gave: {ends.reason}")
        if confirm or ends.asked is None:
            done = reopen_link(order, link=code, mark=confirm)
            self.say(
                lang,
                vi=f"Đã mở chuỗi mới: {done.given_up} gói gửi lại, {done.queued} bản ghi vào hàng chờ.",
                en=f"New chains begun: {done.given_up} batches given up, {done.queued} records queued again.",
            )

    def _shown(self, lang: str, seen: Reopening) -> None:
        show(HEADINGS[lang], _rows(lang, seen))
        self.say(
            lang,
            vi=f"Mã: {seen.mark}. Hai bên đọc cho nhau; đúng thì thêm --confirm {seen.mark}",
            en=f"Mark: {seen.mark}. Read it to each other; where it is the same, add --confirm {seen.mark}",
        )


def _rows(lang: str, seen: Reopening) -> Iterator[tuple[str, ...]]:
    for way, heads in zip(WAYS[lang], (seen.up, seen.down), strict=True):
        yield way, *(f"{head.number} {head.chain[:16]}" for head in heads)
