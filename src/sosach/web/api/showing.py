"""The shapes of answers, derived from what the verbs of the domain give: ids become references, secrets stay."""

import types
import warnings
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.db.models import Field as Column
from django.db.models import ForeignKey, Model, QuerySet
from pydantic import BaseModel, create_model

from sosach.base.sensitivity import Sensitivity, Withheld
from sosach.domain.provenance.rules import SUBJECTS
from sosach.web.api.names import (
    KEYS,
    PARTY,
    described,
    is_list,
    is_mapping,
    kind_of,
    listed,
    noted,
    outside,
    subject_of,
)
from sosach.web.api.opaque import reference


class Shown(BaseModel):
    """Part of an answer."""


def answer_of(hint: Any, name: str = "") -> Any:  # noqa: PLR0911 - one line per kind of value
    """The type an answer has where the domain gives `hint`: for the description of the API."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return Union[tuple(answer_of(one, name) for one in inside)]  # noqa: UP007 - made of a list
    if hint is int and kind_of(name):
        return UUID
    if isinstance(hint, type) and issubclass(hint, Model):
        return _model_answer(hint)
    if is_dataclass(hint) and isinstance(hint, type):
        return _record_answer(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return listed(hint)
    if is_mapping(origin):
        return dict[str, answer_of(inside[1])] if inside else dict[str, Any]  # type: ignore[misc] # made here
    if is_list(origin) or origin is QuerySet:
        return list[answer_of(inside[0], name)]  # type: ignore[misc] # made here
    return Any if hint is object else hint


@cache
def _record_answer(record: type) -> type[Shown]:
    hints, told = get_type_hints(record), described(record)
    members: dict[str, Any] = {
        outside(one.name): (noted(answer_of(hints[one.name], one.name), told.get(one.name)), ...)
        for one in fields(record)
        if one.name != "id"
    }
    return _made(f"{subject_of(record).title()}{record.__name__}Shown", members)


def _made(name: str, members: dict[str, Any]) -> type[Shown]:
    with warnings.catch_warnings():
        # pydantic's classes have a `register` of their own; nobody calls it on an answer
        warnings.filterwarnings("ignore", message='Field name "register"')
        return create_model(name, __base__=Shown, **members)


@cache
def _model_answer(model: type[Model]) -> type[Shown]:
    members: dict[str, Any] = {_name(column): (_column_answer(column), ...) for column in shown_columns(model)}
    return _made(f"{model.__name__}Shown", members)


HIDDEN = frozenset(
    [
        "act",
        "decided_act",
        "name_k1",
        "name_k2",
        "name_key",
        "holds",
        "actor_key",
        "last_step",
        "happened",
        "data_state",
        "next_change_on",
        "lot",
    ]
)


def shown_columns(model: type[Model]) -> list[Column]:
    """Columns of a record an answer shows: no secrets, and nothing that only our own machinery means."""
    return [
        column
        for column in model._meta.concrete_fields  # noqa: SLF001 - Django's documented way to fields
        if column.name not in HIDDEN and getattr(column, "sensitivity", None) is not Sensitivity.SECRET
    ]


def _name(column: Column) -> str:
    return "ref" if column.primary_key else outside(column.name)


_HELD = {
    "DecimalField": float,
    "FloatField": float,
    "BooleanField": bool,
    "DateField": date,
    "DateTimeField": datetime,
    "JSONField": Any,
    "UUIDField": UUID,
}


def _column_answer(column: Column) -> Any:
    stored = column.get_internal_type()
    if _is_key(column):
        held: Any = UUID
    elif stored.endswith("IntegerField"):
        held = int
    else:
        held = _HELD.get(stored, str)
    return held | None if column.null and held is not Any else held


def _is_key(column: Column) -> bool:
    """Whether the column names a record by its number: answers name it by its reference."""
    numbered = column.get_internal_type().endswith(("IntegerField", "AutoField"))
    return isinstance(column, ForeignKey) or (numbered and (column.primary_key or kind_of(column.name) is not None))


def shown(value: Any, name: str = "") -> Any:
    """A value of the domain as an answer has it: ids become references, records their shown fields."""
    if isinstance(value, Withheld):
        return {"withheld": str(value.sensitivity)}
    if isinstance(value, Model):
        return {_name(column): _shown_column(value, column) for column in shown_columns(type(value))}
    if is_dataclass(value) and not isinstance(value, type):
        column = getattr(value, "column", name)
        inner = {one.name: column if one.name == "value" else one.name for one in fields(value) if one.name != "id"}
        return {outside(one): shown(getattr(value, one), known) for one, known in inner.items()}
    if isinstance(value, Mapping):
        return {_shown_key(name, key): shown(one, str(key)) for key, one in value.items()}
    if isinstance(value, QuerySet | list | tuple | set | frozenset):
        return [shown(one, name) for one in value]
    return _shown_scalar(value, name)


def _shown_key(name: str, key: Any) -> str:
    return str(reference(KEYS[name], key)) if name in KEYS else outside(str(key))


def _shown_scalar(value: Any, name: str) -> Any:  # noqa: PLR0911 - one line per kind of value
    if isinstance(value, int) and not isinstance(value, bool) and (kind := kind_of(name)):
        return str(reference(kind, value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str) and (party := PARTY.fullmatch(value)):
        return f"person:{reference('person', int(party[1]))}"
    return value


def _shown_column(record: Model, column: Column) -> Any:
    value = getattr(record, column.attname)
    if value is None or isinstance(value, Withheld) or not _is_key(column):
        return shown(value, getattr(record, "column", "") if column.name == "value" else "")
    return str(reference(_kind_of_column(record, column), value))


def _kind_of_column(record: Model, column: Column) -> str:
    """Of what kind the record is that a column names."""
    if isinstance(column, ForeignKey):
        return str(column.related_model._meta.model_name)  # noqa: SLF001 - Django's documented way
    if column.name == "subject_id":
        return SUBJECTS[record.register]
    return str(record._meta.model_name) if column.primary_key else str(kind_of(column.name))  # noqa: SLF001 - as above
