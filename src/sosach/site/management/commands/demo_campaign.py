"""`sosach demo`: a campaign over the synthetic province that has run for three weeks, so that screens show work and not emptiness."""

import secrets
from datetime import UTC, datetime

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.models import Officer
from sosach.domain.access.operations import Order
from sosach.domain.access.operations.officers import create_officer, grant_role
from sosach.domain.access.queries import acting
from sosach.domain.access.queries.officers import officer_actor
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, Level
from sosach.domain.campaign.models import Campaign
from sosach.site.fitness import DataKind, facts
from sosach.site.management.administrator import administrator
from sosach.site.management.campaign_weeks import People, busiest, three_weeks
from sosach.site.management.site_command import SiteCommand

COMMUNES = 2
NAMES = ("Lê Thị Hạnh", "Trịnh Văn Lâm")


class Command(SiteCommand):
    """Only where nobody's real data are, and once."""

    def carry_out(self, *, lang: str, unit: str, commune: str = "") -> None:
        """Run the campaign of a province until today, in the commune of the accounts and another.

        Raises:
            SosachError: DB-02 the data are real; STATE-01 the accounts of the demonstration are missing.
        """
        if facts().data_kind is not DataKind.SYNTHETIC:
            raise SosachError(
                ErrorCode.DATABASE_UNFIT, vi="Không trình diễn trên dữ liệu thật.", en="No demonstration on real data."
            )
        now = datetime.now(UTC)
        with acting(administrator()):
            if Campaign.objects.exists():
                return
        busy = busiest(unit, most=COMMUNES)
        if not busy:
            return
        communes = list(dict.fromkeys([commune or busy[0], *busy]))[:COMMUNES]
        told = three_weeks(_people(unit, communes, now), province=unit, now=now)
        self.say(
            lang,
            vi=f"Chiến dịch: {told.cases} vụ việc, {told.given} đã giao, {told.done['prove:closed']} đã sạch, "
            f"{told.done['declare']} tờ khai, {told.done['visit']} lần đến nhà.",
            en=f"Campaign: {told.cases} cases, {told.given} given out, {told.done['prove:closed']} cleaned, "
            f"{told.done['declare']} declarations, {told.done['visit']} visits.",
        )


def _people(unit: str, communes: list[str], now: datetime) -> People:
    """Accounts of the demonstration, and two more clerks in each commune."""
    clerks = {
        commune: {
            key: _actor(key, now)
            for key in (_account(f"demo.{commune}.clerk", commune, (Role.CLERK,), now), *_more(commune, now))
        }
        for commune in communes
    }
    roles = {"verifier": Role.VERIFIER, "chief": Role.CHIEF}
    posts = {
        post: {each: _actor(_account(f"demo.{each}.{post}", each, (role,), now), now) for each in communes}
        for post, role in roles.items()
    }
    steward = _account(f"demo.{unit}.steward", unit, (Role.STEWARD,), now)
    second = _account(f"demo.{unit}", unit, (Role.CLERK, Role.VERIFIER), now)
    return People(_actor(steward, now), _actor(second, now), clerks, posts["verifier"], posts["chief"])


def _more(commune: str, now: datetime) -> list[int]:
    return [
        _account(f"demo.{commune}.clerk.{place}", commune, (Role.CLERK,), now, name=name)
        for place, name in enumerate(NAMES, 2)
    ]


def _account(user_name: str, unit: str, roles: tuple[Role, ...], now: datetime, *, name: str = "") -> int:
    """The account of that name; opened when there is none, with a password nobody knows."""
    with acting(administrator()):
        found = Officer.objects.filter(user_name=user_name).values_list("pk", flat=True).first()
    if found is not None:
        return int(found)
    made = create_officer(
        Order(administrator(), now),
        user_name=user_name,
        display_name=name or user_name,
        password=secrets.token_urlsafe(16),
        level=Level.COMMUNE if len(unit) == len("00000") else Level.PROVINCE,
        unit=unit,
    )
    for role in roles:
        grant_role(Order(administrator(), now), officer_id=made.pk, role=role)
    return int(made.pk)


def _actor(officer_id: int, now: datetime) -> Actor:
    found = officer_actor(officer_id, at=now)
    if found is None:
        raise SosachError(
            ErrorCode.NOT_FOUND, vi="Thiếu tài khoản trình diễn.", en="An account of the demonstration is missing."
        )
    return found
