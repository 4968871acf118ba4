"""Columns of a record as another installation is told of them, and back: what holds its default is not told."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.provenance.models import Folded


def as_json(value: Any) -> Any:
    """A value as JSON holds it: days, ids of acts and sums as text."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value


def told_columns(model: type[Folded], columns: Collection[str], row: Mapping[str, Any]) -> dict[str, Any]:
    """Those columns of a row that say something, whether they come from the table or from a source."""
    found = {}
    for column in columns:
        if row.get(column) is None:
            continue
        field = model._meta.get_field(column)  # noqa: SLF001 - Django's documented way to fields
        value = field.to_python(row[column])
        if value != field.get_default() and value != "":
            found[column] = as_json(value)
    return found


def read_columns(model: type[Folded], columns: Collection[str], told: Mapping[str, Any]) -> dict[str, Any]:
    """Values another installation or a program tells, as these columns hold them; what is told no more is the default.

    Raises:
        SosachError: STATE-04, no such column, or no value of it.
    """
    found = {}
    for name, value in told.items():
        if name not in columns:
            raise incomplete(f"Không có mục “{name}”.", f"There is no field {name}.")
        field = model._meta.get_field(name)  # noqa: SLF001 - Django's documented way to fields
        if value is not None and not _fits(field, value):
            raise _no_value(name)
        try:
            found[name] = field.get_default() if value is None else field.to_python(value)
        except ValidationError as refused:
            raise _no_value(name) from refused
    return found


def _fits(field: Any, value: Any) -> bool:
    """Whether a value is of the kind of its column: a number is no day, and `true` no text, though Django would make one of it."""
    if isinstance(field, models.BooleanField):
        return isinstance(value, bool)
    if isinstance(field, models.JSONField):
        return isinstance(value, dict | list)
    if isinstance(field, models.IntegerField | models.DecimalField):
        return isinstance(value, int | str | Decimal) and not isinstance(value, bool)
    return isinstance(value, str | date | UUID)


def known_person(value: Any) -> int | None:
    """The record of a person another installation names.

    Raises:
        SosachError: STATE-04, nobody here has the number.
    """
    if value is None or isinstance(value, int):
        return value
    raise incomplete("Chưa có người mang số định danh này.", "Nobody here has the number that was told.")


def incomplete(vi: str, en: str) -> SosachError:
    """STATE-04: what another installation tells cannot be read."""
    return SosachError(ErrorCode.INPUT_INCOMPLETE, vi=vi, en=en)


def _no_value(name: str) -> SosachError:
    return incomplete(f"Giá trị của “{name}” không hợp lệ.", f"No value of {name}.")
