"""Subscriptions of partners: asked for, confirmed with the token sent to the address, held by an officer, ended."""

import secrets
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import Max

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.exchange.models import Delivery, Subscription
from sosach.domain.exchange.queries.partners import Caller, PartnerRefusedError
from sosach.domain.exchange.queries.subscriptions import topics_open_to
from sosach.domain.exchange.rules.addresses import listed, target_of
from sosach.domain.exchange.rules.agreements import Refused
from sosach.domain.exchange.rules.retrying import Policy
from sosach.domain.exchange.states.deliveries import OPEN, DeliveryState, SubscriptionState

PARTNERS = frozenset({Role.PARTNER})
OFFICERS = frozenset({Role.STEWARD, Role.ADMIN})
LIVING = (SubscriptionState.PENDING.value, SubscriptionState.CONFIRMED.value, SubscriptionState.SUSPENDED.value)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a partner wants to be told of.

    Attributes:
        topic: its name.
        address: where.
        policy: how long it is tried; None: as usual, or as it was.
    """

    topic: str
    address: str
    policy: Policy | None = None


@operation("exchange.subscribed", roles=PARTNERS)
def subscribe(order: Order, *, caller: Caller, wish: Wish, loopback: bool) -> Done[Subscription]:
    """Take in a subscription and send the token that confirms it to its address. The same wish twice is one subscription.

    Args:
        order: the partner, when.
        caller: on the strength of which agreement.
        wish: what, where.
        loopback: whether this very machine may be an address.

    Returns:
        The subscription; it is told of nothing before it is confirmed.

    Raises:
        PartnerRefusedError: ACCESS-01, topic or address are not in the agreement, or each look needs a person's consent.
    """
    _covered(caller, wish, loopback=loopback)
    policy = wish.policy or Policy()
    made = {"uuid": uuid4(), "purpose": caller.purpose, "countdown": policy.countdown, "most": policy.most}
    found, new = Subscription.objects.get_or_create(
        partner_id=caller.actor.number,
        topic=wish.topic,
        address=wish.address,
        ended_at=None,
        defaults=made | {"created_at": order.at},
    )
    row = Subscription.objects.select_for_update(of=("self",), no_key=True).get(pk=found.pk)
    if wish.policy is not None and not new:
        row.countdown, row.most = policy.countdown, policy.most
        row.save(update_fields=["countdown", "most"])
    if row.state == SubscriptionState.PENDING:
        _send_token(order, row)
    return Done(row, [subject(row)], {"topic": row.topic, "new": new})


def subject(row: Subscription) -> Subject:
    """A subscription as the log names it."""
    return Subject("subscription", str(row.uuid))


def _covered(caller: Caller, wish: Wish, *, loopback: bool) -> None:
    agreed = caller.agreement
    open_to = {topic.name for topic in topics_open_to(agreed, caller.actor.number)}
    if wish.topic not in open_to or not listed(wish.address, agreed.addresses):
        raise PartnerRefusedError(
            Refused.CONTENT,
            vi="Chủ đề hoặc địa chỉ nhận tin không có trong thỏa thuận.",
            en="The topic or the address is not in the agreement.",
        )
    if target_of(wish.address, loopback=loopback) is None:
        raise PartnerRefusedError(
            Refused.CONTENT,
            vi="Hệ thống này không gửi tin đến địa chỉ đó.",
            en="This installation sends nothing to that address.",
        )
    if agreed.consent:
        raise PartnerRefusedError(
            Refused.CONSENT,
            vi="Thỏa thuận cần sự đồng ý của từng người nên không gửi tin tự động được.",
            en="Each look needs the person's consent, so nothing can be told unasked.",
        )


def _send_token(order: Order, row: Subscription) -> None:
    """Send the token, unless it is still on its way."""
    sent = Delivery.objects.filter(subscription=row, sort="confirm")
    if sent.filter(state__in=sorted(OPEN)).exists():
        return
    row.token = secrets.token_urlsafe(32)
    row.save(update_fields=["token"])
    Delivery.objects.create(
        uuid=uuid4(),
        subscription=row,
        sort="confirm",
        record_kind="subscription",
        record_key=row.pk,
        number=next_number(row, "subscription", row.pk),
        happened_at=order.at,
        noted_at=order.at,
        next_try_at=order.at,
    )


@operation("exchange.subscription_confirmed", roles=PARTNERS)
def confirm_subscription(order: Order, *, caller: Caller, token: str) -> Done[Subscription]:
    """Confirm a subscription with the token its address was sent; from now on it is told what happens. Again, it stays confirmed.

    Raises:
        SosachError: STATE-04, no subscription of the partner waits for that token.
    """
    rows = Subscription.objects.select_for_update(of=("self",), no_key=True).filter(partner_id=caller.actor.number)
    known = token.isascii() and bool(token) and "\x00" not in token
    row = rows.filter(token=token, state__in=LIVING).first() if known else None
    if row is None:
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Mã xác nhận không đúng.", en="The token confirms nothing.")
    if row.state == SubscriptionState.PENDING:
        row.state, row.confirmed_at, row.since_xid = SubscriptionState.CONFIRMED.value, order.at, _horizon()
        row.save(update_fields=["state", "confirmed_at", "since_xid"])
        # the token arrived, whatever became of the answer to the message that brought it
        _end_deliveries(order, row, DeliveryState.DELIVERED, sort="confirm")
    return Done(row, [subject(row)])


def _horizon() -> int:
    """Transactions from this one on may still be running, or are to come."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


