"""Figures of applications by day, office, state and limit, and the lists behind them: a count and its list are one query."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Count, F, Q, QuerySet

from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Application, Attempt
from sosach.domain.idcards.queries.applications import DESK, LARGEST_PAGE, OFFICERS
from sosach.domain.idcards.states.applications import CLOSED, State
from sosach.domain.population.rules.days import day_of


class Limit(StrEnum):
    """How an application stands to the limit of seven working days (Law 26/2023/QH15 art. 26)."""

    IN_TIME = "in_time"  # the card was handed over within it
    OVER_TIME = "over_time"  # the card was handed over after it
    LATE = "late"  # open, and it is over
    PAUSED = "paused"  # open, and the clock stands still


@dataclass(frozen=True, slots=True)
class Part:
    """Which applications: empty parts do not limit.

    Attributes:
        since: received on that day or later.
        day: received on that day.
        commune_code: of one office.
        state: how far they are.
        limit: how they stand to the limit.
    """

    since: date
    day: date | None = None
    commune_code: str = ""
    state: State | None = None
    limit: Limit | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of applications of the territory.

    Attributes:
        by_state: state → how many.
        by_day: (day, office, received).
        limits: how many stand to the limit in which way.
        turned_away: attempts no application came of.
    """

    by_state: Mapping[str, int]
    by_day: tuple[tuple[date, str, int], ...]
    limits: Mapping[Limit, int]
    turned_away: int


@dataclass(frozen=True, slots=True)
class Received:
    """An application behind a figure: no name, the page of the application tells it to whom it may.

    Attributes:
        application_id: its id.
        number: as on its papers.
        kind: first, exchange, reissue.
        state: how far it is.
        received_on: day it came in.
        due_on: last day of the limit; None while the clock stands still.
        closed_on: day it was over; None: it is open.
        commune_code: office.
    """

    application_id: int
    number: str
    kind: str
    state: str
    received_on: date
    due_on: date | None
    closed_on: date | None
    commune_code: str


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """Somebody who was told what comes first.

    Attributes:
        number: of the paper that says it.
        on: the day.
        kind: what was applied for.
        problems: what stood against it.
        commune_code: of the office; "" where it has none.
    """

    number: str
    on: date
    kind: str
    problems: tuple[str, ...]
    commune_code: str


@reading("idcards.application_figures_read", roles=OFFICERS | {Role.SYSTEM})
def application_figures(look: Look, *, since: date) -> Seen[Figures]:
    """Counts of the territory, of what was received since a day; about nobody."""
    rows = _rows(look, Part(since)).order_by()
    figures = Figures(
        by_state=dict(rows.values_list("state").annotate(count=Count("pk"))),
        by_day=tuple(sorted(rows.values_list("received_on", "commune_code").annotate(count=Count("pk")))),
        limits={limit: _rows(look, Part(since, limit=limit)).count() for limit in Limit},
        turned_away=_attempts(look, since).count(),
    )
    return Seen(figures, [])


@reading("idcards.applications_listed", roles=OFFICERS)
def received(look: Look, *, part: Part, offset: int = 0, limit: int = 50) -> Seen[tuple[list[Received], int]]:
    """The applications behind a figure, the latest first, and how many there are.

    Args:
        look: who, why, when.
        part: which.
        offset: lines to leave out.
        limit: lines at most.
    """
    rows = _rows(look, part)
    found = list(rows.order_by("-received_on", "-pk")[offset : offset + min(limit, LARGEST_PAGE)])
    lines = [
        Received(
            row.pk,
            row.number,
            row.kind,
            row.state,
            row.received_on,
            row.due_on,
            day_of(row.closed_at) if row.closed_at else None,
            row.commune_code,
        )
        for row in found
    ]
    return Seen((lines, rows.count()), [Subject("card_application", str(row.pk), row.commune_code) for row in found])


@reading("idcards.applications_listed", roles=DESK)
def turned_away(look: Look, *, since: date, offset: int = 0, limit: int = 50) -> Seen[tuple[list[TurnedAway], int]]:
    """The attempts behind a figure, the latest first, and how many there are: papers, not people."""
    rows = _attempts(look, since)
    found = list(rows.order_by("-pk")[offset : offset + min(limit, LARGEST_PAGE)])
    lines = [
        TurnedAway(row.number, day_of(row.at), row.kind, tuple(row.problems), row.commune_code or "") for row in found
    ]
    return Seen((lines, rows.count()), [Subject("card_attempt", str(row.pk), row.commune_code or "") for row in found])


def _rows(look: Look, part: Part) -> QuerySet[Application]:
    rows = scoped(Application.objects.filter(received_on__gte=part.since), look.actor)
    if part.day is not None:
        rows = rows.filter(received_on=part.day)
    if part.commune_code:
        rows = rows.filter(commune_code=part.commune_code)
    if part.state is not None:
        rows = rows.filter(state=part.state.value)
    if part.limit is None:
        return rows
    still_open = ~Q(state__in=sorted(CLOSED))
    done = Q(state=State.DONE.value)
    ways = {
        Limit.IN_TIME: done & Q(closed_at__date__lte=F("due_on")),
        Limit.OVER_TIME: done & Q(closed_at__date__gt=F("due_on")),
        Limit.LATE: still_open & Q(due_on__lt=day_of(look.at)),
        Limit.PAUSED: still_open & Q(due_on__isnull=True),
    }
    return rows.filter(ways[part.limit])


def _attempts(look: Look, since: date) -> QuerySet[Attempt]:
    return scoped(Attempt.objects.filter(at__date__gte=since), look.actor)
