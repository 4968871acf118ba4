"""`sosach link list`: every line of this installation, what waits, when the other side was last reached."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.utils import timezone

from sosach.cli.installation import show
from sosach.domain.access.queries import Look, acting
from sosach.domain.exchange.queries.calls import contact_of
from sosach.domain.exchange.queries.links import links
from sosach.site.management.administrator import administrator
from sosach.site.management.site_command import SiteCommand

HEADINGS = {
    "vi": ("Kết nối", "Mở", "Đã gửi", "Đã nhận", "Chờ gửi", "Chờ từ", "Cần xử lý", "Liên lạc cuối", "Lỗi"),
    "en": ("Link", "Open", "Sent", "Received", "Waiting", "Since", "To settle", "Last contact", "Fault"),
}
PURPOSE = "oversight"


class Command(SiteCommand):
    """Numbers and times, nothing of people."""

    def carry_out(self, *, lang: str) -> None:
        """Show them."""
        show(HEADINGS[lang], _rows())


def _rows() -> Iterator[tuple[str, ...]]:
    found = links(Look(administrator(), PURPOSE, datetime.now(UTC)))
    for link in found:
        with acting(administrator()):
            contact = contact_of(link.name)
        yield (
            link.name,
            "+" if link.is_open else "–",
            str(link.sent),
            str(link.received),
            str(link.waiting + (1 if link.under_way is not None else 0)),
            _moment(link.oldest),
            str(link.to_settle),
            _moment(contact.reached_at),
            f"{contact.fault} ×{contact.failures}" if contact.fault else "–",
        )


def _moment(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%d/%m/%Y %H:%M:%S") if at is not None else "–"
