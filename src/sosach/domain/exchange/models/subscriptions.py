"""Columns of what others want to be told of: topics of partners, subscriptions, and every notice on its way."""

from django.db import models
from django.db.models import Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.exchange.models.partners import Partner
from sosach.domain.exchange.rules.addresses import LONGEST_ADDRESS
from sosach.domain.exchange.rules.retrying import USUAL
from sosach.domain.exchange.rules.topics import LONGEST_NAME
from sosach.domain.exchange.states.deliveries import OPEN, DeliveryState, SubscriptionState

INTERNAL = Sensitivity.INTERNAL
LAW = "law-60-2024"


class PartnerTopic(models.Model):
    """A topic a partner publishes to; what the registers tell of stands in `rules.topics`."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    name = classed(models.CharField(max_length=LONGEST_NAME), INTERNAL)
    partner = classed(models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+"), INTERNAL)
    created_at = classed(models.DateTimeField(), INTERNAL)
    ended_at = classed(models.DateTimeField(null=True), INTERNAL)

    class Meta:
        """A name stands for one topic at a time."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["name"], condition=Q(ended_at__isnull=True), name="exchange_topic_once")
        ]


class Subscription(models.Model):
    """A partner wants to be told of a topic at an address of its agreement.

    `since_xid`: transactions from this one on are news to it. `rests_until`: its address did not answer.
    """

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    uuid = classed(models.UUIDField(unique=True), INTERNAL)
    partner = classed(models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="subscriptions"), INTERNAL)
    topic = classed(models.CharField(max_length=LONGEST_NAME), INTERNAL)
    address = classed(models.CharField(max_length=LONGEST_ADDRESS), INTERNAL)
    purpose = classed(models.CharField(max_length=64), INTERNAL)
    countdown = classed(models.IntegerField(default=USUAL.countdown), INTERNAL)
    most = classed(models.IntegerField(default=USUAL.most), INTERNAL)
    state = classed(models.CharField(max_length=12, default=SubscriptionState.PENDING.value), INTERNAL)
    token = classed(models.CharField(max_length=64, blank=True), Sensitivity.SECRET)
    since_xid = classed(models.BigIntegerField(null=True), INTERNAL)
    created_at = classed(models.DateTimeField(), INTERNAL)
    confirmed_at = classed(models.DateTimeField(null=True), INTERNAL)
    ended_at = classed(models.DateTimeField(null=True), INTERNAL)
    rests_until = classed(models.DateTimeField(null=True), INTERNAL)
    failures = classed(models.IntegerField(default=0), INTERNAL)

    class Meta:
        """The same wish twice is one subscription."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(
                fields=["partner", "topic", "address"],
                condition=Q(ended_at__isnull=True),
                name="exchange_subscription_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in SubscriptionState]), name="exchange_subscription_state"
            ),
            models.CheckConstraint(
                condition=Q(state=SubscriptionState.ENDED.value, ended_at__isnull=False)
                | ~Q(state=SubscriptionState.ENDED.value) & Q(ended_at__isnull=True),
                name="exchange_subscription_ended",
            ),
        ]


class Delivery(models.Model):
    """One message to one subscriber. Of each record they are numbered, and go one after the other.

    What a message says of a record is put together when it is sent first, by the agreement (`version`) of that moment, and forgotten
    when it has arrived or nobody will be told; until then only the entry of the journal is named.
    """

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    uuid = classed(models.UUIDField(unique=True), INTERNAL)
    subscription = classed(
        models.ForeignKey(Subscription, on_delete=models.PROTECT, db_index=False, related_name="deliveries"), INTERNAL
    )
    sort = classed(models.CharField(max_length=12), INTERNAL)
    record_kind = classed(models.CharField(max_length=16), INTERNAL)
    record_key = classed(models.BigIntegerField(), INTERNAL)
    number = classed(models.IntegerField(), INTERNAL)
    entry_id = classed(models.BigIntegerField(null=True), INTERNAL)
    happened_at = classed(models.DateTimeField(), INTERNAL)
    noted_at = classed(models.DateTimeField(), INTERNAL)
    subject = classed(models.CharField(max_length=200, blank=True), INTERNAL)
    content = classed(models.TextField(blank=True), Sensitivity.SENSITIVE, legal=LAW)
    version = classed(models.IntegerField(null=True), INTERNAL)
    state = classed(models.CharField(max_length=12, default=DeliveryState.WAITING.value), INTERNAL)
    tries = classed(models.IntegerField(default=0), INTERNAL)
    first_tried_at = classed(models.DateTimeField(null=True), INTERNAL)
    next_try_at = classed(models.DateTimeField(), INTERNAL)
    ended_at = classed(models.DateTimeField(null=True), INTERNAL)
    error = classed(models.CharField(max_length=32, blank=True), INTERNAL)

    class Meta:
        """A subscriber is told of an entry once; numbers of a record leave no gap to doubt."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(
                fields=["subscription", "record_kind", "record_key", "number"], name="exchange_delivery_in_order"
            ),
            models.UniqueConstraint(
                fields=["subscription", "entry_id"],
                condition=Q(entry_id__isnull=False),
                name="exchange_delivery_of_entry",
            ),
            models.CheckConstraint(
                condition=Q(sort__in=["confirm", "change", "message"]), name="exchange_delivery_sort"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in DeliveryState]), name="exchange_delivery_state"
            ),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(
                fields=["next_try_at", "id"],
                condition=Q(state__in=sorted(each.value for each in OPEN)),
                name="exchange_delivery_due",
            ),
            models.Index(fields=["subscription", "state", "id"], name="exchange_delivery_of"),
            models.Index(fields=["record_kind", "record_key"], name="exchange_delivery_about"),
        ]
