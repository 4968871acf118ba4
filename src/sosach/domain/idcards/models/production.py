"""Columns of the production of cards: machines, document signers and their use, jobs, packages, reports and findings."""

from django.db import models
from django.db.models import F, Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.idcards.models.blanks import INTERNAL
from sosach.domain.idcards.states.jobs import FindingCode, JobState, Outcome

CARD_LAW = "law-26-2023-15"


class Machine(models.Model):
    """A personalisation machine: packages are encrypted to it, and its reports carry its signature."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    name = classed(models.CharField(max_length=80, unique=True), INTERNAL)
    transport_key = classed(models.BinaryField(), INTERNAL)
    report_key = classed(models.BinaryField(), INTERNAL)
    registered_at = classed(models.DateTimeField(), INTERNAL)
    retired_at = classed(models.DateTimeField(null=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)


class DocumentSigner(models.Model):
    """A document signer and how many cards it has signed; counted in the transaction that signs."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    key_id = classed(models.CharField(max_length=80, unique=True), INTERNAL)
    certificate = classed(models.BinaryField(), INTERNAL)
    use_from = classed(models.DateTimeField(), INTERNAL)
    use_until = classed(models.DateTimeField(), INTERNAL)
    most = classed(models.PositiveIntegerField(), INTERNAL)
    used = classed(models.PositiveIntegerField(default=0), INTERNAL)
    retired_at = classed(models.DateTimeField(null=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """Never used more often than allowed."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(condition=Q(used__lte=F("most")), name="idcards_signer_limit"),
            models.CheckConstraint(condition=Q(use_from__lt=F("use_until")), name="idcards_signer_period"),
        ]


class Job(models.Model):
    """Cards that are made together by one machine under one signature key."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    state = classed(models.CharField(max_length=9, default=JobState.PLANNED.value), INTERNAL)
    profile = classed(models.CharField(max_length=24), INTERNAL)
    machine = classed(models.ForeignKey(Machine, on_delete=models.PROTECT, related_name="jobs"), INTERNAL)
    signer = classed(
        models.ForeignKey(DocumentSigner, on_delete=models.PROTECT, null=True, related_name="jobs"), INTERNAL
    )
    read_one_in = classed(models.PositiveSmallIntegerField(default=1), INTERNAL)
    planned_by = classed(models.CharField(max_length=64), INTERNAL)
    planned_at = classed(models.DateTimeField(), INTERNAL)
    signed_by = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    signed_at = classed(models.DateTimeField(null=True), INTERNAL)
    released_by = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    released_at = classed(models.DateTimeField(null=True), INTERNAL)
    reported_at = classed(models.DateTimeField(null=True), INTERNAL)
    closed_at = classed(models.DateTimeField(null=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """Released by somebody who did not prepare it; signed by a signer."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(condition=Q(state__in=[each.value for each in JobState]), name="idcards_job_state"),
            models.CheckConstraint(condition=Q(read_one_in__gte=1), name="idcards_job_sample"),
            models.CheckConstraint(
                condition=Q(released_by="") | ~Q(signed_by=F("released_by")), name="idcards_job_second_person"
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(signer__isnull=False), name="idcards_job_signed_by_a_key"
            ),
        ]
        indexes = [models.Index(fields=["state", "id"], name="idcards_jobs_by_state")]  # noqa: RUF012


class JobPackage(models.Model):
    """What the machine gets, encrypted to it alone; emptied when the job is over."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    job = classed(models.OneToOneField(Job, on_delete=models.PROTECT, related_name="package"), INTERNAL)
    content = classed(models.BinaryField(), Sensitivity.SENSITIVE, legal=CARD_LAW)
    digest = classed(models.CharField(max_length=64), INTERNAL)
    size = classed(models.PositiveIntegerField(), INTERNAL)
    made_at = classed(models.DateTimeField(), INTERNAL)


class JobReport(models.Model):
    """A report of a machine that was taken; the same bytes again change nothing."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    job = classed(models.ForeignKey(Job, on_delete=models.PROTECT, related_name="reports"), INTERNAL)
    digest = classed(models.CharField(max_length=64), INTERNAL)
    answers = classed(models.PositiveIntegerField(), INTERNAL)
    taken_at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """Taken once."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["job", "digest"], name="idcards_report_once")
        ]


class LineFinding(models.Model):
    """Something in a report that does not fit; the job stays open until somebody settles it."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    job = classed(models.ForeignKey(Job, on_delete=models.PROTECT, related_name="findings"), INTERNAL)
    code = classed(models.CharField(max_length=9), INTERNAL)
    serial = classed(models.CharField(max_length=16), INTERNAL)
    told = classed(models.JSONField(default=dict), INTERNAL)
    found_at = classed(models.DateTimeField(), INTERNAL)
    outcome = classed(models.CharField(max_length=8, blank=True), INTERNAL)
    settled_at = classed(models.DateTimeField(null=True), INTERNAL)
    settled_by = classed(models.CharField(max_length=64, blank=True), INTERNAL)

    class Meta:
        """Settled with an outcome, or neither; one of a kind per serial waits."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(
                condition=Q(code__in=[each.value for each in FindingCode]), name="idcards_finding_code"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", settled_at__isnull=True, settled_by="")
                | (Q(outcome__in=[each.value for each in Outcome], settled_at__isnull=False) & ~Q(settled_by="")),
                name="idcards_finding_settled",
            ),
            models.UniqueConstraint(
                fields=["job", "code", "serial"], condition=Q(outcome=""), name="idcards_finding_open_once"
            ),
        ]