@operation("exchange.subscription_ended", roles=PARTNERS | OFFICERS)
def end_subscription(order: Order, *, uuid: UUID, partner_id: int | None) -> Done[None]:
    """End a subscription; what is on its way is dropped.

    Args:
        order: the partner, or an officer with a reason.
        uuid: of the subscription.
        partner_id: whose it has to be; None for officers.

    Raises:
        SosachError: STATE-01 there is none; STATE-04 an officer without a reason.
    """
    row = _living(uuid, partner_id)
    if partner_id is None:
        _need_reason(order)
    end_row(order, row)
    return Done(None, [subject(row)], {"topic": row.topic})


def end_row(order: Order, row: Subscription) -> None:
    """End a locked subscription."""
    row.state, row.ended_at, row.token = SubscriptionState.ENDED.value, order.at, ""
    row.save(update_fields=["state", "ended_at", "token"])
    _end_deliveries(order, row, DeliveryState.DROPPED)


def _end_deliveries(order: Order, row: Subscription, state: DeliveryState, **which: str) -> None:
    rows = Delivery.objects.filter(subscription=row, state__in=sorted(OPEN), **which)
    rows.update(state=state.value, ended_at=order.at, content="", subject="")


@operation("exchange.subscription_held", roles=OFFICERS)
def hold_subscription(order: Order, *, uuid: UUID) -> Done[Subscription]:
    """Hold a subscription: what happens meanwhile waits until it is let go.

    Raises:
        SosachError: STATE-01 there is none; STATE-02 it is not confirmed; STATE-04 without a reason.
    """
    _need_reason(order)
    return _move(order, uuid, SubscriptionState.CONFIRMED, SubscriptionState.SUSPENDED)


@operation("exchange.subscription_held", roles=OFFICERS)
def resume_subscription(order: Order, *, uuid: UUID) -> Done[Subscription]:
    """Let a held subscription go: what waited is sent in its order.

    Raises:
        SosachError: STATE-01 there is none; STATE-02 it is not held.
    """
    return _move(order, uuid, SubscriptionState.SUSPENDED, SubscriptionState.CONFIRMED)


def _move(order: Order, uuid: UUID, begins: SubscriptionState, ends: SubscriptionState) -> Done[Subscription]:
    row = _living(uuid, None)
    if row.state != begins:
        raise SosachError(
            ErrorCode.STATE_FORBIDS,
            vi="Trạng thái của đăng ký nhận tin không cho phép.",
            en="The subscription is in another state.",
        )
    row.state, row.rests_until, row.failures = ends.value, None, 0
    row.save(update_fields=["state", "rests_until", "failures"])
    return Done(row, [subject(row)], {"state": ends.value, "reason": order.reason[:200]})


def _living(uuid: UUID, partner_id: int | None) -> Subscription:
    rows = Subscription.objects.select_for_update(of=("self",), no_key=True).filter(uuid=uuid, ended_at__isnull=True)
    found = (rows.filter(partner_id=partner_id) if partner_id is not None else rows).first()
    if found is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có đăng ký nhận tin này.", en="There is no such subscription.")
    return found


def _need_reason(order: Order) -> None:
    if not order.reason.strip():
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Cần nêu lý do.", en="A reason is needed.")


def next_number(row: Subscription, kind: str, key: int) -> int:
    """The number the next message about a record gets; its caller is the only one who numbers that kind of record."""
    told = Delivery.objects.filter(subscription=row, record_kind=kind, record_key=key)
    return (told.aggregate(last=Max("number"))["last"] or 0) + 1
