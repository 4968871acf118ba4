"""What goes over a link record by record: lists behind every figure, one record as both sides have it, the last batches."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.exchange.models.batches import OUT, Batch, Incoming, Item
from sosach.domain.exchange.states.items import ItemState
from sosach.domain.licences.models import Licence
from sosach.domain.population.models import Person
from sosach.domain.population.rules.numbers import masked
from sosach.domain.provenance.models import Folded
from sosach.domain.provenance.rules import SUBJECTS
from sosach.domain.vehicles.models import Vehicle

READERS = frozenset({Role.STEWARD, Role.AUDITOR})
SEERS = READERS | {Role.ADMIN}
MOST = 200
LAST = 20  # batches shown of each direction
_TITLES: Mapping[str, tuple[type[Folded], Callable[[Any], tuple[str, str]]]] = {
    "population": (Person, lambda row: (masked(row.pin), row.full_name)),
    "vehicles": (Vehicle, lambda row: (row.plate_display or row.plate_number or row.chassis_number, row.owner_name)),
    "licences": (Licence, lambda row: (row.licence_number, row.full_name)),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records of a link.

    Attributes:
        states: of `ItemState`, or of `Outcome` for what came in; empty: all.
        day: of the act they follow from; None: any.
        commune: where they lie; None: anywhere, "": nowhere.
        unsettled: only what somebody still has to look at.
    """

    states: frozenset[str] = frozenset()
    day: date | None = None
    commune: str | None = None
    unsettled: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A record told to the other side, or to be told.

    Attributes:
        item_id: names it on these pages.
        link: over which.
        register: of the record.
        record_id: its id.
        title: its number; "" where it is out of reach.
        name: whose it is.
        commune_code: where it lies.
        day: of the act it follows from.
        state: where it stands.
        batch: number of its batch; None while it waits.
        code: of the error, where it was refused.
        vi: why, Vietnamese.
        en: why, English.
        collected_at: when it was found to have changed.
        answered_at: when the other side answered.
        closed_at: when a refusal or conflict was settled.
        changes: field → what both sides had agreed on, what stands here.
        given: for conflicts: field → what stands there.
    """

    item_id: int
    link: str
    register: str
    record_id: int
    title: str
    name: str
    commune_code: str
    day: date
    state: str
    batch: int | None
    code: str
    vi: str
    en: str
    collected_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    changes: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A record the other side told of, and what was done with it here; attributes as of `Told`.

    Attributes:
        incoming_id: the list goes on after it.
        outcome: what was done.
        record_id: None where it became no record here.
    """

    incoming_id: int
    register: str
    record_id: int | None
    title: str
    name: str
    commune_code: str
    day: date
    outcome: str
    batch: int
    code: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list.

    Attributes:
        rows: of the page.
        count: how long the whole list is.
        more: whether it goes on.
    """

    rows: tuple[Any, ...]
    count: int
    more: bool


@dataclass(frozen=True, slots=True)
class BatchSeen:
    """A batch.

    Attributes:
        direction: `out` or `in`.
        number: of the batch.
        count: records in it.
        made_at: when it was made, or taken in.
        answered_at: when it was answered; None: not yet.
        outcomes: outcome → how many records.
    """

    direction: str
    number: int
    count: int
    made_at: datetime
    answered_at: datetime | None
    outcomes: Mapping[str, int]


@reading("exchange.told_listed", roles=READERS)
def told_records(look: Look, *, link: str, wanted: Wanted, after: int = 0, limit: int = 50) -> Seen[Listed]:
    """Records told over a link, the latest first; without what was told of them.

    Args:
        look: who, why, when.
        link: its name.
        wanted: which.
        after: id of the last one of the page before.
        limit: at most 200.
    """
    rows = scoped(Item.objects.filter(link_id=link).exclude(state=ItemState.SAME.value), look.actor)
    rows = _of_place(rows, wanted)
    if wanted.states:
        rows = rows.filter(state__in=sorted(wanted.states))
    if wanted.unsettled:
        rows = rows.filter(closed_at__isnull=True)
    page, count, more = _page(rows.select_related("batch"), after, limit)
    titles = _titles(look, ((row.register, row.record_id) for row in page))
    found = tuple(_told(row, titles) for row in page)
    return Seen(Listed(found, count, more), [_subject(row.register, row.record_id, row.commune_code) for row in page])


@reading("exchange.told_read", roles=READERS)
def told_record(look: Look, *, item_id: int) -> Seen[Told]:
    """One record told over a link: what both had agreed on, what stands here, what stands there.

    Raises:
        SosachError: STATE-01 no such one within reach.
    """
    row = scoped(Item.objects.filter(pk=item_id).select_related("batch"), look.actor).first()
    if row is None:
        raise SosachError(
            ErrorCode.NOT_FOUND, vi="Không tìm thấy trong phạm vi quản lý.", en="There is none within reach."
        )
    told = _told(row, _titles(look, [(row.register, row.record_id)]), whole=True)
    return Seen(told, [_subject(row.register, row.record_id, row.commune_code)])


@reading("exchange.taken_in_listed", roles=READERS)
def taken_in(look: Look, *, link: str, wanted: Wanted, after: int = 0, limit: int = 50) -> Seen[Listed]:
    """Records the other side told of, the latest first; arguments as of `told_records`."""
    rows = _of_place(Incoming.objects.filter(link_id=link), wanted)
    if wanted.states:
        rows = rows.filter(outcome__in=sorted(wanted.states))
    page, count, more = _page(rows.select_related("batch"), after, limit)
    titles = _titles(look, ((row.register, row.record_id) for row in page if row.record_id is not None))
    found = tuple(
        TakenIn(
            row.pk,
            row.register,
            row.record_id,
            *titles.get((row.register, row.record_id), ("", "")),
            row.commune_code,
            row.day,
            row.outcome,
            row.batch.number,
            row.code,
        )
        for row in page
    )
    about = [_subject(row.register, row.record_id, row.commune_code) for row in page if row.record_id is not None]
    return Seen(Listed(found, count, more), about)


@reading("exchange.links_read", roles=SEERS)
def last_batches(look: Look, *, link: str) -> Seen[tuple[BatchSeen, ...]]:
    """The last batches of both directions, the latest first. Not about people."""
    del look
    rows = Batch.objects.filter(link_id=link).defer("body", "receipt").order_by("-number")
    found = []
    for direction in (OUT, "in"):
        page = list(rows.filter(direction=direction)[:LAST])
        inside = Item.objects if direction == OUT else Incoming.objects
        named = "state" if direction == OUT else "outcome"
        counts: dict[int, dict[str, int]] = {}
        for told in inside.filter(batch__in=[row.pk for row in page]).values("batch_id", named).annotate(n=Count("pk")):
            counts.setdefault(told["batch_id"], {})[told[named]] = told["n"]
        found += [
            BatchSeen(direction, row.number, row.count, row.made_at, row.answered_at, counts.get(row.pk, {}))
            for row in page
        ]
    return Seen(tuple(found), [Subject("link", link)])


def _of_place(rows: QuerySet[Any], wanted: Wanted) -> QuerySet[Any]:
    if wanted.day is not None:
        rows = rows.filter(day=wanted.day)
    if wanted.commune is not None:
        nowhere = {"commune_code__isnull": True} if rows.model is Item else {"commune_code": ""}
        rows = rows.filter(**({"commune_code": wanted.commune} if wanted.commune else nowhere))
    return rows


def _page(rows: QuerySet[Any], after: int, limit: int) -> tuple[list[Any], int, bool]:
    count, limit = rows.count(), min(limit, MOST)
    here = rows.filter(pk__lt=after) if after else rows
    page = list(here.order_by("-pk")[: limit + 1])
    return page[:limit], count, len(page) > limit


def _titles(look: Look, records: Iterable[tuple[str, int]]) -> dict[tuple[str, int], tuple[str, str]]:
    """Number and name of records, as far as they lie within reach."""
    wanted: dict[str, list[int]] = {}
    for register, key in records:
        wanted.setdefault(register, []).append(key)
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for register, keys in wanted.items():
        model, title = _TITLES[register]
        rows: Sequence[Any] = list(scoped(model.objects.filter(pk__in=keys), look.actor))
        found |= {(register, row.pk): title(row) for row in rows}
    return found


def _told(row: Item, titles: Mapping[tuple[str, int], tuple[str, str]], *, whole: bool = False) -> Told:
    title, name = titles.get((row.register, row.record_id), ("", ""))
    return Told(
        item_id=row.pk,
        link=row.link_id,
        register=row.register,
        record_id=row.record_id,
        title=title,
        name=name,
        commune_code=row.commune_code or "",
        day=row.day,
        state=row.state,
        batch=row.batch.number if row.batch is not None else None,
        code=row.code,
        vi=row.reason_vi,
        en=row.reason_en,
        collected_at=row.collected_at,
        answered_at=row.answered_at,
        closed_at=row.closed_at,
        changes=dict(row.told) if whole else {},
        given=dict(row.theirs) if whole else {},
    )


def _subject(register: str, key: int, commune_code: str | None) -> Subject:
    return Subject(SUBJECTS[register], str(key), commune_code or "")
