"""Who calls from the other level, and how the line to it fares. Nothing here is about people."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from sosach.base.errors import SosachError
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.exchange.models.batches import OUT, Batch
from sosach.domain.exchange.models.calls import Contact
from sosach.domain.exchange.models.links import OPEN, Link
from sosach.domain.exchange.queries.links import actor_of, link_named
from sosach.domain.exchange.rules.batches import FIRST
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


@dataclass(frozen=True, slots=True)
class Made:
    """What this side has told, as the other side may know it.

    Attributes:
        answered: number of the last batch that was answered; 0: none yet.
        chain: of the batch the other side says it took in last; None where there is no such batch.
        received: number of the last batch taken in here.
    """

    answered: int
    chain: str | None
    received: int


def made(link: str, *, number: int) -> Made:
    """How far a link has come, seen from a batch of that number.

    Raises:
        SosachError: ACCESS-03 there is no such link; ACCESS-01 it is suspended.
    """
    found = link_named(link)
    batches = Batch.objects.filter(link=found, direction=OUT)
    answered = batches.filter(answered_at__isnull=False).aggregate(last=Max("number"))["last"] or 0
    chain = batches.filter(number=number).values_list("chain", flat=True).first()
    return Made(answered, FIRST if number == 0 else chain, found.received_number)
