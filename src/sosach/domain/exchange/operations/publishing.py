"""Makes notices: of what the registers' journals tell below the horizon of running transactions, and of what partners publish."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.audit.rules.events import one_each
from sosach.domain.exchange.models import Delivery, PartnerTopic, Subscription
from sosach.domain.exchange.operations.subscribing import LIVING, PARTNERS, end_row, next_number, subject
from sosach.domain.exchange.queries.partners import Caller, PartnerRefusedError
from sosach.domain.exchange.queries.subscriptions import TopicSeen, topics_open_to
from sosach.domain.exchange.rules.agreements import Refused
from sosach.domain.exchange.rules.topics import (
    BY_NAME,
    LONGEST_NAME,
    REGISTER_OF,
    SUBJECT_OF,
    Entry,
    news,
    topic_id,
)
from sosach.domain.exchange.states.deliveries import SubscriptionState

MOST_TOPICS = 100  # of one partner
LARGEST_MESSAGE = 65_536
LONGEST_SUBJECT = 200
TOLD = (SubscriptionState.CONFIRMED.value, SubscriptionState.SUSPENDED.value)
# Every entry of the journals of an act, in the order of their records' histories. Under one act a record may have several events.
_NEWS_SQL = """
SELECT DISTINCT ON (j.id) j.id, e.xid, j.register, j.subject_id, j.at, coalesce(u.procedure, j.procedure),
       coalesce(u.changes, j.changes)::text, NOT EXISTS (
           SELECT 1 FROM provenance_journalentry b WHERE b.register = j.register AND b.subject_id = j.subject_id
           AND b.id < coalesce(u.id, j.id))
       AND NOT EXISTS (
           SELECT 1 FROM provenance_sourcerow r WHERE r.register = j.register AND r.subject_id = j.subject_id)
FROM audit_auditevent e
JOIN provenance_journalentry j ON j.act = e.act AND j.register = CASE e.subject_kind {registers} END
     AND j.subject_id = CASE WHEN e.subject_key ~ '^[0-9]{{1,18}}$' THEN e.subject_key::bigint END
LEFT JOIN provenance_journalentry u ON u.id = j.retracts_id
WHERE e.xid >= %s AND e.xid < %s AND e.subject_kind = ANY(%s)
ORDER BY j.id, e.xid
""".format(registers=" ".join(f"WHEN '{kind}' THEN '{register}'" for kind, register in REGISTER_OF.items()))


@dataclass(frozen=True, slots=True)
class Piece:
    """An entry of a journal that may be news.

    Attributes:
        id: of the entry.
        xid: transaction that wrote it.
        entry: what it says; of one that takes another back, what that said.
        record: id of the record.
        at: when it was decided.
    """

    id: int
    xid: int
    entry: Entry
    record: int
    at: datetime


def pieces_between(from_xid: int, to_xid: int) -> Iterable[Piece]:
    """Entries of the journals written by transactions of that span, in the order of each record's history."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWS_SQL, [from_xid, to_xid, sorted(REGISTER_OF)])
        rows = cursor.fetchall()
    for key, xid, register, record, at, procedure, changes, first in rows:
        yield Piece(key, xid, Entry(register, procedure, _columns(changes), first=first), record, at)


