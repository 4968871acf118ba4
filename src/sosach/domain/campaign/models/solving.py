"""Columns of answers to cases, of safe classes answered at once, and of second opinions that did not see the first."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.campaign.models.campaigns import Campaign
from sosach.domain.campaign.models.cases import Case
from sosach.domain.campaign.rules.fixes import FixKind
from sosach.domain.campaign.states.solving import SolutionState

INTERNAL = Sensitivity.INTERNAL
BASIC = Sensitivity.BASIC
LAW = "campaign-2025"


class Batch(models.Model):
    """Cases of one safe class answered at once, after a sample of them was looked at.

    `prints` are fingerprints of the cases as they were shown, by case: one that has changed since is left open. `left`
    are the cases that were not answered, each with its reason: Vietnamese, English.
    """

    id = classed(models.UUIDField(primary_key=True), INTERNAL)
    campaign = classed(models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="batches"), INTERNAL)
    commune_code = classed(models.CharField(max_length=5, null=True), INTERNAL)
    province_code = classed(models.CharField(max_length=2, null=True), INTERNAL)
    register = classed(models.CharField(max_length=16), INTERNAL)
    codes = classed(ArrayField(models.CharField(max_length=8)), INTERNAL)
    cases = classed(ArrayField(models.BigIntegerField()), INTERNAL)
    prints = classed(models.JSONField(default=dict), INTERNAL)
    fingerprint = classed(models.CharField(max_length=64), INTERNAL)
    effects = classed(models.JSONField(default=dict), INTERNAL)
    sample = classed(ArrayField(models.BigIntegerField()), INTERNAL)
    looked_at = classed(models.JSONField(default=dict), INTERNAL)
    left = classed(models.JSONField(default=dict), INTERNAL)
    made_by = classed(models.CharField(max_length=64), INTERNAL)
    made_at = classed(models.DateTimeField(), INTERNAL)
    agreed_by = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    refused_at = classed(models.DateTimeField(null=True), INTERNAL)
    done_at = classed(models.DateTimeField(null=True), INTERNAL)
    undone_at = classed(models.DateTimeField(null=True), INTERNAL)

    class Meta:
        """Nobody agrees to the own batch."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(condition=~Q(agreed_by=F("made_by")), name="campaign_batch_second_person")
        ]


class Solution(models.Model):
    """One answer to a case: proposed, done, refused, undone. `entries` are what it wrote into journals, by which it is undone.

    `undo_asked_by`: who asks to take back what only two may, as long as nobody else has agreed.
    """

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    case = classed(models.ForeignKey(Case, on_delete=models.PROTECT, related_name="solutions"), INTERNAL)
    fix = classed(models.CharField(max_length=40), INTERNAL)
    kind = classed(models.CharField(max_length=12), INTERNAL)
    first = classed(models.BooleanField(default=False), INTERNAL)
    codes = classed(ArrayField(models.CharField(max_length=8), default=list), INTERNAL)
    effects = classed(models.JSONField(default=list), BASIC, legal=LAW)
    terms = classed(models.JSONField(default=dict), BASIC, legal=LAW)
    reason = classed(models.CharField(max_length=500, blank=True), BASIC, legal=LAW)
    evidence = classed(models.JSONField(default=dict), BASIC, legal=LAW)
    state = classed(models.CharField(max_length=8), INTERNAL)
    needs_second = classed(models.BooleanField(default=False), INTERNAL)
    made_by = classed(models.CharField(max_length=64), INTERNAL)
    made_at = classed(models.DateTimeField(), INTERNAL)
    decided_by = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    undo_asked_by = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    decided_at = classed(models.DateTimeField(null=True), INTERNAL)
    entries = classed(ArrayField(models.BigIntegerField(), default=list), INTERNAL)
    recheck_due = classed(models.BooleanField(default=False), INTERNAL)
    # what another officer will be shown, where the answer was drawn for a second opinion; it moves there
    drawn = classed(models.BooleanField(default=False), INTERNAL)
    offered = classed(models.JSONField(default=dict), BASIC, legal=LAW)
    batch = classed(models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="solutions"), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """What needs a second person was decided by another one."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in SolutionState]), name="campaign_solution_state"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[*(each.value for each in FixKind), "correct"]), name="campaign_solution_kind"
            ),
            models.CheckConstraint(
                condition=~Q(needs_second=True, state=SolutionState.DONE.value, decided_by=F("made_by")),
                name="campaign_solution_second_person",
            ),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["id"], condition=Q(recheck_due=True), name="campaign_solution_recheck"),
            models.Index(
                fields=["id"],
                condition=Q(state=SolutionState.PROPOSED.value) | ~Q(undo_asked_by=""),
                name="campaign_solution_waiting",
            ),
            models.Index(fields=["id"], condition=Q(drawn=True), name="campaign_solution_drawn"),
        ]


class SecondOpinion(models.Model):
    """A case put before another officer as it was, without how it was answered.

    `agrees` is None until somebody has answered. Where the two do not agree, a leader says whose answer holds.
    """

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    solution = classed(models.OneToOneField(Solution, on_delete=models.PROTECT, related_name="opinion"), INTERNAL)
    case = classed(models.ForeignKey(Case, on_delete=models.PROTECT, related_name="opinions"), INTERNAL)
    drawn_at = classed(models.DateTimeField(), INTERNAL)
    offered = classed(models.JSONField(default=dict), BASIC, legal=LAW)
    answer = classed(models.CharField(max_length=40, blank=True), INTERNAL)
    answer_kind = classed(models.CharField(max_length=12, blank=True), INTERNAL)
    answered_by = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    answered_at = classed(models.DateTimeField(null=True), INTERNAL)
    agrees = classed(models.BooleanField(null=True), INTERNAL)
    settled_by = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    settled_at = classed(models.DateTimeField(null=True), INTERNAL)
    holds = classed(models.CharField(max_length=8, blank=True), INTERNAL)

    class Meta:
        """Open ones, and those that do not agree, are found quickly."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(condition=Q(holds__in=["", "first", "second"]), name="campaign_opinion_holds")
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["id"], condition=Q(answered_at__isnull=True), name="campaign_opinion_open"),
            models.Index(fields=["id"], condition=Q(agrees=False, settled_by=""), name="campaign_opinion_disputed"),
        ]
