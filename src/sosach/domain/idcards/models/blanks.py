"""Columns of blank cards, one row per serial for ever, of their deliveries and of their destruction."""

from django.db import models
from django.db.models import F, Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.idcards.states.blanks import BlankState

INTERNAL = Sensitivity.INTERNAL
SERIAL = r"^[A-Z]{2}[0-9]{14}$"


class BlankDelivery(models.Model):
    """Blanks that came in together: a whole range of serials, every one of which has its row."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    number = classed(models.CharField(max_length=40, unique=True), INTERNAL)
    supplier = classed(models.CharField(max_length=120), INTERNAL)
    profile = classed(models.CharField(max_length=24), INTERNAL)
    first_serial = classed(models.CharField(max_length=16), INTERNAL)
    last_serial = classed(models.CharField(max_length=16), INTERNAL)
    count = classed(models.PositiveIntegerField(), INTERNAL)
    received_at = classed(models.DateTimeField(), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """A range that holds something."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(condition=Q(count__gt=0), name="idcards_delivery_of_something"),
            models.CheckConstraint(
                condition=Q(first_serial__regex=SERIAL, last_serial__regex=SERIAL, first_serial__lte=F("last_serial")),
                name="idcards_delivery_range",
            ),
        ]


class Destruction(models.Model):
    """Blanks and old cards destroyed together: one person lists them, another sees them destroyed."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    listed_by = classed(models.CharField(max_length=64), INTERNAL)
    listed_at = classed(models.DateTimeField(), INTERNAL)
    listed_act = classed(models.UUIDField(), INTERNAL)
    seen_by = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    seen_at = classed(models.DateTimeField(null=True), INTERNAL)
    seen_act = classed(models.UUIDField(null=True), INTERNAL)

    class Meta:
        """Two people, never one twice."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(
                condition=Q(seen_by="", seen_at__isnull=True, seen_act__isnull=True)
                | (Q(seen_at__isnull=False, seen_act__isnull=False) & ~Q(seen_by="") & ~Q(seen_by=F("listed_by"))),
                name="idcards_destroyed_by_two",
            )
        ]


class Blank(models.Model):
    """One blank card. The row is made when it is received and never goes, so that the states always add up."""

    serial = classed(models.CharField(max_length=16, primary_key=True), INTERNAL)
    delivery = classed(models.ForeignKey(BlankDelivery, on_delete=models.PROTECT, related_name="blanks"), INTERNAL)
    state = classed(models.CharField(max_length=9, default=BlankState.IN_STOCK.value), INTERNAL)
    changed_at = classed(models.DateTimeField(), INTERNAL)
    reason = classed(models.CharField(max_length=200, blank=True), INTERNAL)
    destruction = classed(
        models.ForeignKey(Destruction, on_delete=models.PROTECT, null=True, related_name="blanks"), INTERNAL
    )

    class Meta:
        """Known states; nothing is destroyed without the record that says by whom."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(condition=Q(serial__regex=SERIAL), name="idcards_blank_serial"),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in BlankState]), name="idcards_blank_state"
            ),
            models.CheckConstraint(
                condition=~Q(state=BlankState.DESTROYED.value) | Q(destruction__isnull=False),
                name="idcards_blank_destroyed_how",
            ),
        ]
        indexes = [models.Index(fields=["state", "serial"], name="idcards_blanks_by_state")]  # noqa: RUF012
