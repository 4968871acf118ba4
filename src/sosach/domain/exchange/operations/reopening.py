"""Lets a link whose sides have no common past go on: both give up what the other does not have, and tell it again in a new chain.

Nothing is lost: whatever the other side may not have is queued again, against what both agreed on before. Nothing is applied
twice: the receiver finds present what stands there already (`rules/merging.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.exchange.models import AgreedState, Batch, Incoming, Item, Link
from sosach.domain.exchange.models.batches import IN, OUT
from sosach.domain.exchange.operations.collecting import TABLES
from sosach.domain.exchange.operations.links import KEEPERS, locked
from sosach.domain.exchange.queries.reopening import begun_of, seen_from
from sosach.domain.exchange.rules.batches import AGREED, items_of
from sosach.domain.exchange.rules.merging import plain
from sosach.domain.exchange.rules.reopening import Reopening, common
from sosach.domain.exchange.states.items import ItemState

RUNNERS = frozenset({Role.SYSTEM})  # who works with batches: the command line, and the turns of the province
_QUEUE = """
INSERT INTO exchange_item (link_id, register, record_id, commune_code, province_code, day, act, state, collected_at,
                           key, told, digest, code, reason_vi, reason_en, theirs)
SELECT %(link)s::varchar, %(register)s::varchar, t.id, t.commune_code, t.province_code, x.day, %(act)s, 'waiting', %(at)s,
       '', '{{}}', '', '', '', '', '{{}}'
FROM (SELECT record_id, max(day) AS day FROM (
          SELECT record_id, day FROM exchange_item WHERE batch_id = ANY(%(batches)s) AND register = %(register)s
          UNION ALL
          SELECT record_id, day FROM exchange_incoming WHERE batch_id = ANY(%(batches)s) AND register = %(register)s) s
      GROUP BY record_id) x JOIN {table} t ON t.id = x.record_id
ORDER BY t.id
ON CONFLICT (link_id, register, record_id) WHERE state = 'waiting' DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Reopened:
    """What a reopening did here.

    Attributes:
        given_up: batches the other side does not have.
        queued: records of them that are told again.
    """

    given_up: int
    queued: int


@operation("exchange.link_reopening_asked", roles=KEEPERS)
def ask_reopening(order: Order, *, link: str, asked: Reopening) -> Done[None]:
    """Note that a link is to begin anew from where both sides stand; the nation hears it from the province.

    Args:
        order: who, when; the reason is kept for the people of the other side.
        link: `nation`, or the code of a province.
        asked: where both sides stand.

    Raises:
        SosachError: STATE-01 no such link; STATE-03 this side stands elsewhere; STATE-04 no reason.
    """
    found = locked(link)
    _require_reason(order)
    _require_ours(found, asked)
    found.asked = {**asked.as_json(), "reason": order.reason.strip(), "act": str(order.act)}
    found.save(update_fields=["asked"])
    return Done(None, [Subject("link", link)], _told(asked))


@operation("exchange.link_reopened", roles=RUNNERS, nationwide=True)
def reopen_link(order: Order, *, link: str, mark: str) -> Done[Reopened]:
    """Begin new chains in both directions, as was asked; what the other side does not have is queued again.

    Args:
        order: who, when; a reason is needed.
        link: `nation`, or the code of a province.
        mark: of the reopening that was asked for, as people compared it.

    Raises:
        SosachError: STATE-01 no such link; STATE-02 nobody has asked; STATE-03 another reopening was asked for, or this side stands
            elsewhere by now; STATE-04 no reason.
    """
    found = locked(link)
    _require_reason(order)
    if not found.asked:
        raise SosachError(
            ErrorCode.STATE_FORBIDS,
            vi="Tỉnh chưa đề nghị mở chuỗi mới trên kết nối này.",
            en="The province has not asked for a new chain on this link.",
            hint_vi="Ở tỉnh: `sosach link reopen nation --reason …`.",
            hint_en="At the province: `sosach link reopen nation --reason …`.",
        )
    asked = Reopening.from_json(found.asked)
    if asked.mark != mark:
        raise _moved_on()
    _require_ours(found, asked)
    lost = _lost(found, asked)
    _take_back_agreements(found, lost)
    keys = [batch.pk for batch in lost]
    Item.objects.filter(batch__in=keys, state=ItemState.SENT.value).update(state=ItemState.SAME.value)
    rows = Batch.objects.filter(pk__in=keys)
    rows.filter(answered_at__isnull=True).update(answered_at=order.at)
    rows.update(given_up_at=order.at)
    queued = _queue_again(order, found, keys)
    _begin(found, asked)
    done = Reopened(len(lost), queued)
    return Done(done, [Subject("link", link)], {**_told(asked), "given_up": len(lost), "queued": queued})


