"""What the nation answers a province: where it stands, a receipt for a batch, what it has for the province, how the day adds up."""

import json
from datetime import date

from django.conf import settings
from django.urls import URLPattern, path

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.audit.operations.keys import FileKey
from sosach.domain.declarations.operations.signing import receipt_signer
from sosach.domain.exchange.operations.batches import next_batch
from sosach.domain.exchange.operations.receiving import receive
from sosach.domain.exchange.operations.reopening import ask_reopening
from sosach.domain.exchange.operations.settling import settle
from sosach.domain.exchange.queries.links import link_named
from sosach.domain.exchange.queries.reconciling import received
from sosach.domain.exchange.rules.batches import canonical, invalid
from sosach.domain.exchange.rules.lines import USUAL_BATCH, Standing, signed, unsigned
from sosach.domain.exchange.rules.reopening import Reopening
from sosach.web.exchange.at_level import Heard, from_level

LONGEST_REASON = 500
OVERSIGHT = "oversight"  # purpose of adding up what was received


def state(heard: Heard) -> bytes:
    """Where we stand with the province."""
    with acting(heard.order.actor):
        link = link_named(heard.link)
    return Standing(link.received_number, link.received_chain, link.sent_number, link.sent_chain, USUAL_BATCH).text


def take(heard: Heard) -> bytes:
    """Take a batch in; its receipt."""
    raw, signature = unsigned(heard.body)
    receipt = receive(heard.order, link=heard.link, raw=raw, signature=signature, signer=_signer())
    return signed(receipt.raw, receipt.signature)


def give(heard: Heard) -> bytes:
    """What waits here for the province: the batch without receipt, else the next one; empty when there is none."""
    batch = next_batch(heard.order, link=heard.link, most=USUAL_BATCH, signer=_signer())
    return signed(batch.raw, batch.signature) if batch is not None else b""


def settled(heard: Heard) -> bytes:
    """Take the province's receipt in; how many records it settled."""
    raw, signature = unsigned(heard.body)
    return canonical({"settled": settle(heard.order, link=heard.link, raw=raw, signature=signature)})


def reopening(heard: Heard) -> bytes:
    """Note that the province's people ask for new chains; ours have to agree. Its mark.

    Raises:
        SosachError: REQUEST-01 malformed; STATE-03 we stand elsewhere; STATE-04 no reason.
    """
    try:
        told = json.loads(heard.body)
    except (ValueError, RecursionError) as wrong:
        raise invalid("Đề nghị sai khuôn dạng.", "What was asked for is malformed.") from wrong
    asked = Reopening.from_json(told)
    reason = str(told.get("reason", "")).replace("\x00", "")[:LONGEST_REASON]  # which the database cannot hold
    ask_reopening(Order(heard.order.actor, heard.order.at, reason=reason), link=heard.link, asked=asked)
    return canonical({"mark": asked.mark})


def added_up(heard: Heard) -> bytes:
    """What was received of the acts of a day, commune by commune.

    Raises:
        SosachError: REQUEST-01 no day is told.
    """
    try:
        day = date.fromisoformat(heard.query.get("day", ""))
    except ValueError as wrong:
        raise SosachError(
            ErrorCode.REQUEST_INVALID, vi="Ngày phải có dạng 2026-11-22.", en="A day is told as 2026-11-22."
        ) from wrong
    look = Look(heard.order.actor, OVERSIGHT, heard.order.at)
    return canonical([tally.as_json() for tally in received(look, link=heard.link, day=day)])


def _signer() -> FileKey:
    return receipt_signer(settings.SOSACH_LINK_KEY)


urlpatterns: list[URLPattern] = [
    path("state", from_level(GET=state)),
    path("batches", from_level(GET=give, POST=take)),
    path("receipts", from_level(POST=settled)),
    path("reopening", from_level(POST=reopening)),
    path("reconciliation", from_level(GET=added_up)),
]
