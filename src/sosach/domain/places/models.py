"""Columns of administrative units over time."""

from django.db import models
from django.db.models import F, Q

from sosach.base.sensitivity import Sensitivity, classed

PUBLIC = Sensitivity.PUBLIC


class Unit(models.Model):
    """A unit during one period in which its name, kind and parent did not change; codes are used again after reforms."""

    id = classed(models.BigAutoField(primary_key=True), PUBLIC)
    level = classed(models.CharField(max_length=8), PUBLIC)
    code = classed(models.CharField(max_length=5), PUBLIC)
    name = classed(models.CharField(max_length=80), PUBLIC)
    kind = classed(models.CharField(max_length=16), PUBLIC)
    parent = classed(models.CharField(max_length=5, blank=True), PUBLIC)
    province_code = classed(models.CharField(max_length=2), PUBLIC)
    valid_from = classed(models.DateField(null=True), PUBLIC)
    valid_to = classed(models.DateField(null=True), PUBLIC)

    class Meta:
        """One period begins once and ends after it began."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(
                fields=["level", "code", "valid_from"], nulls_distinct=False, name="places_period_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_from__lte=F("valid_to")),
                name="places_period_forward",
            ),
            models.CheckConstraint(condition=Q(level__in=["province", "district", "commune"]), name="places_level"),
        ]
        indexes = [models.Index(fields=["province_code", "level"], name="places_of_province")]  # noqa: RUF012


class Succession(models.Model):
    """What an old commune became: one row per present commune that took some of it."""

    id = classed(models.BigAutoField(primary_key=True), PUBLIC)
    on = classed(models.DateField(), PUBLIC)
    old_code = classed(models.CharField(max_length=5), PUBLIC)
    new_code = classed(models.CharField(max_length=5), PUBLIC)
    status = classed(models.CharField(max_length=24), PUBLIC)
    has_population = classed(models.BooleanField(null=True), PUBLIC)

    class Meta:
        """An old commune went to each present one once."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["on", "old_code", "new_code"], name="places_succession_once")
        ]
        indexes = [models.Index(fields=["new_code"], name="places_predecessors")]  # noqa: RUF012
