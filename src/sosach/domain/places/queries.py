"""Reads of units on a day. Units are no personal data: no purpose is asked for."""

from datetime import date

from django.db.models import Q, QuerySet

from sosach.domain.places.models import Succession, Unit


def units(*, level: str, at: date, province_code: str | None = None) -> QuerySet[Unit]:
    """Units of a level that existed on a day, by code."""
    found = Unit.objects.filter(_holds(at), level=level).order_by("code")
    return found.filter(province_code=province_code) if province_code else found


def unit(*, level: str, code: str, at: date) -> Unit | None:
    """The unit of that code on a day."""
    return Unit.objects.filter(_holds(at), level=level, code=code).first()


def present_communes(old_code: str) -> QuerySet[Succession]:
    """What became of an old commune: one row per present commune; several mean a split, and none is the default."""
    return Succession.objects.filter(old_code=old_code).order_by("new_code")


def _holds(at: date) -> Q:
    return (Q(valid_from__isnull=True) | Q(valid_from__lte=at)) & (Q(valid_to__isnull=True) | Q(valid_to__gte=at))
