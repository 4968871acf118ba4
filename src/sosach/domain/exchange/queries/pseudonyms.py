"""A partner's own numbers for people, both ways. Not guarded: for use inside guarded answers; no partner reads another's."""

from collections.abc import Collection

from sosach.domain.audit.rules import Actor
from sosach.domain.exchange.models import Pseudonym
from sosach.domain.population.queries.resolving import survivor_of


def known_pseudonyms(actor: Actor, person_ids: Collection[int]) -> dict[int, str]:
    """What the partner calls these people, as far as it ever met them."""
    rows = Pseudonym.objects.filter(actor_key=actor.key, person_id__in=set(person_ids))
    return dict(rows.values_list("person_id", "value"))


def person_behind(actor: Actor, value: str) -> int | None:
    """Whom the partner calls so; a merged record leads to the one that goes on."""
    found = Pseudonym.objects.filter(actor_key=actor.key, value=value).values_list("person_id", flat=True).first()
    return survivor_of(found) if found is not None else None
