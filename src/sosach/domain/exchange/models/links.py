"""Columns of a link: the other level as this installation knows it, and how far each direction has come."""

from django.db import models
from django.db.models import Q

from sosach.base.sensitivity import Sensitivity, classed

INTERNAL = Sensitivity.INTERNAL
OPEN, SUSPENDED = "open", "suspended"


class Link(models.Model):
    """At a province there is one, `nation`; at the nation one per province, named by its code.

    The row is locked by whatever goes on over the link, so one batch at a time is made and one at a time is received.
    """

    name = classed(models.CharField(max_length=8, primary_key=True), INTERNAL)
    here = classed(models.CharField(max_length=8), INTERNAL)
    there = classed(models.CharField(max_length=8), INTERNAL)
    province_code = classed(models.CharField(max_length=2), INTERNAL)
    peer_key = classed(models.CharField(max_length=64), INTERNAL)
    state = classed(models.CharField(max_length=9, default=OPEN), INTERNAL)
    opened_at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    # first transaction of the evidence log that is not collected yet
    collected_to = classed(models.BigIntegerField(default=0), INTERNAL)
    sent_number = classed(models.BigIntegerField(default=0), INTERNAL)
    sent_chain = classed(models.CharField(max_length=64), INTERNAL)
    received_number = classed(models.BigIntegerField(default=0), INTERNAL)
    received_chain = classed(models.CharField(max_length=64), INTERNAL)
    received_at = classed(models.DateTimeField(null=True), INTERNAL)
    # after a reopening: what the present chains hang on; until it is done: where both sides stood when it was asked for
    begun = classed(models.JSONField(default=dict), INTERNAL)
    asked = classed(models.JSONField(default=dict), INTERNAL)

    class Meta:
        """Open or suspended; nobody is linked with oneself."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(condition=Q(state__in=[OPEN, SUSPENDED]), name="exchange_link_state"),
            models.CheckConstraint(condition=~Q(here=models.F("there")), name="exchange_link_elsewhere"),
        ]

    @property
    def is_upward(self) -> bool:
        """Whether the other side is the nation."""
        return self.here == self.province_code
