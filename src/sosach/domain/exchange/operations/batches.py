"""Makes the next batch of a link: what waits is put beside what both sides agreed on, written down, numbered and hung on the last one.

One batch is on its way at a time. Until it is answered the same bytes are sent again, so a batch is never lost, and what changes
meanwhile waits: that is the order of changes of a record, and the brake.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level, Subject
from sosach.domain.audit.rules.sealing import Signer
from sosach.domain.exchange.models import AgreedState, Batch, Item, Link
from sosach.domain.exchange.models.batches import OUT
from sosach.domain.exchange.operations.portraits import Portrait, natural_keys, portraits
from sosach.domain.exchange.queries.links import link_named
from sosach.domain.exchange.rules import batches as travel
from sosach.domain.exchange.rules.batches import REGISTERS, Envelope, Header, body_of, enveloped
from sosach.domain.exchange.rules.merging import Told, differences, whole
from sosach.domain.exchange.states.items import ItemState

RUNNERS = frozenset({Role.SYSTEM})
_NONCE_BYTES = travel.NONCE // 2

_WRITE = """
UPDATE exchange_item i SET state = x.state, batch_id = x.batch_id, position = x.position, key = x.key,
       told = coalesce(x.told, '{}'::jsonb), digest = x.digest, commune_code = x.commune_code, province_code = x.province_code
FROM jsonb_to_recordset(%s::jsonb) AS x(id bigint, state text, batch_id bigint, position int, key text, told jsonb, digest text,
                                        commune_code text, province_code text)
