"""Who calls from the other level, and how the line to it fares. Nothing here is about people."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from sosach.base.errors import SosachError
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.exchange.models.batches import IN, OUT, Batch
from sosach.domain.exchange.models.calls import Contact
from sosach.domain.exchange.models.links import OPEN, Link
from sosach.domain.exchange.queries.links import actor_of, link_named
from sosach.domain.exchange.queries.reopening import begun_of
from sosach.domain.exchange.rules.calls import Call, signed_by, timely

DOOR = Actor(ActorKind.SYSTEM, "levels", Level.NATION, roles=frozenset({Role.SYSTEM}))  # reads which links there are


def level_that_called(call: Call, signature: bytes, *, at: datetime) -> Actor | None:
    """As whom a call of the other level is heard; None unless an open link's key has signed it, just now."""
    if not timely(call.sent_at, at):
        return None
    try:
        with acting(DOOR):
            link = link_named(call.province)
    except SosachError:
        return None
    return actor_of(link) if signed_by(bytes.fromhex(link.peer_key), signature, call.text()) else None


def contact_of(link: str) -> Contact:
    """The last contact with the other side of a link; an empty one where there was none yet."""
    return Contact.objects.filter(link=link).first() or Contact(link=link)


def open_links() -> list[str]:
    """Names of the links something goes over."""
    return list(Link.objects.filter(state=OPEN).order_by("name").values_list("name", flat=True))


def last_receipt(link: str) -> tuple[bytes, bytes] | None:
    """The receipt given for the last batch of the other side, with its signature; None where none was taken in."""
    rows = Batch.objects.filter(link=link, direction=IN, receipt__isnull=False, given_up_at__isnull=True)
    found = rows.order_by("-number").values_list("receipt", "receipt_signature").first()
    return (bytes(found[0]), bytes(found[1])) if found is not None else None


@dataclass(frozen=True, slots=True)
class Made:
    """What this side has told, as the other side may know it.

    Attributes:
        answered: number of the last batch that was answered; that of the chain's beginning: none yet.
        chain: of the batch the other side says it took in last; None where there is no such batch.
        received: number of the last batch taken in here.
        received_chain: of that batch.
    """

    answered: int
    chain: str | None
    received: int
    received_chain: str


def made(link: str, *, number: int) -> Made:
    """How far a link has come, seen from a batch of that number.

    Raises:
        SosachError: ACCESS-03 there is no such link; ACCESS-01 it is suspended.
    """
    found = link_named(link)
    begun, _ = begun_of(found)
    batches = Batch.objects.filter(link=found, direction=OUT, number__gt=begun.number)
    answered = batches.filter(answered_at__isnull=False).aggregate(last=Max("number"))["last"] or begun.number
    chain = batches.filter(number=number).values_list("chain", flat=True).first()
    chain = begun.chain if number == begun.number else chain
    return Made(answered, chain, found.received_number, found.received_chain)
