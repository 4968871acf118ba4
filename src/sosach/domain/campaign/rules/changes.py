"""Mass changes a campaign knows, and what each needs to be told."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sosach.domain.access.rules import Role

# Who may plan a mass change, agree to one and carry it out; how long what was previewed stays good.
PLANNERS = frozenset({Role.VERIFIER, Role.CHIEF, Role.STEWARD})
GOOD_FOR_HOURS = 24


class Change(StrEnum):
    """What is done to many cases at once."""

    SPLIT = "split"  # among the officers on duty, by a rule
    GIVE = "give"  # to one officer
    TAKE_BACK = "take_back"
    REGROUP = "regroup"  # into a residential group
    DUE = "due"  # another last day
    PLACE = "place"  # cases of the province without commune → a commune


# Change → names of its terms and their kinds.
TERMS: Mapping[Change, Mapping[str, type]] = {
    Change.SPLIT: {"rule": str},
    Change.GIVE: {"officer": int},
    Change.TAKE_BACK: {},
    Change.REGROUP: {"group": str},
    Change.DUE: {"day": str},
    Change.PLACE: {"commune": str},
}


def fits(change: Change, terms: Mapping[str, Any]) -> bool:
    """Whether these are the terms of a change.

    >>> fits(Change.GIVE, {"officer": 7}), fits(Change.GIVE, {"officer": "7"}), fits(Change.TAKE_BACK, {"group": "1"})
    (True, False, False)
    """
    wanted = TERMS[change]
    return set(terms) == set(wanted) and all(type(terms[name]) is kind and terms[name] for name, kind in wanted.items())
