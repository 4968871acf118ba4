"""The declarations of a register as SQL over the staged rows of a run: `g` is the row, `r.person` the linked person.

Names come from declarations and models, never from data; values of words and constants are quoted as literals.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import JSONField

from sosach.base.registers import COLUMNS
from sosach.base.registers import Register as Canonical
from sosach.domain.provenance.models import Folded
from sosach.domain.provenance.rules import (
    LINKED,
    PERSON,
    PREFIX,
    RECORD,
    SOURCE_ROW,
    ImportColumn,
    ImportColumns,
    Listed,
)

_TOKENS = {
    PERSON: "r.person::text",
    LINKED: "CASE WHEN r.person IS NOT NULL THEN 'linked' END",
    RECORD: "r.subject::text",
    SOURCE_ROW: "r.source_row::text",
}
# A day of the calendar; anything else would stop the whole import.
_DAY = (
    r"^(1[6-9]|20|21)\d\d-((0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)$"
    r"|^(1[6-9]|20|21)([02468][048]|[13579][26])-02-29$"
)
_SHAPES = {
    "date": _DAY,
    "smallint": r"^-?\d{1,4}$",
    "integer": r"^-?\d{1,9}$",
    "boolean": "^(true|false)$",
    "numeric": r"^-?\d{1,6}(\.\d{1,2})?$",
}
_VARYING = re.compile(r"(?:character varying|varchar)\((\d+)\)")
_VERDICT = ("decision", "pin", "evidence", "result_class", "locality", "action")
_CRITERIA = ("correct", "complete", "clean", "live")


def literal(value: Any) -> str:
    """A constant of a declaration as SQL."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict | list | tuple):
        return literal(json.dumps(value, ensure_ascii=False)) + "::jsonb"
    return "'" + str(value).replace("'", "''") + "'"


def name(column: str) -> str:
    """A column as an identifier."""
    return '"' + column.replace('"', '""') + '"'


def said(columns: Iterable[str], there: frozenset[str]) -> str:
    """Text of the first of some columns that says something."""
    parts = [
        _TOKENS.get(column) or f"nullif(g.{name(column)}, '')"
        for column in columns
        if column in _TOKENS or column in there
    ]
    if not parts:
        return "NULL::text"
    return parts[0] if len(parts) == 1 else f"coalesce({', '.join(parts)})"


def worded(text: str, words: Mapping[str, str], *, closed: bool) -> str:
    """Text with the words of the file put into those of the register."""
    if not words:
        return text
    cases = " ".join(f"WHEN {literal(word)} THEN {literal(meaning)}" for word, meaning in words.items())
    return f"CASE {text} {cases} {'' if closed else f'ELSE {text}'} END"


def fitted(text: str, kind: str) -> str:
    """Text as a type of the database; NULL where it does not fit: what was given stands in the source row."""
    if varying := _VARYING.match(kind):
        return f"CASE WHEN length({text}) <= {varying[1]} THEN {text} END"
    shape = _SHAPES.get(kind.partition("(")[0])
    return f"(CASE WHEN {text} ~ '{shape}' THEN {text} END)::{kind}" if shape else f"({text})::{kind}"


def kind_of(model: type[Folded], column: str) -> str:
    """Type of a column in the database."""
    field = model._meta.get_field(column)  # noqa: SLF001 - Django's documented way to fields
    found = field.rel_db_type(connection) if field.is_relation else field.db_type(connection)
    return str(found)


def value_of(column: ImportColumn, model: type[Folded], there: frozenset[str]) -> str:
    """What a row says a column of the record is; NULL when it says nothing."""
    text = worded(said(column.said, there), column.words, closed=column.closed)
    if column.constant is not None:
        text = f"coalesce({text}, {literal(column.constant)})"
    return fitted(text, kind_of(model, column.column))


def default_of(model: type[Folded], column: str) -> str:
    """What a column holds when nothing is said."""
    field = model._meta.get_field(column)  # noqa: SLF001 - Django's documented way to fields
    value = field.get_default()
    plain = json.dumps(value) if isinstance(field, JSONField) else value
    return f"{literal(plain)}::{kind_of(model, column)}"


def json_of(pairs: Mapping[str, str]) -> str:
    """An object of what is said; what is not said is left out."""
    made = ", ".join(f"{literal(key)}, {value}" for key, value in pairs.items())
    return f"jsonb_strip_nulls(jsonb_build_object({made}))"


def lists(columns: ImportColumns, there: frozenset[str]) -> str:
    """The lists among the values, as an object that is empty when nothing is said; "" where there are none."""
    under: dict[str, list[Listed]] = {}
    for member in columns.lists:
        if not member.alone:
            under.setdefault(member.under, []).append(member)
    # members are put together as text and read once: nested `jsonb_build_object` would copy each level into the next
    objects = []
    for key, members in under.items():
        told = ", ".join(f"({_member(member, there)})::text" for member in members)
        begin = literal(f"{{{json.dumps(key)}: [")
        objects.append(f"coalesce(({begin} || nullif(concat_ws(',', {told}), '') || ']}}')::jsonb, '{{}}')")
    return " || ".join(objects)


def alone(columns: ImportColumns, there: frozenset[str]) -> dict[str, str]:
    """What stands alone under a key, by key."""
    return {member.under: f"({_member(member, there)})::jsonb" for member in columns.lists if member.alone}


def _member(member: Listed, there: frozenset[str]) -> str:
    needs = " AND ".join(f"{said((column,), there)} IS NOT NULL" for column in member.needs)
    return f"CASE WHEN {needs or 'true'} THEN {_built(member.item, there)} END"


def _built(item: Any, there: frozenset[str]) -> str:
    if isinstance(item, Mapping):
        inner = ", ".join(f"{literal(str(key))}, {_built(value, there)}" for key, value in item.items())
        return f"json_build_object({inner})"
    if isinstance(item, list | tuple):
        return f"json_build_array({', '.join(_built(value, there) for value in item)})"
    if isinstance(item, str) and item.startswith(PREFIX):
        return said(item.removeprefix(PREFIX).split("|"), there)
    return "NULL::text" if item is None else f"{literal(item)}{'::text' if isinstance(item, str) else ''}"


def given(register: str, there: frozenset[str]) -> str:
    """The canonical columns as they were given."""
    columns = [column.name for column in COLUMNS[Canonical(register)]]
    file = {column: f"{column}_given" if f"{column}_given" in there else column for column in columns}
    return json_of({column: said((file[column],), there) for column in columns if column != "record_id"})


def verdict(there: frozenset[str]) -> str:
    """What the run decided about the row."""
    told = {column: said((column,), there) for column in _VERDICT}
    told |= {column: f"({said((column,), there)})::boolean" for column in _CRITERIA}
    told["probability"] = f"round(({said(('probability',), there)})::numeric, 6)"
    return json_of(told)
