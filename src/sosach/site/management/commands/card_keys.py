"""`sosach card keys rotate`: new wrapping keys for everything sealed, and every data key wrapped anew under them."""

from datetime import UTC, datetime

from sosach.domain.access.operations import Order
from sosach.domain.audit.rules import Actor
from sosach.domain.idcards.operations.sealing import renew_keys
from sosach.site.management.administrator import whoever
from sosach.site.management.sealed import SEALED, SealedTable
from sosach.site.management.site_command import SiteCommand


class Command(SiteCommand):
    """Portions of some thousand, each on record; broken off, it goes on where it stopped when it is run again."""

    def carry_out(self, *, lang: str, renew: bool) -> None:
        """Rotate, and tell table by table how many keys were wrapped anew."""
        at = datetime.now(UTC)
        actor = whoever("", "", at=at)
        if renew:
            named = renew_keys(Order(actor, at), purposes=[name for table in SEALED for name in table.purposes])
            self.say(lang, vi=f"Khóa mới: {', '.join(named)}", en=f"New keys: {', '.join(named)}")
        total = 0
        for table in SEALED:
            count = _wrapped_anew(table, actor)
            total += count
            self.say(
                lang,
                vi=f"Đã bọc lại {count} khóa dữ liệu: {table.vi}.",
                en=f"{count} data keys were wrapped anew: {table.en}.",
            )
        if renew or total:  # what was being sealed meanwhile, or was held by somebody, is under an older key still
            self.say(
                lang,
                vi="Vài phút sau chạy lại với --resume; chỉ hủy khóa bọc cũ hơn khi không còn khóa dữ liệu nào phải bọc lại.",
                en="Run it again with --resume in some minutes; destroy older wrapping keys only when nothing is left to wrap.",
            )
        else:
            self.say(
                lang,
                vi="Khóa bọc cũ hơn không còn cần, có thể hủy.",
                en="Older wrapping keys are needed no more and may be destroyed.",
            )


def _wrapped_anew(table: SealedTable, actor: Actor) -> int:
    """Every data key of a table, in portions; how many."""
    count = 0
    while portion := table.rewrap(Order(actor, datetime.now(UTC))):
        count += portion
    return count
