"""Takes in the other side's receipts, and what somebody decides where both sides differ.

A receipt settles its batch once, however often it comes. What the other side refused, or changed itself, raises an event about
the record: `jobs/reactions.py` brings it to a desk.
"""

import json
from collections.abc import Sequence
from enum import StrEnum
from uuid import uuid5

from django.db import connection, transaction

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import acting, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level, Subject
from sosach.domain.exchange.models import AgreedState, Batch, Item, Link
from sosach.domain.exchange.models.batches import OUT
from sosach.domain.exchange.operations.applying import agree, take_over_told
from sosach.domain.exchange.queries.links import link_named
from sosach.domain.exchange.rules.batches import Answered, Outcome, invalid, read_receipt
from sosach.domain.exchange.rules.calls import signed_by
from sosach.domain.exchange.states.items import TO_SETTLE, ItemState
from sosach.domain.population.rules.days import day_of
from sosach.domain.provenance.rules import SUBJECTS

RUNNERS = frozenset({Role.SYSTEM})
DECIDERS = frozenset({Role.CHIEF, Role.POPULATION, Role.VEHICLES, Role.LICENCES, Role.STEWARD})

_SETTLE = """
UPDATE exchange_item i SET state = x.o, code = coalesce(x.code, ''), reason_vi = coalesce(x.vi, ''),
       reason_en = coalesce(x.en, ''), theirs = coalesce(x.theirs, '{}'::jsonb), answered_at = %s
FROM jsonb_to_recordset(%s::jsonb) AS x(position int, o text, code text, vi text, en text, theirs jsonb)
WHERE i.batch_id = %s AND i.position = x.position
"""
# What the other side holds now is agreed on; fields told as nothing are taken out.
_AGREE = """
INSERT INTO exchange_agreedstate AS a (link_id, register, record_id, key, values)
SELECT i.link_id, i.register, i.record_id, i.key,
       (SELECT coalesce(jsonb_object_agg(f.key, f.value -> 1), '{}'::jsonb) FROM jsonb_each(i.told) f)
FROM exchange_item i WHERE i.batch_id = %s AND i.state IN ('applied', 'present')
ON CONFLICT (link_id, register, record_id) DO UPDATE SET values = jsonb_strip_nulls(a.values || EXCLUDED.values)
"""
# Whatever was open about a record is over once a later telling of it was taken.
_CLOSE = """
UPDATE exchange_item o SET closed_at = %s FROM exchange_item i
WHERE i.batch_id = %s AND i.state IN ('applied', 'present') AND o.link_id = i.link_id AND o.register = i.register
      AND o.record_id = i.record_id AND o.id < i.id AND o.state IN ('refused', 'conflict') AND o.closed_at IS NULL
"""
# While it was on its way the other side told something of the record itself: what stands here now may be neither.
_AGAIN = """
INSERT INTO exchange_item (link_id, register, record_id, commune_code, province_code, day, act, state, collected_at,
                           key, told, digest, code, reason_vi, reason_en, theirs)
SELECT i.link_id, i.register, i.record_id, i.commune_code, i.province_code, i.day, i.act, 'waiting', %s::timestamptz,
       '', '{}', '', '', '', '', '{}'
FROM exchange_item i JOIN exchange_batch o ON o.id = i.batch_id
WHERE o.id = %s AND EXISTS (
    SELECT 1 FROM exchange_incoming n JOIN exchange_batch b ON b.id = n.batch_id
    WHERE n.register = i.register AND n.record_id = i.record_id AND n.link_id = i.link_id AND n.outcome = 'applied'
          AND b.answered_at >= o.made_at)
ON CONFLICT (link_id, register, record_id) WHERE state = 'waiting' DO NOTHING
"""


class Keep(StrEnum):
    """Whose value stands where two levels differ."""

    OURS = "ours"
    THEIRS = "theirs"


def settle(order: Order, *, link: str, raw: bytes, signature: bytes) -> int:
    """Take in the receipt of the batch that is on its way; how many records it settles. Taken in before: none.

    Args:
        order: whoever runs the link.
        link: from whose other side it came.
        raw: as given.
        signature: Ed25519 of the other side over it.

    Raises:
        SosachError: ACCESS-03 no such link, or not its signature; ACCESS-01 suspended; REQUEST-01 malformed, or not for a batch
            of this link.
    """
    with transaction.atomic(), acting(order.actor, level=Level.NATION):
        found = link_named(link, locked=True)
        if not signed_by(bytes.fromhex(found.peer_key), signature, raw):
            raise SosachError(
                ErrorCode.ACCESS_UNKNOWN,
                vi="Chữ ký của biên nhận không phải của cấp kia.",
                en="The signature is not that of the other level.",
            )
        receipt = read_receipt(raw)
        batch = Batch.objects.filter(link=found, direction=OUT, number=receipt.number).first()
        _require_own(found, receipt, batch)
        if batch is None or batch.answered_at is not None:
            return 0
        batch.receipt, batch.receipt_signature, batch.answered_at = raw, signature, order.at
        return settle_batch(order, link=found, batch=batch, receipt=receipt)


