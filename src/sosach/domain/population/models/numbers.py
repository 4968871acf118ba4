"""Columns of numbers ever given, messages that asked for them, and petitions with their time limits."""

from django.db import models
from django.db.models import Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.population.models.legal import LAW
from sosach.domain.population.models.persons import Person

INTERNAL = Sensitivity.INTERNAL
PIN_LAW = "law-26-2023-12"


class IssuedNumber(models.Model):
    """A PIN that was ever given, and to whom. A row is never changed: no number is used again, cancelled or not."""

    number = classed(models.CharField(max_length=12, primary_key=True), Sensitivity.BASIC, legal=PIN_LAW)
    person = classed(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="numbers"), INTERNAL)

    class Meta:
        """Twelve digits."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(condition=Q(number__regex=r"^[0-9]{12}$"), name="population_issued_digits")
        ]


class CivilMessage(models.Model):
    """A message of the civil-status database about a birth; sent twice, it is answered twice with the same PIN."""

    message_id = classed(models.CharField(max_length=64, primary_key=True), INTERNAL)
    digest = classed(models.CharField(max_length=64), INTERNAL)
    person = classed(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+"), INTERNAL)
    commune_code = classed(models.CharField(max_length=5), INTERNAL)
    province_code = classed(models.CharField(max_length=2), INTERNAL)
    received_at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)


class Petition(models.Model):
    """What somebody asked for, by when the law wants it decided, and what came of it."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    person = classed(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="petitions"), INTERNAL)
    kind = classed(models.CharField(max_length=12), INTERNAL)
    ground = classed(models.CharField(max_length=1, blank=True), INTERNAL)
    wished = classed(models.BooleanField(default=True), INTERNAL)
    asked = classed(models.JSONField(default=dict), Sensitivity.SENSITIVE, legal=LAW)
    received_at = classed(models.DateTimeField(), INTERNAL)
    due_on = classed(models.DateField(), INTERNAL)
    outcome = classed(models.CharField(max_length=8, blank=True), INTERNAL)
    decided_at = classed(models.DateTimeField(null=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    decided_act = classed(models.UUIDField(null=True), INTERNAL)

    class Meta:
        """Decided with a day and an outcome, or neither; one open petition of a kind per person."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(condition=Q(kind__in=["new_pin", "correction"]), name="population_petition_kind"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at__isnull=True, decided_act__isnull=True)
                | Q(outcome__in=["granted", "refused"], decided_at__isnull=False, decided_act__isnull=False),
                name="population_petition_decided",
            ),
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(outcome=""), name="population_petition_open"
            ),
        ]
