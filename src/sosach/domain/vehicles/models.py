"""Columns of the vehicle register."""

from typing import ClassVar

from django.db import models

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.provenance.models import Folded

LAW = "law-36-2024-39"


class Vehicle(Folded):
    """A registered vehicle."""

    REGISTER = "vehicles"
    FOLDED: ClassVar[tuple[str, ...]] = ("chassis_number", "commune_code", "province_code")

    chassis_number = classed(models.CharField(max_length=32, blank=True), Sensitivity.BASIC, legal=LAW)
