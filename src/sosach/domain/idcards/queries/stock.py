"""Looks at the stock of blanks: counts and the lists behind them from the same rows, deliveries, destructions."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, QuerySet

from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.models import Blank, BlankDelivery, Destruction
from sosach.domain.idcards.states.blanks import BlankState

LOOKERS = frozenset({Role.CARD_STOCK, Role.CARD_QUALITY})
PAGE = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which blanks: empty parts do not limit.

    Attributes:
        state: where they are.
        profile: of which kind.
        delivery_id: of which delivery.
        destruction_id: on which list of what is to be destroyed, or was.
    """

    state: BlankState | None = None
    profile: str = ""
    delivery_id: int | None = None
    destruction_id: int | None = None


@dataclass(frozen=True, slots=True)
class BlankLine:
    """A blank in a list.

    Attributes:
        serial: its number.
        state: where it is.
        profile: its kind.
        delivery: number of the delivery note.
        changed_at: since when it is there.
        reason: why, where a person said so.
        destruction_id: list it is on; None: on none.
    """

    serial: str
    state: BlankState
    profile: str
    delivery: str
    changed_at: datetime
    reason: str
    destruction_id: int | None


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """A delivery; its states add up to what came.

    Attributes:
        id: number here.
        number: of the delivery note.
        supplier: from whom.
        profile: kind of blanks.
        first_serial: of the range.
        last_serial: of the range.
        received_at: when.
        count: how many came.
        states: how many are where, now.
    """

    id: int
    number: str
    supplier: str
    profile: str
    first_serial: str
    last_serial: str
    received_at: datetime
    count: int
    states: dict[BlankState, int]


@dataclass(frozen=True, slots=True)
class DestructionLine:
    """A list of what is to be destroyed, or was.

    Attributes:
        id: its number.
        count: how many.
        listed_by: account.
        listed_at: when.
        seen_by: account of the second person; "" while it waits.
        seen_at: when.
    """

    id: int
    count: int
    listed_by: str
    listed_at: datetime
    seen_by: str
    seen_at: datetime | None


@reading("idcards.stock_seen", roles=LOOKERS)
def stock(look: Look, /, *, wanted: Wanted | None = None) -> Seen[dict[tuple[str, BlankState], int]]:
    """How many blanks of each kind are where; every blank ever received is in one of the counts."""
    del look
    rows = _rows(wanted or Wanted()).values_list("delivery__profile", "state").annotate(count=Count("pk")).order_by()
    return Seen({(profile, BlankState(state)): count for profile, state, count in rows}, [])


@reading("idcards.stock_seen", roles=LOOKERS)
def blanks(
    look: Look, /, *, wanted: Wanted | None = None, after: str = "", limit: int = PAGE
) -> Seen[tuple[BlankLine, ...]]:
    """The blanks behind a count, by serial, a page at a time.

    Args:
        look: who, why, when.
        wanted: which.
        after: last serial of the page before.
        limit: length of a page.
    """
    del look
    rows = _rows(wanted or Wanted()).filter(serial__gt=after).select_related("delivery").order_by("serial")
    found = tuple(
        BlankLine(
            row.serial,
            BlankState(row.state),
            row.delivery.profile,
            row.delivery.number,
            row.changed_at,
            row.reason,
            row.destruction_id,
        )
        for row in rows[: min(limit, PAGE)]
    )
    return Seen(found, [Subject("blank", line.serial) for line in found])


@reading("idcards.stock_seen", roles=LOOKERS)
def deliveries(look: Look, /) -> Seen[tuple[DeliveryLine, ...]]:
    """Deliveries, the latest first, each with where its blanks are now."""
    del look
    states: dict[int, dict[BlankState, int]] = {}
    for key, state, count in Blank.objects.values_list("delivery_id", "state").annotate(n=Count("pk")).order_by():
        states.setdefault(key, {})[BlankState(state)] = count
    rows = BlankDelivery.objects.order_by("-pk")[:PAGE]
    found = tuple(
        DeliveryLine(
            row.pk,
            row.number,
            row.supplier,
            row.profile,
            row.first_serial,
            row.last_serial,
            row.received_at,
            row.count,
            states.get(row.pk, {}),
        )
        for row in rows
    )
    return Seen(found, [Subject("blank_delivery", str(line.id)) for line in found])


@reading("idcards.stock_seen", roles=LOOKERS | {Role.CARDS})
def destructions(look: Look, /) -> Seen[tuple[DestructionLine, ...]]:
    """Lists of what is to be destroyed, or was, the latest first."""
    del look
    rows = Destruction.objects.annotate(count=Count("blanks")).order_by(F("seen_at").desc(nulls_first=True), "-pk")
    found = tuple(
        DestructionLine(row.pk, row.count, row.listed_by, row.listed_at, row.seen_by, row.seen_at)
        for row in rows[:PAGE]
    )
    return Seen(found, [Subject("destruction", str(line.id)) for line in found])


def _rows(wanted: Wanted) -> QuerySet[Blank]:
    rows = Blank.objects.all()
    if wanted.state is not None:
        rows = rows.filter(state=wanted.state)
    if wanted.profile:
        rows = rows.filter(delivery__profile=wanted.profile)
    if wanted.delivery_id is not None:
        rows = rows.filter(delivery_id=wanted.delivery_id)
    if wanted.destruction_id is not None:
        rows = rows.filter(destruction_id=wanted.destruction_id)
    return rows
