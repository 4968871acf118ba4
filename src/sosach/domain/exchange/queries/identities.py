"""Looks of a partner at what it filed itself: persons, identities, the reference, galleries, and a search over attributes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, JSONField, Q, QuerySet, Value
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
)

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, Subject
from sosach.domain.exchange.models.identities import FiledIdentity, FiledPerson
from sosach.domain.exchange.rules.identities import Content, Expression, IdentityStatus, Operator

PARTNERS = frozenset({Role.PARTNER})
LARGEST_PAGE = 1000
_NUMBER = re.compile(r"-?[0-9]{1,300}(\.[0-9]{1,300})?")
EVERY_GALLERY = "ALL"
_COMPARED: dict[Operator, Any] = {
    Operator.EQUAL: Exact,
    Operator.OTHER: Exact,
    Operator.BELOW: LessThan,
    Operator.AT_MOST: LessThanOrEqual,
    Operator.ABOVE: GreaterThan,
    Operator.AT_LEAST: GreaterThanOrEqual,
}


@dataclass(frozen=True, slots=True)
class Found:
    """One identity among others.

    Attributes:
        person: id of the person.
        identity: id of the identity; "" where only persons were asked for.
    """

    person: str
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which identities are searched, and which part of the list is told.

    Attributes:
        grouped: persons only, each once.
        reference: only identities that count.
        gallery: only identities of that group.
        offset: how many are passed over.
        limit: how many are told at most.
    """

    grouped: bool = False
    reference: bool = False
    gallery: str | None = None
    offset: int = 0
    limit: int = 100


@reading("exchange.filed_read", roles=PARTNERS)
def filed_person(look: Look, *, key: str) -> Seen[FiledPerson]:
    """A person the partner filed.

    Raises:
        SosachError: STATE-01.
    """
    row = _person(look.actor, key)
    return Seen(row, subjects_of(row))


@reading("exchange.filed_read", roles=PARTNERS)
def filed_identities(look: Look, *, person: str) -> Seen[list[FiledIdentity]]:
    """All identities of a person, the oldest first.

    Raises:
        SosachError: STATE-01.
    """
    filed = _person(look.actor, person)
    return Seen(list(filed.identities.order_by("pk")), subjects_of(filed))


@reading("exchange.filed_read", roles=PARTNERS)
def filed_identity(look: Look, *, person: str, key: str | None) -> Seen[FiledIdentity]:
    """One identity.

    Args:
        look: who, why, when.
        person: id of the person.
        key: id of the identity; None: the one that counts.

    Raises:
        SosachError: STATE-01.
    """
    filed = _person(look.actor, person)
    wanted = Q(is_reference=True) if key is None else Q(identity_key=key)
    row = filed.identities.filter(wanted).first()
    if row is None:
        raise missing()
    return Seen(row, subjects_of(filed))


@reading("exchange.filed_read", roles=PARTNERS)
def search_filed(look: Look, *, conditions: Sequence[Expression], within: Narrowing) -> Seen[list[Found]]:
    """Identities whose attributes meet all conditions, or the persons who have one that does."""
    rows = _own(look.actor)
    for condition in conditions:
        rows = rows.filter(met(condition))
    if within.reference:
        rows = rows.filter(is_reference=True)
    if within.gallery is not None:
        rows = rows.filter(galleries__contains=[within.gallery])
    if within.grouped:
        persons = FiledPerson.objects.filter(pk__in=rows.values("filed")).order_by("pk")
        page = list(persons[part(within)])
        return Seen([Found(row.person_key) for row in page], [one for row in page for one in subjects_of(row)])
    return _seen(rows, within)


@reading("exchange.filed_read", roles=PARTNERS)
def galleries(look: Look) -> Seen[list[str]]:
    """Every group an identity of the partner belongs to."""
    each = Func(F("galleries"), function="jsonb_array_elements_text")
    return Seen(sorted(set(_own(look.actor).annotate(gallery=each).values_list("gallery", flat=True))), [])


@reading("exchange.filed_read", roles=PARTNERS)
def gallery_content(look: Look, *, gallery: str, offset: int, limit: int) -> Seen[list[Found]]:
    """Identities of a group, or of all groups (`ALL`).

    Raises:
        SosachError: STATE-01, no identity belongs to it.
    """
    told = {} if gallery == EVERY_GALLERY else {"galleries__contains": [gallery]}
    rows = _own(look.actor).filter(**told).exclude(galleries=[])
    if told and not rows.exists():
        raise missing()
    return _seen(rows, Narrowing(offset=offset, limit=limit))


def _seen(rows: QuerySet[FiledIdentity], within: Narrowing) -> Seen[list[Found]]:
    page = list(rows.select_related("filed").order_by("pk")[part(within)])
    found = [Found(row.filed.person_key, row.identity_key) for row in page]
    return Seen(found, [one for row in page for one in subjects_of(row.filed)])


def part(within: Narrowing) -> slice:
    """The part of a list that is told; numbers beyond what a list can have mean its ends."""
    begin = min(max(within.offset, 0), 2**31)
    return slice(begin, begin + min(max(within.limit, 0), LARGEST_PAGE))


def met(condition: Expression) -> Q:
    """An attribute is there, of the same kind, and compares so; a number that is told as text is compared with numbers, too."""
    found = Func(F("biographic"), Value(condition.attribute), function="jsonb_extract_path", output_field=JSONField())
    met = Q()
    for value in (condition.value, *_number_told(condition.value)):
        told = Value(value, JSONField())
        same: Any = Exact(Func(found, function="jsonb_typeof"), Func(told, function="jsonb_typeof"))
        compared = Q(_COMPARED[condition.operator](found, told))
        met |= Q(same) & (~compared if condition.operator is Operator.OTHER else compared)
    return met


def _number_told(value: Any) -> tuple[float, ...]:
    """The number a text is.

    >>> _number_told("30"), _number_told("30.5"), _number_told("ba mươi"), _number_told("nan")
    ((30,), (30.5,), (), ())
    """
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        return ()
    return (float(value) if "." in value else int(value),)


def _own(actor: Actor) -> QuerySet[FiledIdentity]:
    return FiledIdentity.objects.filter(actor_key=actor.key)


def _person(actor: Actor, key: str) -> FiledPerson:
    row = FiledPerson.objects.filter(actor_key=actor.key, person_key=key).first()
    if row is None:
        raise missing()
    return row


def content_of(row: FiledIdentity) -> Content:
    """What an identity says."""
    status = IdentityStatus(row.status)
    return Content(row.kind, status, row.galleries, row.biographic, row.contextual, row.papers)


def subjects_of(row: FiledPerson) -> list[Subject]:
    """A filed person as the log names them, with the person of the register they stand for: who is concerned can see it."""
    told = [Subject("filed_person", str(row.pk))]
    if row.person is not None:
        told.append(Subject("person", str(row.person_id), row.person.commune_code or ""))
    return told


def missing() -> SosachError:
    """STATE-01."""
    return SosachError(ErrorCode.NOT_FOUND, vi="Không có bản ghi này.", en="There is no such record.")
