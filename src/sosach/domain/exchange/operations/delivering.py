"""Sends notices on their way and keeps account of what became of them: one after the other for each record, until they arrive.

The sending itself is done outside any transaction (`jobs/deliveries.py`): what is taken is committed before, what came of it after.
A worker that dies in between leaves the notice taken; it is sent again under the same message id, by which the subscriber knows it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import acting
from sosach.domain.audit.rules import Actor, Subject
from sosach.domain.exchange.models import Delivery, Subscription
from sosach.domain.exchange.operations.subscribing import OFFICERS
from sosach.domain.exchange.operations.telling import Confirm, content_of, names_of
from sosach.domain.exchange.queries.partners import Asked, Caller, PartnerRefusedError, admitted, standing_of
from sosach.domain.exchange.queries.subscriptions import topics_open_to
from sosach.domain.exchange.rules.addresses import listed
from sosach.domain.exchange.rules.notices import CONFIRMATION, NOTIFICATION
from sosach.domain.exchange.rules.retrying import LEASE, Policy
from sosach.domain.exchange.rules.topics import topic_id
from sosach.domain.exchange.states.deliveries import DeliveryState, Step, SubscriptionState, after

SCOPE = "notif.sub.write"
LONGEST_REST = timedelta(hours=1)
_DUE_SQL = """
SELECT d.id FROM exchange_delivery d
WHERE d.state IN ('waiting', 'sending') AND d.next_try_at <= %(at)s
AND (d.subscription_id = ANY(%(told)s) OR d.sort = 'confirm' AND d.subscription_id = ANY(%(asking)s))
AND NOT EXISTS (
    SELECT 1 FROM exchange_delivery b WHERE b.subscription_id = d.subscription_id AND b.record_kind = d.record_kind
    AND b.record_key = d.record_key AND b.number < d.number AND b.state IN ('waiting', 'sending'))
