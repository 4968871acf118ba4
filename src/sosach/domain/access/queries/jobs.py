"""Reads of bulk look-ups: the account's own, and looking again is a look."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps

from sosach.domain.access.models import BulkJob
from sosach.domain.access.queries.gate import Look, Seen, acting, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.models import AuditEvent
from sosach.domain.audit.rules import Actor, Subject

ROW = "@row"  # names the table a kept row is of


@reading("access.job_read", roles=frozenset(Role))
def bulk_job(look: Look, *, job: UUID) -> Seen[BulkJob | None]:
    """A job of the account's own whose outcome is still kept; the log names everybody it tells of."""
    found = BulkJob.objects.filter(pk=job, actor_key=look.actor.key, found__isnull=False).first()
    if found is None:
        return Seen(None, [])
    return Seen(found, [Subject(*one) for one in found.about], reference=f"job:{job}")


def latest_event(actor: Actor) -> int:
    """The account's latest event in the log; 0 when there is none."""
    with acting(actor):
        return AuditEvent.objects.filter(actor_key=actor.key).order_by("-pk").values_list("pk", flat=True).first() or 0


def looked_at(actor: Actor, *, since: int, at: datetime) -> list[tuple[str, str, str]]:
    """Whom looks of an account at one moment were about: kind, key and unit of each."""
    with acting(actor):
        rows = AuditEvent.objects.filter(actor_key=actor.key, pk__gt=since, at=at).exclude(subject_key="")
        return list(dict.fromkeys(rows.order_by("pk").values_list("subject_kind", "subject_key", "subject_unit")))


def revived(value: Any) -> Any:
    """What `operations.jobs.kept` made JSON of, as far as showing it needs: rows are rows again, records maps."""
    if isinstance(value, Mapping):
        inside = {key: revived(one) for key, one in value.items() if key != ROW}
        return apps.get_model(value[ROW])(**inside) if ROW in value else inside
    return [revived(one) for one in value] if isinstance(value, list) else value
