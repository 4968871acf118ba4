"""Columns of what a biometric matcher elsewhere was asked."""

from django.db import models
from django.db.models import Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.exchange.rules.matching import RESTING, Stage
from sosach.domain.idcards.models import Packet

INTERNAL = Sensitivity.INTERNAL


class MatcherTask(models.Model):
    """What became of one capture at the matcher. `secret` is in the address it calls back: who does not know it, is not heard."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    packet = classed(models.OneToOneField(Packet, on_delete=models.PROTECT, related_name="+"), INTERNAL)
    stage = classed(models.CharField(max_length=8, default=Stage.INSERT.value), INTERNAL)
    secret = classed(models.UUIDField(unique=True), Sensitivity.SECRET)
    # the matcher's own id of what it works on; "": it is to be asked
    task = classed(models.CharField(max_length=200, blank=True), INTERNAL)
    tries = classed(models.PositiveIntegerField(default=0), INTERNAL)
    error = classed(models.CharField(max_length=32, blank=True), INTERNAL)
    asked_at = classed(models.DateTimeField(), INTERNAL)
    next_at = classed(models.DateTimeField(), INTERNAL)

    class Meta:
        """Known stages."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(condition=Q(stage__in=[each.value for each in Stage]), name="exchange_matcher_stage")
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(
                fields=["next_at", "id"],
                condition=~Q(stage__in=sorted(each.value for each in RESTING)),
                name="exchange_matcher_due",
            )
        ]
