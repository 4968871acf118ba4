"""`sosach officer create`: opens an account, with roles."""

from datetime import UTC, datetime

from django.db import transaction

from sosach.domain.access.operations import Order
from sosach.domain.access.operations.officers import create_officer, give_password, grant_role
from sosach.domain.access.rules.passwords import drawn_password
from sosach.site.management.administrator import administrator, level_of, role_of, told_once
from sosach.site.management.site_command import SiteCommand


class Command(SiteCommand):
    """Account and roles in one transaction."""

    def carry_out(self, *, lang: str, user_name: str, name: str, unit: str, roles: list[str], password: str) -> None:
        """Open the account; a password that was made is shown once, here, and changed at the first sign-in."""
        wanted = [role_of(role) for role in roles]
        at = datetime.now(UTC)
        with transaction.atomic():
            made = create_officer(
                Order(administrator(), at),
                user_name=user_name,
                display_name=name,
                password=password or drawn_password(),
                level=level_of(unit),
                unit=unit,
            )
            for role in wanted:
                grant_role(Order(administrator(), at), officer_id=made.pk, role=role)
            given = None if password else give_password(Order(administrator(), at), officer_id=made.pk)
        roles_given = ", ".join(wanted) or "–"
        self.say(
            lang,
            vi=f"Tài khoản {made.user_name}, vai trò: {roles_given}",
            en=f"Account {made.user_name}, roles: {roles_given}",
        )
        if given is not None:
            self.say(lang, **told_once(given))
