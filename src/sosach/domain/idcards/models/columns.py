"""Classes of columns, and closed lists as constraints."""

from enum import StrEnum

from django.db import models

from sosach.base.sensitivity import Sensitivity

BASIC, INTERNAL, SENSITIVE = Sensitivity.BASIC, Sensitivity.INTERNAL, Sensitivity.SENSITIVE


def known(column: str, values: type[StrEnum], name: str) -> models.CheckConstraint:
    """The column holds a value of a closed list."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{column}__in": sorted(each.value for each in values)}), name=name
    )
