"""A partner's own numbers for people: random, kept for ever, reversible by us alone. For use inside guarded answers."""

import secrets
from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from sosach.domain.audit.rules import Actor
from sosach.domain.exchange.models import Pseudonym
from sosach.domain.exchange.queries.pseudonyms import known_pseudonyms
from sosach.domain.exchange.rules.pseudonyms import LENGTH, LETTERS


def pseudonyms_of(actor: Actor, person_ids: Collection[int], *, at: datetime) -> dict[int, str]:
    """What the partner calls these people; those it never met get a new number."""
    known = known_pseudonyms(actor, person_ids)
    fresh = [
        Pseudonym(
            id=uuid4(),
            actor_key=actor.key,
            person_id=key,
            value="".join(secrets.choice(LETTERS) for _ in range(LENGTH)),
            given_at=at,
        )
        for key in sorted(set(person_ids) - known.keys())
    ]
    if fresh:
        # another answer may name the same person at this moment: the number that came first counts
        Pseudonym.objects.bulk_create(fresh, ignore_conflicts=True)
        known |= known_pseudonyms(actor, [row.person_id for row in fresh])
    return known
