"""Columns of what must follow from what happened, and whether it has."""

from django.db import models
from django.db.models import Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.exchange.states.following import FollowingState

INTERNAL = Sensitivity.INTERNAL


class ReactionLine(models.Model):
    """A line of the table of reactions: which register follows which event. Written by whoever brings the database up to date."""

    name = classed(models.CharField(max_length=96, primary_key=True), INTERNAL)
    event = classed(models.CharField(max_length=64), INTERNAL)
    subject_kind = classed(models.CharField(max_length=24), INTERNAL)
    follower = classed(models.CharField(max_length=24), INTERNAL)
    vi = classed(models.CharField(max_length=200), INTERNAL)
    en = classed(models.CharField(max_length=200), INTERNAL)
    position = classed(models.IntegerField(), INTERNAL)


class Following(models.Model):
    """One reaction to one event of the log about one record: noted when the event was read, done with the reaction itself."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    event_id = classed(models.BigIntegerField(), INTERNAL)
    reaction = classed(models.CharField(max_length=96), INTERNAL)
    event = classed(models.CharField(max_length=64), INTERNAL)
    record_kind = classed(models.CharField(max_length=24), INTERNAL)
    record_key = classed(models.CharField(max_length=64), INTERNAL)
    happened_at = classed(models.DateTimeField(), INTERNAL)
    state = classed(models.CharField(max_length=8, default=FollowingState.WAITING.value), INTERNAL)
    tries = classed(models.IntegerField(default=0), INTERNAL)
    error = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    changed_at = classed(models.DateTimeField(), INTERNAL)

    class Meta:
        """A reaction follows an event once."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["event_id", "reaction"], name="exchange_following_once"),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in FollowingState]), name="exchange_following_state"
            ),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["reaction", "happened_at"], name="exchange_following_of"),
            models.Index(fields=["record_kind", "record_key", "id"], name="exchange_following_about"),
            models.Index(
                fields=["reaction", "state", "happened_at"],
                condition=~Q(state=FollowingState.DONE.value),
                name="exchange_following_open",
            ),
        ]
