"""Columns of DCI's registry interface: answers owed by call-back, and whose life events somebody wants to be told of."""

from django.db import models
from django.db.models import Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.exchange.models.partners import Partner
from sosach.domain.exchange.rules.addresses import LONGEST_ADDRESS
from sosach.domain.population.models import Person

BASIC, INTERNAL = Sensitivity.BASIC, Sensitivity.INTERNAL
LAW = "law-26-2023-10"


class CallBack(models.Model):
    """An answer somebody is called back with, or a notice of an event.

    What was asked is kept until the answer is made, the answer until it was taken; what remains are references and codes.
    """

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    partner = classed(models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", db_index=False), INTERNAL)
    action = classed(models.CharField(max_length=16), INTERNAL)
    message_id = classed(models.CharField(max_length=99, blank=True), INTERNAL)
    transaction_id = classed(models.CharField(max_length=99), INTERNAL)
    correlation_id = classed(models.UUIDField(unique=True), INTERNAL)
    address = classed(models.CharField(max_length=LONGEST_ADDRESS), INTERNAL)
    purpose = classed(models.CharField(max_length=64), INTERNAL)
    reference = classed(models.CharField(max_length=128, blank=True), INTERNAL)
    consent = classed(models.CharField(max_length=128, blank=True), INTERNAL)
    user = classed(models.CharField(max_length=128, blank=True), BASIC, legal=LAW)
    asked = classed(models.JSONField(null=True), BASIC, legal=LAW)
    outcome = classed(models.JSONField(default=list), INTERNAL)
    content = classed(models.TextField(blank=True), BASIC, legal=LAW)
    received_at = classed(models.DateTimeField(), INTERNAL)
    state = classed(models.CharField(max_length=12, default="waiting"), INTERNAL)
    tries = classed(models.IntegerField(default=0), INTERNAL)
    first_tried_at = classed(models.DateTimeField(null=True), INTERNAL)
    next_try_at = classed(models.DateTimeField(), INTERNAL)
    ended_at = classed(models.DateTimeField(null=True), INTERNAL)
    error = classed(models.CharField(max_length=32, blank=True), INTERNAL)

    class Meta:
        """A message of a partner counts once; nothing of people is kept once it was told."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(
                fields=["partner", "message_id"], condition=~Q(message_id=""), name="exchange_callback_message_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "delivered", "dead"]), name="exchange_callback_state"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(asked__isnull=True, content=""), name="exchange_callback_forgets"
            ),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["next_try_at", "id"], condition=Q(state="waiting"), name="exchange_callback_due"),
            models.Index(fields=["partner", "transaction_id"], name="exchange_callback_of"),
        ]


class LifeWatch(models.Model):
    """A partner wants to be told when something of one kind happens in the life of one person."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    code = classed(models.UUIDField(unique=True), INTERNAL)
    partner = classed(models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", db_index=False), INTERNAL)
    person = classed(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False), INTERNAL)
    event = classed(models.CharField(max_length=16), INTERNAL)
    address = classed(models.CharField(max_length=LONGEST_ADDRESS), INTERNAL)
    purpose = classed(models.CharField(max_length=64), INTERNAL)
    consent = classed(models.CharField(max_length=128, blank=True), INTERNAL)
    begun_at = classed(models.DateTimeField(), INTERNAL)
    ended_at = classed(models.DateTimeField(null=True), INTERNAL)

    class Meta:
        """The same wish twice is refused."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(
                fields=["partner", "person", "event"], condition=Q(ended_at__isnull=True), name="exchange_watch_once"
            )
        ]
        indexes = [models.Index(fields=["person", "event"], name="exchange_watch_of")]  # noqa: RUF012
