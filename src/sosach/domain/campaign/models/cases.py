"""Columns of cases, of every step taken with them, and of visits."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.access.models import Officer
from sosach.domain.campaign.models.campaigns import Campaign
from sosach.domain.campaign.rules.closings import Closing
from sosach.domain.campaign.rules.visits import Outcome
from sosach.domain.campaign.states.cases import CLOSED, State

INTERNAL = Sensitivity.INTERNAL
BASIC = Sensitivity.BASIC
LAW = "campaign-2025"


class Case(models.Model):
    """Work on one record of a register in one campaign.

    What the run said stands beside what was done; the record itself, its findings and candidates lie with their register.
    `commune_code` is the commune that has to work on it, `group` its residential group. The four criteria are those of
    the run until the re-check says otherwise.
    """

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    # found by the indexes below, which begin with it
    campaign = classed(
        models.ForeignKey(Campaign, on_delete=models.PROTECT, db_index=False, related_name="cases"), INTERNAL
    )
    register = classed(models.CharField(max_length=16), INTERNAL)
    subject_id = classed(models.BigIntegerField(), INTERNAL)
    commune_code = classed(models.CharField(max_length=5, null=True), BASIC, legal=LAW)
    province_code = classed(models.CharField(max_length=2, null=True), BASIC, legal=LAW)
    locality = classed(models.TextField(blank=True), BASIC, legal=LAW)
    group = classed(models.CharField(max_length=120, blank=True), INTERNAL)
    person_id = classed(models.BigIntegerField(null=True), BASIC, legal=LAW)
    kind = classed(models.CharField(max_length=24, blank=True), BASIC, legal=LAW)
    # what the run said, at the latest
    source_id = classed(models.BigIntegerField(), INTERNAL)
    result_class = classed(models.CharField(max_length=16, blank=True), INTERNAL)
    action = classed(models.CharField(max_length=16), INTERNAL)
    codes = classed(ArrayField(models.CharField(max_length=8), default=list), INTERNAL)
    errors = classed(models.PositiveSmallIntegerField(default=0), INTERNAL)
    risk = classed(models.PositiveSmallIntegerField(default=0), INTERNAL)
    correct = classed(models.BooleanField(default=False), INTERNAL)
    complete = classed(models.BooleanField(default=False), INTERNAL)
    clean = classed(models.BooleanField(default=False), INTERNAL)
    live = classed(models.BooleanField(default=False), INTERNAL)
    # what was done
    state = classed(models.CharField(max_length=12, default=State.IMPORTED.value), INTERNAL)
    officer = classed(models.ForeignKey(Officer, on_delete=models.PROTECT, null=True, db_index=False), INTERNAL)
    due_on = classed(models.DateField(null=True), INTERNAL)
    visits = classed(models.PositiveSmallIntegerField(default=0), INTERNAL)
    last_outcome = classed(models.CharField(max_length=16, blank=True), BASIC, legal=LAW)
    next_visit_on = classed(models.DateField(null=True), INTERNAL)
    declaration_id = classed(models.BigIntegerField(null=True), INTERNAL)
    moved_from = classed(models.CharField(max_length=5, blank=True), BASIC, legal=LAW)
    imported_on = classed(models.DateField(), INTERNAL)
    changed_at = classed(models.DateTimeField(), INTERNAL)
    closed_on = classed(models.DateField(null=True), INTERNAL)
    closing = classed(models.CharField(max_length=12, blank=True), INTERNAL)
    uploaded_on = classed(models.DateField(null=True), INTERNAL)
    reopened = classed(models.PositiveSmallIntegerField(default=0), INTERNAL)
    failed_samples = classed(models.PositiveSmallIntegerField(default=0), INTERNAL)
    # changed by every step: who works with a stale page is told
    version = classed(models.PositiveIntegerField(default=1), INTERNAL)

    class Meta:
        """One case per record and campaign; closed ones say when and how."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["campaign", "register", "subject_id"], name="campaign_case_once"),
            models.CheckConstraint(condition=Q(state__in=[each.value for each in State]), name="campaign_case_state"),
            models.CheckConstraint(
                condition=Q(closing__in=["", *(each.value for each in Closing)]), name="campaign_case_closing"
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(each.value for each in CLOSED), closed_on__isnull=False) & ~Q(closing="")
                | (~Q(state__in=sorted(each.value for each in CLOSED)) & Q(closed_on__isnull=True, closing="")),
                name="campaign_case_closed",
            ),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["register", "subject_id"], name="campaign_case_record"),
            models.Index(fields=["campaign", "province_code", "commune_code", "state"], name="campaign_case_place"),
            models.Index(fields=["campaign", "officer", "state"], name="campaign_case_desk"),
            models.Index(
                fields=["declaration_id"], condition=Q(declaration_id__isnull=False), name="campaign_case_declared"
            ),
            models.Index(fields=["person_id"], condition=Q(person_id__isnull=False), name="campaign_case_person"),
            GinIndex(fields=["codes"], name="campaign_case_codes", fastupdate=True),
        ]


class CaseStep(models.Model):
    """One step taken with a case; appended, never changed."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    case = classed(models.ForeignKey(Case, on_delete=models.PROTECT, related_name="steps"), INTERNAL)
    step = classed(models.CharField(max_length=12), INTERNAL)
    before = classed(models.CharField(max_length=12), INTERNAL)
    after = classed(models.CharField(max_length=12), INTERNAL)
    at = classed(models.DateTimeField(), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), INTERNAL)
    officer = classed(
        models.ForeignKey(Officer, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"), INTERNAL
    )
    reason = classed(models.CharField(max_length=500, blank=True), BASIC, legal=LAW)
    details = classed(models.JSONField(default=dict), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)


class Visit(models.Model):
    """One visit or call: what came of it, and when the next one is proposed."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    case = classed(models.ForeignKey(Case, on_delete=models.PROTECT, related_name="visited"), INTERNAL)
    at = classed(models.DateTimeField(), INTERNAL)
    outcome = classed(models.CharField(max_length=16), BASIC, legal=LAW)
    note = classed(models.CharField(max_length=500, blank=True), BASIC, legal=LAW)
    next_on = classed(models.DateField(null=True), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """Outcomes from the closed list."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(
                condition=Q(outcome__in=sorted(each.value for each in Outcome)), name="campaign_visit_outcome"
            )
        ]
