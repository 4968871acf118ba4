"""Reads of bulk look-ups: the account's own, and looking again is a look."""

from uuid import UUID

from sosach.domain.access.models import BulkJob
from sosach.domain.access.queries.gate import Look, Seen, acting, reading
from sosach.domain.access.rules import Role
from sosach.domain.audit.models import AuditEvent
from sosach.domain.audit.rules import Actor, Subject


@reading("access.job_read", roles=frozenset(Role))
def bulk_job(look: Look, *, job: UUID) -> Seen[BulkJob | None]:
    """A job of the account's own whose outcome is still kept; the log names everybody it tells of."""
    found = BulkJob.objects.filter(pk=job, actor_key=look.actor.key, found__isnull=False).first()
    if found is None:
        return Seen(None, [])
    between = AuditEvent.objects.filter(actor_key=look.actor.key, pk__range=(found.first_event, found.last_event))
    about = between.filter(at=found.done_at).exclude(subject_key="").order_by("pk")
    rows = dict.fromkeys(about.values_list("subject_kind", "subject_key", "subject_unit"))
    return Seen(found, [Subject(*row) for row in rows], reference=f"job:{job}")


def latest_event(actor: Actor) -> int:
    """The account's latest event in the log; 0 when there is none."""
    with acting(actor):
        return AuditEvent.objects.filter(actor_key=actor.key).order_by("-pk").values_list("pk", flat=True).first() or 0
