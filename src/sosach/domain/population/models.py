"""Columns of the population register."""

from typing import ClassVar

from django.db import models

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.provenance.models import Folded

LAW = "law-26-2023-9"
BASIC = Sensitivity.BASIC


class Person(Folded):
    """A person of the register, living or not."""

    REGISTER = "population"
    FOLDED: ClassVar[tuple[str, ...]] = ("pin", "full_name", "sex", "birth_date", "commune_code", "province_code")

    pin = classed(models.CharField(max_length=12, null=True, unique=True), BASIC, legal=LAW)
    full_name = classed(models.CharField(max_length=120), BASIC, legal=LAW)
    sex = classed(models.CharField(max_length=1, blank=True), BASIC, legal=LAW)
    birth_date = classed(models.CharField(max_length=10, blank=True), BASIC, legal=LAW)
