"""Who looked at me: every look at a person's data, for the person and for auditors."""

from dataclasses import dataclass
from datetime import datetime

from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.models import AuditEvent
from sosach.domain.audit.rules import ActorKind, Subject, events

LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class LookSeen:
    """One look.

    Attributes:
        key: id of the event; the next page begins before the last one.
        at: when.
        event: what was looked at, a name of the catalogue.
        actor_kind: officer, machine, citizen, partner, system.
        actor_unit: unit of whoever looked; "" for the nation.
        purpose: why.
        reference: case it belonged to.
        partner: account of the agency that looked under an agreement; "" for everybody else.
        represented: on whose behalf the agency looked, as it said; "" for its own.
    """

    key: int
    at: datetime
    event: str
    actor_kind: str
    actor_unit: str
    purpose: str
    reference: str
    partner: str = ""
    represented: str = ""


@reading("population.looks_read", roles=frozenset({Role.CITIZEN, Role.AUDITOR}))
def looks_at(look: Look, *, person_id: int, before: int | None = None, limit: int = 50) -> Seen[list[LookSeen]]:
    """Looks at a person's data, the latest first; citizens see their own (Law 91/2025).

    The name of the officer stays with the unit, which answers for the look.
    """
    rows = AuditEvent.objects.filter(subject_kind="person", subject_key=str(person_id), event__in=_looks())
    if look.actor.kind is ActorKind.CITIZEN and look.actor.person_id != person_id:
        rows = rows.none()
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = [
        LookSeen(
            row.pk,
            row.at,
            row.event,
            row.actor_kind,
            row.actor_unit,
            row.purpose,
            row.reference,
            # an agency answers for itself under its own name, an officer's name stays with the unit
            row.actor_key if row.actor_kind == ActorKind.PARTNER else "",
            str(row.details.get("represented", "")) if row.actor_kind == ActorKind.PARTNER else "",
        )
        for row in rows.order_by("-pk")[: min(limit, LARGEST_PAGE)]
    ]
    return Seen(found, [Subject("person", str(person_id))])


def _looks() -> list[str]:
    return [kind.name for kind in events().values() if kind.access]
