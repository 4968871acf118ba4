"""Columns of survey cards keyed twice: batches, cards, where the keyings differ, and what a sample showed beside the paper."""

from django.db import models
from django.db.models import F, Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.exchange.rules.surveys import Choice
from sosach.domain.exchange.states.surveys import STANDING, BatchState, CardState

BASIC, INTERNAL, SENSITIVE = Sensitivity.BASIC, Sensitivity.INTERNAL, Sensitivity.SENSITIVE
LAW = "law-26-2023-9"


class SurveyBatch(models.Model):
    """Cards that were keyed, compared and judged together."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    form = classed(models.CharField(max_length=24), INTERNAL)
    digest = classed(models.CharField(max_length=64), INTERNAL)
    title = classed(models.CharField(max_length=200), INTERNAL)
    state = classed(models.CharField(max_length=9, default=BatchState.LOOKED_AT.value), INTERNAL)
    seed = classed(models.CharField(max_length=64), INTERNAL)
    share = classed(models.FloatField(), INTERNAL)
    accepted = classed(models.FloatField(), INTERNAL)
    count = classed(models.IntegerField(), INTERNAL)
    taken_in_at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    decided_at = classed(models.DateTimeField(null=True), INTERNAL)
    decided_act = classed(models.UUIDField(null=True), INTERNAL)

    class Meta:
        """The same two keyings are one batch, until they are refused."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(
                fields=["digest"], condition=~Q(state=BatchState.REFUSED.value), name="exchange_survey_batch_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in BatchState]), name="exchange_survey_batch_state"
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=1, accepted__gte=0, accepted__lt=1), name="exchange_survey_shares"
            ),
        ]


class SurveyCard(models.Model):
    """A card: the value of each field once it is agreed on, and what became of it."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    batch = classed(models.ForeignKey(SurveyBatch, on_delete=models.PROTECT, related_name="cards"), INTERNAL)
    form = classed(models.CharField(max_length=24), INTERNAL)
    number = classed(models.CharField(max_length=32), INTERNAL)
    commune_code = classed(models.CharField(max_length=5, null=True), BASIC, legal=LAW)
    province_code = classed(models.CharField(max_length=2, null=True), BASIC, legal=LAW)
    first_keyer = classed(models.CharField(max_length=40, blank=True), INTERNAL)
    second_keyer = classed(models.CharField(max_length=40, blank=True), INTERNAL)
    digest = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    values = classed(models.JSONField(default=dict), SENSITIVE, legal=LAW)
    state = classed(models.CharField(max_length=8), INTERNAL)
    reason = classed(models.CharField(max_length=16, blank=True), INTERNAL)
    details = classed(models.JSONField(default=dict), INTERNAL)
    person_id = classed(models.BigIntegerField(null=True), INTERNAL)
    sampled = classed(models.BooleanField(default=False), INTERNAL)
    checked_at = classed(models.DateTimeField(null=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """A card of a form stands once, however often it is keyed."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(
                fields=["form", "number"],
                condition=Q(state__in=sorted(each.value for each in STANDING)),
                name="exchange_survey_card_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in CardState]), name="exchange_survey_card_state"
            ),
            models.CheckConstraint(
                condition=~Q(state=CardState.LOADED.value) | Q(person_id__isnull=False),
                name="exchange_survey_card_person",
            ),
            models.CheckConstraint(
                condition=Q(first_keyer="") | ~Q(first_keyer=F("second_keyer")) | Q(state=CardState.REJECTED.value),
                name="exchange_survey_two_keyers",
            ),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["batch", "state", "id"], name="exchange_survey_card_next"),
            models.Index(fields=["province_code", "commune_code"], name="exchange_survey_card_place"),
        ]


class SurveyDoubt(models.Model):
    """A field in which the two keyings of a card differ, and what a third look found."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    card = classed(models.ForeignKey(SurveyCard, on_delete=models.PROTECT, related_name="doubts"), INTERNAL)
    field = classed(models.CharField(max_length=32), INTERNAL)
    first = classed(models.CharField(max_length=250, blank=True), SENSITIVE, legal=LAW)
    second = classed(models.CharField(max_length=250, blank=True), SENSITIVE, legal=LAW)
    choice = classed(models.CharField(max_length=6, blank=True), INTERNAL)
    value = classed(models.CharField(max_length=250, blank=True), SENSITIVE, legal=LAW)
    reason = classed(models.CharField(max_length=200, blank=True), INTERNAL)
    settled_at = classed(models.DateTimeField(null=True), INTERNAL)
    actor_key = classed(models.CharField(max_length=64, blank=True), INTERNAL)

    class Meta:
        """One doubt per field; another value than the two keyed has a reason."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["card", "field"], name="exchange_survey_doubt_once"),
            models.CheckConstraint(
                condition=Q(choice="", settled_at__isnull=True)
                | Q(choice__in=[each.value for each in Choice], settled_at__isnull=False),
                name="exchange_survey_doubt_settled",
            ),
            models.CheckConstraint(
                condition=~Q(choice=Choice.OTHER.value) | ~Q(reason=""), name="exchange_survey_doubt_reason"
            ),
        ]


class SurveySlip(models.Model):
    """A value of a sampled card that the paper does not bear out."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    card = classed(models.ForeignKey(SurveyCard, on_delete=models.PROTECT, related_name="slips"), INTERNAL)
    field = classed(models.CharField(max_length=32), INTERNAL)
    keyed = classed(models.CharField(max_length=250, blank=True), SENSITIVE, legal=LAW)
    paper = classed(models.CharField(max_length=250, blank=True), SENSITIVE, legal=LAW)

    class Meta:
        """One per field."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["card", "field"], name="exchange_survey_slip_once")
        ]
