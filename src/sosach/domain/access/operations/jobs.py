"""Bulk look-ups: taken in, done a portion at a time, kept for a day; numbers asked for are blanked once they are answered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.sensitivity import Withheld
from sosach.domain.access.models import BulkJob
from sosach.domain.access.operations.idempotency import KEPT_FOR
from sosach.domain.access.queries.gate import Look, acting
from sosach.domain.access.queries.jobs import ROW, latest_event, looked_at
from sosach.domain.audit.rules import Actor

LARGEST_JOB = 1000
# One transaction: short enough that a killed worker loses little, long enough that its costs are shared.
PORTION = 50
NOTHING_THERE = frozenset({"none", "invalid"})


@dataclass(frozen=True, slots=True)
class BulkAsked:
    """What somebody wants to know.

    Attributes:
        kind: what the numbers are.
        numbers: in the order of the answer.
        purpose: why.
        reference: case it belongs to.
    """

    kind: str
    numbers: Sequence[str]
    purpose: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Portion:
    """What a worker did in one go.

    Attributes:
        left: numbers that wait still.
        missed: numbers of this portion that led to nothing.
    """

    left: int
    missed: int


LookUp = Callable[[Look, str, str], Mapping[str, Any]]


def take_in(actor: Actor, asked: BulkAsked, *, job: UUID, at: datetime) -> BulkJob:
    """Note a job of the account's own, for a worker to do."""
    with acting(actor):
        return BulkJob.objects.create(
            pk=job,
            actor_key=actor.key,
            kind=asked.kind,
            purpose=asked.purpose,
            reference=asked.reference,
            state="waiting",
            asked=len(asked.numbers),
            asked_at=at,
            numbers=list(asked.numbers),
            found=[],
        )


def do_portion(actor: Actor, look_up: LookUp, *, job: UUID, at: datetime) -> Portion:
    """Look the next numbers of a job up, with all that is noted of it in one transaction.

    Who is killed meanwhile has done nothing of the portion; who comes second waits for the first and goes on behind it.

    Args:
        actor: whose job, with the rights of this moment.
        look_up: one number: look, kind, number → what it led to.
        job: which.
        at: when; different for every portion.
    """
    with acting(actor):
        row = _waiting(actor, job)
        if row is None:
            return Portion(0, 0)
        look, since = Look(actor, row.purpose, at, row.reference), latest_event(actor)
        try:
            with acting(actor):
                places = [look_up(look, row.kind, number) for number in row.numbers[row.done : row.done + PORTION]]
        except SosachError as refused:
            if refused.code is not ErrorCode.ACCESS_DENIED:
                raise
            _end(row, "refused", at)
            return Portion(0, 0)
        row.found += places
        row.about = list(map(list, dict.fromkeys([*map(tuple, row.about), *looked_at(actor, since=since, at=at)])))
        row.done += len(places)
        row.state = "running"
        if row.done == row.asked:
            _end(row, "done", at)
        row.save()
        return Portion(row.asked - row.done, sum(place["outcome"] in NOTHING_THERE for place in places))


def refuse_job(actor: Actor, *, job: UUID, at: datetime) -> None:
    """End a job of an account that may not act any more."""
    with acting(actor):
        row = _waiting(actor, job)
        if row is not None:
            _end(row, "refused", at)


def forget_job(actor: Actor, *, job: UUID) -> None:
    """Blank what an ended job of an account found: it is kept for a day, also where the account asks for nothing more."""
    with acting(actor):
        BulkJob.objects.filter(pk=job, actor_key=actor.key, done_at__isnull=False).update(found=None, about=[])


def _waiting(actor: Actor, job: UUID) -> BulkJob | None:
    rows = BulkJob.objects.select_for_update().filter(pk=job, actor_key=actor.key)
    return rows.filter(state__in=["waiting", "running"]).first()


def _end(row: BulkJob, state: str, at: datetime) -> None:
    """Nothing of what was asked stays; outcomes of yesterday go with it."""
    row.state, row.done_at, row.numbers = state, at, None
    row.save()
    old = BulkJob.objects.filter(actor_key=row.actor_key, done_at__lt=at - KEPT_FOR, found__isnull=False)
    old.update(found=None, about=[])


def kept(value: Any) -> Any:  # noqa: PLR0911 - one line per kind of value
    """A value of the domain as JSON holds it, to be shown later (`queries.jobs.revived`)."""
    if isinstance(value, Withheld):
        return {"withheld": str(value.sensitivity)}
    if isinstance(value, Model):
        columns = value._meta.concrete_fields  # noqa: SLF001 - Django's documented way to fields
        return {ROW: value._meta.label} | {each.attname: kept(getattr(value, each.attname)) for each in columns}  # noqa: SLF001 - as above
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: kept(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): kept(one) for key, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(map(kept, value))
    if isinstance(value, QuerySet | list | tuple):
        return [kept(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else str(value) if isinstance(value, UUID) else value
