"""`sosach officer reset-password`: gives an account a password that is changed at the next sign-in, and ends its sessions."""

from django.utils import timezone

from sosach.domain.access.operations import Order
from sosach.domain.access.operations.officers import give_password
from sosach.site.management.administrator import administrator, officer_of, told_once
from sosach.site.management.site_command import SiteCommand


class Command(SiteCommand):
    """For a forgotten password; whoever asks for it has to be known in person."""

    def carry_out(self, *, lang: str, user_name: str) -> None:
        """Draw one and show it once."""
        given = give_password(Order(administrator(), timezone.now()), officer_id=officer_of(user_name))
        self.say(lang, **told_once(given))
