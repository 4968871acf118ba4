"""Columns of the licence register: the licence, and what follows from its journal: classes, cards, halves, deductions."""

from typing import ClassVar

from django.db import models

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.licences.rules.classes import Group, NumberForm
from sosach.domain.licences.rules.points import FULL
from sosach.domain.licences.states.happenings import Material, Medium
from sosach.domain.licences.states.holding import CardState, ClassState
from sosach.domain.licences.states.status import Status
from sosach.domain.population.models import Person
from sosach.domain.provenance.models import Folded

LAW = "law-36-2024-62"
NUMBER_LAW = "circ-12-2025"
CLASS_LAW = "law-36-2024-57"
POINTS_LAW = "law-36-2024-58"
NUMBER_ONCE = "licences_number_once"
BASIC, INTERNAL = Sensitivity.BASIC, Sensitivity.INTERNAL


def _known(column: str, values: type, name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(**{f"{column}__in": sorted(map(str, values))}), name=name)  # type: ignore[call-overload] # closed lists are enumerations


class Licence(Folded):
    """All driving licences of one person under one number; of imported records the person may be unknown.

    The columns after `happened` follow from the journal (`states`) and are written with every entry, and by the calendar.
    """

    REGISTER = "licences"
    FOLDED: ClassVar[tuple[str, ...]] = (
        "licence_number",
        "number_form",
        "holder_id",
        "joined_into_id",
        "full_name",
        "birth_date",
        "sex",
        "nationality",
        "address",
        "commune_code",
        "province_code",
        "happened",
    )

    licence_number = classed(models.CharField(max_length=16, blank=True), BASIC, legal=NUMBER_LAW)
    number_form = classed(models.CharField(max_length=6, default=NumberForm.NONE.value), INTERNAL)
    holder = classed(models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+"), BASIC, legal=LAW)
    joined_into = classed(models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+"), INTERNAL)
    full_name = classed(models.CharField(max_length=120, blank=True), BASIC, legal=LAW)
    birth_date = classed(models.CharField(max_length=10, blank=True), BASIC, legal=LAW)
    sex = classed(models.CharField(max_length=1, blank=True), BASIC, legal=LAW)
    nationality = classed(models.CharField(max_length=40, blank=True), BASIC, legal=LAW)
    address = classed(models.CharField(max_length=300, blank=True), BASIC, legal=LAW)
    happened = classed(models.JSONField(default=dict), BASIC, legal=LAW)

    name_key = classed(models.CharField(max_length=160, blank=True, db_collation="C"), BASIC, legal=LAW)
    status = classed(models.CharField(max_length=9, default=Status.NONE.value), BASIC, legal=LAW)
    next_change_on = classed(models.DateField(null=True), INTERNAL)
    next_expiry_on = classed(models.DateField(null=True), BASIC, legal=LAW)

    class Meta:
        """One number per person, one person per number; paper numbers of the provinces may repeat."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(
                fields=["licence_number"],
                condition=models.Q(number_form=NumberForm.PET.value, joined_into__isnull=True),
                name=NUMBER_ONCE,
            ),
            models.UniqueConstraint(
                fields=["holder"],
                condition=models.Q(number_form=NumberForm.PET.value, joined_into__isnull=True),
                name="licences_one_per_person",
            ),
            models.CheckConstraint(
                condition=~models.Q(number_form=NumberForm.PET.value) | models.Q(licence_number__regex=r"^[0-9]{12}$"),
                name="licences_pet_twelve_digits",
            ),
            models.CheckConstraint(
                condition=models.Q(joined_into__isnull=True) | ~models.Q(joined_into=models.F("id")),
                name="licences_not_joined_to_itself",
            ),
            _known("number_form", NumberForm, "licences_number_form_known"),
            _known("status", Status, "licences_status_known"),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["licence_number"], name="licences_by_number"),
            models.Index(fields=["name_key", "birth_date"], name="licences_by_name"),
            models.Index(fields=["next_change_on", "id"], name="licences_by_calendar"),
            models.Index(fields=["commune_code", "next_expiry_on"], name="licences_expiry_commune"),
            models.Index(fields=["province_code", "next_expiry_on"], name="licences_expiry_province"),
        ]


class LicenceClass(models.Model):
    """A class on a licence: one row per class and entry that gave it."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    # found by the index of `licences_class_origin`, which begins with it
    licence = classed(
        models.ForeignKey(Licence, on_delete=models.PROTECT, db_index=False, related_name="classes"), INTERNAL
    )
    origin = classed(models.CharField(max_length=32), INTERNAL)
    name = classed(models.CharField(max_length=3), BASIC, legal=CLASS_LAW)
    law = classed(models.CharField(max_length=4), BASIC, legal=CLASS_LAW)
    group = classed(models.CharField(max_length=9), BASIC, legal=CLASS_LAW)
    passed_on = classed(models.DateField(null=True), BASIC, legal=CLASS_LAW)
    issued_on = classed(models.DateField(null=True), BASIC, legal=CLASS_LAW)
    expires_on = classed(models.DateField(null=True), BASIC, legal=CLASS_LAW)
    restrictions = classed(models.JSONField(default=list), BASIC, legal=CLASS_LAW)
    state = classed(models.CharField(max_length=9), BASIC, legal=CLASS_LAW)

    class Meta:
        """Nobody holds a class twice; a class for life has no end."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["licence", "origin"], name="licences_class_origin"),
            models.UniqueConstraint(
                fields=["licence", "name", "law"],
                condition=models.Q(state=ClassState.HELD.value),
                name="licences_class_held_once",
            ),
            models.CheckConstraint(condition=models.Q(law__in=["2008", "2024"]), name="licences_class_law"),
            models.CheckConstraint(
                condition=models.Q(group=Group.LIMITED.value)
                | models.Q(group=Group.UNLIMITED.value, expires_on__isnull=True),
                name="licences_class_for_life",
            ),
            _known("state", ClassState, "licences_class_state_known"),
        ]


class LicenceCard(models.Model):
    """A card of a licence, in the hand or electronic."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    # found by the index of `licences_card_origin`, which begins with it
    licence = classed(
        models.ForeignKey(Licence, on_delete=models.PROTECT, db_index=False, related_name="cards"), INTERNAL
    )
    origin = classed(models.CharField(max_length=32), INTERNAL)
    material = classed(models.CharField(max_length=10), BASIC, legal=LAW)
    medium = classed(models.CharField(max_length=10), INTERNAL)
    serial = classed(models.CharField(max_length=24, blank=True), BASIC, legal=LAW)
    for_unlimited = classed(models.BooleanField(), BASIC, legal=LAW)
    for_limited = classed(models.BooleanField(), BASIC, legal=LAW)
    issued_on = classed(models.DateField(null=True), BASIC, legal=LAW)
    issued_by = classed(models.CharField(max_length=120, blank=True), INTERNAL)
    state = classed(models.CharField(max_length=9), BASIC, legal=LAW)

    class Meta:
        """Each half of a licence is on one active card of a kind."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["licence", "origin"], name="licences_card_origin"),
            models.UniqueConstraint(
                fields=["licence", "medium"],
                condition=models.Q(state=CardState.ACTIVE.value, for_unlimited=True),
                name="licences_card_unlimited_once",
            ),
            models.UniqueConstraint(
                fields=["licence", "medium"],
                condition=models.Q(state=CardState.ACTIVE.value, for_limited=True),
                name="licences_card_limited_once",
            ),
            models.CheckConstraint(
                condition=models.Q(for_unlimited=True) | models.Q(for_limited=True), name="licences_card_for_something"
            ),
            models.CheckConstraint(
                condition=models.Q(medium=Medium.ELECTRONIC.value, material=Material.ELECTRONIC.value)
                | models.Q(medium=Medium.CARD.value, material__in=[Material.PAPER.value, Material.PET.value]),
                name="licences_card_medium",
            ),
            _known("state", CardState, "licences_card_state_known"),
        ]
        indexes = [models.Index(fields=["serial"], name="licences_card_serial")]  # noqa: RUF012 - Django's form


class LicenceHalf(models.Model):
    """One half of a licence, classes for life or for years: its status and points on the day they were last written.

    Reads compute both for their own day; these columns serve lists, and `full_on` the calendar.
    """

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    # found by the index of `licences_half_once`, which begins with it
    licence = classed(
        models.ForeignKey(Licence, on_delete=models.PROTECT, db_index=False, related_name="halves"), INTERNAL
    )
    group = classed(models.CharField(max_length=9), BASIC, legal=CLASS_LAW)
    status = classed(models.CharField(max_length=9), BASIC, legal=LAW)
    points = classed(models.SmallIntegerField(), BASIC, legal=POINTS_LAW)
    full_on = classed(models.DateField(null=True), BASIC, legal=POINTS_LAW)
    zero_since = classed(models.DateField(null=True), BASIC, legal=POINTS_LAW)

    class Meta:
        """Points are 0 to 12; they come back by themselves only from between."""

        constraints = [  # noqa: RUF012 - Django's form
            models.UniqueConstraint(fields=["licence", "group"], name="licences_half_once"),
            models.CheckConstraint(condition=models.Q(points__range=(0, FULL)), name="licences_points_range"),
            models.CheckConstraint(
                condition=models.Q(points=0, zero_since__isnull=False, full_on__isnull=True)
                | models.Q(points=FULL, zero_since__isnull=True, full_on__isnull=True)
                | models.Q(points__range=(1, FULL - 1), zero_since__isnull=True, full_on__isnull=False),
                name="licences_points_return",
            ),
            _known("group", Group, "licences_half_group_known"),
            _known("status", Status, "licences_half_status_known"),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["full_on"], condition=models.Q(full_on__isnull=False), name="licences_points_due")
        ]


class PointsDeduction(models.Model):
    """A violation message that took points: each counts once in the country, also after it was taken back."""

    id = classed(models.BigAutoField(primary_key=True), INTERNAL)
    licence = classed(models.ForeignKey(Licence, on_delete=models.PROTECT, related_name="deductions"), INTERNAL)
    message = classed(models.CharField(max_length=64, unique=True), BASIC, legal=POINTS_LAW)
    entry = classed(models.BigIntegerField(), INTERNAL)
    group = classed(models.CharField(max_length=9), BASIC, legal=POINTS_LAW)
    points = classed(models.SmallIntegerField(), BASIC, legal=POINTS_LAW)
    on = classed(models.DateField(), BASIC, legal=POINTS_LAW)
    counts = classed(models.BooleanField(default=True), BASIC, legal=POINTS_LAW)

    class Meta:
        """A violation takes 1 to 12 points."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(condition=models.Q(points__range=(1, FULL)), name="licences_deduction_range"),
            _known("group", Group, "licences_deduction_group_known"),
        ]
