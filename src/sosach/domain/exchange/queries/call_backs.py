"""How a partner's questions that are answered by call-back stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q

from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.exchange.models import CallBack, LifeWatch
from sosach.domain.exchange.queries.subscriptions import OVERSEERS
from sosach.domain.exchange.rules.dci import LIFE_EVENTS

_ACTIONS = {"search": "on-search", "subscribe": "on-subscribe", "unsubscribe": "on-unsubscribe"}
_ASKED = {"search": "search_request", "subscribe": "subscribe_request"}


@reading("exchange.call_backs_read", roles=frozenset({Role.PARTNER}))
def status_of(look: Look, *, asked: Mapping[str, Any]) -> Seen[dict[str, Any]]:
    """Status of the latest question of that kind, as the interface tells it (`txnstatus_response`); no values of people.

    Args:
        look: the partner, why, when.
        asked: `txnstatus_request` of its message.
    """
    kind = asked["txn_type"]
    rows = CallBack.objects.filter(partner_id=look.actor.number, action=_ACTIONS[kind])
    row = rows.filter(_named(asked["attribute_type"], asked["attribute_value"])).order_by("-pk").first()
    numbers = {
        "transaction_id": row.transaction_id if row else "",
        "correlation_id": str(row.correlation_id) if row else "",
    }
    answers = _answers(row, look.at.isoformat())
    if kind == "unsubscribe":
        none = {"status": "rjct", "status_reason_code": "rjct.reference_id.invalid", "timestamp": look.at.isoformat()}
        told = {name: one for name, one in (answers[0] if answers else none).items() if name != "reference_id"}
        return Seen({"txn_type": kind, "txn_status": numbers | told}, [])
    return Seen({"txn_type": kind, "txn_status": numbers | {f"{kind}_response": answers}}, [])


@dataclass(frozen=True, slots=True)
class CallBackLine:
    """How the answers one partner is owed in one way stand.

    Attributes:
        partner: its key.
        vi: its name.
        en: its name, English.
        action: `on-search`, `on-subscribe`, `on-unsubscribe`, `notify`.
        delivered: taken since the day asked for.
        waiting: not taken yet.
        dead: given up since the day asked for; what they said is forgotten, the partner asks again.
        oldest: when the oldest that waits was asked for.
        last_dead: when the last was given up.
    """

    partner: str
    vi: str
    en: str
    action: str
    delivered: int
    waiting: int
    dead: int
    oldest: datetime | None
    last_dead: datetime | None


@reading("exchange.propagation_read", roles=OVERSEERS)
def call_back_table(look: Look, *, since: datetime) -> Seen[list[CallBackLine]]:
    """Answers owed by call-back and notices to those who watch a life, by partner and kind.

    Args:
        look: who, why, when.
        since: from when on those that ended are counted.
    """
    del look
    lately = Q(ended_at__gte=since)
    rows = (
        CallBack.objects.filter(Q(state="waiting") | lately)
        .values_list("partner__key", "partner__vi", "partner__en", "action")
        .annotate(
            delivered=Count("pk", filter=Q(state="delivered")),
            waiting=Count("pk", filter=Q(state="waiting")),
            dead=Count("pk", filter=Q(state="dead")),
            oldest=Min("received_at", filter=Q(state="waiting")),
            last_dead=Max("ended_at", filter=Q(state="dead")),
        )
    )
    return Seen([CallBackLine(*each) for each in rows.order_by("partner__key", "action")], [])


def is_watched(person_id: int, event: str) -> bool:
    """Whether anybody is to be told of such an event in this person's life; for the reaction, which leaves the event."""
    return LifeWatch.objects.filter(person_id=person_id, event=LIFE_EVENTS[event], ended_at__isnull=True).exists()


def _named(attribute: str, value: Any) -> Q:
    """Which questions are meant; by what cannot be one of ours, none."""
    values = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    if attribute == "transaction_id":
        return Q(transaction_id__in=values)
    if attribute == "correlation_id":
        return Q(correlation_id__in=[UUID(one) for one in values if _is_uuid(one)])
    if attribute == "reference_id_list":
        told = Q(pk__in=())
        for one in values:
            told |= Q(outcome__contains=[{"reference_id": one}])
            for name in _ASKED.values():
                told |= Q(asked__contains={name: [{"reference_id": one}]})
        return told
    told = Q(pk__in=())
    for one in values:
        told |= Q(outcome__contains=[{"subscriptions": [{"code": one}]}])
        told |= Q(outcome__contains=[{"subscription_status": [{"code": one}]}])
        told |= Q(asked__contains={"subscription_codes": [one]})
    return told


def _answers(row: CallBack | None, at: str) -> list[dict[str, Any]]:
    """What became of each request of a question; pending while it has no answer."""
    if row is None:
        return []
    if row.outcome:
        return [dict(one) for one in row.outcome]
    name = next((one for one in _ASKED.values() if one in (row.asked or {})), "")
    waiting = (row.asked or {}).get(name) or [{"reference_id": str(row.correlation_id)}]
    status = "pdng" if row.state == "waiting" else "rjct"
    return [{"reference_id": one["reference_id"], "timestamp": at, "status": status} for one in waiting]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
