"""Columns of the figures of a day: one row per campaign, register and commune."""

from django.db import models

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.campaign.models.campaigns import Campaign

INTERNAL = Sensitivity.INTERNAL


class DailyFigures(models.Model):
    """What each figure counted in a commune at the end of a day (`queries.figures`): name → count.

    Records that lie in a province and in no commune have their own row, without commune.
    """

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    campaign = classed(
        models.ForeignKey(Campaign, on_delete=models.PROTECT, db_index=False, related_name="figures"), INTERNAL
    )
    day = classed(models.DateField(), INTERNAL)
    register = classed(models.CharField(max_length=16), INTERNAL)
    commune_code = classed(models.CharField(max_length=5, null=True), INTERNAL)
    province_code = classed(models.CharField(max_length=2, null=True), INTERNAL)
    counts = classed(models.JSONField(), INTERNAL)

    class Meta:
        """One row per day, register and commune."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(
                fields=["campaign", "day", "register", "province_code", "commune_code"],
                nulls_distinct=False,
                name="campaign_figures_once",
            )
        ]
