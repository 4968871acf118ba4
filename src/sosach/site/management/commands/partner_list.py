"""`sosach partner list`: partners, what is agreed with them, by what they are known."""

from datetime import UTC, datetime

from sosach.cli.installation import show
from sosach.domain.access.queries import Look
from sosach.domain.exchange.queries.statements import partners
from sosach.site.management.administrator import administrator
from sosach.site.management.site_command import SiteCommand

HEADINGS = {
    "vi": ("Mã", "Tên", "Thỏa thuận", "Đến hết", "Khóa", "Trạng thái"),
    "en": ("Key", "Name", "Agreement", "Until", "Known by", "State"),
}
STATES = {"vi": ("đang chia sẻ", "tạm dừng: {}"), "en": ("answered", "suspended: {}")}


class Command(SiteCommand):
    """One line per partner."""

    def carry_out(self, *, lang: str) -> None:
        """Show them."""
        answered, suspended = STATES[lang]
        rows = [
            (
                each.key,
                each.vi if lang == "vi" else each.en,
                f"{each.number} ({each.version})" if each.number else "–",
                each.ends_on or "–",
                ", ".join(f"{proof} {name[:24]}" for proof, name in each.keys) or "–",
                suspended.format(each.reason) if each.suspended_at else answered,
            )
            for each in partners(Look(administrator(), "oversight", datetime.now(UTC)))
        ]
        show(HEADINGS[lang], rows)
