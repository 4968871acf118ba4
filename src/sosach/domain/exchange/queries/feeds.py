"""How the messages of civil status fare, sender by sender: counts, nobody's data."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q

from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.exchange.models import CivilNotice
from sosach.domain.exchange.states.civil import State

READERS = frozenset({Role.STEWARD, Role.AUDITOR, Role.POPULATION, Role.CIVIL_STATUS})
_TAKEN = sorted({State.APPLIED.value, State.CORRECTED.value, State.WITHDRAWN.value})


@dataclass(frozen=True, slots=True)
class FeedLine:
    """Messages of one kind from one sender: messages = taken + asked + waiting + refused.

    Attributes:
        partner: key of the sender.
        kind: birth, death, marriage …
        messages: received since the moment asked for.
        taken: of them, carried out, some of them corrected or withdrawn since.
        asked: of them, the chief of police decides.
        waiting: of them, for another message.
        refused: of them.
        oldest: when the oldest one came that waits, whenever that was; None: none waits.
        last: when the last one came.
    """

    partner: str
    kind: str
    messages: int
    taken: int
    asked: int
    waiting: int
    refused: int
    oldest: datetime | None
    last: datetime


@reading("exchange.feed_counted", roles=READERS)
def civil_feed(look: Look, *, since: datetime) -> Seen[tuple[FeedLine, ...]]:
    """Every sender and kind of which a message came since a moment, within the territory.

    Args:
        look: who, why, when.
        since: from when on messages are counted.
    """
    rows = scoped(CivilNotice.objects.all(), look.actor)
    counted = (
        rows.filter(received_at__gte=since)
        .values("partner", "kind")
        .annotate(
            messages=Count("pk"),
            taken=Count("pk", filter=Q(state__in=_TAKEN)),
            asked=Count("pk", filter=Q(state=State.ASKED.value)),
            waiting=Count("pk", filter=Q(state=State.WAITING.value)),
            refused=Count("pk", filter=Q(state=State.REFUSED.value)),
            last=Max("received_at"),
        )
        .order_by("partner", "kind")
    )
    waiting = rows.filter(state=State.WAITING.value).values("partner", "kind").annotate(oldest=Min("received_at"))
    oldest = {(each["partner"], each["kind"]): each["oldest"] for each in waiting}
    found = tuple(FeedLine(**each, oldest=oldest.get((each["partner"], each["kind"]))) for each in counted)
    return Seen(found, [Subject("civil_feed", each.partner) for each in found])
