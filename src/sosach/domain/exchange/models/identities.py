"""Columns of people and identities partners file under ids of their own: claims, never the register."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.exchange.rules.identities import LONGEST_KEY, FiledStatus, IdentityStatus, PhysicalStatus
from sosach.domain.population.models import Person

INTERNAL = Sensitivity.INTERNAL
LAW = "law-26-2023-9"


class FiledPerson(models.Model):
    """A person as a partner files them; `person` is who of the register the reference identity names, where it names one."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), INTERNAL)
    person_key = classed(models.CharField(max_length=LONGEST_KEY), Sensitivity.BASIC, legal=LAW)
    status = classed(models.CharField(max_length=8), INTERNAL)
    physical_status = classed(models.CharField(max_length=5), Sensitivity.BASIC, legal=LAW)
    person = classed(models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+"), INTERNAL)
    filed_at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """A partner's id stands for one person."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["actor_key", "person_key"], name="exchange_filed_once"),
            models.CheckConstraint(
                condition=Q(status__in=[each.value for each in FiledStatus]), name="exchange_filed_status"
            ),
            models.CheckConstraint(
                condition=Q(physical_status__in=[each.value for each in PhysicalStatus]), name="exchange_filed_physical"
            ),
        ]


class FiledIdentity(models.Model):
    """One identity of a filed person; `actor_key` is its person's, so that the row itself says whose it is."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), INTERNAL)
    filed = classed(
        models.ForeignKey(FiledPerson, on_delete=models.PROTECT, db_index=False, related_name="identities"), INTERNAL
    )
    identity_key = classed(models.CharField(max_length=LONGEST_KEY), Sensitivity.BASIC, legal=LAW)
    kind = classed(models.TextField(), INTERNAL)
    status = classed(models.CharField(max_length=8), INTERNAL)
    galleries = classed(models.JSONField(default=list), INTERNAL)
    biographic = classed(models.JSONField(null=True), Sensitivity.SENSITIVE, legal=LAW)
    contextual = classed(models.JSONField(null=True), Sensitivity.SENSITIVE, legal=LAW)
    papers = classed(models.JSONField(default=dict), Sensitivity.SENSITIVE, legal=LAW)
    is_reference = classed(models.BooleanField(default=False), INTERNAL)
    created_at = classed(models.DateTimeField(), INTERNAL)
    updated_at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)

    class Meta:
        """An id stands for one identity of a person; one of them is the reference."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["filed", "identity_key"], name="exchange_identity_once"),
            models.UniqueConstraint(fields=["filed"], condition=Q(is_reference=True), name="exchange_one_reference"),
            models.CheckConstraint(
                condition=Q(status__in=[each.value for each in IdentityStatus]), name="exchange_identity_status"
            ),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["actor_key", "filed"], name="exchange_identities_of"),
            GinIndex(fields=["galleries"], opclasses=["jsonb_path_ops"], name="exchange_identity_gallery"),
        ]