def _columns(told: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(told)
    return found


def news_between(from_xid: int, to_xid: int) -> list[tuple[Subscription, Piece]]:
    """Who is to be told of what those transactions wrote, in the order of each record's history."""
    rows = list(Subscription.objects.filter(state__in=TOLD, since_xid__lt=to_xid).order_by("pk"))
    wanted = {topic: [row for row in rows if row.topic == topic] for topic in {row.topic for row in rows}}
    return [
        (row, piece)
        for piece in (pieces_between(from_xid, to_xid) if rows else ())
        for topic in news(piece.entry)
        for row in wanted.get(topic.name, ())
        if row.since_xid is not None and piece.xid >= row.since_xid
    ]


@operation("exchange.news_noted", roles=frozenset({Role.SYSTEM}), nationwide=True)
def note_news(order: Order, *, found: Sequence[tuple[Subscription, Piece]]) -> Done[int]:
    """Note a notice for everybody who is to be told. Called by one process at a time: it numbers the notices of each record.

    Args:
        order: background work.
        found: by `news_between`, in the same transaction.

    Returns:
        How many notices.
    """
    numbers: dict[tuple[int, str, int], int] = {}
    made: list[Delivery] = []
    for row, piece in found:
        kind = SUBJECT_OF[piece.entry.register]
        spot = (row.pk, kind, piece.record)
        numbers[spot] = numbers[spot] + 1 if spot in numbers else next_number(row, kind, piece.record)
        made.append(_notice(order, row, piece, kind, numbers[spot]))
    Delivery.objects.bulk_create(made, batch_size=500)
    return Done(len(made), one_each(subject(row) for row, _ in found), {"notices": len(made)})


def _notice(order: Order, row: Subscription, piece: Piece, kind: str, number: int) -> Delivery:
    return Delivery(
        uuid=uuid4(),
        subscription=row,
        sort="change",
        record_kind=kind,
        record_key=piece.record,
        number=number,
        entry_id=piece.id,
        happened_at=piece.at,
        noted_at=order.at,
        next_try_at=order.at,
    )


@operation("exchange.topic_created", roles=PARTNERS)
def create_topic(order: Order, *, caller: Caller, name: str) -> Done[TopicSeen]:
    """Open a topic a partner publishes to. The same name twice is one topic, also where the registers or another partner have it.

    Raises:
        PartnerRefusedError: ACCESS-01, the name is taken by a topic the partner may not know, is no name, or there are too many.
    """
    clean = name.strip()
    known = {topic.name: topic for topic in topics_open_to(caller.agreement, caller.actor.number)}
    if clean in known:
        return Done(known[clean], [_topic(clean)], {"new": False})
    own = sum(topic.own for topic in known.values())
    if not 0 < len(clean) <= LONGEST_NAME or not clean.isprintable() or clean in BY_NAME or own >= MOST_TOPICS:
        raise _not_open()
    row, new = PartnerTopic.objects.get_or_create(
        name=clean, ended_at=None, defaults={"partner_id": caller.actor.number, "created_at": order.at}
    )
    if row.partner_id != caller.actor.number:
        raise _not_open()
    return Done(TopicSeen(topic_id(clean), clean, own=True), [_topic(clean)], {"new": new})


@operation("exchange.topic_deleted", roles=PARTNERS)
def delete_topic(order: Order, *, caller: Caller, uuid: UUID) -> Done[None]:
    """Close a topic of the partner's own; its subscriptions end, and what is on its way is dropped.

    Raises:
        SosachError: STATE-01 there is none.
        PartnerRefusedError: ACCESS-01, it is a topic of the registers or of another partner.
    """
    row = _own(caller, uuid)
    row.ended_at = order.at
    row.save(update_fields=["ended_at"])
    rows = Subscription.objects.select_for_update(of=("self",), no_key=True).filter(topic=row.name, state__in=LIVING)
    for one in rows.order_by("pk"):
        end_row(order, one)
    return Done(None, [_topic(row.name)])


@operation("exchange.news_noted", roles=PARTNERS)
def publish(order: Order, *, caller: Caller, uuid: UUID, subject_line: str, content: str) -> Done[int]:
    """Publish a message to a topic of the partner's own.

    Args:
        order: the partner, when.
        caller: on the strength of which agreement.
        uuid: of the topic.
        subject_line: subject of the message.
        content: what it says; kept until it was delivered to everybody or dropped.

    Returns:
        How many subscriptions are told.

    Raises:
        PartnerRefusedError: ACCESS-01, it is a topic of the registers or of another partner.
        SosachError: STATE-01 there is none; STATE-04 the message or its subject is too long or holds what no text holds.
    """
    topic = _own(caller, uuid)
    if (
        len(content.encode()) > LARGEST_MESSAGE
        or len(subject_line) > LONGEST_SUBJECT
        or "\x00" in content + subject_line
    ):
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE, vi="Nội dung tin không hợp lệ hoặc quá dài.", en="The message is too long."
        )
    rows = list(Subscription.objects.filter(topic=topic.name, state__in=TOLD).order_by("pk"))
    Delivery.objects.bulk_create(_message(order, row, topic, subject_line, content) for row in rows)
    return Done(len(rows), [_topic(topic.name)], {"notices": len(rows)})


def _message(order: Order, row: Subscription, topic: PartnerTopic, subject_line: str, content: str) -> Delivery:
    return Delivery(
        uuid=uuid4(),
        subscription=row,
        sort="message",
        record_kind="topic",
        record_key=topic.pk,
        number=next_number(row, "topic", topic.pk),
        happened_at=order.at,
        noted_at=order.at,
        next_try_at=order.at,
        subject=subject_line,
        content=content,
    )


def _own(caller: Caller, uuid: UUID) -> PartnerTopic:
    """A topic of the partner's own, locked: its messages are numbered one after the other."""
    seen: Sequence[TopicSeen] = topics_open_to(caller.agreement, caller.actor.number)
    known = next((topic for topic in seen if topic.uuid == uuid), None)
    if known is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có chủ đề này.", en="There is no such topic.")
    rows = PartnerTopic.objects.select_for_update(no_key=True).filter(name=known.name, ended_at__isnull=True)
    found = rows.filter(partner_id=caller.actor.number).first()
    if found is None:
        raise _not_open()
    return found


def _topic(name: str) -> Subject:
    return Subject("topic", str(topic_id(name)))


def _not_open() -> PartnerRefusedError:
    return PartnerRefusedError(
        Refused.CONTENT, vi="Chủ đề này không mở cho đối tác.", en="The topic is not open to the partner."
    )
