"""Keeps account of reactions: what must follow from an event is noted when the event is read, and ticked off where it is done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, Subject
from sosach.domain.exchange.models import Following, ReactionLine
from sosach.domain.exchange.states.following import UNDONE, FollowingState

PORTION = 500


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table of reactions, as screens show it.

    Attributes:
        name: stable name of the reaction.
        event: name of the event it follows.
        subject_kind: kind of record.
        follower: register or part that follows.
        vi: what follows, Vietnamese.
        en: what follows, English.
    """

    name: str
    event: str
    subject_kind: str
    follower: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Owed:
    """A reaction an event asks for.

    Attributes:
        event_id: of the log.
        reaction: name of the line.
        event: name of the event.
        record_kind: kind of record it is about.
        record_key: its id.
        happened_at: when.
    """

    event_id: int
    reaction: str
    event: str
    record_kind: str
    record_key: str
    happened_at: datetime


def publish_lines(actor: Actor, lines: Sequence[Line]) -> int:
    """Write the table of reactions down for whoever shows it; lines that are no more go. Callers prepare the database."""
    with acting(actor):
        ReactionLine.objects.exclude(name__in=[line.name for line in lines]).delete()
        rows = [
            ReactionLine(**{name: getattr(line, name) for name in Line.__slots__}, position=position)
            for position, line in enumerate(lines)
        ]
        fields = [*(name for name in Line.__slots__ if name != "name"), "position"]
        ReactionLine.objects.bulk_create(rows, update_conflicts=True, unique_fields=["name"], update_fields=fields)
    return len(rows)


def note_owed(owed: Iterable[Owed]) -> None:
    """Note what must follow; what was noted before stays as it is. Within the transaction that reads the log."""
    told = [{name: getattr(one, name) for name in Owed.__slots__} for one in owed]
    rows = [Following(**each, changed_at=each["happened_at"]) for each in told]
    Following.objects.bulk_create(rows, ignore_conflicts=True, batch_size=PORTION)


def note_followed(actor: Actor, *, event_id: int, reaction: str, at: datetime) -> None:
    """Tick a reaction off, in the transaction that did it."""
    with acting(actor):
        found = Following.objects.filter(event_id=event_id, reaction=reaction).exclude(state=FollowingState.DONE.value)
        found.update(state=FollowingState.DONE.value, tries=F("tries") + 1, error="", changed_at=at)


def note_stuck(actor: Actor, *, event_id: int, reaction: str, why: str, last: bool, at: datetime) -> None:
    """Note that a reaction failed, and whether it was the last try.

    Args:
        actor: background work.
        event_id: of the log.
        reaction: name of the line.
        why: code of the error, or its kind; never its message, which may quote values.
        last: the queue gives it up.
        at: now.
    """
    state = FollowingState.FAILED if last else FollowingState.WAITING
    with acting(actor):
        found = Following.objects.filter(event_id=event_id, reaction=reaction, state__in=sorted(UNDONE))
        found.update(state=state.value, tries=F("tries") + 1, error=why[:64], changed_at=at)


def take_asked_again() -> list[tuple[int, str]]:
    """Reactions officers want tried anew, as they go into the queue: event, name. Within the transaction that reads the log."""
    rows = Following.objects.select_for_update(skip_locked=True).filter(state=FollowingState.AGAIN.value)
    found = list(rows.order_by("pk")[:PORTION])
    Following.objects.filter(pk__in=[row.pk for row in found]).update(state=FollowingState.WAITING.value)
    return [(row.event_id, row.reaction) for row in found]


@operation("exchange.propagation_decided", roles=frozenset({Role.STEWARD, Role.ADMIN, Role.SYSTEM}), nationwide=True)
def run_again(order: Order, *, following_id: int) -> Done[Following]:
    """Have a reaction that failed tried anew; it begins within seconds.

    Args:
        order: who.
        following_id: the reaction to that event.

    Returns:
        It, as it stands now.

    Raises:
        SosachError: STATE-01 there is none; STATE-02 it has not failed.
    """
    row = Following.objects.select_for_update().filter(pk=following_id).first()
    if row is None:
        raise SosachError(
            ErrorCode.NOT_FOUND, vi="Không có việc theo dõi này.", en="There is no such reaction to an event."
        )
    if row.state != FollowingState.FAILED:
        raise SosachError(
            ErrorCode.STATE_FORBIDS,
            vi="Việc này chưa dừng lại vì lỗi nên không cần chạy lại.",
            en="It has not failed for good, so it need not be run again.",
        )
    row.state, row.changed_at = FollowingState.AGAIN.value, order.at
    row.save(update_fields=["state", "changed_at"])
    return Done(row, [Subject(row.record_kind, row.record_key)], {"reaction": row.reaction, "event": row.event_id})
