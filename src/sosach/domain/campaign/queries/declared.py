"""What citizens declared in a campaign, by day and channel; each count and the list behind it are the same query."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate

from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.audit.rules import Actor, Subject
from sosach.domain.campaign.queries.figures import Scope, lying_in
from sosach.domain.campaign.queries.lists import MOST, READERS
from sosach.domain.campaign.queries.progress import Part, scope_of
from sosach.domain.declarations.models import Declaration

NOT_DECLARED = ("draft", "withdrawn")


@dataclass(frozen=True, slots=True)
class Declared:
    """Declarations of one day by one channel.

    Attributes:
        day: on which they came in, as the calendar says in Viet Nam.
        channel: by which way.
        count: how many; those withdrawn are left out.
    """

    day: date
    channel: str
    count: int


@dataclass(frozen=True, slots=True)
class DeclaredPage:
    """Part of the list behind a count.

    Attributes:
        declarations: id, number, kind and state, by id.
        following: id to go on behind; None when there is no more.
    """

    declarations: tuple[tuple[int, str, str, str], ...]
    following: int | None


@reading("campaign.figures_read", roles=READERS)
def declared_by_day(look: Look, *, part: Part) -> Seen[tuple[Declared, ...]]:
    """Declarations about the register of a part of a campaign, in its days and within reach, by day and channel.

    Raises:
        SosachError: STATE-01 no such campaign.
    """
    rows = declared_rows(look.actor, scope_of(part)).order_by().values("day", "channel")
    counted = rows.annotate(count=Count("pk")).order_by("day", "channel").values_list("day", "channel", "count")
    return Seen(tuple(Declared(*row) for row in counted), [Subject("unit", look.actor.unit, look.actor.unit)])


@reading("campaign.list_read", roles=READERS)
def declared_list(
    look: Look, *, part: Part, day: date | None = None, channel: str = "", after: int = 0, limit: int = 50
) -> Seen[DeclaredPage]:
    """The declarations behind a count, by id.

    Args:
        look: who, what for.
        part: of which campaign.
        day: only of this day.
        channel: only by this way.
        after: id of the last one seen.
        limit: 200 at most.

    Raises:
        SosachError: STATE-01 no such campaign.
    """
    size = min(limit, MOST)
    rows = declared_rows(look.actor, scope_of(part), day=day, channel=channel).filter(pk__gt=after).order_by("pk")
    found = list(rows[: size + 1])
    page = found[:size]
    subjects = [Subject("declaration", str(row.pk), row.commune_code or "") for row in page]
    told = tuple((row.pk, row.number, row.kind, row.state) for row in page)
    return Seen(DeclaredPage(told, page[-1].pk if len(found) > size else None), subjects)


def declared_rows(actor: Actor, scope: Scope, *, day: date | None = None, channel: str = "") -> QuerySet[Any]:
    """Declarations of a part of a campaign, each with its day."""
    rows = scoped(Declaration.objects.filter(register=scope.register), actor)
    rows = rows.exclude(state__in=NOT_DECLARED).filter(submitted_at__isnull=False)
    rows = rows.annotate(day=TruncDate("submitted_at")).filter(
        day__gte=scope.campaign.begins_on, day__lte=scope.campaign.ends_on
    )
    place = {"province": {"province_code": scope.campaign.unit}, "commune": {"commune_code": scope.campaign.unit}}
    rows = rows.filter(**place.get(scope.campaign.level, {}))
    rows = lying_in(lying_in(rows, "province_code", scope.province), "commune_code", scope.commune)
    if day is not None:
        rows = rows.filter(day=day)
    return rows.filter(channel=channel) if channel else rows
