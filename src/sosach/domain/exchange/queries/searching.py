"""Exact look-ups for partners: the one record a number stands for. Not guarded: for use inside guarded answers."""

from collections.abc import Callable, Mapping
from typing import Any

from sosach.domain.audit.rules import Actor
from sosach.domain.exchange.queries.pseudonyms import person_behind
from sosach.domain.exchange.rules.pseudonyms import looks_like_pseudonym
from sosach.domain.licences.models import Licence
from sosach.domain.population.models import IssuedNumber, Person
from sosach.domain.population.queries.resolving import persons_of_old_number, survivor_of
from sosach.domain.vehicles.models import Vehicle
from sosach.vn.identifiers import chassis, licence_number, old_id
from sosach.vn.identifiers import plate as plates

Search = Callable[[Actor, str, str], Any]


def searched(actor: Actor, register: str, key: str, value: str, *, kind: str = "") -> Any:
    """The row, or None where there is none or where several could be meant."""
    return SEARCHES[register][key](actor, value, kind) if value and "\x00" not in value else None


def person_told(actor: Actor, value: str) -> Person | None:
    """Whom a partner means: by its own number for the person, or by the PIN."""
    text = value.strip()
    if looks_like_pseudonym(text):
        found = person_behind(actor, text)
        return Person.objects.filter(pk=found).first() if found is not None else None
    if len(text) != 12 or not text.isascii() or not text.isdecimal():
        return None
    # present or cancelled in one statement: numbers there are and those there are not take the same time
    present, ever = Person.objects.filter(pin=text).values("pk"), IssuedNumber.objects.filter(number=text)
    found = Person.objects.filter(pk__in=present.union(ever.values("person_id"))).order_by("pk").first()
    return Person.objects.get(pk=survivor_of(found.pk)) if found is not None and found.merged_into_id else found


def _by_pin(actor: Actor, value: str, kind: str) -> Any:
    del kind
    return person_told(actor, value)


def _by_old_number(actor: Actor, value: str, kind: str) -> Any:
    del actor, kind
    found = persons_of_old_number(old_id.explain(value).key or value.strip().upper())
    return found[0] if len(found) == 1 else None


def _by_plate(actor: Actor, value: str, kind: str) -> Any:
    """By the plate as it is written; without separators it may mean a car and a motorbike, and then means neither."""
    del actor
    told = plates.explain(value)
    key = told.key or plates.compact(value)
    kinds = {kind} if kind else set(told.facts.get("kinds", "").split())
    rows = Vehicle.objects.filter(plate_number=key).exclude(plate_number="").order_by("pk")
    if kinds and "any" not in kinds:
        rows = rows.filter(plate_kind__in=[*sorted(kinds), "any", ""])
    return _only(rows[:2])


def _by_chassis(actor: Actor, value: str, kind: str) -> Any:
    del actor, kind
    key = chassis.explain(value).key or chassis.compact(value)
    return _only(Vehicle.objects.filter(chassis_number=key).exclude(chassis_number="").order_by("pk")[:2])


def _by_licence_number(actor: Actor, value: str, kind: str) -> Any:
    del actor, kind
    key = licence_number.compact(value)
    rows = Licence.objects.filter(licence_number=key).exclude(licence_number="").order_by("pk")
    found = {row.pk: row for row in map(_going_on, rows[:3])}
    return next(iter(found.values())) if len(found) == 1 else None


def _by_holder(actor: Actor, value: str, kind: str) -> Any:
    del kind
    person = person_told(actor, value)
    rows = Licence.objects.filter(holder_id=person.pk if person else 0, joined_into__isnull=True)
    return _only(rows.order_by("pk")[:2])


def _going_on(licence: Licence) -> Licence:
    while licence.joined_into_id is not None:
        licence = Licence.objects.get(pk=licence.joined_into_id)
    return licence


def _only(rows: Any) -> Any:
    found = list(rows)
    return found[0] if len(found) == 1 else None


SEARCHES: Mapping[str, Mapping[str, Search]] = {
    "population": {"pin": _by_pin, "old_number": _by_old_number},
    "vehicles": {"plate": _by_plate, "chassis_number": _by_chassis},
    "licences": {"licence_number": _by_licence_number, "holder": _by_holder},
}
