"""Inserts many rows of one table by one statement that carries them as one JSON text: a third of the work of single values."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from django.db import connection, models


def insert_rows(
    model: type[models.Model], rows: Sequence[Mapping[str, Any]], *, returning: str = ""
) -> list[tuple[Any, ...]]:
    """Insert rows (column → value, the same columns in each); columns left out get what the model says.

    Args:
        model: whose table.
        rows: values by column of the database.
        returning: columns whose values are given back.
    """
    if not rows:
        return []
    with connection.cursor() as cursor:
        text = json.dumps(rows, default=_plain, ensure_ascii=False)
        statement = _statement(model, frozenset(rows[0]), returning)  # type: ignore[arg-type] # classes are hashable
        cursor.execute(statement, [text])
        return cursor.fetchall() if returning else []


def _plain(value: object) -> str:
    """Days and moments whole, everything else as its text."""
    return value.isoformat() if isinstance(value, date) else str(value)


@cache
def _statement(model: type[models.Model], told: frozenset[str], returning: str) -> str:
    fields = {field.column: field for field in model._meta.concrete_fields}  # noqa: SLF001 - Django's way to fields
    used = [name for name, field in fields.items() if name in told or not field.primary_key]
    columns = ", ".join(used)
    typed = ", ".join(f"{name} {fields[name].db_type(connection)}" for name in used if name in told)
    values = ", ".join(name if name in told else _default(fields[name]) for name in used)
    return (
        f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {values} "  # noqa: SLF001 - as above
        f"FROM jsonb_to_recordset(%s::jsonb) AS told({typed})" + (f" RETURNING {returning}" if returning else "")
    )


def _default(field: models.Field) -> str:
    """SQL of what a column holds where nothing is told."""
    value = field.get_default()
    if value is None:
        return "NULL"
    if isinstance(value, dict):
        return f"'{json.dumps(value)}'::jsonb"
    return f"'{value}'"


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Ids for rows that will be written, so that other tables can name them before."""
    with connection.cursor() as cursor:
        table = model._meta.db_table  # noqa: SLF001 - Django's way to the table
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [int(key) for (key,) in cursor.fetchall()]
