"""`sosach demo`: officers of each role and a machine client to try things with; new keys every time, shown once."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.models import MachineClient
from sosach.domain.access.operations import Order
from sosach.domain.access.operations.clients import create_client, renew_key
from sosach.domain.access.operations.officers import create_officer, grant_role
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level
from sosach.domain.places.queries import units
from sosach.site.fitness import DataKind, facts
from sosach.site.management.administrator import administrator, level_of
from sosach.site.management.campaign_weeks import busiest
from sosach.site.management.site_command import SiteCommand
from sosach.vn.working_days import day_of

# Name behind the unit → roles; who accepts is somebody else than who proposes.
IN_UNIT = {
    "": (Role.CLERK, Role.VERIFIER),
    "steward": (Role.STEWARD,),
    "population": (Role.POPULATION,),
    "vehicles": (Role.VEHICLES,),
    "licences": (Role.LICENCES,),
}
IN_COMMUNE = {
    "clerk": (Role.CLERK,),
    "verifier": (Role.VERIFIER,),
    "chief": (Role.CHIEF,),
    "civil_status": (Role.CIVIL_STATUS,),
    "cards": (Role.CARDS,),
}
# Cards are made for the whole country; what needs two people has two accounts.
IN_NATION = {
    "admin": (Role.ADMIN,),
    "auditor": (Role.AUDITOR,),
    "steward": (Role.STEWARD,),
    "card_approver": (Role.CARD_APPROVER,),
    "card_approver.2": (Role.CARD_APPROVER,),
    "card_stock": (Role.CARD_STOCK,),
    "card_stock.2": (Role.CARD_STOCK,),
    "card_quality": (Role.CARD_QUALITY,),
}
CLIENT_ROLES = frozenset({Role.CLERK, Role.CIVIL_STATUS, Role.POPULATION, Role.VEHICLES, Role.LICENCES})
HEADINGS = {"vi": ("Cán bộ", "Mật khẩu", "Đơn vị", "Vai trò"), "en": ("Officer", "Password", "Unit", "Roles")}


class Command(SiteCommand):
    """Only where nobody's real data are."""

    def carry_out(self, *, lang: str, unit: str, commune: str = "") -> None:
        """Make all in a unit, a commune of it and the nation, or give the client that is there a new key."""
        if facts().data_kind is not DataKind.SYNTHETIC:
            raise SosachError(
                ErrorCode.DATABASE_UNFIT, vi="Không trình diễn trên dữ liệu thật.", en="No demonstration on real data."
            )
        key = self._client(unit)
        self.say(lang, vi=f"Khóa API: {key}", en=f"API key: {key}")
        table = Table(*HEADINGS[lang], box=None, pad_edge=False)
        as_before = "như lần trước" if lang == "vi" else "as before"
        for name, of, roles in _officers(unit, commune or _commune(unit)):
            password = secrets.token_urlsafe(12)
            made = self._officer(name, password, of, roles)
            table.add_row(name, password if made else as_before, of or "–", ", ".join(roles))
        Console(highlight=False, soft_wrap=True).print(table)

    def _client(self, unit: str) -> str:
        order, name = Order(administrator(), datetime.now(UTC)), f"demo {unit}"
        with acting(administrator()):
            known = MachineClient.objects.filter(name=name, ended_at__isnull=True).values_list("pk", flat=True).first()
        if known is not None:
            return renew_key(order, client_id=known).key
        return create_client(order, name=name, scopes=CLIENT_ROLES, level=level_of(unit), unit=unit).key

    def _officer(self, name: str, password: str, unit: str, roles: tuple[Role, ...]) -> bool:
        """Open an account; whether it was not there yet."""
        at = datetime.now(UTC)
        try:
            officer = create_officer(
                Order(administrator(), at),
                user_name=name,
                display_name=name,
                password=password,
                level=level_of(unit),
                unit=unit,
            )
        except SosachError as refused:
            if refused.code is not ErrorCode.CONFLICT:
                raise
            return False
        for role in roles:
            grant_role(Order(administrator(), at), officer_id=officer.pk, role=role)
        return True


def _officers(unit: str, commune: str) -> Iterator[tuple[str, str, tuple[Role, ...]]]:
    """User name, unit and roles of each account."""
    for place, posts in ((unit, IN_UNIT), (commune, IN_COMMUNE), ("", IN_NATION)):
        for name, roles in posts.items():
            if place or posts is IN_NATION:
                yield ".".join(filter(None, ("demo", place, name))), place, roles


def _commune(unit: str) -> str:
    """The commune of a province with the most vehicles, or the commune itself; "" of the nation."""
    if level_of(unit) is not Level.PROVINCE:
        return unit
    if there := busiest(unit, most=1):
        return there[0]
    with acting(administrator()):
        found = units(level="commune", at=day_of(datetime.now(UTC))).filter(province_code=unit)
        return found.order_by("code").values_list("code", flat=True).first() or ""