def _lost(link: Link, asked: Reopening) -> list[Batch]:
    """Batches of the present chains that the other side does not have, the latest first."""
    rows = Batch.objects.filter(link=link, given_up_at__isnull=True)
    begun_out, begun_in = begun_of(link)
    ours, theirs = (0, 1) if link.is_upward else (1, 0)
    out, incoming = (asked.up, asked.down) if link.is_upward else (asked.down, asked.up)
    beyond = Q()
    for direction, heads, begun in ((OUT, out, begun_out), (IN, incoming, begun_in)):
        there = rows.filter(direction=direction, number=heads[theirs].number).values_list("number", "chain")
        known = dict(there) | {begun.number: begun.chain}
        last = common(heads[ours], heads[theirs], known, begun=begun.number)
        beyond |= Q(direction=direction, number__gt=last)
    # what was not answered yet was agreed on last of all
    return sorted(
        rows.filter(beyond), key=lambda batch: (batch.answered_at is None, batch.answered_at, batch.pk), reverse=True
    )


def _take_back_agreements(link: Link, lost: Sequence[Batch]) -> None:
    """Agree on what both did before those batches: told against that, whoever has the later value finds it present."""
    for batch in lost:
        if batch.direction == OUT:
            mine = Item.objects.filter(batch=batch, state__in=sorted(AGREED)).values_list("position", "record_id")
        else:
            told = Incoming.objects.filter(batch=batch, outcome__in=sorted(AGREED), record_id__isnull=False)
            mine = told.values_list("position", "record_id")
        lines, records = items_of(bytes(batch.body)), dict(mine)
        for place, item in enumerate(lines):
            if place not in records:
                continue
            known = AgreedState.objects.filter(link=link, register=item.register, record_id=records[place])
            if (
                item.whole
            ):  # told as a record the other side may not know, under a name of ours: theirs may name another by now
                known.update(values={}, key=f"{link.here}:{item.register}:{records[place]}")
                continue
            before = {name: plain(was) for name, (was, _) in item.fields.items()}
            for row in known:
                row.values = {name: value for name, value in (row.values | before).items() if value is not None}
                row.save(update_fields=["values"])


def _queue_again(order: Order, link: Link, batches: Sequence[int]) -> int:
    queued = 0
    terms = {"link": link.name, "act": order.act, "at": order.at, "batches": list(batches)}
    with connection.cursor() as cursor:
        for register, table in TABLES.items():
            cursor.execute(_QUEUE.format(table=table), terms | {"register": register})
            queued += cursor.rowcount
    return queued


def _begin(link: Link, asked: Reopening) -> None:
    up, down = asked.beginnings
    sent, received = (up, down) if link.is_upward else (down, up)
    link.sent_number, link.sent_chain = sent.number, sent.chain
    link.received_number, link.received_chain = received.number, received.chain
    link.begun, link.asked = {"sent": sent.told, "received": received.told}, {}
    link.save()


def _told(asked: Reopening) -> dict[str, Any]:
    """For the log: the mark, and the numbers of both heads of both directions."""
    numbers = {"up": [head.number for head in asked.up], "down": [head.number for head in asked.down]}
    return {"mark": asked.mark, **numbers}


def _require_ours(link: Link, asked: Reopening) -> None:
    ours = seen_from(link)
    place = 0 if link.is_upward else 1
    names = (asked.province, asked.nation) == ((link.here, link.there) if link.is_upward else (link.there, link.here))
    if not names or (ours.sent, ours.received) != (
        (asked.up[place], asked.down[place]) if link.is_upward else (asked.down[place], asked.up[place])
    ):
        raise _moved_on()


def _require_reason(order: Order) -> None:
    if not order.reason.strip():
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Cần nêu lý do.", en="A reason is missing.")


def _moved_on() -> SosachError:
    return SosachError(
        ErrorCode.CONFLICT,
        vi="Hai bên không còn đứng ở chỗ đã đề nghị.",
        en="The two sides do not stand where the reopening was asked for.",
        hint_vi="Xem lại bằng `sosach link reopen` rồi đề nghị lại.",
        hint_en="Look again with `sosach link reopen`, then ask again.",
    )
