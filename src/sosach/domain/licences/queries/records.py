"""Looks at licences: one record, by number, of a person, by name, and lists of those about to expire."""

from dataclasses import dataclass
from datetime import date, timedelta

from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.licences.models import Licence, LicenceClass
from sosach.domain.licences.queries.derived import day_in_viet_nam, subjects_of
from sosach.domain.licences.queries.views import LicenceView, view_of
from sosach.domain.licences.rules.procedures import Exam
from sosach.domain.licences.states.holding import ClassState
from sosach.vn.identifiers.licence_number import compact
from sosach.vn.names import keys

OFFICERS = frozenset({Role.CLERK, Role.VERIFIER, Role.CHIEF, Role.LICENCES, Role.STEWARD})
LOOKERS = OFFICERS | {Role.CITIZEN, Role.SYSTEM}
PAGE = 200


@dataclass(frozen=True, slots=True)
class Expiring:
    """A class that ends soon.

    Attributes:
        licence: whose.
        name: class.
        law: its law.
        expires_on: last day of validity.
    """

    licence: Licence
    name: str
    law: str
    expires_on: date


@reading("licences.record_read", roles=LOOKERS)
def licence_record(look: Look, /, *, licence_id: int) -> Seen[LicenceView | None]:
    """One licence with classes, cards, points and history, on the day of the look; None when out of reach."""
    found = scoped(Licence.objects.filter(pk=licence_id), look.actor, person="holder_id").first()
    return Seen(_view(look, found, history=True), subjects_of(found)) if found else Seen(None, [])


@reading("licences.checked_by_number", roles=OFFICERS | {Role.SYSTEM}, nationwide=True)
def licences_by_number(look: Look, /, *, number: str) -> Seen[tuple[LicenceView, ...]]:
    """Licences of a number, wherever they lie (a check on the road): one of 12 digits, perhaps several on paper.

    The number of a record that goes on as another one finds that one. Without history.
    """
    rows = Licence.objects.filter(licence_number=compact(number)).order_by("pk")
    found = {row.pk: row for row in map(_going_on, rows)}.values()
    return Seen(tuple(_view(look, row, history=False) for row in found), subjects_of(*found))


@reading("licences.record_read", roles=LOOKERS)
def licences_of_holder(look: Look, /, *, person_id: int) -> Seen[tuple[LicenceView, ...]]:
    """Licences of a person within reach: the one of 12 digits and papers not converted yet."""
    rows = Licence.objects.filter(holder_id=person_id, joined_into__isnull=True).order_by("pk")
    found = list(scoped(rows, look.actor, person="holder_id"))
    return Seen(tuple(_view(look, row, history=False) for row in found), subjects_of(*found))


@reading("licences.searched", roles=OFFICERS)
def licences_by_name(look: Look, /, *, full_name: str, birth_date: str) -> Seen[tuple[Licence, ...]]:
    """Licences within reach by name, with or without accents, and birth date as far as it is known; at most 200.

    For paper licences without a readable number or a known holder. A year alone on either side finds the other.
    """
    rows = Licence.objects.filter(name_key=keys(full_name).k2[:160], birth_date__startswith=birth_date[:4])
    found = [row for row in scoped(rows, look.actor).order_by("pk")[:PAGE] if _may_be(row.birth_date, birth_date)]
    return Seen(tuple(found), subjects_of(*found))


@reading("licences.record_read", roles=LOOKERS)
def exams_for_reissue(look: Look, /, *, licence_id: int) -> Seen[dict[str, frozenset[Exam]] | None]:
    """Parts of the test needed today before each class held is given again, by class; None when out of reach."""
    found = scoped(Licence.objects.filter(pk=licence_id), look.actor, person="holder_id").first()
    if found is None:
        return Seen(None, [])
    held = [each for each in _view(look, found, history=False).classes if each.state is ClassState.HELD]
    return Seen({f"{each.fact.name}/{each.fact.law}": each.exams for each in held}, subjects_of(found))


@reading("licences.expiring_listed", roles=OFFICERS | {Role.SYSTEM})
def expiring(
    look: Look,
    /,
    *,
    days: int,
    commune_code: str | None = None,
    after: tuple[date, int] | None = None,
    limit: int = PAGE,
) -> Seen[tuple[Expiring, ...]]:
    """Classes that end within so many days, in the territory or one commune of it, soonest first; a page at a time.

    Args:
        look: who, why, when.
        days: how far ahead.
        commune_code: one commune; None: the whole territory.
        after: end and licence id of the last entry of the page before.
        limit: length of a page.
    """
    today = day_in_viet_nam(look.at)
    rows = scoped(Licence.objects.filter(joined_into__isnull=True), look.actor)
    if commune_code is not None:
        rows = rows.filter(commune_code=commune_code)
    due = rows.filter(next_expiry_on__range=(after[0] if after else today, today + timedelta(days=days)))
    if after:
        due = due.exclude(next_expiry_on=after[0], pk__lte=after[1])
    page = list(due.order_by("next_expiry_on", "pk")[:limit])
    ends = _ends(page)
    listed = [
        Expiring(row, *told, row.next_expiry_on) for row in page for told in ends.get((row.pk, row.next_expiry_on), ())
    ]
    return Seen(tuple(listed), subjects_of(*page))


def _ends(page: list[Licence]) -> dict[tuple[int, date], list[tuple[str, str]]]:
    """Classes held, by licence and end."""
    found: dict[tuple[int, date], list[tuple[str, str]]] = {}
    held = LicenceClass.objects.filter(licence__in=page, state=ClassState.HELD, expires_on__isnull=False).order_by("pk")
    for licence_id, end, name, law in held.values_list("licence_id", "expires_on", "name", "law"):
        found.setdefault((licence_id, end), []).append((name, law))
    return found


def _view(look: Look, licence: Licence, *, history: bool) -> LicenceView:
    return view_of(licence, day_in_viet_nam(look.at), history=history)


def _going_on(licence: Licence) -> Licence:
    while licence.joined_into_id is not None:
        licence = Licence.objects.get(pk=licence.joined_into_id)
    return licence


def _may_be(one: str, other: str) -> bool:
    """Whether two birth dates of different precision may be the same.

    >>> _may_be("1965", "1965-03-02"), _may_be("1965-03-02", "1965-04")
    (True, False)
    """
    return one.startswith(other) or other.startswith(one)
