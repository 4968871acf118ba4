"""Columns of officers, their roles over time, machine clients, and what accounts have asked so far."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from sosach.base.sensitivity import Sensitivity, classed

INTERNAL = Sensitivity.INTERNAL
LAW = "law-91-2025"
LEVELS = ["nation", "province", "commune"]


class Officer(AbstractBaseUser):
    """An account of somebody who works with the registers. Rights follow from grants, never from the account."""

    USERNAME_FIELD = "user_name"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ("display_name",)

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    user_name = classed(models.CharField(max_length=64, unique=True), Sensitivity.BASIC, legal=LAW)
    display_name = classed(models.CharField(max_length=120), Sensitivity.BASIC, legal=LAW)
    email = classed(models.EmailField(blank=True), Sensitivity.BASIC, legal=LAW)
    password = classed(models.CharField(max_length=128), Sensitivity.SECRET)
    # somebody else gave the password: until then it opens the door to its change, and nothing else
    password_given_until = classed(models.DateTimeField(null=True), INTERNAL)
    last_login = classed(models.DateTimeField(null=True), INTERNAL)
    is_active = classed(models.BooleanField(default=True), INTERNAL)
    person_id = classed(models.BigIntegerField(null=True), Sensitivity.BASIC, legal=LAW)
    level = classed(models.CharField(max_length=8), INTERNAL)
    unit = classed(models.CharField(max_length=5, blank=True), INTERNAL)
    commune_code = classed(models.CharField(max_length=5, null=True), INTERNAL)
    province_code = classed(models.CharField(max_length=2, null=True), INTERNAL)

    objects = BaseUserManager()

    class Meta:
        """An account belongs to one unit at a time; nobody has two that are open."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(condition=Q(level__in=LEVELS), name="access_officer_level"),
            models.CheckConstraint(
                condition=Q(level="nation", unit="")
                | Q(level="province", unit=F("province_code"))
                | Q(level="commune", unit=F("commune_code"), province_code__isnull=False),
                name="access_officer_unit",
            ),
            models.UniqueConstraint(
                fields=["person_id"], condition=Q(is_active=True, person_id__isnull=False), name="access_officer_once"
            ),
        ]


class Grant(models.Model):
    """A role somebody holds in a unit for a time."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    officer = classed(models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="grants"), INTERNAL)
    role = classed(models.CharField(max_length=16), INTERNAL)
    level = classed(models.CharField(max_length=8), INTERNAL)
    unit = classed(models.CharField(max_length=5, blank=True), INTERNAL)
    commune_code = classed(models.CharField(max_length=5, null=True), INTERNAL)
    province_code = classed(models.CharField(max_length=2, null=True), INTERNAL)
    begins_at = classed(models.DateTimeField(), INTERNAL)
    ends_at = classed(models.DateTimeField(null=True), INTERNAL)
    granted_by = classed(models.CharField(max_length=64), INTERNAL)
    delegated_by = classed(models.ForeignKey("self", on_delete=models.PROTECT, null=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """A grant ends after it began; nobody holds the same role in the same unit twice without end."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(begins_at__lte=F("ends_at")), name="access_grant_forward"
            ),
            models.UniqueConstraint(
                fields=["officer", "role", "level", "unit"],
                condition=Q(ends_at__isnull=True),
                name="access_grant_once",
            ),
        ]
        indexes = [models.Index(fields=["officer", "ends_at"], name="access_grants_of")]  # noqa: RUF012


