"""Where open applications are, by the limit of seven working days: what is late, what is stuck, and why.

The stage of an application is told by its own state and by that of its card; a count and the list behind it are one query.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Case, CharField, Count, F, OuterRef, QuerySet, Subquery, Value, When

from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Application, Card
from sosach.domain.idcards.states.applications import CLOSED, PAUSED, State
from sosach.domain.idcards.states.cards import FAILED, CardState
from sosach.domain.population.rules.days import day_of

OFFICERS = frozenset({Role.CARDS, Role.CARD_APPROVER, Role.CARD_STOCK, Role.CARD_QUALITY})
PAGE = 200


class Stage(StrEnum):
    """Where an application waits, and so: for whom."""

    CITIZEN = "citizen"  # the citizen has to act; the clock stands still
    CAPTURE = "capture"  # the capture station
    SCREENING = "screening"  # comparison with everybody
    ADJUDICATION = "adjudication"  # two people judge a likeness
    APPROVAL = "approval"
    JOB = "job"  # no job has taken it yet: blanks, or the stock keeper
    SIGNING = "signing"  # planned, not signed
    RELEASE = "release"  # signed; a second person
    MACHINE = "machine"
    QUALITY = "quality"
    DISPATCH = "dispatch"
    TRANSPORT = "transport"
    HANDOVER = "handover"  # at the office
    COLLECT = "collect"  # nobody is given the card any more: it is to be handed in and destroyed


_BY_CARD = {
    CardState.PLANNED: Stage.SIGNING,
    CardState.SIGNED: Stage.RELEASE,
    CardState.IN_WORK: Stage.MACHINE,
    CardState.PERSONALISED: Stage.QUALITY,
    CardState.ACCEPTED: Stage.DISPATCH,
    CardState.DISPATCHED: Stage.TRANSPORT,
    CardState.AT_OFFICE: Stage.HANDOVER,
}
_BY_APPLICATION = {
    **dict.fromkeys(sorted(PAUSED), Stage.CITIZEN),
    State.OPEN: Stage.CAPTURE,
    State.CAPTURED: Stage.SCREENING,
    State.SCREENING: Stage.SCREENING,
    State.DOUBTED: Stage.ADJUDICATION,
    State.BARRED: Stage.ADJUDICATION,
    State.CLEAR: Stage.APPROVAL,
    State.APPROVED: Stage.JOB,
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open application by its limit.

    Attributes:
        application_id: which.
        number: its number.
        stage: where it waits.
        due_on: last day of the limit; None while the clock stands still.
        late: the limit is over.
        commune_code: of the office.
        job_id: of its card, where one is being made.
    """

    application_id: int
    number: str
    stage: Stage
    due_on: date | None
    late: bool
    commune_code: str
    job_id: int | None


@reading("idcards.deadlines_seen", roles=OFFICERS)
def stages(look: Look, /) -> Seen[dict[Stage, tuple[int, int]]]:
    """How many open applications of the territory wait at each stage, and how many of them are late."""
    today = day_of(look.at)
    rows = _rows(look).values_list("stage", "due_on").annotate(n=Count("pk")).order_by()
    found: dict[Stage, tuple[int, int]] = {}
    for stage, due, count in rows:
        every, late = found.get(Stage(stage), (0, 0))
        found[Stage(stage)] = (every + count, late + (count if due is not None and due < today else 0))
    return Seen(found, [])


@reading("idcards.deadlines_seen", roles=OFFICERS)
def waiting(
    look: Look, /, *, stage: Stage | None = None, late_only: bool = False, after: tuple[date | None, int] | None = None
) -> Seen[tuple[Waiting, ...]]:
    """The applications behind a figure of `stages`, those due first at the front, a page at a time.

    Args:
        look: who, why, when.
        stage: of one only.
        late_only: whose limit is over.
        after: day and number of the last one of the page before.
    """
    today = day_of(look.at)
    rows = _rows(look)
    if stage is not None:
        rows = rows.filter(stage=stage)
    if late_only:
        rows = rows.filter(due_on__lt=today)
    rows = rows.order_by(F("due_on").asc(nulls_last=True), "pk")
    if after is not None:
        due, key = after
        later = rows.filter(due_on=due, pk__gt=key) if due else rows.filter(due_on__isnull=True, pk__gt=key)
        rows = later | (rows.filter(due_on__gt=due) | rows.filter(due_on__isnull=True) if due else later)
    found = tuple(
        Waiting(
            row.pk,
            row.number,
            Stage(row.stage),
            row.due_on,
            row.due_on is not None and row.due_on < today,
            row.commune_code,
            row.job_id,
        )
        for row in rows[:PAGE]
    )
    return Seen(found, [Subject("card_application", str(line.application_id), line.commune_code) for line in found])


def _rows(look: Look) -> QuerySet[Application]:
    """Open applications within reach, and lapsed ones whose card is still about, each with its stage and the job of its card."""
    alive = Card.objects.filter(application=OuterRef("pk")).exclude(state__in=sorted(FAILED)).order_by("-pk")
    rows = scoped(
        Application.objects.exclude(state__in=sorted(CLOSED - {State.LAPSED})), look.actor, person="person_id"
    )
    rows = rows.annotate(card_state=Subquery(alive.values("state")[:1]), job_id=Subquery(alive.values("job_id")[:1]))
    lapsed = [
        When(state=State.LAPSED, card_state__in=sorted({CardState.ENDED, CardState.REVOKED}), then=Value(Stage.COLLECT))
    ]
    by_card = [When(state=State.MADE, card_state=state, then=Value(stage.value)) for state, stage in _BY_CARD.items()]
    by_own = [When(state=state, then=Value(stage.value)) for state, stage in _BY_APPLICATION.items()]
    rows = rows.annotate(stage=Case(*lapsed, *by_card, *by_own, default=Value(""), output_field=CharField()))
    return rows.exclude(stage="")  # lapsed, and no card of it is left to collect