WHERE i.id = x.id
"""


@dataclass(frozen=True, slots=True)
class _Telling:
    """A queued record and what is to be told of it."""

    item: Item
    portrait: Portrait
    told: Told
    line: bytes
    key: str


def next_batch(order: Order, *, link: str, most: int, signer: Signer) -> Envelope | None:
    """The batch to send now: the one without answer, else a new one of what waits; None where there is nothing to tell.

    Args:
        order: whoever runs the link.
        link: `nation`, or the code of a province.
        most: records of a new batch.
        signer: the key of this installation.

    Raises:
        SosachError: ACCESS-03 there is no such link; ACCESS-01 it is suspended.
    """
    with transaction.atomic(), acting(order.actor, level=Level.NATION):
        found = link_named(link, locked=True)
        batch = Batch.objects.filter(link=found, direction=OUT, answered_at__isnull=True).first()
        while batch is None:
            items = _waiting(found, min(most, travel.MOST))
            if not items:
                return None
            batch = make_batch(order, link=found, items=items)
        return _sealed(order, found, batch, signer)


def batch_again(order: Order, *, link: str, number: int, signer: Signer) -> Envelope:
    """A batch of before, sent anew: the other side has lost it, as after restoring a backup.

    Raises:
        SosachError: ACCESS-03 there is no such link; ACCESS-01 it is suspended; STATE-01 no batch has that number.
    """
    with transaction.atomic(), acting(order.actor, level=Level.NATION):
        found = link_named(link)
        batch = Batch.objects.filter(link=found, direction=OUT, number=number).first()
        if batch is None:
            raise SosachError(
                ErrorCode.NOT_FOUND, vi="Không có gói mang số này.", en="No batch of this link has that number."
            )
        return _sealed(order, found, batch, signer)


def _waiting(link: Link, most: int) -> list[Item]:
    rows = Item.objects.filter(link=link, state=ItemState.WAITING.value).order_by("pk")
    return list(rows[:most])


@operation("exchange.batch_made", roles=RUNNERS, nationwide=True)
def make_batch(order: Order, *, link: Link, items: Sequence[Item]) -> Done[Batch | None]:
    """Write a batch of what these records are now; None where all of them stand as agreed."""
    tellings = _tellings(link, items)
    batch = _write_batch(order, link, tellings) if tellings else None
    _write_items(items, tellings, batch)
    return Done(batch, [Subject("link", link.name)], {"records": len(tellings), "same": len(items) - len(tellings)})


def _tellings(link: Link, items: Sequence[Item]) -> list[_Telling]:
    """What is to be told, persons before what names them."""
    found = []
    for register in REGISTERS:
        queued = {item.record_id: item for item in items if item.register == register}
        if not queued:
            continue
        rows = AgreedState.objects.filter(link=link, register=register, record_id__in=queued)
        # without values: it was agreed on in a batch that was given up, so the other side may not know the record
        agreed = {row.record_id: row for row in rows}
        known = {key for key, row in agreed.items() if row.values}
        now = portraits(register, queued, with_base=[key for key in queued if key not in known])
        for record_id, item in queued.items():
            telling = _telling(link, item, now.get(record_id), agreed.get(record_id))
            if telling is not None:
                found.append(telling)
    return found


def _telling(link: Link, item: Item, portrait: Portrait | None, agreed: AgreedState | None) -> _Telling | None:
    if portrait is None:
        return None
    is_new = agreed is None or not agreed.values
    before: Mapping[str, Any] = portrait.base if agreed is None or is_new else agreed.values
    told = whole(before, portrait.now) if is_new else differences(before, portrait.now)
    if not told:
        return None
    key = agreed.key if agreed is not None else f"{link.here}:{item.register}:{item.record_id}"
    line = travel.Item(
        register=item.register,
        key=key,
        day=item.day,
        commune_code=portrait.commune_code or "",
        fields=told,
        by=natural_keys(item.register, portrait.now, before),
        whole=is_new,
    ).line
    return _Telling(item, portrait, told, line, key)


def _write_batch(order: Order, link: Link, tellings: Sequence[_Telling]) -> Batch:
    body = body_of(telling.line for telling in tellings)
    header = _header(order, link, link.sent_number + 1, link.sent_chain, body, len(tellings))
    link.sent_number, link.sent_chain = header.number, header.chain
    link.save(update_fields=["sent_number", "sent_chain"])
    return Batch.objects.create(
        link=link,
        direction=OUT,
        number=header.number,
        previous=header.previous,
        chain=header.chain,
        count=header.count,
        body=body,
        made_at=order.at,
        act=order.act,
    )


def _write_items(items: Sequence[Item], tellings: Sequence[_Telling], batch: Batch | None) -> None:
    by_item = {telling.item.pk: (place, telling) for place, telling in enumerate(tellings)}
    rows = []
    for item in items:
        row: dict[str, Any] = {"id": item.pk, "state": ItemState.SAME.value, "key": "", "digest": ""}
        row |= {"commune_code": item.commune_code, "province_code": item.province_code}
        if item.pk in by_item and batch is not None:
            place, telling = by_item[item.pk]
            row |= {"state": ItemState.SENT.value, "batch_id": batch.pk, "position": place, "key": telling.key}
            row |= {"told": telling.told, "digest": hashlib.sha256(telling.line).hexdigest()}
            row |= {"commune_code": telling.portrait.commune_code, "province_code": telling.portrait.province_code}
        rows.append(row)
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [json.dumps(rows, ensure_ascii=False)])


def _header(order: Order, link: Link, number: int, previous: str, body: bytes, count: int) -> Header:
    return Header(
        sender=link.here,
        receiver=link.there,
        number=number,
        previous=previous,
        body=hashlib.sha256(body).hexdigest(),
        count=count,
        sent_at=order.at,
        nonce=secrets.token_hex(_NONCE_BYTES),
    )


def _sealed(order: Order, link: Link, batch: Batch, signer: Signer) -> Envelope:
    """A sending of a batch: its moment and nonce are new, what it says is not."""
    body = bytes(batch.body)
    header = _header(order, link, batch.number, batch.previous, body, batch.count)
    raw = enveloped(header, body)
    return Envelope(batch.number, raw, signer.sign(raw))
