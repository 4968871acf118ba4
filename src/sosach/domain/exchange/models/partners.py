"""Columns of partners: who they are, what was agreed, by what they are known, what they were told and refused."""

from django.db import models
from django.db.models import Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.exchange.rules.agreements import Proof
from sosach.domain.population.models import Person

BASIC, INTERNAL = Sensitivity.BASIC, Sensitivity.INTERNAL
LAW = "law-26-2023-10"
LOG_LAW = "law-91-2025"


class Partner(models.Model):
    """Another agency or body that may ask. Suspended, nothing it asks is answered, whatever was agreed."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    key = classed(models.CharField(max_length=24, unique=True), Sensitivity.PUBLIC)
    vi = classed(models.CharField(max_length=160), Sensitivity.PUBLIC)
    en = classed(models.CharField(max_length=160), Sensitivity.PUBLIC)
    taken_in_at = classed(models.DateTimeField(), INTERNAL)
    suspended_at = classed(models.DateTimeField(null=True), INTERNAL)
    reason = classed(models.CharField(max_length=200, blank=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """A short key, the same for ever."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(condition=Q(key__regex=r"^[a-z][a-z0-9-]{1,23}$"), name="exchange_partner_key")
        ]


class AgreementRow(models.Model):
    """A version of what was agreed, as it was taken in. Rows are added, never changed: the latest that holds counts."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    partner = classed(models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="agreements"), INTERNAL)
    version = classed(models.IntegerField(), INTERNAL)
    begins_on = classed(models.DateField(), INTERNAL)
    ends_on = classed(models.DateField(null=True), INTERNAL)
    terms = classed(models.JSONField(), INTERNAL)
    taken_in_at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """Versions count up; an agreement ends after it began."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["partner", "version"], name="exchange_agreement_version"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("begins_on")),
                name="exchange_agreement_forward",
            ),
        ]


class PartnerKey(models.Model):
    """By what a partner is known: a public key it signs with, the fingerprint of a certificate, its name in X-Road."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    partner = classed(models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="keys"), INTERNAL)
    proof = classed(models.CharField(max_length=12), INTERNAL)
    name = classed(models.CharField(max_length=200), INTERNAL)
    public = classed(models.JSONField(default=dict), INTERNAL)
    registered_at = classed(models.DateTimeField(), INTERNAL)
    ended_at = classed(models.DateTimeField(null=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """A certificate and a name in X-Road stand for one partner; names of keys count within one."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(condition=Q(proof__in=[each.value for each in Proof]), name="exchange_key_proof"),
            models.UniqueConstraint(
                fields=["partner", "proof", "name"], condition=Q(ended_at__isnull=True), name="exchange_key_of_partner"
            ),
            models.UniqueConstraint(
                fields=["proof", "name"],
                condition=Q(ended_at__isnull=True) & ~Q(proof=Proof.SIGNATURE.value),
                name="exchange_key_once",
            ),
        ]


class SpentToken(models.Model):
    """A token that counted once, where the agreement asks for that; forgotten once it has run out."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    partner = classed(models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+"), INTERNAL)
    digest = classed(models.CharField(max_length=64), INTERNAL)
    ends_at = classed(models.DateTimeField(), INTERNAL)

    class Meta:
        """Once."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["partner", "digest"], name="exchange_token_once")
        ]
        indexes = [models.Index(fields=["ends_at"], name="exchange_tokens_over")]  # noqa: RUF012


class Disclosure(models.Model):
    """An answer to a partner, or a search that found nothing: what was asked and given, by name, never the values."""

    id = classed(models.UUIDField(primary_key=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    at = classed(models.DateTimeField(), INTERNAL)
    partner = classed(models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", db_index=False), INTERNAL)
    version = classed(models.IntegerField(), INTERNAL)
    kind = classed(models.CharField(max_length=8), INTERNAL)
    register = classed(models.CharField(max_length=16), INTERNAL)
    subject_id = classed(models.BigIntegerField(null=True), BASIC, legal=LOG_LAW)
    asked = classed(models.JSONField(default=list), INTERNAL)
    withheld = classed(models.JSONField(default=list), INTERNAL)
    scope = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    purpose = classed(models.CharField(max_length=64), INTERNAL)
    reference = classed(models.CharField(max_length=128, blank=True), INTERNAL)
    consent = classed(models.CharField(max_length=128, blank=True), INTERNAL)
    user = classed(models.CharField(max_length=128, blank=True), BASIC, legal=LOG_LAW)
    represented = classed(models.CharField(max_length=200, blank=True), INTERNAL)

    class Meta:
        """Read by partner and month."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(
                condition=Q(kind__in=["values", "question", "search"]), name="exchange_disclosure_kind"
            )
        ]
        indexes = [models.Index(fields=["partner", "at"], name="exchange_disclosures_of")]  # noqa: RUF012


class Refusal(models.Model):
    """How often a partner was refused on a day, and why."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    partner = classed(models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+", db_index=False), INTERNAL)
    on = classed(models.DateField(), INTERNAL)
    why = classed(models.CharField(max_length=12), INTERNAL)
    count = classed(models.BigIntegerField(), INTERNAL)

    class Meta:
        """One row per partner, day and reason."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["partner", "on", "why"], name="exchange_refusal_once")
        ]


class Pseudonym(models.Model):
    """What a partner calls a person instead of the PIN: random, kept, of no use to anybody else."""

    id = classed(models.UUIDField(primary_key=True), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), INTERNAL)
    person = classed(models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False), INTERNAL)
    value = classed(models.CharField(max_length=20), BASIC, legal=LAW)
    given_at = classed(models.DateTimeField(), INTERNAL)

    class Meta:
        """One per person and partner, one person per value."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["actor_key", "person"], name="exchange_pseudonym_once"),
            models.UniqueConstraint(fields=["actor_key", "value"], name="exchange_pseudonym_of_one"),
        ]
