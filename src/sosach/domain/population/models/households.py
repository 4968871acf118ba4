"""Columns of a household; who belongs to it since when are the spells of its members."""

from django.db import models

from sosach.base.sensitivity import Sensitivity, classed
from sosach.domain.population.models.legal import LAW, item


class Household(models.Model):
    """Who is registered together at one address. It lives as long as somebody is; nothing else is kept of its end."""

    id = classed(models.BigAutoField(primary_key=True), Sensitivity.INTERNAL)
    commune_code = classed(models.CharField(max_length=5), Sensitivity.BASIC, legal=LAW)
    province_code = classed(models.CharField(max_length=2), Sensitivity.BASIC, legal=LAW)
    address = item(16, models.CharField(max_length=250))
    file_number = item(20, models.CharField(max_length=40, blank=True))
    opened_on = classed(models.DateField(), Sensitivity.BASIC, legal=LAW)
    act = classed(models.UUIDField(), Sensitivity.INTERNAL)

    class Meta:
        """Listed by commune."""

        indexes = [models.Index(fields=["commune_code", "id"], name="population_households_of")]  # noqa: RUF012
