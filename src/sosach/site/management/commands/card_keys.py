"""`sosach card keys rotate`: a new wrapping key for sealed pictures, and every data key wrapped anew under it."""

from datetime import UTC, datetime

from sosach.domain.access.operations import Order
from sosach.domain.idcards.operations.sealing import renew_keys, rewrap_pictures
from sosach.site.management.administrator import whoever
from sosach.site.management.site_command import SiteCommand


class Command(SiteCommand):
    """Portions of some thousand, each on record; broken off, it goes on where it stopped when it is run again."""

    def carry_out(self, *, lang: str, renew: bool) -> None:
        """Rotate, and tell how many keys were wrapped anew."""
        at = datetime.now(UTC)
        actor = whoever("", "", at=at)
        named = renew_keys(Order(actor, at)) if renew else ()
        count = 0
        while portion := rewrap_pictures(Order(actor, datetime.now(UTC))):
            count += portion
        if named:
            self.say(lang, vi=f"Khóa mới: {', '.join(named)}", en=f"New keys: {', '.join(named)}")
        self.say(
            lang,
            vi=f"Đã bọc lại {count} khóa dữ liệu; khóa cũ hơn không còn cần, có thể hủy.",
            en=f"{count} data keys were wrapped anew; older wrapping keys are needed no more and may be destroyed.",
        )
