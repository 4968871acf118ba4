"""`sosach officer reset-code`: takes the one-time codes of an account away and ends its sessions."""

from django.utils import timezone

from sosach.domain.access.operations import Order
from sosach.domain.access.operations.second_factor import reset_second_factor
from sosach.domain.access.operations.sessions import drop_sessions_of
from sosach.domain.audit.rules import ActorKind, account_key
from sosach.site.management.administrator import administrator, officer_of
from sosach.site.management.site_command import SiteCommand


class Command(SiteCommand):
    """For a lost device without recovery codes; whoever asks for it has to be known in person."""

    def carry_out(self, *, lang: str, user_name: str) -> None:
        """Take them away; the next sign-in enrols anew."""
        account = officer_of(user_name)
        reset_second_factor(Order(administrator(), timezone.now()), officer_id=account)
        drop_sessions_of(account_key(ActorKind.OFFICER, account))
        self.say(
            lang,
            vi=f"Đã hủy mã dùng một lần của {user_name}; lần đăng nhập tới sẽ đăng ký lại.",
            en=f"Took the one-time codes of {user_name} away; the next sign-in enrols anew.",
        )
