"""The shapes of requests, derived from what the verbs of the domain take, and the way from one to the other."""

import re
import types
from collections.abc import Callable, Collection
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    create_model,
)

from sosach.base.errors import ErrorCode, SosachError
from sosach.web.api.names import (
    KEYS,
    TOLD_PARTY,
    described,
    is_account,
    is_list,
    is_mapping,
    kind_of,
    listed,
    noted,
    outside,
    parameters,
    subject_of,
)
from sosach.web.api.opaque import Ref, read_reference, ref_type

LONGEST_TEXT, MOST_ITEMS = 500, 1000
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
# printable or white space within a line; a zero byte would not even reach the database
Text = Annotated[
    str, StringConstraints(strict=True, max_length=LONGEST_TEXT, pattern=r"^[^\u0000-\u0008\u000b-\u001f\u007f]*$")
]


def _whole(value: Any) -> Any:
    """JSON knows one kind of numbers: 7.0 is a whole one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Number = Annotated[StrictInt, Field(ge=-(2**31), le=2**31 - 1), BeforeValidator(_whole)]


def _from_address(value: Any) -> Any:
    """Addresses hold text only: digits stand for a number, true and false for themselves."""
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,10}", value):
        return int(value)
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


AskedNumber = Annotated[StrictInt, Field(ge=-(2**31), le=2**31 - 1), BeforeValidator(_from_address)]
LARGEST_PAGE = 100
Limit = Annotated[StrictInt, Field(ge=1, le=LARGEST_PAGE), BeforeValidator(_whole)]
AskedLimit = Annotated[StrictInt, Field(ge=1, le=LARGEST_PAGE), BeforeValidator(_from_address)]
AskedDays = Annotated[StrictInt, Field(ge=0, le=3660), BeforeValidator(_from_address)]
AskedSwitch = Annotated[StrictBool, BeforeValidator(_from_address)]
Scalar = Text | Number | StrictBool | None


class Body(BaseModel):
    """A request's body: nothing but what is asked for."""

    model_config = ConfigDict(extra="forbid")


def _as_text(value: Any) -> Any:
    """Days and moments come as text only: a number is not taken for one."""
    if not isinstance(value, str):
        raise ValueError("text is expected")  # noqa: TRY004 - the kind of error pydantic collects
    return value


Day = Annotated[date, BeforeValidator(_as_text), Field(json_schema_extra={"pattern": _DAY})]
Moment = Annotated[datetime, BeforeValidator(_as_text)]


def body_of(verb: Callable[..., Any], title: str, *, without: Collection[str], base: type[Body] = Body) -> type[Body]:
    """The body a verb needs: its parameters, without those that stand in the path."""
    told = described(verb)
    members: dict[str, Any] = {
        outside(name): (noted(taken(name, hint), told.get(name)), default)
        for name, (hint, default) in parameters(verb).items()
        if name not in without and not is_account(hint)
    }
    return create_model(title, __base__=base, **members)


def taken(name: str, hint: Any) -> Any:  # noqa: PLR0911 - one line per kind of value
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
    if is_mapping(origin):
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
    if is_list(origin):
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
        held = noted(taken(one.name, hints[one.name]), told.get(one.name))
        members[outside(one.name)] = (held, ... if default is MISSING else default)
    made = create_model(f"{subject_of(record).title()}{record.__name__}", __base__=Body, **members)
    _DOMAIN[made] = record
    return made


_DOMAIN: dict[type[BaseModel], type] = {}


def inside_of(value: Any, name: str = "") -> Any:  # noqa: PLR0911 - one line per kind of value
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
