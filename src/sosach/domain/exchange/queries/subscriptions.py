"""Topics and subscriptions: what a partner may be told of, what it asked for, and how far its notices have come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q

from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.exchange.models import Delivery, PartnerTopic, Subscription
from sosach.domain.exchange.queries.partners import Caller
from sosach.domain.exchange.rules.agreements import Agreement
from sosach.domain.exchange.rules.topics import TOPICS, topic_id
from sosach.domain.exchange.states.deliveries import OPEN, DeliveryState

PARTNERS = frozenset({Role.PARTNER})
OVERSEERS = frozenset({Role.STEWARD, Role.ADMIN, Role.AUDITOR, Role.SYSTEM})
LARGEST_PAGE = 200
_OPEN = sorted(state.value for state in OPEN)
_ARRIVED = DeliveryState.DELIVERED.value


@dataclass(frozen=True, slots=True)
class TopicSeen:
    """A topic a partner may subscribe or publish to.

    Attributes:
        uuid: the number under which it is known.
        name: its name.
        own: the partner publishes to it.
    """

    uuid: UUID
    name: str
    own: bool


def topics_open_to(agreement: Agreement, partner_id: int) -> list[TopicSeen]:
    """Topics a partner may subscribe to, by name: those of its agreement that there are, and its own. For guarded verbs and looks."""
    rows = PartnerTopic.objects.filter(ended_at__isnull=True).filter(
        Q(partner_id=partner_id) | Q(name__in=agreement.topics)
    )
    found = {topic.name: TopicSeen(topic_id(topic.name), topic.name, own=False) for topic in TOPICS}
    found = {name: topic for name, topic in found.items() if name in agreement.topics}
    for name, publisher in rows.values_list("name", "partner_id"):
        found[name] = TopicSeen(topic_id(name), name, own=publisher == partner_id)
    return [found[name] for name in sorted(found)]


@reading("exchange.propagation_read", roles=PARTNERS)
def topics_of(look: Look, *, caller: Caller) -> Seen[list[TopicSeen]]:
    """Topics a partner may subscribe or publish to."""
    del look
    return Seen(topics_open_to(caller.agreement, caller.actor.number), [])


@reading("exchange.propagation_read", roles=PARTNERS)
def subscriptions_of(look: Look, *, caller: Caller) -> Seen[list[Subscription]]:
    """What a partner asked to be told of and has not ended, the oldest first."""
    del look
    rows = Subscription.objects.filter(partner_id=caller.actor.number, ended_at__isnull=True)
    return Seen(list(rows.order_by("pk")), [])


@dataclass(frozen=True, slots=True)
class SubscriptionLine:
    """How far the notices of one subscription have come.

    Attributes:
        uuid: of the subscription.
        partner: key of the partner.
        partner_vi: its name, Vietnamese.
        partner_en: its name, English.
        topic: what it is told of.
        address: where.
        state: a value of `states.deliveries.SubscriptionState`.
        delivered: notices that arrived since the moment asked for.
        waiting: on their way, tried or not.
        failed: of them, tried in vain at least once.
        dead: given up; an officer decides.
        oldest: when what the oldest undelivered one tells of happened; None: everything arrived or is decided.
        last_delivered_at: when one arrived last.
        rests_until: the address did not answer; no try before.
    """

    uuid: UUID
    partner: str
    partner_vi: str
    partner_en: str
    topic: str
    address: str
    state: str
    delivered: int
    waiting: int
    failed: int
    dead: int
    oldest: datetime | None
    last_delivered_at: datetime | None
    rests_until: datetime | None


@reading("exchange.propagation_read", roles=OVERSEERS)
def subscription_table(look: Look, *, since: datetime) -> Seen[list[SubscriptionLine]]:
    """Every subscription that has not ended, with its figures; each figure is the length of `deliveries_seen` of that state.

    Args:
        look: who, why, when.
        since: from when on arrived notices are counted.
    """
    del look
    rows = Subscription.objects.filter(ended_at__isnull=True).select_related("partner").order_by("partner__key", "pk")
    told = {
        each["subscription_id"]: each
        for each in Delivery.objects.filter(subscription__ended_at__isnull=True)
        .values("subscription_id")
        .annotate(
            delivered=Count("pk", filter=Q(state=_ARRIVED, ended_at__gte=since)),
            waiting=Count("pk", filter=Q(state__in=_OPEN)),
            failed=Count("pk", filter=Q(state__in=_OPEN, tries__gt=0)),
            dead=Count("pk", filter=Q(state=DeliveryState.DEAD.value)),
            oldest=Min("happened_at", filter=Q(state__in=[*_OPEN, DeliveryState.DEAD.value])),
            last=Max("ended_at", filter=Q(state=_ARRIVED)),
        )
    }
    return Seen([_line(row, told.get(row.pk, {})) for row in rows], [])


def _line(row: Subscription, told: dict[str, Any]) -> SubscriptionLine:
    return SubscriptionLine(
        uuid=row.uuid,
        partner=row.partner.key,
        partner_vi=row.partner.vi,
        partner_en=row.partner.en,
        topic=row.topic,
        address=row.address,
        state=row.state,
        delivered=told.get("delivered", 0),
        waiting=told.get("waiting", 0),
        failed=told.get("failed", 0),
        dead=told.get("dead", 0),
        oldest=told.get("oldest"),
        last_delivered_at=told.get("last"),
        rests_until=row.rests_until,
    )


@reading("exchange.propagation_read", roles=OVERSEERS)
def oldest_undelivered(look: Look) -> Seen[timedelta | None]:
    """Age of the oldest notice that has not arrived and on which nobody decided; None: there is none. For the dashboard."""
    states = [*_OPEN, DeliveryState.DEAD.value]
    rows = Delivery.objects.filter(state__in=states, subscription__ended_at__isnull=True)
    oldest = rows.aggregate(oldest=Min("happened_at"))["oldest"]
    return Seen(look.at - oldest if oldest is not None else None, [])


@dataclass(frozen=True, slots=True)
class DeliverySeen:
    """One notice on its way.

    Attributes:
        uuid: its message id, the same at every try.
        subscription: of whom.
        partner: key of the partner.
        topic: what it tells of.
        sort: `confirm`, `change` or `message`.
        record_kind: kind of record it is about.
        record_key: its id.
        number: the how-manieth about that record.
        happened_at: when what it tells of happened.
        state: a value of `states.deliveries.DeliveryState`.
        tries: how often it was sent.
        next_try_at: when it is sent next, while it is on its way.
        ended_at: when it arrived, was given up or dropped.
        error: why the last try failed: `status-500`, `time-out`, `refused` ….
    """

    uuid: UUID
    subscription: UUID
    partner: str
    topic: str
    sort: str
    record_kind: str
    record_key: int
    number: int
    happened_at: datetime
    state: str
    tries: int
    next_try_at: datetime
    ended_at: datetime | None
    error: str


@reading("exchange.propagation_read", roles=OVERSEERS)
def deliveries_seen(
    look: Look,
    *,
    subscription: UUID | None = None,
    states: Sequence[str] = (DeliveryState.DEAD.value,),
    before: UUID | None = None,
    limit: int = 50,
) -> Seen[list[DeliverySeen]]:
    """Notices in some states, the latest first; which records they are about is told, what of them is not.

    Args:
        look: who, why, when.
        subscription: of one subscription; None: of all.
        states: values of `states.deliveries.DeliveryState`; dead letters unless told.
        before: the last one of the page before.
        limit: at most this many, and never more than 200.
    """
    del look
    rows = Delivery.objects.filter(state__in=list(states)).select_related("subscription__partner")
    if subscription is not None:
        rows = rows.filter(subscription__uuid=subscription)
    if before is not None:
        rows = rows.filter(pk__lt=Delivery.objects.filter(uuid=before).values("pk")[:1])
    found = [_seen(row) for row in rows.order_by("-pk")[: min(limit, LARGEST_PAGE)]]
    return Seen(found, [])


@reading("exchange.propagation_read", roles=OVERSEERS)
def deliveries_about(look: Look, *, kind: str, key: int) -> Seen[list[DeliverySeen]]:
    """Whom other systems were, or are yet to be, told of one record, the latest first.

    Args:
        look: who, why, when.
        kind: `person`, `vehicle`, `licence`.
        key: id of the record.
    """
    del look
    rows = Delivery.objects.filter(record_kind=kind, record_key=key).select_related("subscription__partner")
    found = [_seen(row) for row in rows.order_by("-pk")[:LARGEST_PAGE]]
    return Seen(found, [Subject(kind, str(key))])


def _seen(row: Delivery) -> DeliverySeen:
    return DeliverySeen(
        uuid=row.uuid,
        subscription=row.subscription.uuid,
        partner=row.subscription.partner.key,
        topic=row.subscription.topic,
        sort=row.sort,
        record_kind=row.record_kind,
        record_key=row.record_key,
        number=row.number,
        happened_at=row.happened_at,
        state=row.state,
        tries=row.tries,
        next_try_at=row.next_try_at,
        ended_at=row.ended_at,
        error=row.error,
    )
