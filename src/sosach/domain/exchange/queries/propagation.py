"""Which register must follow which event, and whether it has: the table of reactions with its figures, and one record's part of it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.audit.rules import Subject
from sosach.domain.audit.rules.events import events
from sosach.domain.exchange.models import Following, ReactionLine
from sosach.domain.exchange.queries.subscriptions import LARGEST_PAGE, OVERSEERS
from sosach.domain.exchange.states.following import UNDONE, FollowingState

_UNDONE = sorted(state.value for state in UNDONE)


@dataclass(frozen=True, slots=True)
class ReactionSeen:
    """A line of the table of reactions, with how far it has come.

    Attributes:
        name: stable name of the reaction.
        event: name of the event in the catalogue.
        event_vi: what happens, Vietnamese.
        event_en: what happens, English.
        subject_kind: kind of record the event is about.
        follower: register or part that must follow.
        vi: what must follow, Vietnamese.
        en: what must follow, English.
        happened: events since the moment asked for.
        done: of them, followed.
        waiting: of them, not followed yet (a job is waiting or tries again).
        failed: of them, given up: somebody has to look.
        oldest: when the oldest event happened that is not followed yet, whenever that was; None: all are.
    """

    name: str
    event: str
    event_vi: str
    event_en: str
    subject_kind: str
    follower: str
    vi: str
    en: str
    happened: int
    done: int
    waiting: int
    failed: int
    oldest: datetime | None


@reading("exchange.propagation_read", roles=OVERSEERS)
def reaction_table(look: Look, *, since: datetime) -> Seen[list[ReactionSeen]]:
    """Every line of the table, also those of which nothing happened: happened = done + waiting + failed.

    Args:
        look: who, why, when.
        since: from when on events are counted.
    """
    del look
    counted = {
        each["reaction"]: each
        for each in Following.objects.filter(happened_at__gte=since)
        .values("reaction")
        .annotate(
            happened=Count("pk"),
            done=Count("pk", filter=Q(state=FollowingState.DONE.value)),
            failed=Count("pk", filter=Q(state=FollowingState.FAILED.value)),
        )
    }
    undone = Following.objects.filter(state__in=_UNDONE).values("reaction").annotate(oldest=Min("happened_at"))
    oldest = {each["reaction"]: each["oldest"] for each in undone}
    return Seen([_line(row, counted.get(row.name, {}), oldest.get(row.name)) for row in _lines()], [])


def _lines() -> list[ReactionLine]:
    return list(ReactionLine.objects.order_by("position"))


def _line(row: ReactionLine, told: dict[str, int], oldest: datetime | None) -> ReactionSeen:
    kind = events()[row.event]
    happened, done, failed = told.get("happened", 0), told.get("done", 0), told.get("failed", 0)
    return ReactionSeen(
        name=row.name,
        event=row.event,
        event_vi=kind.vi,
        event_en=kind.en,
        subject_kind=row.subject_kind,
        follower=row.follower,
        vi=row.vi,
        en=row.en,
        happened=happened,
        done=done,
        waiting=happened - done - failed,
        failed=failed,
        oldest=oldest,
    )


@dataclass(frozen=True, slots=True)
class FollowingSeen:
    """One reaction to one event.

    Attributes:
        id: by which it is run again.
        reaction: name of the line.
        event: name of the event.
        record_kind: kind of record.
        record_key: its id.
        happened_at: when the event happened.
        state: a value of `states.following.FollowingState`.
        tries: how often it was tried.
        error: why the last try failed: code of the error, or its kind.
        changed_at: when it was done, failed or noted.
    """

    id: int
    reaction: str
    event: str
    record_kind: str
    record_key: str
    happened_at: datetime
    state: str
    tries: int
    error: str
    changed_at: datetime


@reading("exchange.propagation_read", roles=OVERSEERS)
def followings_seen(
    look: Look,
    *,
    states: tuple[str, ...] = tuple(_UNDONE),
    reaction: str = "",
    before: int | None = None,
    limit: int = 50,
) -> Seen[list[FollowingSeen]]:
    """Reactions in some states, the latest first; those that are not done unless told.

    Args:
        look: who, why, when.
        states: values of `states.following.FollowingState`.
        reaction: name of one line; "": of all.
        before: the last one of the page before.
        limit: at most this many, and never more than 200.
    """
    del look
    rows = Following.objects.filter(state__in=list(states))
    if reaction:
        rows = rows.filter(reaction=reaction)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return Seen([_seen(row) for row in rows.order_by("-pk")[: min(limit, LARGEST_PAGE)]], [])


@reading("exchange.propagation_read", roles=OVERSEERS)
def followings_of(look: Look, *, kind: str, key: int) -> Seen[list[FollowingSeen]]:
    """What must follow from what happened to one record, and whether it has, the latest first.

    Args:
        look: who, why, when.
        kind: `person`, `vehicle`, `licence`, `declaration`.
        key: id of the record.
    """
    del look
    rows = Following.objects.filter(record_kind=kind, record_key=str(key))
    return Seen([_seen(row) for row in rows.order_by("-pk")[:LARGEST_PAGE]], [Subject(kind, str(key))])


def _seen(row: Following) -> FollowingSeen:
    return FollowingSeen(**{name: getattr(row, name) for name in FollowingSeen.__slots__})
