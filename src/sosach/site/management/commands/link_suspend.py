"""`sosach link suspend`: nothing more goes over a line, from now on."""

from datetime import UTC, datetime

from sosach.domain.access.operations import Order
from sosach.domain.exchange.operations.links import suspend_link
from sosach.site.management.administrator import administrator
from sosach.site.management.site_command import SiteCommand


class Command(SiteCommand):
    """What changes meanwhile is told when it is opened again."""

    def carry_out(self, *, lang: str, code: str, reason: str) -> None:
        """Stop it."""
        suspend_link(Order(administrator(), datetime.now(UTC), reason=reason), link=code)
        self.say(lang, vi=f"Kết nối {code} đã tạm dừng.", en=f"The link {code} is suspended.")