def _require_own(link: Link, receipt: Answered, batch: Batch | None) -> None:
    """Refuse a receipt for anything but a batch that was sent.

    Raises:
        SosachError: REQUEST-01.
    """
    known = batch is not None and (receipt.chain, len(receipt.answers)) == (batch.chain, batch.count)
    if not known or (receipt.sender, receipt.receiver) != (link.there, link.here):
        raise invalid("Biên nhận không phải của gói đã gửi.", "The receipt is for no batch that was sent.")


@operation("exchange.receipt_settled", roles=RUNNERS, nationwide=True)
def settle_batch(order: Order, *, link: Link, batch: Batch, receipt: Answered) -> Done[int]:
    """Settle every record of a batch as its receipt says; `settle` looked at both before."""
    batch.save(update_fields=["receipt", "receipt_signature", "answered_at"])
    rows = [{"position": place, **answer.as_json()} for place, answer in enumerate(receipt.answers)]
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, [order.at, json.dumps(rows, ensure_ascii=False), batch.pk])
        cursor.execute(_AGREE, [batch.pk])
        cursor.execute(_CLOSE, [order.at, batch.pk])
        cursor.execute(_AGAIN, [order.at, batch.pk])
    refused = list(Item.objects.filter(batch=batch, state__in=sorted(TO_SETTLE)).order_by("position"))
    if refused:
        raise_refused(Order(order.actor, order.at, order.evidence, act=uuid5(order.act, "refused")), items=refused)
    outcomes = [answer.outcome for answer in receipt.answers]
    counted = {str(outcome): outcomes.count(outcome) for outcome in Outcome}
    return Done(len(rows), [Subject("link", link.name)], {"batch": batch.number, **counted})


@operation("exchange.upload_refused", roles=RUNNERS, nationwide=True)
def raise_refused(order: Order, *, items: Sequence[Item]) -> Done[None]:
    """Say of records that the other side did not take what was told of them."""
    del order
    return Done(None, [_subject(item) for item in items], {"items": len(items)})


@operation("exchange.upload_decided", roles=DECIDERS)
def decide_upload(order: Order, *, item_id: int, keep: Keep) -> Done[None]:
    """Decide what stands where the other side refused a change or changed the same field: ours is told again, theirs taken over.

    A refused change is only told again: there is nothing of theirs to take over.

    Args:
        order: who, when; a reason is needed.
        item_id: the record on its way, as the list of open work has it.
        keep: whose value stands.

    Raises:
        SosachError: STATE-01 no such open work within reach; STATE-02 refused, and theirs is asked for; STATE-04 no reason;
            STATE-03 the register refuses it.
    """
    if not order.reason.strip():
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Cần nêu lý do.", en="A reason is missing.")
    rows = scoped(Item.objects.select_for_update(of=("self",)).select_related("link"), order.actor)
    item = rows.filter(pk=item_id, state__in=sorted(TO_SETTLE), closed_at__isnull=True).first()
    if item is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có việc này.", en="There is no such open work within reach.")
    if item.state == ItemState.REFUSED and keep is Keep.THEIRS:
        raise SosachError(
            ErrorCode.STATE_FORBIDS,
            vi="Cấp kia từ chối thay đổi, không có giá trị nào để lấy về.",
            en="The other level refused the change: there is no value of theirs to take over.",
        )
    if item.state == ItemState.CONFLICT:
        if keep is Keep.THEIRS:
            take_over_told(order, register=item.register, record_id=item.record_id, told=item.theirs)
        # the decision is told as a change of the value that lost, so it holds even where both sides decide at once
        known = {"link": item.link, "register": item.register, "record_id": item.record_id}
        first = not AgreedState.objects.filter(**known).exclude(values={}).exists()
        before = {name: was for name, (was, _) in item.told.items()} if first else {}
        lost = {name: item.told[name][1] for name in item.theirs} if keep is Keep.THEIRS else item.theirs
        agree(item.link, [(item.register, item.record_id, item.key, before | lost)])
    item.closed_at = order.at
    item.save(update_fields=["closed_at"])
    _tell_again(order, item)
    return Done(None, [_subject(item)], {"item": item.pk, "keep": str(keep)})


def _tell_again(order: Order, item: Item) -> None:
    """Queue the record; the collector may be doing so at the same moment."""
    again = Item(
        link_id=item.link_id,
        register=item.register,
        record_id=item.record_id,
        commune_code=item.commune_code,
        province_code=item.province_code,
        day=day_of(order.at),
        act=order.act,
        collected_at=order.at,
    )
    Item.objects.bulk_create([again], ignore_conflicts=True)


def _subject(item: Item) -> Subject:
    return Subject(SUBJECTS[item.register], str(item.record_id), item.commune_code or "")
