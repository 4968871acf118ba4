"""Takes in batches of the other side: in order, each once, each record whole or not at all; the same answer for the same batch.

Whether a batch is taken is decided before anything of it is looked at: signed, of now, the next number, hung on the last one.
Then every record stands for itself, in a savepoint: what the register refuses is refused with its reason, and the rest goes on.
"""

from collections.abc import Sequence

from django.db import transaction

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Level, Subject
from sosach.domain.audit.rules.sealing import Signer
from sosach.domain.exchange.models import Batch, Link
from sosach.domain.exchange.models.batches import IN
from sosach.domain.exchange.operations.applying import Arrival, apply_items, note_arrivals
from sosach.domain.exchange.queries.links import actor_of, link_named
from sosach.domain.exchange.rules.batches import (
    Header,
    Outcome,
    Receipt,
    invalid,
    read_envelope,
    read_items,
    receipt_text,
    require_fresh,
)
from sosach.domain.exchange.rules.calls import signed_by

RUNNERS = frozenset({Role.SYSTEM})


def receive(order: Order, *, link: str, raw: bytes, signature: bytes, signer: Signer) -> Receipt:
    """Take in a batch and say of each record what was done; a batch that was taken in before gets the answer it got then.

    Args:
        order: whoever runs the link; records are changed as the other side (`actor_of`), whatever the order says.
        link: over which it came.
        raw: as sent.
        signature: Ed25519 of the other side over it.
        signer: the key of this installation, for the receipt.

    Raises:
        SosachError: ACCESS-03 no such link, or not its signature; ACCESS-01 suspended; REQUEST-01 malformed, not of now, not for
            here; REQUEST-02 another batch had the number or the sending; STATE-03 not the next one.
    """
    with transaction.atomic(), acting(order.actor, level=Level.NATION):
        found = link_named(link, locked=True)
        header, body = _opened(order, found, raw, signature)
        before = Batch.objects.filter(link=found, direction=IN, number=header.number).first()
        if before is not None:
            return _again(header, before)
        _require_next(found, header)
        return take_batch(order, link=found, header=header, body=body, signer=signer)


def _opened(order: Order, link: Link, raw: bytes, signature: bytes) -> tuple[Header, bytes]:
    if not signed_by(bytes.fromhex(link.peer_key), signature, raw):
        raise SosachError(
            ErrorCode.ACCESS_UNKNOWN,
            vi="Chữ ký của gói không phải của cấp kia.",
            en="The signature is not that of the other level.",
            hint_vi="Nếu cấp kia vừa thay khóa, cập nhật khóa của kết nối.",
            hint_en="If the other level has a new key, renew it on the link.",
        )
    header, body = read_envelope(raw)
    if (header.sender, header.receiver) != (link.there, link.here):
        raise invalid("Gói không gửi trên kết nối này.", "The batch is not one of this link.")
    require_fresh(header, at=order.at)
    return header, body


def _again(header: Header, before: Batch) -> Receipt:
    if before.chain != header.chain:
        raise SosachError(
            ErrorCode.REQUEST_REPEATED,
            vi=f"Gói số {header.number} đã nhận với nội dung khác.",
            en=f"Batch {header.number} was received with other content.",
        )
    return Receipt(header.number, bytes(before.receipt or b""), bytes(before.receipt_signature or b""))


def _require_next(link: Link, header: Header) -> None:
    if header.number != link.received_number + 1 or header.previous != link.received_chain:
        raise SosachError(
            ErrorCode.CONFLICT,
            vi=f"Đang chờ gói số {link.received_number + 1} nối tiếp gói trước.",
            en=f"Batch {link.received_number + 1}, hung on the one before, is expected.",
            hint_vi="Gửi lại gói chưa có biên nhận.",
            hint_en="Send the batch without receipt again.",
        )
    if Batch.objects.filter(link=link, nonce=header.nonce).exists():
        raise SosachError(
            ErrorCode.REQUEST_REPEATED,
            vi="Mã của lần gửi đã dùng cho gói khác.",
            en="The nonce of the sending was used for another batch.",
        )


@operation("exchange.batch_received", roles=RUNNERS, nationwide=True)
def take_batch(order: Order, *, link: Link, header: Header, body: bytes, signer: Signer) -> Done[Receipt]:
    """Do what the next batch of a locked link says, record by record, and sign the receipt; `receive` looked at it before."""
    told = Order(actor_of(link), order.at, {"batch": header.chain}, act=order.act)
    arrivals = apply_items(told, link, read_items(header, body))
    text = receipt_text(header, at=order.at, answers=[arrival.answer for arrival in arrivals])
    receipt = Receipt(header.number, text, signer.sign(text))
    batch = Batch.objects.create(
        link=link,
        direction=IN,
        number=header.number,
        previous=header.previous,
        chain=header.chain,
        count=header.count,
        body=body,
        nonce=header.nonce,
        made_at=header.sent_at,
        receipt=receipt.raw,
        receipt_signature=receipt.signature,
        answered_at=order.at,
        act=order.act,
    )
    note_arrivals(batch, arrivals)
    link.received_number, link.received_chain, link.received_at = header.number, header.chain, order.at
    link.save(update_fields=["received_number", "received_chain", "received_at"])
    return Done(receipt, [Subject("link", link.name)], _counted(arrivals))


def _counted(arrivals: Sequence[Arrival]) -> dict[str, int]:
    outcomes = [arrival.answer.outcome for arrival in arrivals]
    return {str(outcome): outcomes.count(outcome) for outcome in Outcome}
