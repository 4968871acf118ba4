"""Columns of enrolment: packets, their sealed pictures, and doubts whether two captures are one person."""

from django.db import models
from django.db.models import Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.idcards.models.applications import LAW, Application
from sosach.domain.idcards.models.columns import BASIC, INTERNAL, SENSITIVE, known
from sosach.domain.idcards.rules.enrolment import Media
from sosach.domain.idcards.states.doubts import Outcome, Verdict
from sosach.domain.idcards.states.packets import PacketState
from sosach.domain.population.models import Person


class Packet(models.Model):
    """One capture of a person: who took it, on what, which features it notes, what is absent and why."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    application = classed(models.ForeignKey(Application, on_delete=models.PROTECT, related_name="packets"), INTERNAL)
    person = classed(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+"), BASIC, legal=LAW)
    state = classed(models.CharField(max_length=8), INTERNAL)
    device = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    captured_by = classed(models.CharField(max_length=64), BASIC, legal=LAW)
    begun_at = classed(models.DateTimeField(), INTERNAL)
    finished_at = classed(models.DateTimeField(null=True), INTERNAL)
    features = classed(models.CharField(max_length=120, blank=True), SENSITIVE, legal=LAW)
    absent = classed(models.JSONField(default=dict), SENSITIVE, legal=LAW)
    # slot → faults found by the quality check, with the name of the check
    quality = classed(models.JSONField(default=dict), INTERNAL)

    class Meta:
        """One packet is being filled at a time; one good packet per application."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(
                fields=["application"], condition=Q(state=PacketState.OPEN.value), name="idcards_packet_one_open"
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(state=PacketState.GOOD.value), name="idcards_packet_one_good"
            ),
            known("state", PacketState, "idcards_packet_state_known"),
        ]


class SealedPicture(models.Model):
    """A picture or template, sealed before it came here. Without its wrapped key nothing opens it any more."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    packet = classed(models.ForeignKey(Packet, on_delete=models.PROTECT, related_name="pictures"), INTERNAL)
    slot = classed(models.CharField(max_length=20), INTERNAL)
    media = classed(models.CharField(max_length=24), INTERNAL)
    version = classed(models.PositiveIntegerField(), INTERNAL)
    # form and name of the wrapping key; the four parts of `chip.sealing.Sealed`
    header = classed(models.CharField(max_length=80), INTERNAL)
    wrapped_key = classed(models.BinaryField(null=True), Sensitivity.SECRET)
    nonce = classed(models.BinaryField(), INTERNAL)
    content = classed(models.BinaryField(null=True), SENSITIVE, legal=LAW)
    size = classed(models.PositiveIntegerField(), INTERNAL)
    sealed_at = classed(models.DateTimeField(), INTERNAL)
    dropped_at = classed(models.DateTimeField(null=True), INTERNAL)

    class Meta:
        """One picture of a slot holds; what was dropped has neither key nor content."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(
                fields=["packet", "slot"], condition=Q(dropped_at__isnull=True), name="idcards_picture_one_per_slot"
            ),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True, wrapped_key__isnull=False, content__isnull=False)
                | Q(dropped_at__isnull=False, wrapped_key__isnull=True, content__isnull=True),
                name="idcards_picture_whole_or_gone",
            ),
            known("media", Media, "idcards_picture_media_known"),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["header", "id"], condition=Q(dropped_at__isnull=True), name="idcards_picture_by_key")
        ]


class Doubt(models.Model):
    """The pictures of an application look like those of another record: two people say whether it is one person."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    application = classed(models.ForeignKey(Application, on_delete=models.PROTECT, related_name="doubts"), INTERNAL)
    packet = classed(models.ForeignKey(Packet, on_delete=models.PROTECT, related_name="+"), INTERNAL)
    other_packet = classed(models.ForeignKey(Packet, on_delete=models.PROTECT, related_name="+"), INTERNAL)
    other_person = classed(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+"), BASIC, legal=LAW)
    matcher = classed(models.CharField(max_length=40), INTERNAL)
    score = classed(models.FloatField(), SENSITIVE, legal=LAW)
    slots = classed(models.JSONField(default=list), INTERNAL)
    raised_at = classed(models.DateTimeField(), INTERNAL)
    outcome = classed(models.CharField(max_length=9, blank=True), INTERNAL)
    settled_at = classed(models.DateTimeField(null=True), INTERNAL)

    class Meta:
        """Once per pair of captures; settled with a moment."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["packet", "other_packet"], name="idcards_doubt_once"),
            models.CheckConstraint(
                condition=Q(outcome="", settled_at__isnull=True) | ~Q(outcome="") & Q(settled_at__isnull=False),
                name="idcards_doubt_settled",
            ),
            known("outcome", Outcome, "idcards_doubt_outcome_known"),
        ]


class DoubtVerdict(models.Model):
    """What one person said about a doubt; nobody says it twice."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    doubt = classed(models.ForeignKey(Doubt, on_delete=models.PROTECT, related_name="verdicts"), INTERNAL)
    at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), BASIC, legal=LAW)
    says = classed(models.CharField(max_length=9), INTERNAL)
    reason = classed(models.TextField(blank=True), BASIC, legal=LAW)

    class Meta:
        """One word each."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["doubt", "actor_key"], name="idcards_verdict_once"),
            known("says", Verdict, "idcards_verdict_known"),
        ]
