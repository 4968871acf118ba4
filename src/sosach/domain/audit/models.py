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


class Seal(models.Model):
    """One batch of events, closed: the root of its tree, the root of the whole log after it, and a signature.

    `leaves` holds the hash of every event in order, 32 bytes each, so that a changed entry can be named.
    """

    number = classed(models.BigIntegerField(primary_key=True), INTERNAL)
    from_xid = classed(models.BigIntegerField(), INTERNAL)
    to_xid = classed(models.BigIntegerField(), INTERNAL)
    count = classed(models.BigIntegerField(), INTERNAL)
    leaves = classed(models.BinaryField(), INTERNAL)
    root = classed(models.CharField(max_length=64), INTERNAL)
    peaks = classed(models.JSONField(), INTERNAL)
    checkpoint = classed(models.TextField(), INTERNAL)
    signature = classed(models.CharField(max_length=128), INTERNAL)
    key_id = classed(models.CharField(max_length=16), INTERNAL)
    sealed_at = classed(models.DateTimeField(), INTERNAL)

    class Meta:
        """Batches follow each other without gap or overlap."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["from_xid"], name="audit_seal_begins_once"),
            models.CheckConstraint(condition=models.Q(from_xid__lt=models.F("to_xid")), name="audit_seal_forward"),
            models.CheckConstraint(condition=models.Q(number__gte=0, count__gte=0), name="audit_seal_counts"),
        ]
