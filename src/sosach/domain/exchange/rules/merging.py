"""Three values of a field: what both sides last agreed on, what the other side has now, what stands here. Pure.

A field left out and one that holds nothing are the same. References to people are personal numbers on the way (fields that end
in `_pin`, keys `pin` inside lists) and ids of records here, so that a cancelled number and the present one of a person are equal.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]
Told = Mapping[str, tuple[Any, Any]]  # field → (was, is)
REFERENCE = "_pin"
NESTED_REFERENCE = "pin"


def plain(value: Any) -> Any:
    """A value in the form that is compared: nothing is None however it was written, and sets of mappings have one order.

    >>> plain({"a": "", "b": [{"c": None, "d": 2}, {"d": 1}], "e": 0})
    {'b': [{'d': 1}, {'d': 2}], 'e': 0}
    """
    if isinstance(value, Mapping):
        kept = {name: plain(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner is not None} or None
    if isinstance(value, list | tuple):
        members = [plain(inner) for inner in value]
        many = all(isinstance(member, Mapping) for member in members)
        return (sorted(members, key=_written) if many else members) or None
    return None if value == "" and isinstance(value, str) else value


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def differences(agreed: Values, now: Values) -> dict[str, tuple[Any, Any]]:
    """Fields that stand otherwise than both sides agreed: what they agreed, what they are.

    >>> differences({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": 4})
    {'b': (2, 3), 'c': (None, 4)}
    """
    names = sorted(agreed.keys() | now.keys())
    return {name: (agreed.get(name), now.get(name)) for name in names if agreed.get(name) != now.get(name)}


def whole(base: Values, now: Values) -> dict[str, tuple[Any, Any]]:
    """Every field of a record the other side may not know, against what sources said of it here.

    >>> whole({"a": 1}, {"a": 2, "b": 3})
    {'a': (1, 2), 'b': (None, 3)}
    """
    return {name: (base.get(name), now.get(name)) for name in sorted(base.keys() | now.keys())}


@dataclass(frozen=True, slots=True)
class Merged:
    """What comes of it.

    Attributes:
        apply: fields to change here → new value.
        conflicts: field → what the other side has, what stands here.
    """

    apply: dict[str, Any] = field(default_factory=dict)
    conflicts: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def merge(told: Told, mine: Values) -> Merged:
    """Put what the other side tells beside what stands here.

    A field only the other side changed is applied, one only this side changed stays, one both changed alike is there already, one
    both changed otherwise is a conflict: then nothing of the record is applied.

    >>> merge({"a": (1, 2)}, {"a": 1}).apply, merge({"a": (1, 2)}, {"a": 2}).apply, merge({"a": (1, 1)}, {"a": 3}).apply
    ({'a': 2}, {}, {})
    >>> merge({"a": (1, 2), "b": (1, 2)}, {"a": 3, "b": 1})
    Merged(apply={}, conflicts={'a': (2, 3)})
    """
    apply: dict[str, Any] = {}
    conflicts: dict[str, tuple[Any, Any]] = {}
    for name, (was, now) in told.items():
        here = mine.get(name)
        if now in (was, here):
            continue
        if here == was:
            apply[name] = now
        else:
            conflicts[name] = (now, here)
    return Merged({} if conflicts else apply, conflicts)


def references(values: Values) -> Iterator[Any]:
    """People a record names: numbers or ids, as it holds them."""
    for name, value in values.items():
        if name.endswith(REFERENCE):
            yield from () if value is None else (value,)
        elif isinstance(value, list):
            yield from (
                member[NESTED_REFERENCE]
                for member in value
                if isinstance(member, Mapping) and member.get(NESTED_REFERENCE) is not None
            )


def renamed(values: Values, name_of: Callable[[Any], Any]) -> dict[str, Any]:
    """The same record with the people it names named otherwise; who has no name is left out."""
    return {name: renamed_field(name, value, name_of) for name, value in values.items()}


def renamed_field(name: str, value: Any, name_of: Callable[[Any], Any]) -> Any:
    """One field with the people it names named otherwise."""
    if name.endswith(REFERENCE):
        return None if value is None else name_of(value)
    if isinstance(value, list):
        return [
            plain({**member, NESTED_REFERENCE: name_of(member[NESTED_REFERENCE])})
            if isinstance(member, Mapping) and member.get(NESTED_REFERENCE) is not None
            else member
            for member in value
        ]
    return value
