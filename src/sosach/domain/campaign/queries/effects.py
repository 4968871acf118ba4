"""What a mass change would do to cases, counted for whoever has to decide."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sosach.domain.campaign.states.cases import State

# Columns a preview reads of a case, in the order of `Changed`.
COLUMNS = (
    *("pk", "version", "state", "commune_code", "province_code", "officer_id", "group", "locality", "due_on"),
    *("person_id", "declaration_id"),
)


@dataclass(slots=True)
class Changed:
    """A case as it stands, and what a change makes of it (`columns`)."""

    case_id: int
    version: int
    state: str
    commune_code: str | None
    province_code: str | None
    officer_id: int | None
    group: str
    locality: str
    due_on: Any
    person_id: int | None
    declaration_id: int | None
    columns: dict[str, Any] = field(default_factory=dict)

    def differs(self) -> bool:
        """Whether anything changes."""
        return any(getattr(self, name) != value for name, value in self.columns.items())


def effects(changed: Sequence[Changed]) -> dict[str, Any]:
    """What would change, counted.

    Returns:
        `officers` and `groups` and `communes`: name → cases before and after, of those that change; `states`: state →
        cases; `people`, `declared`, `conflicts`: how many are touched, since there somebody waits for an answer.
    """
    return {
        "officers": _shifts(changed, "officer_id"),
        "groups": _shifts(changed, "group"),
        "communes": _shifts(changed, "commune_code"),
        "due": _shifts(changed, "due_on"),
        "states": dict(sorted(Counter(each.state for each in changed).items())),
        "people": len({each.person_id for each in changed if each.person_id is not None}),
        "declared": sum(each.declaration_id is not None for each in changed),
        "conflicts": sum(each.state == State.CONFLICT for each in changed),
    }


def _shifts(changed: Sequence[Changed], column: str) -> Mapping[str, list[int]]:
    before = Counter(_name(getattr(each, column)) for each in changed if column in each.columns)
    then = Counter(_name(each.columns[column]) for each in changed if column in each.columns)
    return {name: [before[name], then[name]] for name in sorted({*before, *then})}


def _name(value: Any) -> str:
    return "" if value is None else str(value)
