"""`sosach officer create`: opens an account, with roles."""

import secrets
from datetime import UTC, datetime

from django.db import transaction

from sosach.domain.access.operations import Order
from sosach.domain.access.operations.officers import create_officer, grant_role
from sosach.site.management.administrator import administrator, level_of, role_of
from sosach.site.management.site_command import SiteCommand


class Command(SiteCommand):
    """Account and roles in one transaction."""

    def carry_out(self, *, lang: str, user_name: str, name: str, unit: str, roles: list[str], password: str) -> None:
        """Open the account; a password that was made is shown once, here."""
        told = password or secrets.token_urlsafe(15)
        wanted = [role_of(role) for role in roles]
        at = datetime.now(UTC)
        with transaction.atomic():
            made = create_officer(
                Order(administrator(), at),
                user_name=user_name,
                display_name=name,
                password=told,
                level=level_of(unit),
                unit=unit,
            )
            for role in wanted:
                grant_role(Order(administrator(), at), officer_id=made.pk, role=role)
        given = ", ".join(wanted) or "–"
        self.say(
            lang, vi=f"Tài khoản {made.user_name}, vai trò: {given}", en=f"Account {made.user_name}, roles: {given}"
        )
        if not password:
            self.say(lang, vi=f"Mật khẩu (chỉ hiện lần này): {told}", en=f"Password (shown this once): {told}")
