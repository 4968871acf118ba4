"""`sosach link open`: a line to the other level, with the key its keepers told."""

from datetime import UTC, datetime

from django.conf import settings

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.audit.rules import Level
from sosach.domain.exchange.operations.links import NATION, open_link, renew_key, resume_link
from sosach.site.management.administrator import administrator
from sosach.site.management.site_command import SiteCommand


class Command(SiteCommand):
    """A new link; or one there is: its key taken in anew, and open again."""

    def carry_out(self, *, lang: str, code: str, key: str, reason: str) -> None:
        """Open it.

        Raises:
            SosachError: STATE-04 it does not fit the level of this installation, or is no key.
        """
        upward = settings.SOSACH_LEVEL is Level.PROVINCE
        if upward is not (code == NATION) or (upward and not settings.SOSACH_PROVINCE):
            raise SosachError(
                ErrorCode.INPUT_INCOMPLETE,
                vi=f"Cấp {settings.SOSACH_LEVEL} không mở kết nối “{code}”.",
                en=f"The level {settings.SOSACH_LEVEL} opens no link “{code}”.",
                hint_vi="Ở tỉnh: `sosach link open nation` với SOSACH_PROVINCE; ở cấp quốc gia: mã tỉnh và SOSACH_LEVEL=nation.",
                hint_en="At a province: `sosach link open nation`, with SOSACH_PROVINCE; at the nation: a code, SOSACH_LEVEL=nation.",
            )
        order = Order(administrator(), datetime.now(UTC), reason=reason)
        try:
            open_link(order, province=settings.SOSACH_PROVINCE if upward else code, upward=upward, peer_key=key)
        except SosachError as refused:
            if refused.code is not ErrorCode.CONFLICT:
                raise
            renew_key(order, link=code, peer_key=key)
            resume_link(Order(administrator(), datetime.now(UTC), reason=reason), link=code)
        self.say(lang, vi=f"Kết nối {code} đã mở.", en=f"The link {code} is open.")
