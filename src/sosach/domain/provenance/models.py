"""Columns of sources, their rows, and the journal of what was decided; rows are added, never changed."""

from typing import ClassVar

from django.db import models

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.provenance.rules import OPEN

BASIC = Sensitivity.BASIC
INTERNAL = Sensitivity.INTERNAL
POPULATION_LAW = "law-26-2023-9"


class Source(models.Model):
    """Something values come from: an import of a cleaning run, a civil-status feed, another agency.

    `origin` is the system that keeps the records: numbers of records mean the same within one origin only.
    """

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    kind = classed(models.CharField(max_length=24), INTERNAL)
    register = classed(models.CharField(max_length=16, blank=True), INTERNAL)
    origin = classed(models.CharField(max_length=64, blank=True), INTERNAL)
    title = classed(models.CharField(max_length=200), INTERNAL)
    digest = classed(models.CharField(max_length=128, unique=True), INTERNAL)
    taken_in_at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    details = classed(models.JSONField(default=dict), INTERNAL)


class SourceRow(models.Model):
    """One row of a source, as it was given and as it was understood, about one record of a register."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    # found by the index of `provenance_row_once`, which begins with it; not checked row by row, as below
    source = classed(
        models.ForeignKey(Source, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="rows"),
        INTERNAL,
    )
    register = classed(models.CharField(max_length=16), INTERNAL)
    subject_id = classed(models.BigIntegerField(), INTERNAL)
    row_number = classed(models.IntegerField(), INTERNAL)
    record_id = classed(models.TextField(blank=True), BASIC, legal=POPULATION_LAW)
    given = classed(models.JSONField(), BASIC, legal=POPULATION_LAW)
    values = classed(models.JSONField(), BASIC, legal=POPULATION_LAW)
    verdict = classed(models.JSONField(default=dict), BASIC, legal=POPULATION_LAW)

    class Meta:
        """A row of a source is taken in once."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["source", "register", "row_number"], name="provenance_row_once")
        ]
        indexes = [  # noqa: RUF012
            models.Index(fields=["register", "subject_id"], name="provenance_row_subject"),
            models.Index(fields=["register", "record_id"], name="provenance_row_record"),
        ]


class RefusedRow(models.Model):
    """A row of a source that did not become a record, and why: nothing that was given is lost."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    source = classed(
        models.ForeignKey(Source, on_delete=models.PROTECT, db_index=False, related_name="refused"), INTERNAL
    )
    register = classed(models.CharField(max_length=16), INTERNAL)
    row_number = classed(models.IntegerField(), INTERNAL)
    record_id = classed(models.TextField(blank=True), BASIC, legal=POPULATION_LAW)
    reason = classed(models.CharField(max_length=128), INTERNAL)
    given = classed(models.JSONField(), BASIC, legal=POPULATION_LAW)
    values = classed(models.JSONField(), BASIC, legal=POPULATION_LAW)
    verdict = classed(models.JSONField(default=dict), BASIC, legal=POPULATION_LAW)
    commune_code = classed(models.CharField(max_length=5, null=True), BASIC, legal=POPULATION_LAW)
    province_code = classed(models.CharField(max_length=2, null=True), BASIC, legal=POPULATION_LAW)

    class Meta:
        """A row of a source is refused once."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["source", "register", "row_number"], name="provenance_refused_once")
        ]
        indexes = [models.Index(fields=["province_code", "commune_code"], name="provenance_refused_place")]  # noqa: RUF012


class Raised(models.Model):
    """Something a run raised about a record, to be judged; `state` is derived from the journal.

    `gone`: the latest run about the record does not say it any more.
    """

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    register = classed(models.CharField(max_length=16), INTERNAL)
    subject_id = classed(models.BigIntegerField(), INTERNAL)
    # written beside their source in one transaction: a check of the key per row would be a fifth of the time of an import
    source = classed(
        models.ForeignKey(Source, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="+"),
        INTERNAL,
    )
    gone = classed(models.BooleanField(default=False), INTERNAL)
    state = classed(models.CharField(max_length=12, default=OPEN), INTERNAL)

    class Meta:
        """No table of its own."""

        abstract = True


