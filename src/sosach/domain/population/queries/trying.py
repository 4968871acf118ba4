"""People somebody may sign in as on an installation that holds synthetic people only. Who calls sees to that."""

from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Subject
from sosach.domain.population.models import Person
from sosach.domain.population.queries.views import Identity, identity

GROWN_UP = 18  # years; who is younger owns no vehicle and holds no licence


@reading("population.identity_checked", roles=frozenset({Role.SYSTEM}))
def people_to_try(look: Look, *, limit: int = 24) -> Seen[list[Identity]]:
    """Some grown-ups with a PIN who live somewhere, always the same ones."""
    born_before = f"{look.at.year - GROWN_UP:04}"
    grown_up = Person.objects.filter(
        life_status="alive", pin__isnull=False, commune_code__isnull=False, birth_date__lt=born_before
    )
    people = [identity(person) for person in grown_up.exclude(merged_into__isnull=False).order_by("pk")[:limit]]
    return Seen(people, [Subject("person", str(one.person_id), one.commune_code) for one in people])
