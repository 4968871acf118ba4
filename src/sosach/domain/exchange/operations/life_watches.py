"""Whose life events a partner is told of: begun and ended by its own messages, one person and one kind of event each."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.exchange.models import LifeWatch
from sosach.domain.exchange.operations.disclosing import Ask, find_by
from sosach.domain.exchange.queries.partners import Caller
from sosach.domain.exchange.rules.dci import RejectedError, asked_number, event_told

PARTNERS = frozenset({Role.PARTNER})


def begin_watches(ask: Ask, items: Sequence[Mapping[str, Any]], *, address: str) -> list[dict[str, Any]]:
    """Answers to requests to be told of somebody's life events, in their order.

    Raises:
        PartnerRefusedError: ACCESS-01, the agreement covers nothing of the population, or a consent is missing.
    """
    return [_begun(ask, item, address) for item in items]


def _begun(ask: Ask, item: Mapping[str, Any], address: str) -> dict[str, Any]:
    told = {"reference_id": item["reference_id"], "timestamp": ask.at.isoformat()}
    try:
        watch = _begin(ask, item["subscribe_criteria"], address)
    except RejectedError as wrong:
        return told | {"status": "rjct", "status_reason_code": wrong.code, "status_reason_message": wrong.message}
    subscription = {"code": str(watch.code), "status": "subscribe", "timestamp": watch.begun_at.isoformat()}
    return told | {"status": "succ", "subscriptions": [subscription | {"reg_event_type": watch.event}]}


def _begin(ask: Ask, criteria: Mapping[str, Any], address: str) -> LifeWatch:
    event = event_told(str(criteria["reg_event_type"]))
    if not event:
        raise RejectedError("rjct.notify_types.invalid", "No such event happens to a person whose number is known.")
    if criteria.get("frequency"):
        raise RejectedError(
            "rjct.notify_details.invalid", "Notices are sent when something happens, not by a calendar."
        )
    try:
        number = asked_number(
            {"query_type": criteria.get("filter_type") or "idtype-value", "query": criteria["filter"]}
        )
    except RejectedError as wrong:
        raise RejectedError("rjct.notify_details.invalid", wrong.message) from None
    person_id = find_by(ask, register="population", key="pin", value=number)
    if person_id is None:
        raise RejectedError("rjct.person_id.invalid", "Nobody is known by that number.")
    if _standing(ask.caller).filter(person_id=person_id, event=event).exists():
        raise RejectedError("rjct.event.already_subscribed", "You are told of this already.")
    order = Order(ask.caller.actor, ask.at, {"reference": ask.caller.reference} if ask.caller.reference else {})
    return begin_watch(order, caller=ask.caller, person_id=person_id, event=event, address=address)


@operation("exchange.watch_begun", roles=PARTNERS)
def begin_watch(order: Order, *, caller: Caller, person_id: int, event: str, address: str) -> Done[LifeWatch]:
    """Tell a partner of one kind of event in somebody's life from now on."""
    watch = LifeWatch.objects.create(
        code=uuid4(),
        partner_id=caller.actor.number,
        person_id=person_id,
        event=event,
        address=address,
        purpose=caller.purpose,
        consent=caller.consent,
        begun_at=order.at,
    )
    return Done(watch, [Subject("person", str(person_id))], {"event": event, "purpose": caller.purpose})


def end_watches(ask: Ask, codes: Sequence[str]) -> dict[str, Any]:
    """The answer to a request to end subscriptions: all of them, or none when one cannot be."""
    answer: dict[str, Any] = {"timestamp": ask.at.isoformat()}
    try:
        keys = [UUID(code) for code in codes]
    except ValueError:
        keys = []
    rows = LifeWatch.objects.filter(partner_id=ask.caller.actor.number, code__in=keys)
    known = {row.code: row for row in rows.select_for_update()}
    if not keys or set(keys) - known.keys():
        wrong = RejectedError("rjct.subscription_code.invalid", "A subscription of that code is not yours.")
    elif any(row.ended_at is not None for row in known.values()):
        wrong = RejectedError("rjct.event.already_unsubscribed", "A subscription of that code has ended.")
    else:
        order = Order(ask.caller.actor, ask.at)
        end_watch(order, watches=list(known.values()))
        ended = [{"code": code, "status": "unsubscribe"} for code in codes]
        return answer | {"status": "succ", "subscription_status": ended}
    return answer | {"status": "rjct", "status_reason_code": wrong.code, "status_reason_message": wrong.message}


@operation("exchange.watch_ended", roles=PARTNERS)
def end_watch(order: Order, *, watches: Sequence[LifeWatch]) -> Done[int]:
    """Tell a partner no longer."""
    ended = LifeWatch.objects.filter(pk__in=[watch.pk for watch in watches]).update(ended_at=order.at)
    return Done(ended, [Subject("person", str(watch.person_id)) for watch in watches])


def _standing(caller: Caller) -> Any:
    return LifeWatch.objects.filter(partner_id=caller.actor.number, ended_at__isnull=True)
