"""`sosach demo`: blanks, jobs and ID cards in different states, so that screens show work and not emptiness."""

from datetime import UTC, datetime

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.models import Officer
from sosach.domain.access.queries import acting
from sosach.domain.access.queries.officers import officer_actor
from sosach.domain.audit.rules import Actor
from sosach.domain.idcards.models import Job
from sosach.domain.idcards.states.wording import CARDS
from sosach.site.fitness import DataKind, facts
from sosach.site.management.administrator import administrator
from sosach.site.management.campaign_weeks import busiest
from sosach.site.management.card_works import Hands, Works
from sosach.site.management.site_command import SiteCommand


class Command(SiteCommand):
    """Only where nobody's real data are, and once."""

    def carry_out(self, *, lang: str, unit: str, commune: str = "") -> None:
        """Make cards for the commune the accounts of the demonstration work in.

        Raises:
            SosachError: DB-02 the data are real; STATE-01 the accounts of the demonstration are missing.
        """
        if facts().data_kind is not DataKind.SYNTHETIC:
            raise SosachError(
                ErrorCode.DATABASE_UNFIT, vi="Không trình diễn trên dữ liệu thật.", en="No demonstration on real data."
            )
        now = datetime.now(UTC)
        with acting(administrator()):
            if Job.objects.exists():
                return
        for place in [commune] if commune else busiest(unit, most=1):
            names = (f"{place}.cards", "card_approver", "card_stock", "card_stock.2", "card_quality")
            there = Works(Hands(*(_actor(f"demo.{name}", now) for name in names)), place, now).run()
            vi, en = (", ".join(f"{count} {CARDS[state][side]}" for state, count in there.items()) for side in (0, 1))
            self.say(lang, vi=f"Thẻ căn cước: {vi}.", en=f"ID cards: {en}.")


def _actor(user_name: str, now: datetime) -> Actor:
    with acting(administrator()):
        key = Officer.objects.filter(user_name=user_name).values_list("pk", flat=True).first()
    found = officer_actor(key, at=now) if key is not None else None
    if found is None:
        raise SosachError(
            ErrorCode.NOT_FOUND, vi="Thiếu tài khoản trình diễn.", en="An account of the demonstration is missing."
        )
    return found
