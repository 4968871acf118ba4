"""Columns of the evidence log: events as they happened, and the seals over them."""

from django.db import models
from django.db.models import Func
from django.db.models.functions import Now

from sosach.base.sensitivity import Sensitivity, classed

INTERNAL = Sensitivity.INTERNAL
ACCESS_LAW = "law-91-2025"


# The number of the writing transaction, as `pg_current_xact_id` gives it: tells the sealer what can still change.
CURRENT_TRANSACTION = Func(template="(pg_current_xact_id()::text::bigint)", output_field=models.BigIntegerField())


class AuditEvent(models.Model):
    """One act on one subject; an act on several subjects is several rows with one `act`. Rows are never changed."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    xid = classed(models.BigIntegerField(db_default=CURRENT_TRANSACTION, editable=False), INTERNAL)
    written_at = classed(models.DateTimeField(db_default=Now(), editable=False), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    at = classed(models.DateTimeField(), INTERNAL)
    event = classed(models.CharField(max_length=64), INTERNAL)
    actor_kind = classed(models.CharField(max_length=16), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), Sensitivity.BASIC, legal=ACCESS_LAW)
    actor_unit = classed(models.CharField(max_length=5, blank=True), INTERNAL)
    purpose = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    reference = classed(models.CharField(max_length=128, blank=True), INTERNAL)
    subject_kind = classed(models.CharField(max_length=24, blank=True), INTERNAL)
    subject_key = classed(models.CharField(max_length=64, blank=True), Sensitivity.BASIC, legal=ACCESS_LAW)
    subject_unit = classed(models.CharField(max_length=5, blank=True), INTERNAL)
    details = classed(models.JSONField(default=dict), INTERNAL)

    class Meta:
        """Indexes for: what is not sealed yet; who looked at me; what did this officer do."""

        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["xid", "id"], name="audit_event_horizon"),
            models.Index(fields=["subject_kind", "subject_key", "id"], name="audit_event_subject"),
            models.Index(fields=["actor_key", "id"], name="audit_event_actor"),
        ]
