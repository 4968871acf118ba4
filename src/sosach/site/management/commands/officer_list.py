"""`sosach officer list`: accounts and the roles they hold now."""

from django.utils import timezone

from sosach.cli.installation import show
from sosach.site.management.administrator import accounts
from sosach.site.management.site_command import SiteCommand

HEADINGS = {
    "vi": ("Tài khoản", "Họ tên", "Đơn vị", "Vai trò", "Hoạt động"),
    "en": ("Account", "Name", "Unit", "Roles", "Active"),
}


class Command(SiteCommand):
    """Everybody, or the accounts of one unit."""

    def carry_out(self, *, lang: str, unit: str) -> None:
        """Show them."""
        show(HEADINGS[lang], accounts(unit, at=timezone.now()))
