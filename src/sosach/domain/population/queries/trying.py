"""People somebody may sign in as on an installation that holds synthetic people only. Who calls sees to that."""

from collections.abc import Sequence

from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.population.models import Person
from sosach.domain.population.queries.views import Identity, identity

GROWN_UP = 18  # years; who is younger owns no vehicle and holds no licence


@reading("population.identity_checked", roles=frozenset({Role.SYSTEM}))
def people_to_try(look: Look, *, first: Sequence[int] = (), limit: int = 24) -> Seen[list[Identity]]:
    """Some grown-ups with a PIN who live somewhere, always the same ones.

    Args:
        look: of the door.
        first: ids of people who come first, as far as they are such.
        limit: how many at most.
    """
    grown_up = Person.objects.filter(
        life_status="alive",
        pin__isnull=False,
        commune_code__isnull=False,
        birth_date__lt=f"{look.at.year - GROWN_UP:04}",
        merged_into__isnull=True,
    ).order_by("pk")
    rows = [*grown_up.filter(pk__in=first), *grown_up.exclude(pk__in=first)[:limit]][:limit]
    people = [identity(person) for person in rows]
    return Seen(people, [Subject("person", str(one.person_id), one.commune_code) for one in people])