class Finding(Raised):
    """What a check said about one value of a record."""

    code = classed(models.CharField(max_length=8), INTERNAL)
    severity = classed(models.CharField(max_length=8), INTERNAL)
    field = classed(models.CharField(max_length=32), INTERNAL)
    value = classed(models.TextField(blank=True), BASIC, legal=POPULATION_LAW)
    proposed = classed(models.TextField(null=True), BASIC, legal=POPULATION_LAW)

    class Meta:
        """Found by record."""

        indexes = [models.Index(fields=["register", "subject_id"], name="provenance_finding_subject")]  # noqa: RUF012


class Candidate(Raised):
    """A person a record may belong to."""

    pin = classed(models.CharField(max_length=12), BASIC, legal=POPULATION_LAW)
    person_id = classed(models.BigIntegerField(null=True), BASIC, legal=POPULATION_LAW)
    rank = classed(models.SmallIntegerField(), INTERNAL)
    probability = classed(models.FloatField(), INTERNAL)
    evidence = classed(models.TextField(blank=True), INTERNAL)

    class Meta:
        """Found by record."""

        indexes = [models.Index(fields=["register", "subject_id"], name="provenance_candidate_subject")]  # noqa: RUF012


class Duplicate(Raised):
    """A record that may be one with the others of its group."""

    group = classed(models.TextField(), BASIC, legal=POPULATION_LAW)
    reason = classed(models.CharField(max_length=64), INTERNAL)

    class Meta:
        """Found by record and by group."""

        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["register", "subject_id"], name="provenance_duplicate_subject"),
            models.Index(fields=["register", "group"], name="provenance_duplicate_group"),
        ]


class Proposal(models.Model):
    """Somebody says that a value of a record should be another; `state` is derived from the journal."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    register = classed(models.CharField(max_length=16), INTERNAL)
    subject_id = classed(models.BigIntegerField(), INTERNAL)
    column = classed(models.CharField(max_length=32), INTERNAL)
    value = classed(models.JSONField(null=True), BASIC, legal=POPULATION_LAW)
    at = classed(models.DateTimeField(), INTERNAL)
    due_on = classed(models.DateField(null=True), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    actor_kind = classed(models.CharField(max_length=16), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), INTERNAL)
    reason = classed(models.CharField(max_length=500, blank=True), INTERNAL)
    evidence = classed(models.JSONField(default=dict), BASIC, legal=POPULATION_LAW)
    gone = classed(models.BooleanField(default=False), INTERNAL)
    state = classed(models.CharField(max_length=12, default=OPEN), INTERNAL)

    class Meta:
        """Found by record."""

        indexes = [models.Index(fields=["register", "subject_id"], name="provenance_proposal_subject")]  # noqa: RUF012


class JournalEntry(models.Model):
    """One decision about one record."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    register = classed(models.CharField(max_length=16), INTERNAL)
    subject_id = classed(models.BigIntegerField(), INTERNAL)
    kind = classed(models.CharField(max_length=16), INTERNAL)
    procedure = classed(models.CharField(max_length=64), INTERNAL)
    changes = classed(models.JSONField(default=dict), BASIC, legal=POPULATION_LAW)
    at = classed(models.DateTimeField(), INTERNAL)
    act = classed(models.UUIDField(), INTERNAL)
    actor_kind = classed(models.CharField(max_length=16), INTERNAL)
    actor_key = classed(models.CharField(max_length=64), INTERNAL)
    reason = classed(models.CharField(max_length=500, blank=True), INTERNAL)
    evidence = classed(models.JSONField(default=dict), BASIC, legal=POPULATION_LAW)
    matter = classed(models.JSONField(default=dict), INTERNAL)
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
