"""Columns of campaigns, who works in them, what belongs to which residential group, and previews of mass changes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.access.models import Officer
from sosach.domain.campaign.states.campaigns import CampaignState

INTERNAL = Sensitivity.INTERNAL
PUBLIC = Sensitivity.PUBLIC
BASIC = Sensitivity.BASIC
LAW = "campaign-2025"


class Campaign(models.Model):
    """A campaign: which registers of which territory are cleaned, from when to when, by what hours, with what targets.

    `windows` are the times on which officers visit, per weekday (`rules.hours`); `targets` are shares of the records
    that are to be clean by a day (`rules.targets`).
    """

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    name = classed(models.CharField(max_length=200), PUBLIC)
    registers = classed(ArrayField(models.CharField(max_length=16)), PUBLIC)
    level = classed(models.CharField(max_length=8), PUBLIC)
    unit = classed(models.CharField(max_length=5, blank=True), PUBLIC)
    begins_on = classed(models.DateField(), PUBLIC)
    upload_from = classed(models.DateField(), PUBLIC)
    ends_on = classed(models.DateField(), PUBLIC)
    windows = classed(models.JSONField(default=dict), PUBLIC)
    targets = classed(models.JSONField(default=list), PUBLIC)
    minutes_per_case = classed(models.PositiveSmallIntegerField(default=12), INTERNAL)
    mass_limit = classed(models.PositiveIntegerField(default=200), INTERNAL)
    state = classed(models.CharField(max_length=8, default=CampaignState.PREPARED.value), PUBLIC)
    created_at = classed(models.DateTimeField(), INTERNAL)
    opened_at = classed(models.DateTimeField(null=True), INTERNAL)
    closed_at = classed(models.DateTimeField(null=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """Days in their order; the unit as long as its level says."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(
                condition=Q(begins_on__lte=F("upload_from"), upload_from__lte=F("ends_on")),
                name="campaign_days_forward",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in CampaignState]), name="campaign_campaign_state"
            ),
            models.CheckConstraint(
                condition=Q(level="nation", unit="") | (Q(level__in=["province", "commune"]) & ~Q(unit="")),
                name="campaign_campaign_unit",
            ),
        ]


class Duty(models.Model):
    """An officer who works in a campaign in one commune, and how long a day."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    campaign = classed(models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="duties"), INTERNAL)
    officer = classed(models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="+"), INTERNAL)
    commune_code = classed(models.CharField(max_length=5), INTERNAL)
    province_code = classed(models.CharField(max_length=2), INTERNAL)
    minutes_per_day = classed(models.PositiveSmallIntegerField(), INTERNAL)
    ended_at = classed(models.DateTimeField(null=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """An officer has one duty at a time in a commune."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(
                fields=["campaign", "commune_code", "officer"],
                condition=Q(ended_at__isnull=True),
                name="campaign_duty_once",
            )
        ]


class Grouping(models.Model):
    """To which residential group (tổ dân phố, thôn) a place-name of addresses belongs, as the commune says."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    commune_code = classed(models.CharField(max_length=5), INTERNAL)
    province_code = classed(models.CharField(max_length=2), INTERNAL)
    locality = classed(models.TextField(), BASIC, legal=LAW)
    group = classed(models.CharField(max_length=120), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """A place-name belongs to one group of its commune."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["commune_code", "locality"], name="campaign_grouping_once")
        ]


class MassPlan(models.Model):
    """A preview of a mass change: what was asked for, which cases it would touch, whether somebody else has agreed.

    `fingerprint` is of the cases as they stood; a plan whose cases have changed meanwhile is not carried out.
    """

    id = classed(models.UUIDField(primary_key=True), INTERNAL)
    campaign = classed(models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="plans"), INTERNAL)
    commune_code = classed(models.CharField(max_length=5, null=True), INTERNAL)
    province_code = classed(models.CharField(max_length=2, null=True), INTERNAL)
    change = classed(models.CharField(max_length=24), INTERNAL)
    terms = classed(models.JSONField(), BASIC, legal=LAW)
    fingerprint = classed(models.CharField(max_length=64), INTERNAL)
    effects = classed(models.JSONField(), BASIC, legal=LAW)
    cases = classed(models.IntegerField(), INTERNAL)
    made_by = classed(models.CharField(max_length=64), INTERNAL)
    made_at = classed(models.DateTimeField(), INTERNAL)
    agreed_by = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    done_at = classed(models.DateTimeField(null=True), INTERNAL)

    class Meta:
        """Nobody agrees to the own plan."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(condition=~Q(agreed_by=F("made_by")), name="campaign_plan_second_person")
        ]
