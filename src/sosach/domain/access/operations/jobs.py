"""Keeps what a bulk look-up found, for a day, and nothing of what was asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sosach.domain.access.models import BulkJob
from sosach.domain.access.operations.idempotency import KEPT_FOR
from sosach.domain.access.queries.gate import acting
from sosach.domain.access.queries.jobs import latest_event
from sosach.domain.audit.rules import Actor

LARGEST_JOB = 1000


def keep_found(
    actor: Actor, *, job: UUID, kind: str, found: Sequence[Mapping[str, Any]], since: int, at: datetime
) -> BulkJob:
    """Store the outcome of a job of the account's own, and forget those of yesterday.

    Args:
        actor: whose job.
        job: its id.
        kind: what the numbers were.
        found: what each of them led to.
        since: the account's latest event before the first look (`latest_event`).
        at: when.
    """
    with acting(actor):
        own = BulkJob.objects.filter(actor_key=actor.key)
        own.filter(done_at__lt=at - KEPT_FOR, found__isnull=False).update(found=None)
        return BulkJob.objects.create(
            pk=job,
            actor_key=actor.key,
            kind=kind,
            asked=len(found),
            done_at=at,
            first_event=since + 1,
            last_event=latest_event(actor),
            found=list(found),
        )
