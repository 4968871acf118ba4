"""Search by name within a territory: with or without accents, whatever the tone placement, page by page at any size."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.access.rules import Role
from sosach.domain.population.models import Person
from sosach.domain.population.queries.views import IDENTITY_COLUMNS, Identity, identity, subject_of
from sosach.vn.names import keys

LARGEST_PAGE = 100
_AFTER_ALL = "~"  # sorts behind every letter, digit and blank of a toneless key
_AFTER_EVERYTHING = "\U0010ffff"
OFFICERS = frozenset({Role.CLERK, Role.VERIFIER, Role.CHIEF, Role.CIVIL_STATUS, Role.POPULATION, Role.STEWARD})


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended.

    Attributes:
        key: toneless key of the last name.
        person_id: last record.
    """

    key: str
    person_id: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search.

    Attributes:
        persons: found, by name.
        after: where the next page begins; None: there is none.
    """

    persons: tuple[Identity, ...]
    after: Cursor | None


@reading("population.searched", roles=OFFICERS)
def search(
    look: Look,
    *,
    name: str,
    birth_year: int | None = None,
    beginning: bool = False,
    after: Cursor | None = None,
    limit: int = 50,
) -> Seen[Page]:
    """Persons of the actor's territory by name.

    Typed without accents it finds every accented form; with accents only that name, wherever the tone mark stands (hoà = hòa).
    Records that were merged into another are left out.

    Args:
        look: who, why, when.
        name: whole name.
        birth_year: year of birth.
        beginning: whether the name is only the beginning of one.
        after: end of the page before.
        limit: at most 100.

    Raises:
        SosachError: STATE-04, less than two letters.
    """
    rows = _named(scoped(Person.objects.only(*IDENTITY_COLUMNS, "name_k2"), look.actor), name, beginning=beginning)
    if birth_year is not None:
        rows = rows.filter(birth_date__gte=f"{birth_year:04d}", birth_date__lt=f"{birth_year + 1:04d}")
    if after is not None:
        # both conditions: the first one is what the index understands
        rows = rows.filter(name_k2__gte=after.key).filter(
            Q(name_k2__gt=after.key) | Q(name_k2=after.key, id__gt=after.person_id)
        )
    limit = max(1, min(limit, LARGEST_PAGE))
    _walk_the_index()
    found = list(rows.filter(merged_into__isnull=True).order_by("name_k2", "id")[: limit + 1])
    page, more = found[:limit], len(found) > limit
    end = Cursor(page[-1].name_k2, page[-1].pk) if more else None
    return Seen(Page(tuple(map(identity, page)), end), [subject_of(person) for person in page])


def _walk_the_index() -> None:
    """Let a page be read from the index in its order, for the rest of the transaction.

    The planner takes row-level security for a filter that leaves almost nobody, expects fewer people than a page holds, and
    would collect and sort everybody of a common name: seconds among ten million people.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('enable_bitmapscan', 'off', true)")


def _named(rows: QuerySet[Person], name: str, *, beginning: bool) -> QuerySet[Person]:
    wanted = keys(name)
    if len(wanted.k2) < 2:
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Nhập ít nhất hai chữ.", en="Type at least two letters.")
    bare = wanted.k0 == wanted.k2
    if not beginning:
        rows = rows.filter(name_k2=wanted.k2)
        return rows if bare else rows.filter(name_k1=wanted.k1)
    # comparisons, not LIKE: row-level security lets only these use the index
    rows = rows.filter(name_k2__gte=wanted.k2, name_k2__lt=wanted.k2 + _AFTER_ALL)
    if bare:
        return rows
    typed = wanted.k1.rstrip("012345")  # the last word may go on, and get its tone later
    return rows.filter(name_k1__gte=typed, name_k1__lt=typed + _AFTER_EVERYTHING)
