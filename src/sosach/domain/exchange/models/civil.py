"""Columns of messages of civil status: what was sent, what became of it; what it said is kept only while it waits."""

from django.db import models
from django.db.models import Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.exchange.rules.civil import Kind
from sosach.domain.exchange.states.civil import State

INTERNAL = Sensitivity.INTERNAL
LAW = "law-60-2014"


class CivilNotice(models.Model):
    """A message of a sender. Whom it changed stands in the evidence log and in the journal, under the same act."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    partner = classed(models.CharField(max_length=64), INTERNAL)
    message_id = classed(models.CharField(max_length=64), INTERNAL)
    kind = classed(models.CharField(max_length=10), INTERNAL)
    digest = classed(models.CharField(max_length=64), INTERNAL)
    commune_code = classed(models.CharField(max_length=5), INTERNAL)
    province_code = classed(models.CharField(max_length=2), INTERNAL)
    target = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    state = classed(models.CharField(max_length=9), INTERNAL)
    waits_for = classed(models.JSONField(default=list), INTERNAL)
    until = classed(models.DateTimeField(null=True), INTERNAL)
    content = classed(models.JSONField(null=True), Sensitivity.SENSITIVE, legal=LAW)
    persons = classed(models.JSONField(default=list), INTERNAL)
    code = classed(models.CharField(max_length=12, blank=True), INTERNAL)
    vi = classed(models.CharField(max_length=300, blank=True), INTERNAL)
    en = classed(models.CharField(max_length=300, blank=True), INTERNAL)
    due_on = classed(models.DateField(null=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    received_at = classed(models.DateTimeField(), INTERNAL)
    changed_at = classed(models.DateTimeField(), INTERNAL)

    class Meta:
        """A message is kept once; what it says is there exactly as long as it waits."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["partner", "message_id"], name="exchange_civil_once"),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in Kind]), name="exchange_civil_kind"),
            models.CheckConstraint(condition=Q(state__in=[each.value for each in State]), name="exchange_civil_state"),
            models.CheckConstraint(
                condition=Q(state=State.WAITING.value, content__isnull=False, until__isnull=False)
                | (~Q(state=State.WAITING.value) & Q(content__isnull=True, until__isnull=True)),
                name="exchange_civil_waits",
            ),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(
                fields=["partner", "until"], condition=Q(state=State.WAITING.value), name="exchange_civil_waiting"
            )
        ]
