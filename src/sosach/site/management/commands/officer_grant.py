"""`sosach officer grant`: gives a role, or takes it back."""

from datetime import datetime

from django.utils import timezone

from sosach.domain.access.operations import Order
from sosach.domain.access.operations.officers import end_role, grant_role
from sosach.site.management.administrator import administrator, officer_of, role_of
from sosach.site.management.site_command import SiteCommand


class Command(SiteCommand):
    """One role of one account."""

    def carry_out(self, *, lang: str, user_name: str, given: str, until: str, end: bool) -> None:
        """Give it until a day, or end it at once."""
        order = Order(administrator(), timezone.now())
        account, role = officer_of(user_name), role_of(given)
        if end:
            end_role(order, officer_id=account, role=role)
            self.say(lang, vi=f"Đã thu hồi {role} của {user_name}.", en=f"Took {role} back from {user_name}.")
            return
        day = timezone.make_aware(datetime.fromisoformat(until)) if until else None
        grant_role(order, officer_id=account, role=role, until=day)
        self.say(lang, vi=f"Đã cấp {role} cho {user_name}.", en=f"Gave {role} to {user_name}.")
