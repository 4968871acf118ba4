"""What partners file of people: statuses, merge patches, and how a value is compared with another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from operator import ge, gt, le, lt
from typing import Any, Final

LONGEST_KEY: Final = 255  # of an id a partner chooses


class FiledStatus(StrEnum):
    """Whether a filed person is in use."""

    ACTIVE = "ACTIVE"
    INACTIVE = "INACTIVE"


class PhysicalStatus(StrEnum):
    """Whether a filed person is alive, as whoever filed it says."""

    ALIVE = "ALIVE"
    DEAD = "DEAD"


class IdentityStatus(StrEnum):
    """What is held of an identity."""

    CLAIMED = "CLAIMED"
    VALID = "VALID"
    INVALID = "INVALID"
    REVOKED = "REVOKED"


class Operator(StrEnum):
    """How an attribute is compared."""

    BELOW = "<"
    ABOVE = ">"
    EQUAL = "="
    AT_LEAST = ">="
    AT_MOST = "<="
    OTHER = "!="


_ORDER = {Operator.BELOW: lt, Operator.ABOVE: gt, Operator.AT_LEAST: ge, Operator.AT_MOST: le}


@dataclass(frozen=True, slots=True)
class Expression:
    """One condition on an attribute.

    Attributes:
        attribute: its name.
        operator: how it is compared.
        value: with what.
    """

    attribute: str
    operator: Operator
    value: Any


@dataclass(frozen=True, slots=True)
class Content:
    """What an identity says.

    Attributes:
        kind: type of the identity, a word of whoever files it.
        status: what is held of it.
        galleries: groups it belongs to.
        biographic: attributes of the person; None where nothing is told.
        contextual: where and when it was taken in.
        papers: documents, data of the client, what was encrypted and what was hashed.
    """

    kind: str
    status: IdentityStatus
    galleries: Sequence[str] = ()
    biographic: Any = None
    contextual: Any = None
    papers: Mapping[str, Any] = field(default_factory=dict)


def patched(target: Any, patch: Any) -> Any:
    """A JSON value after a merge patch (RFC 7396).

    >>> patched({"a": 1, "b": {"c": 2, "d": 3}}, {"a": None, "b": {"c": 4}})
    {'b': {'c': 4, 'd': 3}}
    """
    if not isinstance(patch, Mapping):
        return patch
    kept = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = patched(kept.get(name), value)
    return kept


def in_order(value: Any, condition: Expression) -> bool:
    """Whether a value lies below or above another: texts with texts, numbers with numbers; one that is not there meets nothing.

    Days of which only month or year is known are compared as far as both are known: nothing is guessed.

    >>> in_order("1957-03-02", Expression("birth_date", Operator.BELOW, "1990-12-31"))
    True
    >>> [in_order("1990", Expression("birth_date", Operator(how), "1990-12-31")) for how in ("<", ">", "<=", ">=")]
    [False, False, True, True]
    >>> in_order("", Expression("died_on", Operator.BELOW, "2026-01-01")), in_order("12", Expression("x", Operator.ABOVE, 3))
    (False, False)
    """
    told = condition.value
    if value is None or value == "" or _kind(value) is not _kind(told):
        return False
    if isinstance(value, str) and _is_day(value) and _is_day(told):
        known = min(len(value), len(told))
        value, told = value[:known], told[:known]
    return bool(_ORDER[condition.operator](value, told))


def _kind(value: Any) -> type:
    if isinstance(value, bool):
        return bool
    return float if isinstance(value, int | float) else type(value)


def _is_day(text: str) -> bool:
    """Whether a text looks like `yyyy`, `yyyy-mm` or `yyyy-mm-dd`."""
    return len(text) in {4, 7, 10} and text.replace("-", "").isdecimal()


def meets(value: Any, condition: Expression) -> bool:
    """Whether a value compares as a condition wants; one that is not there meets nothing.

    >>> meets("NEW", Expression("status", Operator.EQUAL, "NEW")), meets(None, Expression("status", Operator.OTHER, "NEW"))
    (True, False)
    """
    if condition.operator not in (Operator.EQUAL, Operator.OTHER):
        return in_order(value, condition)
    if value is None or _kind(value) is not _kind(condition.value):
        return False
    return bool(value == condition.value) is (condition.operator is Operator.EQUAL)