class MachineClient(models.Model):
    """A program that may ask: an agency's system, a province's upload, a feed of civil status."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    name = classed(models.CharField(max_length=120, unique=True), INTERNAL)
    key_id = classed(models.CharField(max_length=16, unique=True), INTERNAL)
    key_hash = classed(models.CharField(max_length=64), Sensitivity.SECRET)
    scopes = classed(models.JSONField(default=list), INTERNAL)
    level = classed(models.CharField(max_length=8), INTERNAL)
    unit = classed(models.CharField(max_length=5, blank=True), INTERNAL)
    created_at = classed(models.DateTimeField(), INTERNAL)
    ended_at = classed(models.DateTimeField(null=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)


class Budget(models.Model):
    """How far ahead of time an account has asked (generic cell rate): a bucket in one column, filled by time alone."""

    actor_key = classed(models.CharField(max_length=64, primary_key=True), INTERNAL)
    requests_due = classed(models.DateTimeField(), INTERNAL)
    misses_due = classed(models.DateTimeField(), INTERNAL)


class IdempotentAnswer(models.Model):
    """What an account was answered under a key of its own, kept until the answer is blanked; the key stays taken."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), INTERNAL)
    key = classed(models.CharField(max_length=64), INTERNAL)
    digest = classed(models.CharField(max_length=64), INTERNAL)
    at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    answer = classed(models.JSONField(null=True), Sensitivity.SENSITIVE, legal=LAW)

    class Meta:
        """A key of an account stands for one request."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["actor_key", "key"], name="access_answer_once")
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["actor_key", "at"], condition=Q(answer__isnull=False), name="access_answers_kept")
        ]


class BulkJob(models.Model):
    """Many look-ups in one, done by a worker a portion at a time.

    What was asked is kept until it is answered; what it led to, with whom the looks were about, until it is blanked.
    """

    id = classed(models.UUIDField(primary_key=True), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), INTERNAL)
    kind = classed(models.CharField(max_length=24), INTERNAL)
    purpose = classed(models.CharField(max_length=32), INTERNAL)
    reference = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    state = classed(models.CharField(max_length=8), INTERNAL)
    asked = classed(models.IntegerField(), INTERNAL)
    done = classed(models.IntegerField(default=0), INTERNAL)
    asked_at = classed(models.DateTimeField(), INTERNAL)
    done_at = classed(models.DateTimeField(null=True), INTERNAL)
    numbers = classed(models.JSONField(null=True), Sensitivity.SENSITIVE, legal=LAW)
    found = classed(models.JSONField(null=True), Sensitivity.SENSITIVE, legal=LAW)
    about = classed(models.JSONField(default=list), Sensitivity.BASIC, legal=LAW)

    class Meta:
        """Numbers are kept as long as they are not all answered."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], numbers__isnull=False, done_at__isnull=True)
                | Q(state__in=["done", "refused"], numbers__isnull=True, done_at__isnull=False),
                name="access_job_state",
            ),
            models.CheckConstraint(condition=Q(done__gte=0, done__lte=F("asked")), name="access_job_progress"),
        ]


class Session(models.Model):
    """A browser somebody came with: what its pages keep, and whose it is once somebody signed in."""

    key_hash = classed(models.CharField(max_length=64, primary_key=True), Sensitivity.SECRET)
    kept = classed(models.TextField(), INTERNAL)
    holder = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    begun_at = classed(models.DateTimeField(), INTERNAL)
    seen_at = classed(models.DateTimeField(), INTERNAL)

    class Meta:
        """Asked for by account when it is closed, by time when it is over."""

        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["holder"], condition=~Q(holder=""), name="access_sessions_of"),
            models.Index(fields=["seen_at"], name="access_sessions_over"),
        ]


class SecondFactor(models.Model):
    """The secret an officer's one-time codes are made of, sealed; it counts once a first code has confirmed it."""

    officer = classed(models.OneToOneField(Officer, on_delete=models.PROTECT, primary_key=True), INTERNAL)
    sealed_secret = classed(models.CharField(max_length=200), Sensitivity.SECRET)
    confirmed_at = classed(models.DateTimeField(), INTERNAL)
    last_step = classed(models.BigIntegerField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)


class RecoveryCode(models.Model):
    """A code that opens the door once when the device with the one-time codes is lost; its hash."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    officer = classed(models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="recovery_codes"), INTERNAL)
    code_hash = classed(models.CharField(max_length=64), Sensitivity.SECRET)
    used_at = classed(models.DateTimeField(null=True), INTERNAL)

    class Meta:
        """A code is one officer's."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["officer", "code_hash"], name="access_recovery_once")
        ]
