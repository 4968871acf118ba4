"""Approved applications that wait for a job, as those see them who plan jobs: a count and its list are one query."""

from dataclasses import dataclass
from datetime import date

from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.audit.rules import Subject
from sosach.domain.idcards.queries.applications import LARGEST_PAGE
from sosach.domain.idcards.queries.production import LOOKERS
from sosach.domain.idcards.queries.waiting import waiting_applications


@dataclass(frozen=True, slots=True)
class WaitingForJob:
    """An application a card is to be made for: no name, the card will say it.

    Attributes:
        application_id: which.
        number: as on its papers.
        kind: first, exchange, reissue.
        priority: 0 to 9, the highest first.
        received_on: day it came in.
        due_on: last day of the limit.
        commune_code: office that hands the card over.
    """

    application_id: int
    number: str
    kind: str
    priority: int
    received_on: date
    due_on: date | None
    commune_code: str


@reading("idcards.jobs_seen", roles=LOOKERS)
def waiting_count(look: Look, /, *, profile: str) -> Seen[int]:
    """How many approved applications wait for a job of a kind."""
    del look
    return Seen(waiting_applications(profile).count(), [])


@reading("idcards.applications_listed", roles=LOOKERS)
def waiting_for_job(
    look: Look, /, *, profile: str, offset: int = 0, limit: int = 50
) -> Seen[tuple[list[WaitingForJob], int]]:
    """The applications behind `waiting_count`, in the order jobs take them, and how many there are.

    Args:
        look: who, why, when.
        profile: of the card.
        offset: lines to leave out.
        limit: lines at most.
    """
    del look
    rows = waiting_applications(profile)
    found = [
        WaitingForJob(row.pk, row.number, row.kind, row.priority, row.received_on, row.due_on, row.commune_code)
        for row in rows[offset : offset + min(limit, LARGEST_PAGE)]
    ]
    subjects = [Subject("card_application", str(each.application_id), each.commune_code) for each in found]
    return Seen((found, rows.count()), subjects)
