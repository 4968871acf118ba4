"""Columns of what travels: batches of both directions, records on their way out, records that came in, what both agreed on."""

from django.db import models
from django.db.models import Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.exchange.models.links import Link
from sosach.domain.exchange.rules.batches import Outcome
from sosach.domain.exchange.states.items import ItemState

BASIC, INTERNAL, SENSITIVE = Sensitivity.BASIC, Sensitivity.INTERNAL, Sensitivity.SENSITIVE
SHARING = "law-26-2023-9"
OUT, IN = "out", "in"


def _link() -> models.ForeignKey:
    return classed(models.ForeignKey(Link, on_delete=models.PROTECT, db_index=False, related_name="+"), INTERNAL)


class Batch(models.Model):
    """A batch of one direction: its bytes, its place in the chain, and the receipt as given or as got."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    link = _link()
    direction = classed(models.CharField(max_length=3), INTERNAL)
    number = classed(models.BigIntegerField(), INTERNAL)
    previous = classed(models.CharField(max_length=64), INTERNAL)
    chain = classed(models.CharField(max_length=64), INTERNAL)
    count = classed(models.IntegerField(), INTERNAL)
    body = classed(models.BinaryField(), SENSITIVE, legal=SHARING)
    # of the sending that was taken in; outgoing batches have one for each sending and keep none
    nonce = classed(models.CharField(max_length=32, null=True), INTERNAL)
    made_at = classed(models.DateTimeField(), INTERNAL)
    receipt = classed(models.BinaryField(null=True), SENSITIVE, legal=SHARING)
    receipt_signature = classed(models.BinaryField(null=True), INTERNAL)
    answered_at = classed(models.DateTimeField(null=True), INTERNAL)
    # when the other side was found not to have it: what it told is told again in a later chain
    given_up_at = classed(models.DateTimeField(null=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """A number once per direction; a sending once."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["link", "direction", "number"], name="exchange_batch_once"),
            models.UniqueConstraint(
                fields=["link", "nonce"], condition=Q(nonce__isnull=False), name="exchange_nonce_once"
            ),
            models.UniqueConstraint(
                fields=["link"], condition=Q(direction=OUT, answered_at__isnull=True), name="exchange_one_on_its_way"
            ),
            models.CheckConstraint(condition=Q(direction__in=[OUT, IN]), name="exchange_batch_direction"),
        ]


class Item(models.Model):
    """A record the other level has to be told of: from the act in the log to the answer.

    `told` holds field → [agreed before, now], `theirs` what stands with the other side where both changed a field.
    """

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    link = _link()
    register = classed(models.CharField(max_length=16), INTERNAL)
    record_id = classed(models.BigIntegerField(), INTERNAL)
    commune_code = classed(models.CharField(max_length=5, null=True), BASIC, legal=SHARING)
    province_code = classed(models.CharField(max_length=2, null=True), BASIC, legal=SHARING)
    day = classed(models.DateField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    state = classed(models.CharField(max_length=8, default=ItemState.WAITING.value), INTERNAL)
    collected_at = classed(models.DateTimeField(), INTERNAL)
    batch = classed(
        models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, db_index=False, related_name="items"), INTERNAL
    )
    position = classed(models.IntegerField(null=True), INTERNAL)
    key = classed(models.CharField(max_length=160, blank=True), INTERNAL)
    told = classed(models.JSONField(default=dict), SENSITIVE, legal=SHARING)
    digest = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    code = classed(models.CharField(max_length=16, blank=True), INTERNAL)
    reason_vi = classed(models.TextField(blank=True), INTERNAL)
    reason_en = classed(models.TextField(blank=True), INTERNAL)
    theirs = classed(models.JSONField(default=dict), SENSITIVE, legal=SHARING)
    answered_at = classed(models.DateTimeField(null=True), INTERNAL)
    # refused or in conflict: when somebody decided, or a later telling of the record was taken
    closed_at = classed(models.DateTimeField(null=True), INTERNAL)

    class Meta:
        """A record waits once; a place in a batch is one record's."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(
                fields=["link", "register", "record_id"],
                condition=Q(state=ItemState.WAITING.value),
                name="exchange_item_waits_once",
            ),
            models.UniqueConstraint(fields=["batch", "position"], name="exchange_item_place"),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in ItemState]), name="exchange_item_state"
            ),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["link", "id"], condition=Q(state=ItemState.WAITING.value), name="exchange_queue"),
            models.Index(fields=["register", "record_id", "id"], name="exchange_item_record"),
            models.Index(fields=["link", "day", "commune_code"], name="exchange_item_day"),
            models.Index(
                fields=["province_code", "commune_code", "id"],
                condition=Q(state__in=[ItemState.REFUSED.value, ItemState.CONFLICT.value], closed_at__isnull=True),
                name="exchange_item_open",
            ),
        ]


class Incoming(models.Model):
    """A record that came in with a batch, and what was done with it."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    link = _link()
    batch = classed(
        models.ForeignKey(Batch, on_delete=models.PROTECT, db_index=False, related_name="incoming"), INTERNAL
    )
    position = classed(models.IntegerField(), INTERNAL)
    register = classed(models.CharField(max_length=16), INTERNAL)
    record_id = classed(models.BigIntegerField(null=True), INTERNAL)
    key = classed(models.CharField(max_length=160), INTERNAL)
    commune_code = classed(models.CharField(max_length=5, blank=True), BASIC, legal=SHARING)
    day = classed(models.DateField(), INTERNAL)
    digest = classed(models.CharField(max_length=64), INTERNAL)
    outcome = classed(models.CharField(max_length=8), INTERNAL)
    code = classed(models.CharField(max_length=16, blank=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """A place in a batch is one record's."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["batch", "position"], name="exchange_incoming_place"),
            models.CheckConstraint(
                condition=Q(outcome__in=[each.value for each in Outcome]), name="exchange_incoming_outcome"
            ),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["link", "day", "commune_code"], name="exchange_incoming_day"),
            models.Index(fields=["register", "record_id"], name="exchange_incoming_record"),
        ]


class AgreedState(models.Model):
    """What both sides of a link last agreed a record to be: field → value."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    link = _link()
    register = classed(models.CharField(max_length=16), INTERNAL)
    record_id = classed(models.BigIntegerField(), INTERNAL)
    key = classed(models.CharField(max_length=160), INTERNAL)
    values = classed(models.JSONField(default=dict), SENSITIVE, legal=SHARING)

    class Meta:
        """A record once per link, under one name."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["link", "register", "record_id"], name="exchange_agreed_once"),
            models.UniqueConstraint(fields=["link", "key"], name="exchange_agreed_key"),
        ]
