"""`sosach demo`: an officer and a machine client to try things with; new keys every time, shown once."""

import secrets
from datetime import UTC, datetime

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.models import MachineClient
from sosach.domain.access.operations import Order
from sosach.domain.access.operations.clients import create_client, renew_key
from sosach.domain.access.operations.officers import create_officer, grant_role
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.site.fitness import DataKind, facts
from sosach.site.management.administrator import administrator, level_of
from sosach.site.management.site_command import SiteCommand

OFFICER_ROLES = (Role.CLERK, Role.VERIFIER)
CLIENT_ROLES = frozenset({Role.CLERK, Role.POPULATION, Role.VEHICLES, Role.LICENCES})


class Command(SiteCommand):
    """Only where nobody's real data are."""

    def carry_out(self, *, lang: str, unit: str) -> None:
        """Make both in a unit, or give those that are there new keys."""
        if facts().data_kind is not DataKind.SYNTHETIC:
            raise SosachError(
                ErrorCode.DATABASE_UNFIT, vi="Không trình diễn trên dữ liệu thật.", en="No demonstration on real data."
            )
        key = self._client(unit)
        self.say(lang, vi=f"Khóa API: {key}", en=f"API key: {key}")
        name, password = f"demo.{unit}", secrets.token_urlsafe(12)
        try:
            self._officer(name, password, unit)
        except SosachError as refused:
            if refused.code is not ErrorCode.CONFLICT:
                raise
            self.say(lang, vi=f"Cán bộ: {name} (mật khẩu như lần trước)", en=f"Officer: {name} (password as before)")
        else:
            self.say(lang, vi=f"Cán bộ: {name}, mật khẩu: {password}", en=f"Officer: {name}, password: {password}")

    def _client(self, unit: str) -> str:
        order, name = Order(administrator(), datetime.now(UTC)), f"demo {unit}"
        with acting(administrator()):
            known = MachineClient.objects.filter(name=name, ended_at__isnull=True).values_list("pk", flat=True).first()
        if known is not None:
            return renew_key(order, client_id=known).key
        return create_client(order, name=name, scopes=CLIENT_ROLES, level=level_of(unit), unit=unit).key

    def _officer(self, name: str, password: str, unit: str) -> None:
        at = datetime.now(UTC)
        officer = create_officer(
            Order(administrator(), at),
            user_name=name,
            display_name=name,
            password=password,
            level=level_of(unit),
            unit=unit,
        )
        for role in OFFICER_ROLES:
            grant_role(Order(administrator(), at), officer_id=officer.pk, role=role)
