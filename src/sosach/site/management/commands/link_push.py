"""`sosach link push`: hand up and fetch now, until nothing waits."""

from datetime import UTC, datetime

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.exchange.operations.links import NATION
from sosach.jobs.levels import Turn, line_to_nation, run_to_the_end
from sosach.site.management.site_command import SiteCommand


class Command(SiteCommand):
    """The work of the schedule, for somebody who waits for it."""

    def carry_out(self, *, lang: str, code: str) -> None:
        """Do it.

        Raises:
            SosachError: STATE-04 only a province calls; LINK-01 the other side does not answer as it should.
        """
        if code != NATION:
            raise SosachError(
                ErrorCode.INPUT_INCOMPLETE, vi="Chỉ tỉnh gọi cấp quốc gia.", en="Only a province calls the nation."
            )
        done = run_to_the_end(line_to_nation(lambda: datetime.now(UTC)), told=lambda so_far: self._shown(lang, so_far))
        if done.fault:
            raise SosachError(
                ErrorCode.LINK_DOWN,
                vi=f"Cấp quốc gia không trả lời đúng: {done.fault}. Chưa mất gì; hệ thống tự gửi lại.",
                en=f"The nation does not answer as it should: {done.fault}. Nothing is lost; it is tried again by itself.",
                hint_vi="Xem `sosach link list`, SOSACH_NATION_URL và khóa của hai bên.",
                hint_en="See `sosach link list`, SOSACH_NATION_URL, and the keys of both sides.",
            )

    def _shown(self, lang: str, so_far: Turn) -> None:
        self.say(
            lang,
            vi=f"   đã gửi {so_far.records} bản ghi trong {so_far.batches} gói, nhận {so_far.fetched} gói",
            en=f"   {so_far.records} records handed up in {so_far.batches} batches, {so_far.fetched} batches fetched",
        )