ORDER BY d.next_try_at, d.id LIMIT %(most)s FOR UPDATE OF d SKIP LOCKED
"""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message ready to be sent.

    Attributes:
        message_id: the same at every try.
        subscription: whose.
        address: where.
        sort: `SubscriptionConfirmation` or `Notification`.
        topic: number of the topic.
        body: what is sent, to the byte.
    """

    message_id: UUID
    subscription: UUID
    address: str
    sort: str
    topic: UUID
    body: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one try.

    Attributes:
        message_id: of which message.
        error: why it failed: `status-500`, `time-out`, `refused` …; "" when it arrived.
        silent: nobody answered at all: the address rests, other messages to it need not be tried.
        wait: how long the other side asks to be left alone; None: it does not.
        untried: it was not sent after all: nobody answered at the address just before.
    """

    message_id: UUID
    error: str = ""
    silent: bool = False
    wait: timedelta | None = None
    untried: bool = False


def take_due(actor: Actor, *, at: datetime, most: int, confirm: Confirm) -> list[Parcel]:
    """Take messages whose turn it is, for the time of a lease; committed when the caller's transaction is.

    Args:
        actor: background work.
        at: now.
        most: at most this many.
        confirm: what messages say with which subscriptions are confirmed.
    """
    with acting(actor):
        callers = _callers(at)
        rows = _locked(callers, at, most)
        names = names_of(rows, callers, at=at)
        parcels = []
        for row in rows:
            row.state, row.next_try_at = after(row.state, Step.TAKE), at + LEASE
            row.first_tried_at = row.first_tried_at or at
            try:
                content = content_of(row, callers[row.subscription_id], names.get(row.pk), at=at, confirm=confirm)
            except SosachError as refused:
                # the others go all the same; this one is tried again like one that failed outside
                _note(row, row.subscription, Outcome(row.uuid, str(refused.code)), at, 1.0)
            else:
                parcels.append(_parcel(row, content))
        fields = ["state", "next_try_at", "first_tried_at", "content", "version"]
        Delivery.objects.bulk_update([row for row in rows if row.state == DeliveryState.SENDING], fields)
    return parcels


def _parcel(row: Delivery, body: bytes) -> Parcel:
    told = row.subscription
    sort = CONFIRMATION if row.sort == "confirm" else NOTIFICATION
    return Parcel(row.uuid, told.uuid, told.address, sort, topic_id(told.topic), body)


def _callers(at: datetime) -> dict[int, Caller]:
    """Subscriptions that may be sent something now, with the agreement that lets them: asked anew every time."""
    rows = (
        Subscription.objects.select_for_update(of=("self",), no_key=True)
        .filter(state__in=(SubscriptionState.PENDING.value, SubscriptionState.CONFIRMED.value))
        .select_related("partner")
        .order_by("pk")
    )
    found: dict[int, Caller] = {}
    standings: dict[str, Any] = {}
    for row in rows:
        if row.rests_until is not None and row.rests_until > at:
            continue
        key = row.partner.key
        if key not in standings:
            standings[key] = standing_of(key, at=at)
        caller = _admitted(standings[key], row)
        if caller is not None:
            found[row.pk] = caller
    return found


def _admitted(standing: Any, row: Subscription) -> Caller | None:
    """The partner of a subscription as far as it may be told of the topic at the address today; None: it may not."""
    asked = Asked(SCOPE, purpose=row.purpose, reference=f"subscription {row.uuid}")
    try:
        caller = admitted(standing, asked)
    except PartnerRefusedError:
        return None
    topics = {topic.name for topic in topics_open_to(caller.agreement, caller.actor.number)}
    return caller if row.topic in topics and listed(row.address, caller.agreement.addresses) else None


def _locked(callers: dict[int, Caller], at: datetime, most: int) -> list[Delivery]:
    states = dict(Subscription.objects.filter(pk__in=callers).values_list("pk", "state"))
    told = [key for key, state in states.items() if state == SubscriptionState.CONFIRMED]
    terms = {"at": at, "most": most, "told": told, "asking": list(states)}
    with connection.cursor() as cursor:
        cursor.execute(_DUE_SQL, terms)
        keys = [key for (key,) in cursor.fetchall()]
    found = Delivery.objects.select_related("subscription").in_bulk(keys)
    return [found[key] for key in keys]


def note_outcomes(actor: Actor, outcomes: Iterable[Outcome], *, at: datetime, chance: Sequence[float]) -> None:
    """Note what became of tries: arrived, to be tried again, or given up.

    Args:
        actor: background work.
        outcomes: one per message.
        at: now.
        chance: numbers between 0 and 1, one per outcome, drawn by the caller.
    """
    found = {outcome.message_id: (outcome, drawn) for outcome, drawn in zip(outcomes, chance, strict=True)}
    with acting(actor):
        rows = Delivery.objects.filter(uuid__in=found)
        told = _lock(rows.values_list("subscription_id", flat=True))
        for row in rows.select_for_update(of=("self",)).order_by("pk"):
            outcome, drawn = found[row.uuid]
            _note(row, told[row.subscription_id], outcome, at, drawn)


def _lock(keys: Iterable[int]) -> dict[int, Subscription]:
    """Subscriptions, locked: always before their messages, whoever locks both."""
    rows = Subscription.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=set(keys)).order_by("pk")
    return {row.pk: row for row in rows}


def _note(row: Delivery, told: Subscription, outcome: Outcome, at: datetime, chance: float) -> None:
    if outcome.untried:
        if row.state == DeliveryState.SENDING:
            row.state, row.next_try_at = DeliveryState.WAITING, at
            row.save(update_fields=["state", "next_try_at"])
        return
    policy = Policy(told.countdown, told.most)
    row.tries += 1
    row.error = outcome.error[:32]
    if not outcome.error:
        step = Step.ACCEPT
    elif policy.ends(tries=row.tries, since=row.first_tried_at or at, at=at):
        step = Step.GIVE_UP
    else:
        step = Step.FAIL
    ends = after(row.state, step)
    if ends is None:  # decided otherwise meanwhile: ended, dropped, delivered by another worker
        return
    row.state, row.next_try_at = ends, at + max(policy.wait(row.tries, chance), _asked(outcome))
    if ends in {DeliveryState.DELIVERED, DeliveryState.DEAD}:
        row.ended_at = at
    if ends is DeliveryState.DELIVERED:
        row.content = row.subject = ""
    row.save()
    if outcome.silent or told.failures or told.rests_until:
        told.failures = told.failures + 1 if outcome.silent else 0
        told.rests_until = at + max(policy.wait(told.failures, chance), _asked(outcome)) if outcome.silent else None
        told.save(update_fields=["failures", "rests_until"])


def _asked(outcome: Outcome) -> timedelta:
    return min(outcome.wait or timedelta(), LONGEST_REST)


@operation("exchange.propagation_decided", roles=OFFICERS, nationwide=True)
def send_again(order: Order, *, message_id: UUID) -> Done[Delivery]:
    """Send a dead letter again, with all its tries before it. It goes when its turn is; later ones may have arrived before it.

    Args:
        order: who, with a reason.
        message_id: of the letter.

    Raises:
        SosachError: STATE-01 there is none; STATE-02 it is not dead; STATE-04 without a reason.
    """
    row = _decided(order, message_id, Step.SEND_AGAIN)
    row.tries, row.first_tried_at, row.next_try_at, row.ended_at = 0, None, order.at, None
    row.save()
    Subscription.objects.filter(pk=row.subscription_id).update(rests_until=None, failures=0)
    return Done(row, _subjects(row), {"decided": "send_again", "reason": order.reason[:200]})


@operation("exchange.propagation_decided", roles=OFFICERS, nationwide=True)
def drop(order: Order, *, message_id: UUID) -> Done[Delivery]:
    """Decide that a letter is not sent any more; what it said is forgotten, that it was is not.

    Args:
        order: who, with a reason.
        message_id: of the letter.

    Raises:
        SosachError: STATE-01 there is none; STATE-02 it is being sent, arrived or was dropped; STATE-04 without a reason.
    """
    row = _decided(order, message_id, Step.DROP)
    row.ended_at, row.content, row.subject = order.at, "", ""
    row.save()
    return Done(row, _subjects(row), {"decided": "drop", "reason": order.reason[:200]})


def _decided(order: Order, message_id: UUID, step: Step) -> Delivery:
    if not order.reason.strip():
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Cần nêu lý do.", en="A reason is needed.")
    rows = Delivery.objects.filter(uuid=message_id)
    _lock(rows.values_list("subscription_id", flat=True))
    row = rows.select_for_update(of=("self",)).select_related("subscription").first()
    if row is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có tin này.", en="There is no such letter.")
    ends = after(row.state, step)
    if ends is None:
        raise SosachError(
            ErrorCode.STATE_FORBIDS,
            vi="Trạng thái của tin không cho phép.",
            en="The letter is in another state.",
        )
    row.state = ends
    return row


def _subjects(row: Delivery) -> list[Subject]:
    return [Subject("delivery", str(row.uuid)), Subject("subscription", str(row.subscription.uuid))]
