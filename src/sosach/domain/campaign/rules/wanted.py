"""What somebody wants to see of a work list: the filter, the order, and how it is written down."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any


class Order(StrEnum):
    """In which order cases stand; ties are broken by id, so that a list never jumps."""

    RISK = "risk"  # the riskiest first
    DUE = "due"  # the most urgent first
    PLACE = "place"  # as one walks: group, hamlet or street
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A filter of cases; what is left out does not count.

    Attributes:
        registers: of the records.
        province: two digits.
        commune: five digits.
        group: residential group; "-" for cases without one.
        locality: hamlet or street as the run read it.
        officer: on whose desk; 0 for nobody's.
        states: where they stand.
        classes: result classes.
        actions: what the run asks for.
        codes: at least one of these findings.
        kinds: kinds of vehicles.
        outcomes: of the last visit.
        least_risk: score at least.
        due_by: due on or before.
        visit_by: next visit on or before.
        declared: whether there is a declaration.
        person: about whom.
        ids: these cases only.
    """

    registers: tuple[str, ...] = ()
    province: str = ""
    commune: str = ""
    group: str = ""
    locality: str = ""
    officer: int | None = None
    states: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    least_risk: int = 0
    due_by: date | None = None
    visit_by: date | None = None
    declared: bool | None = None
    person: int | None = None
    ids: tuple[int, ...] = ()


WITHOUT_GROUP = "-"
_DAYS = ("due_by", "visit_by")


def written(wanted: Wanted) -> dict[str, Any]:
    """The filter as plain JSON, without what is left out.

    >>> written(Wanted(states=("imported",), due_by=date(2025, 12, 30)))
    {'states': ['imported'], 'due_by': '2025-12-30'}
    """
    told: dict[str, Any] = {}
    for each in fields(wanted):
        value = getattr(wanted, each.name)
        if value == each.default:
            continue
        told[each.name] = (
            list(value) if isinstance(value, tuple) else value.isoformat() if isinstance(value, date) else value
        )
    return told


def read(told: Mapping[str, Any]) -> Wanted:
    """The filter that was written down.

    Raises:
        TypeError: it names what no filter has.
        ValueError: a day is none.
    """
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    days = {name: date.fromisoformat(values[name]) for name in _DAYS if values.get(name)}
    return Wanted(**(values | days))
