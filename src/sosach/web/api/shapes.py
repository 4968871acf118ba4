"""The shapes of requests and answers, derived from what the verbs of the domain take and give: nothing is declared twice."""

import inspect
import re
import types
import warnings
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.db.models import Field as Column
from django.db.models import ForeignKey, Model, QuerySet
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    WithJsonSchema,
    create_model,
)

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.sensitivity import Sensitivity
from sosach.domain.audit.rules import Actor
from sosach.domain.provenance.rules import SUBJECTS
from sosach.web.api.opaque import Ref, read_reference, ref_type, reference

# Ids whose name does not say of what kind of record they are.
# Ids whose name does not say of what kind of record they are: first by stem, then names without ending.
_PERSONS = "spouse child parent father mother head holder owner other survivor merged_into"
KINDS = {**dict.fromkeys(_PERSONS.split(), "person"), "into": "household", "joined_into": "licence"}
_PLAIN_PERSONS = "person user_person objector merged merged_into children other"
_PLAIN_ENTRIES = "entry key before retracts held closes pledge_entry seizure_entry objection"
PLAIN = {
    **dict.fromkeys(_PLAIN_PERSONS.split(), "person"),
    **dict.fromkeys(_PLAIN_ENTRIES.split(), "entry"),
    "to": "household",
}
# Maps whose keys are ids.
KEYS = {"members": "person", "relations": "person"}
PARTY = re.compile(r"person:([0-9]+)")  # how chains of hands name a person
TOLD_PARTY = re.compile(r"person:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
LONGEST_TEXT, MOST_ITEMS = 500, 1000
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
# printable or white space within a line; a zero byte would not even reach the database
Text = Annotated[
    str, StringConstraints(strict=True, max_length=LONGEST_TEXT, pattern=r"^[^\u0000-\u0008\u000b-\u001f\u007f]*$")
]


def _whole(value: Any) -> Any:
    """JSON knows one kind of numbers: 7.0 is a whole one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Number = Annotated[StrictInt, BeforeValidator(_whole), Field(ge=-(2**31), le=2**31 - 1)]


def _from_address(value: Any) -> Any:
    """Addresses hold text only: digits stand for a number, true and false for themselves."""
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,10}", value):
        return int(value)
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


AskedNumber = Annotated[StrictInt, BeforeValidator(_from_address), Field(ge=-(2**31), le=2**31 - 1)]
AskedSwitch = Annotated[StrictBool, BeforeValidator(_from_address)]
Scalar = Text | Number | StrictBool | None


class Body(BaseModel):
    """A request's body: nothing but what is asked for."""

    model_config = ConfigDict(extra="forbid")


class Shown(BaseModel):
    """Part of an answer."""


def _as_text(value: Any) -> Any:
    """Days and moments come as text only: a number is not taken for one."""
    if not isinstance(value, str):
        raise TypeError("text is expected")
    return value


Day = Annotated[date, BeforeValidator(_as_text), Field(json_schema_extra={"pattern": _DAY})]
Moment = Annotated[datetime, BeforeValidator(_as_text)]


def kind_of(name: str) -> str | None:
    """The kind of record an id names: `person_id` → person, `parent_ids` → person; None for names of no id.

    >>> kind_of("spouse_id"), kind_of("household_id"), kind_of("reason")
    ('person', 'household', None)
    """
    for ending in ("_ids", "_id"):
        if name.endswith(ending) and name != "message_id":
            stem = name.removesuffix(ending)
            return "person" if stem.endswith("_person") else KINDS.get(stem, stem)
    return PLAIN.get(name)


def outside(name: str) -> str:
    """How a field is called outside: references have no `_id`.

    >>> outside("person_id"), outside("parent_ids"), outside("died_on")
    ('person', 'parents', 'died_on')
    """
    if kind_of(name) is None or name in PLAIN:
        return name
    return name.removesuffix("_id") if name.endswith("_id") else f"{name.removesuffix('_ids')}s"


def parameters(verb: Callable[..., Any]) -> dict[str, tuple[Any, Any]]:
    """What a verb takes beside its order or look: name → (type, default or `...`)."""
    hints = get_type_hints(verb)
    named = list(inspect.signature(verb).parameters.values())[1:]
    return {
        one.name: (hints[one.name], ... if one.default is inspect.Parameter.empty else one.default) for one in named
    }


def given(verb: Callable[..., Any]) -> Any:
    """What a verb gives: the inside of `Done` or `Seen`, or the type itself."""
    told = get_type_hints(verb)["return"]
    return get_args(told)[0] if getattr(get_origin(told), "__name__", "") in {"Done", "Seen"} else told


def body_of(verb: Callable[..., Any], title: str, *, without: Collection[str], base: type[Body] = Body) -> type[Body]:
    """The body a verb needs: its parameters, without those that stand in the path."""
    told = described(verb)
    members: dict[str, Any] = {
        outside(name): (_noted(taken(name, hint), told.get(name)), default)
        for name, (hint, default) in parameters(verb).items()
        if name not in without and not is_account(hint)
    }
    return create_model(title, __base__=base, **members)


_TOLD = re.compile(r"^ {4}(\w+): (.+(?:\n {8}.+)*)", re.MULTILINE)


def described(thing: Any) -> dict[str, str]:
    """What a docstring says of arguments or attributes, as descriptions of fields."""
    text = inspect.getdoc(thing) or ""
    sections = re.split(r"^(?:Args|Attributes):\n", text, flags=re.MULTILINE)[1:]
    found = [pair for section in sections for pair in _TOLD.findall(re.split(r"^\S", section, flags=re.MULTILINE)[0])]
    return {name: " ".join(words.split()) for name, words in found}


def _noted(held: Any, words: str | None) -> Any:
    return Annotated[held, Field(description=words)] if words else held


def subject_of(thing: Any) -> str:
    """The subject of the domain something belongs to: `sosach.domain.population.…` → population."""
    return str(thing.__module__).split(".")[2]


def listed(values: type[Enum]) -> Any:
    """A closed list, written out where it is used: subjects have lists of the same name."""
    return Annotated[values, WithJsonSchema({"type": "string", "enum": [str(one.value) for one in values]})]


def is_account(hint: Any) -> bool:
    """Whether an argument is somebody who acts."""
    return hint is Actor or Actor in get_args(hint)


def taken(name: str, hint: Any) -> Any:
    """The type a request has where the domain has `hint`."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return Union[tuple(taken(name, one) for one in inside)]  # noqa: UP007 - made of a list
    if hint is int and (kind := kind_of(name)):
        return ref_type(kind)
    if is_dataclass(hint) and isinstance(hint, type):
        return _taken_record(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return listed(hint)
    if origin is Literal:
        return hint
    if _is_mapping(origin):
        key = (
            ref_type(KEYS[name])
            if name in KEYS
            else Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
        )
        held = taken("", inside[1])
        closed = Field(
            max_length=MOST_ITEMS, json_schema_extra={"additionalProperties": False} if name not in KEYS else None
        )
        return Annotated[dict[key, held], closed]  # type: ignore[valid-type] # made here
    if origin in {frozenset, set}:
        return Annotated[frozenset[taken(name, inside[0])], Field(max_length=MOST_ITEMS)]  # type: ignore[misc] # made here
    if _is_list(origin):
        return Annotated[list[taken(name, inside[0])], Field(max_length=MOST_ITEMS)]  # type: ignore[misc] # made here
    return {str: Text, int: Number, bool: StrictBool, date: Day, datetime: Moment, Any: Scalar}.get(hint, hint)


@cache
def _taken_record(record: type) -> type[BaseModel]:
    hints, told = get_type_hints(record), described(record)
    members: dict[str, Any] = {}
    for one in fields(record):
        default: Any = one.default
        if one.default_factory is not MISSING:
            default = one.default_factory()
        held = _noted(taken(one.name, hints[one.name]), told.get(one.name))
        members[outside(one.name)] = (held, ... if default is MISSING else default)
    made = create_model(f"{subject_of(record).title()}{record.__name__}", __base__=Body, **members)
    _DOMAIN[made] = record
    return made


_DOMAIN: dict[type[BaseModel], type] = {}


def inside_of(value: Any, name: str = "") -> Any:
    """A value of a request as the domain has it: references become ids, lists tuples, bodies records of the domain.

    Raises:
        SosachError: STATE-01 a reference stands for nothing.
    """
    if isinstance(value, Ref):
        return value.key()
    if isinstance(value, BaseModel):
        record: Any = _DOMAIN[type(value)]
        return record(**{one.name: inside_of(getattr(value, outside(one.name)), one.name) for one in fields(record)})
    if isinstance(value, dict):
        return {inside_of(key): inside_of_column(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return tuple(inside_of(one, name) for one in value)
    if isinstance(value, frozenset):
        return frozenset(inside_of(one, name) for one in value)
    if isinstance(value, str) and (party := TOLD_PARTY.fullmatch(value)):
        return f"person:{read_reference('person', UUID(party[1]))}"
    return value


def inside_of_column(value: Any, key: Any) -> Any:
    """A value told by the name of its column: columns that name records take references, nothing else."""
    kind = kind_of(key) if isinstance(key, str) else None
    if kind is None or value is None:
        return inside_of(value)
    try:
        return read_reference(kind, UUID(str(value)))
    except ValueError as wrong:
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE, vi=f"“{key}” cần một tham chiếu.", en=f"“{key}” takes a reference."
        ) from wrong


def _is_list(origin: Any) -> bool:
    return isinstance(origin, type) and issubclass(origin, Collection) and not issubclass(origin, Mapping)


def _is_mapping(origin: Any) -> bool:
    return isinstance(origin, type) and issubclass(origin, Mapping)


def answer_of(hint: Any, name: str = "") -> Any:
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
    if _is_mapping(origin):
        return dict[str, answer_of(inside[1])] if inside else dict[str, Any]  # type: ignore[misc] # made here
    if _is_list(origin) or origin is QuerySet:
        return list[answer_of(inside[0], name)]  # type: ignore[misc] # made here
    return Any if hint is object else hint


@cache
def _record_answer(record: type) -> type[Shown]:
    hints, told = get_type_hints(record), described(record)
    members: dict[str, Any] = {
        outside(one.name): (_noted(answer_of(hints[one.name], one.name), told.get(one.name)), ...)
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


def _shown_scalar(value: Any, name: str) -> Any:
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
    if value is None or not _is_key(column):
        return shown(value, getattr(record, "column", "") if column.name == "value" else "")
    return str(reference(_kind_of_column(record, column), value))


def _kind_of_column(record: Model, column: Column) -> str:
    """Of what kind the record is that a column names."""
    if isinstance(column, ForeignKey):
        return str(column.related_model._meta.model_name)  # noqa: SLF001 - Django's documented way
    if column.name == "subject_id":
        return SUBJECTS[record.register]  # type: ignore[attr-defined] # every table with a subject says of which register
    return str(record._meta.model_name) if column.primary_key else str(kind_of(column.name))  # noqa: SLF001 - as above
