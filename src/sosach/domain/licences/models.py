"""Columns of the licence register."""

from typing import ClassVar

from django.db import models

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.provenance.models import Folded

LAW = "law-36-2024-62"


class Licence(Folded):
    """A driving licence."""

    REGISTER = "licences"
    FOLDED: ClassVar[tuple[str, ...]] = ("licence_number", "commune_code", "province_code")

    licence_number = classed(models.CharField(max_length=16, blank=True), Sensitivity.BASIC, legal=LAW)
