"""Columns of sources, their rows, and the journal of what was decided; rows are added, never changed."""

from typing import ClassVar

from django.db import models

from sosach.base.sensitivity import Sensitivity, classed

INTERNAL = Sensitivity.INTERNAL
POPULATION_LAW = "law-26-2023-9"


class Source(models.Model):
    """Something values come from: an import of a cleaning run, a civil-status feed, another agency."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    kind = classed(models.CharField(max_length=24), INTERNAL)
    title = classed(models.CharField(max_length=200), INTERNAL)
    digest = classed(models.CharField(max_length=128, unique=True), INTERNAL)
    taken_in_at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    details = classed(models.JSONField(default=dict), INTERNAL)


class SourceRow(models.Model):
    """One row of a source, as it was given and as it was understood, about one record of a register."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    source = classed(models.ForeignKey(Source, on_delete=models.PROTECT, related_name="rows"), INTERNAL)
    register = classed(models.CharField(max_length=16), INTERNAL)
    subject_id = classed(models.BigIntegerField(), INTERNAL)
    row_number = classed(models.IntegerField(), INTERNAL)
    given = classed(models.JSONField(), Sensitivity.BASIC, legal=POPULATION_LAW)
    values = classed(models.JSONField(), Sensitivity.BASIC, legal=POPULATION_LAW)

    class Meta:
        """A row of a source is taken in once."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["source", "register", "row_number"], name="provenance_row_once")
        ]
        indexes = [models.Index(fields=["register", "subject_id"], name="provenance_row_subject")]  # noqa: RUF012


class JournalEntry(models.Model):
    """One decision about one record."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    register = classed(models.CharField(max_length=16), INTERNAL)
    subject_id = classed(models.BigIntegerField(), INTERNAL)
    kind = classed(models.CharField(max_length=16), INTERNAL)
    procedure = classed(models.CharField(max_length=64), INTERNAL)
    changes = classed(models.JSONField(default=dict), Sensitivity.BASIC, legal=POPULATION_LAW)
    at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    actor_kind = classed(models.CharField(max_length=16), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), INTERNAL)
    reason = classed(models.CharField(max_length=500, blank=True), INTERNAL)
    evidence = classed(models.JSONField(default=dict), Sensitivity.BASIC, legal=POPULATION_LAW)
    retracts = classed(models.ForeignKey("self", on_delete=models.PROTECT, null=True), INTERNAL)

    class Meta:
        """Retractions, and they alone, name what they take back."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(
                condition=models.Q(kind="retraction", retracts__isnull=False)
                | (~models.Q(kind="retraction") & models.Q(retracts__isnull=True)),
                name="provenance_retraction_names_entry",
            )
        ]
        indexes = [models.Index(fields=["register", "subject_id", "id"], name="provenance_entry_subject")]  # noqa: RUF012


class Folded(models.Model):
    """A record of a register: its `FOLDED` columns are what the fold of sources and journal says.

    `commune_code` and `province_code` say in whose territory it lies.
    """

    REGISTER: ClassVar[str]
    FOLDED: ClassVar[tuple[str, ...]]

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    commune_code = classed(models.CharField(max_length=5, null=True), Sensitivity.BASIC, legal=POPULATION_LAW)
    province_code = classed(models.CharField(max_length=2, null=True), Sensitivity.BASIC, legal=POPULATION_LAW)

    class Meta:
        """No table of its own."""

        abstract = True
