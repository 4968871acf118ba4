"""Withholds, on the way out of every look, what the roles and the purpose of the looker do not release."""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints
from uuid import UUID

from django.apps import apps
from django.db.models import Model, QuerySet

from sosach.base.sensitivity import Sensitivity, Withheld
from sosach.domain.access.rules import policies
from sosach.domain.access.rules.release import withheld_from
from sosach.domain.audit.rules import Actor

T = TypeVar("T")

# Attributes that hold columns of a record as a map: column → value, or what tells of it.
COLUMNS_OF_RECORD = frozenset({"values", "changes", "asked", "given"})
# Attributes that hold a value of the column named beside them, in `column` or `field`.
VALUE_OF_COLUMN = frozenset({"value", "proposed", "given"})
_PLAIN = (str, int, float, bool, bytes, date, Decimal, UUID, type(None))


def released(value: T, *, actor: Actor, purpose: str, kind: str, column: str = "") -> T:
    """What a look found, with `Withheld` in place of every value that is not for whoever looks.

    Args:
        value: what was found: rows, records of plain values, lists and maps of them.
        actor: who looks.
        purpose: why.
        kind: what the log calls the record it is about (`person`, `vehicle` …); its columns are meant by their names.
        column: the one column that was asked for, where the values found do not name it themselves.
    """
    hidden = withheld_from(frozenset(actor.roles), purpose)
    if not hidden:
        return value
    found: T = _Releasing(hidden, _register_of(kind)).of(value, column)
    return found


@cache
def _register_of(kind: str) -> str:
    """The register a record of that kind stands in."""
    table = next((policy.table for policy in policies().values() if policy.subject == kind), None)
    return next((_subject(model) for model in apps.get_models() if model._meta.db_table == table), "")  # noqa: SLF001 - Django's documented way


def _subject(model: Any) -> str:
    """The subject of the domain a table belongs to."""
    return str(model._meta.app_label)  # noqa: SLF001 - Django's documented way


@cache
def _record_of(register: str) -> Any:
    """The table whose rows are the records of a register; None where there is none."""
    return next((model for model in apps.get_models() if getattr(model, "REGISTER", "") == register), None)


@cache
def _withheld_columns(model: Any, classes: frozenset[Sensitivity]) -> Mapping[str, Withheld]:
    """Columns of a table whose values are withheld."""
    told = {column.name: getattr(column, "sensitivity", None) for column in model._meta.concrete_fields}  # noqa: SLF001 - as above
    return {name: Withheld(each) for name, each in told.items() if each in classes}


@cache
def _worth_a_look(kind: Any) -> tuple[str, ...]:
    """Attributes of a record that may hold more than a plain value of no column."""
    hints = get_type_hints(kind)
    return tuple(each.name for each in fields(kind) if each.name in VALUE_OF_COLUMN or not _is_plain(hints[each.name]))


def _is_plain(hint: Any) -> bool:
    return all(isinstance(one, type) and issubclass(one, _PLAIN) for one in get_args(hint) or (hint,))


class _Releasing:
    """One way out: which classes of which registers are withheld, and of which register the record is."""

    def __init__(self, hidden: Mapping[str, frozenset[Sensitivity]], register: str) -> None:
        self._hidden = hidden
        self._register = register

    def of(self, value: Any, column: str = "") -> Any:
        """The value without what is withheld; the very same where nothing is."""
        if isinstance(value, _PLAIN):
            return value
        if isinstance(value, Model):
            return self._row(value)
        if is_dataclass(value) and not isinstance(value, type):
            kind: Any = type(value)
            changes = self._inside(value, _worth_a_look(kind), self._register, column)
            return replace(value, **changes) if changes else value
        if isinstance(value, Mapping):
            return _kept(value, {key: self.of(one, column) for key, one in value.items()})
        if isinstance(value, QuerySet | list):
            return [self.of(one, column) for one in value]
        return tuple(self.of(one, column) for one in value) if type(value) is tuple else value

    def _row(self, row: Model) -> Model:
        kind: Any = type(row)
        names = [each.attname for each in kind._meta.concrete_fields]  # noqa: SLF001 - Django's documented way
        maps = [name for name in names if name in VALUE_OF_COLUMN | COLUMNS_OF_RECORD]
        changes = self._inside(row, maps, _subject(kind), "")
        own = _withheld_columns(kind, self._hidden.get(_subject(kind), frozenset()))
        # a map of columns is withheld column by column
        changes |= {name: withheld for name, withheld in own.items() if name not in COLUMNS_OF_RECORD}
        if not changes:
            return row
        told = copy.copy(row)
        for name, one in changes.items():
            setattr(told, name, one)
        return told

    def _inside(self, record: Any, names: Iterable[str], register: str, column: str) -> dict[str, Any]:
        """Attributes of something that tells of a record, as they are shown; those that are shown as they are left out."""
        columns = self._columns(str(getattr(record, "register", "") or register))
        told = str(getattr(record, "column", "") or getattr(record, "field", "") or column)
        found: dict[str, Any] = {}
        for name in names:
            before = getattr(record, name)
            if told in columns and name in VALUE_OF_COLUMN:
                found[name] = columns[told]
            elif name in COLUMNS_OF_RECORD and isinstance(before, Mapping):
                told_of = {key: self._entry(columns.get(key), one) for key, one in before.items()}
                found[name] = _kept(before, told_of)
            else:
                found[name] = self.of(before)
        # by identity: two rows are equal to Django when they have the same key
        return {name: after for name, after in found.items() if after is not getattr(record, name)}

    def _columns(self, register: str) -> Mapping[str, Withheld]:
        """Columns of the records of a register that are withheld."""
        classes = self._hidden.get(register)
        return _withheld_columns(_record_of(register), classes) if classes and _record_of(register) else {}

    def _entry(self, withheld: Withheld | None, value: Any) -> Any:
        """What a map of columns says of one column."""
        if withheld is None:
            return self.of(value)
        told: Any = value
        return replace(told, value=withheld) if is_dataclass(value) else withheld


def _kept(before: Mapping[Any, Any], after: dict[Any, Any]) -> Mapping[Any, Any]:
    """The map itself where nothing in it is shown otherwise."""
    return before if all(after[key] is one for key, one in before.items()) else after
