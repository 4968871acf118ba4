"""Applications that went to another office, as the office that gave them away still sees them: a number, where to, when, why."""

from dataclasses import dataclass
from datetime import datetime

from sosach.domain.access.queries import Look, Seen, reading, scoped
from sosach.domain.audit.rules import ActorKind, Subject
from sosach.domain.idcards.models import Application, ApplicationTransfer
from sosach.domain.idcards.queries.applications import DESK, LARGEST_PAGE


@dataclass(frozen=True, slots=True)
class TransferLine:
    """An application that went elsewhere.

    Attributes:
        number: as on its papers.
        at: when.
        commune_code: of the office that gave it away.
        to_commune: of the office that goes on with it.
        by_applicant: whether the applicant asked for it; else the desk did.
        reason: why.
        application_id: while it is within reach; None: it is another territory's.
    """

    number: str
    at: datetime
    commune_code: str
    to_commune: str
    by_applicant: bool
    reason: str
    application_id: int | None


@reading("idcards.applications_listed", roles=DESK)
def transferred(look: Look, *, offset: int = 0, limit: int = 50) -> Seen[tuple[list[TransferLine], int]]:
    """What the territory's offices gave away, the latest first, and how many there are.

    Args:
        look: who, why, when.
        offset: lines to leave out.
        limit: lines at most.
    """
    rows = scoped(ApplicationTransfer.objects.all(), look.actor)
    found = list(rows.order_by("-pk")[offset : offset + min(limit, LARGEST_PAGE)])
    ids = {row.application_id for row in found}
    near = set(scoped(Application.objects.filter(pk__in=ids), look.actor).values_list("pk", flat=True))
    lines = [
        TransferLine(
            row.number,
            row.at,
            row.commune_code,
            row.to_commune,
            row.actor_kind == ActorKind.CITIZEN,
            row.reason,
            row.application_id if row.application_id in near else None,
        )
        for row in found
    ]
    subjects = [Subject("card_application", str(row.application_id), row.commune_code) for row in found]
    return Seen((lines, rows.count()), subjects)
