"""Where a link stands, for people to decide whether it begins anew. Not about people."""

from dataclasses import dataclass

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.exchange.models.links import Link
from sosach.domain.exchange.rules.batches import FIRST
from sosach.domain.exchange.rules.reopening import Head, Reopening

SEERS = frozenset({Role.STEWARD, Role.ADMIN, Role.AUDITOR, Role.SYSTEM})


@dataclass(frozen=True, slots=True)
class Ends:
    """Where this side of a link ends.

    Attributes:
        province: code of the province of the link.
        there: how the other side names itself.
        sent: last batch made here.
        received: last batch taken in here.
        asked: the reopening that was asked for; None where none was.
        reason: of whoever asked.
    """

    province: str
    there: str
    sent: Head
    received: Head
    asked: Reopening | None
    reason: str


def seen_from(link: Link) -> Ends:
    """Where a link ends, seen from here."""
    return Ends(
        province=link.province_code,
        there=link.there,
        sent=Head(link.sent_number, link.sent_chain),
        received=Head(link.received_number, link.received_chain),
        asked=Reopening.from_json(link.asked) if link.asked else None,
        reason=str(link.asked.get("reason", "")),
    )


def begun_of(link: Link) -> tuple[Head, Head]:
    """What the present chains hang on: of what is sent, of what is received."""
    told = link.begun or {"sent": [0, FIRST], "received": [0, FIRST]}
    return Head.from_told(told["sent"]), Head.from_told(told["received"])


@reading("exchange.links_read", roles=SEERS)
def ends_of(look: Look, *, link: str) -> Seen[Ends]:
    """Where one link ends here, and whether it is asked to begin anew.

    Raises:
        SosachError: STATE-01 no such link.
    """
    del look
    found = Link.objects.filter(name=link).first()
    if found is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Chưa có kết nối này.", en="There is no such link.")
    return Seen(seen_from(found), [Subject("link", link)])
