"""Columns of a person: the single-valued items of article 9, and what follows from them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.population.models.legal import LAW, item
from sosach.domain.population.rules.days import PARTIAL
from sosach.domain.population.rules.words import BLOOD_TYPES, Life, Marital, Sex
from sosach.domain.provenance.models import Folded

SENSITIVE = Sensitivity.SENSITIVE


def _text(length: int = 250) -> models.CharField:
    return models.CharField(max_length=length, blank=True)


def _partial_date() -> models.CharField:
    return models.CharField(max_length=10, blank=True)


def _key() -> models.CharField:
    """A search key: compared byte by byte, so that beginnings of names use the index on every server."""
    return models.CharField(max_length=160, blank=True, db_collation="C")


class Person(Folded):
    """A person of the register, living or not. Partial dates are `yyyy`, `yyyy-mm` or `yyyy-mm-dd`."""

    REGISTER = "population"
    FOLDED: ClassVar[tuple[str, ...]] = (
        "full_name",
        "pin",
        "birth_date",
        "sex",
        "birth_place",
        "birth_registration_place",
        "birth_registration_code",
        "hometown",
        "ethnicity",
        "religion",
        "nationality",
        "second_nationality",
        "blood_type",
        "residence_file",
        "marital_status",
        "died_on",
        "missing_since",
        "other",
        "life_status",
        "merged_into",
        "commune_code",
        "province_code",
    )

    full_name = item(1, models.CharField(max_length=120))
    pin = item(3, models.CharField(max_length=12, null=True, unique=True))
    birth_date = item(4, _partial_date())
    sex = item(5, models.CharField(max_length=1, blank=True))
    birth_place = item(6, _text())
    birth_registration_place = item(7, _text())
    birth_registration_code = item(7, _text(5))
    hometown = item(8, _text())
    ethnicity = item(9, _text(40), SENSITIVE)
    religion = item(10, _text(40), SENSITIVE)
    nationality = item(11, models.CharField(max_length=3, blank=True, default="VNM"))
    second_nationality = item(11, _text(3))
    blood_type = item(12, _text(3), SENSITIVE)
    residence_file = item(20, _text(40))
    marital_status = item(21, _text(8))
    died_on = item(24, _partial_date())
    missing_since = item(24, _partial_date())
    other = item(26, models.JSONField(default=dict, blank=True), SENSITIVE)
    life_status = item(24, models.CharField(max_length=9, default=Life.ALIVE.value))
    merged_into = classed(
        models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged"), Sensitivity.INTERNAL
    )
    name_k1 = classed(_key(), Sensitivity.BASIC, legal=LAW)
    name_k2 = classed(_key(), Sensitivity.BASIC, legal=LAW)

    class Meta:
        """The database refuses what no procedure can mean; the inside of a PIN is no reason to refuse it."""

        constraints = [  # noqa: RUF012 - Django's form
            models.CheckConstraint(condition=Q(pin__regex=r"^[0-9]{12}$"), name="population_pin_digits"),
            models.CheckConstraint(condition=Q(sex__in=["", *(each.value for each in Sex)]), name="population_sex"),
            models.CheckConstraint(condition=Q(life_status__in=[each.value for each in Life]), name="population_life"),
            models.CheckConstraint(
                condition=Q(marital_status__in=["", *(each.value for each in Marital)]), name="population_marital"
            ),
            models.CheckConstraint(condition=Q(blood_type__in=["", *BLOOD_TYPES]), name="population_blood"),
            models.CheckConstraint(
                condition=Q(birth_date="") | Q(birth_date__regex=PARTIAL), name="population_birth_date"
            ),
            models.CheckConstraint(condition=Q(died_on="") | Q(died_on__regex=PARTIAL), name="population_died_on"),
            models.CheckConstraint(
                condition=Q(missing_since="") | Q(missing_since__regex=PARTIAL), name="population_missing_since"
            ),
            models.CheckConstraint(
                condition=Q(died_on="") | Q(life_status=Life.DECEASED.value), name="population_death_is_a_state"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="population_merged_elsewhere"
            ),
        ]
        indexes = [  # noqa: RUF012 - Django's form
            models.Index(fields=["name_k2", "id"], name="population_by_name"),
            models.Index(fields=["province_code", "name_k2", "id"], name="population_by_name_province"),
            models.Index(fields=["commune_code", "name_k2", "id"], name="population_by_name_commune"),
        ]
