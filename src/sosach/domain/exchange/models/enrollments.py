"""Columns of OSIA's enrolments and credential requests: what a partner brings, until it is an application for a card."""

from django.db import models
from django.db.models import Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.exchange.rules.identities import LONGEST_KEY
from sosach.domain.idcards.models import Application

BASIC, INTERNAL, SENSITIVE = Sensitivity.BASIC, Sensitivity.INTERNAL, Sensitivity.SENSITIVE
LAW = "law-26-2023-15"


class Enrollment(models.Model):
    """An enrolment as a partner collects it; finalized, it is an application, and its pictures are there alone.

    `content` is what was sent beside the attributes of the person; in place of every picture it says which file it is.
    """

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), INTERNAL)
    enrollment_key = classed(models.CharField(max_length=LONGEST_KEY), BASIC, legal=LAW)
    biographic = classed(models.JSONField(null=True), SENSITIVE, legal=LAW)
    content = classed(models.JSONField(default=dict), SENSITIVE, legal=LAW)
    application = classed(
        models.ForeignKey(Application, on_delete=models.PROTECT, null=True, related_name="+"), INTERNAL
    )
    created_at = classed(models.DateTimeField(), INTERNAL)
    updated_at = classed(models.DateTimeField(), INTERNAL)
    finalized_at = classed(models.DateTimeField(null=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """A partner's id stands for one enrolment; it is final with an application, and only then."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["actor_key", "enrollment_key"], name="exchange_enrollment_once"),
            models.CheckConstraint(
                condition=Q(finalized_at__isnull=True, application__isnull=True)
                | Q(finalized_at__isnull=False, application__isnull=False),
                name="exchange_enrollment_final",
            ),
        ]


class EnrollmentFile(models.Model):
    """A picture or paper of an enrolment, sealed before it came here. Without its wrapped key nothing opens it any more."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    uuid = classed(models.UUIDField(unique=True), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), INTERNAL)
    enrollment = classed(models.ForeignKey(Enrollment, on_delete=models.PROTECT, related_name="files"), INTERNAL)
    media = classed(models.CharField(max_length=100), INTERNAL)
    header = classed(models.CharField(max_length=100), INTERNAL)
    wrapped_key = classed(models.BinaryField(null=True), Sensitivity.SECRET)
    nonce = classed(models.BinaryField(null=True), INTERNAL)
    ciphertext = classed(models.BinaryField(null=True), SENSITIVE, legal=LAW)
    sealed_at = classed(models.DateTimeField(), INTERNAL)
    dropped_at = classed(models.DateTimeField(null=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """What was dropped has neither key nor content."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True, wrapped_key__isnull=False, ciphertext__isnull=False)
                | Q(dropped_at__isnull=False, wrapped_key__isnull=True, ciphertext__isnull=True),
                name="exchange_file_whole_or_gone",
            )
        ]


class CredentialRequest(models.Model):
    """A partner's request for a card, under an id of its own; how far it is, the application says."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), INTERNAL)
    request_key = classed(models.CharField(max_length=LONGEST_KEY), BASIC, legal=LAW)
    content = classed(models.JSONField(default=dict), SENSITIVE, legal=LAW)
    application = classed(models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+"), INTERNAL)
    created_at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """A partner's id stands for one request."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["actor_key", "request_key"], name="exchange_request_once")
        ]
