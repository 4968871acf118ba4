"""Columns of declarations: the claim, its photos, its thread, and who objects to it."""

from django.db import models
from django.db.models import Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.declarations.states import ON_DESK, State
from sosach.domain.population.models import Person

BASIC, INTERNAL, SENSITIVE = Sensitivity.BASIC, Sensitivity.INTERNAL, Sensitivity.SENSITIVE
LAW = "campaign-2025"
DATA_LAW = "law-91-2025"


def _key(length: int = 32) -> models.CharField:
    return classed(models.CharField(max_length=length, blank=True), BASIC, legal=LAW)


class Declaration(models.Model):
    """What somebody declares. It lies in the commune in charge, and is the declarant's."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    number = classed(models.CharField(max_length=16), INTERNAL)
    # made by the client before the first try: the same key is the same declaration
    key = classed(models.UUIDField(), INTERNAL)
    kind = classed(models.CharField(max_length=40), BASIC, legal=LAW)
    register = classed(models.CharField(max_length=12), INTERNAL)
    person = classed(
        models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False), BASIC, legal=LAW
    )
    channel = classed(models.CharField(max_length=12), INTERNAL)
    state = classed(models.CharField(max_length=12, default=State.DRAFT.value), INTERNAL)
    resumes = classed(models.CharField(max_length=12, blank=True), INTERNAL)
    version = classed(models.PositiveIntegerField(default=1), INTERNAL)
    answers = classed(models.JSONField(default=dict), SENSITIVE, legal=DATA_LAW)
    # as the answers were read; "" where there is none
    plate_key = _key()
    chassis_key = _key()
    licence_key = _key()
    # what the registers say of these numbers: for officers only
    record_id = classed(models.BigIntegerField(null=True), INTERNAL)
    holder_id = classed(models.BigIntegerField(null=True), BASIC, legal=LAW)
    risk = classed(models.PositiveSmallIntegerField(default=0), INTERNAL)
    commune_code = classed(models.CharField(max_length=5, null=True), INTERNAL)
    province_code = classed(models.CharField(max_length=2, null=True), INTERNAL)
    created_at = classed(models.DateTimeField(), INTERNAL)
    submitted_at = classed(models.DateTimeField(null=True), INTERNAL)
    due_on = classed(models.DateField(null=True), INTERNAL)
    objecting_until = classed(models.DateField(null=True), INTERNAL)
    digest = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    receipt = classed(models.JSONField(default=dict), INTERNAL)
    # who stood for it, with the rights held then: kind, key, level, unit, roles, person
    verified_by = classed(models.JSONField(null=True), INTERNAL)
    approved_by = classed(models.JSONField(null=True), INTERNAL)
    retraction_by = classed(models.JSONField(null=True), INTERNAL)
    closed_at = classed(models.DateTimeField(null=True), INTERNAL)
    # acts of the registers it led to, in order: verb, act, record
    applied = classed(models.JSONField(default=list), INTERNAL)
    reminded_on = classed(models.DateField(null=True), INTERNAL)
    escalated_on = classed(models.DateField(null=True), INTERNAL)

    class Meta:
        """A key of a person is one declaration; what is submitted has its receipt; queues and meetings are found by index."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["number"], name="declarations_number_once"),
            # also how the declarations of a person are found: there are few
            models.UniqueConstraint(fields=["person", "key"], name="declarations_key_once"),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in State]), name="declarations_state_known"
            ),
            models.CheckConstraint(
                condition=Q(register__in=["vehicles", "licences", "population"]), name="declarations_register_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"])
                | Q(submitted_at__isnull=False, due_on__isnull=False) & ~Q(digest=""),
                name="declarations_submitted_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "applied", "retracted"])
                | Q(verified_by__isnull=False, approved_by__isnull=False),
                name="declarations_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=State.OBJECTED.value) ^ Q(resumes=""), name="declarations_objected_resumes"
            ),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["holder_id", "-id"], name="declarations_of_holder"),
            models.Index(fields=["plate_key"], name="declarations_by_plate"),
            models.Index(fields=["chassis_key"], name="declarations_by_chassis"),
            models.Index(fields=["licence_key"], name="declarations_by_licence"),
            models.Index(
                fields=["commune_code", "-risk", "due_on", "id"],
                condition=Q(state__in=[each.value for each in sorted(ON_DESK)]),
                name="declarations_queue_commune",
            ),
            models.Index(
                fields=["province_code", "-risk", "due_on", "id"],
                condition=Q(state__in=[each.value for each in sorted(ON_DESK)]),
                name="declarations_queue_province",
            ),
            models.Index(
                fields=["due_on", "id"],
                condition=Q(state__in=[each.value for each in sorted(ON_DESK)]),
                name="declarations_due",
            ),
        ]


class Attachment(models.Model):
    """A photo or scan, cleaned before it came here. Bytes are read alone, never with lists."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    declaration = classed(
        models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="attachments"), INTERNAL
    )
    slot = classed(models.CharField(max_length=24), INTERNAL)
    sha256 = classed(models.CharField(max_length=64), INTERNAL)
    media_type = classed(models.CharField(max_length=24), INTERNAL)
    size = classed(models.PositiveIntegerField(), INTERNAL)
    content = classed(models.BinaryField(), SENSITIVE, legal=DATA_LAW)
    added_at = classed(models.DateTimeField(), INTERNAL)
    removed_at = classed(models.DateTimeField(null=True), INTERNAL)

    class Meta:
        """The same bytes are kept once in a place of a declaration."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(
                fields=["declaration", "slot", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="declarations_photo_once",
            )
        ]


class Note(models.Model):
    """One line of the thread: a step that was taken, or a message. The citizen sees the public ones."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    declaration = classed(models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="notes"), INTERNAL)
    at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    what = classed(models.CharField(max_length=24), INTERNAL)
    public = classed(models.BooleanField(), INTERNAL)
    actor_kind = classed(models.CharField(max_length=16), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), BASIC, legal=DATA_LAW)
    actor_unit = classed(models.CharField(max_length=5, blank=True), INTERNAL)
    text = classed(models.TextField(blank=True), BASIC, legal=DATA_LAW)
    terms = classed(models.JSONField(default=dict), SENSITIVE, legal=DATA_LAW)


class Objection(models.Model):
    """Somebody disputes a declaration. Nothing is decided while one is open."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    declaration = classed(models.ForeignKey(Declaration, on_delete=models.PROTECT, related_name="objections"), INTERNAL)
    person = classed(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+"), BASIC, legal=DATA_LAW)
    at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    taken_in_by = classed(models.CharField(max_length=64), BASIC, legal=DATA_LAW)
    statement = classed(models.TextField(), BASIC, legal=DATA_LAW)
    outcome = classed(models.CharField(max_length=12, blank=True), INTERNAL)
    decided_at = classed(models.DateTimeField(null=True), INTERNAL)
    decided_by = classed(models.CharField(max_length=64, blank=True), BASIC, legal=DATA_LAW)
    reason = classed(models.TextField(blank=True), BASIC, legal=DATA_LAW)

    class Meta:
        """One open objection per person; what is decided says when."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(
                fields=["declaration", "person"], condition=Q(outcome=""), name="declarations_objection_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", "withdrawn", "upheld", "dismissed", "moot"]),
                name="declarations_objection_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at__isnull=True) | ~Q(outcome="") & Q(decided_at__isnull=False),
                name="declarations_objection_decided",
            ),
        ]
