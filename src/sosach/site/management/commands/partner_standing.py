"""`sosach partner suspend` and `resume`: bites with the next request, on every process."""

from datetime import UTC, datetime

from sosach.domain.access.operations import Order
from sosach.domain.exchange.operations.partners import resume, suspend
from sosach.site.management.administrator import administrator
from sosach.site.management.site_command import SiteCommand


class Command(SiteCommand):
    """One verb each."""

    def carry_out(self, *, lang: str, partner: str, reason: str, suspended: bool) -> None:
        """Suspend, or resume."""
        order = Order(administrator(), datetime.now(UTC), reason=reason)
        if suspended:
            suspend(order, partner=partner)
            self.say(lang, vi=f"Đã dừng trả lời “{partner}”.", en=f"“{partner}” is answered nothing from now on.")
        else:
            resume(order, partner=partner)
            self.say(lang, vi=f"Đã trả lời lại “{partner}”.", en=f"“{partner}” is answered again.")
