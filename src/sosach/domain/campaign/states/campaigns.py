"""States of a campaign: prepared, running, paused, closed; and its two phases."""

from datetime import date
from enum import IntEnum, StrEnum


class CampaignState(StrEnum):
    """Where a campaign stands."""

    PREPARED = "prepared"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class Phase(IntEnum):
    """What a campaign is about at a time."""

    BEFORE = 0
    MOBILISE = 1  # find and mobilise those who have not declared
    UPLOAD = 2  # bring what is clean to the national system
    AFTER = 3


MOVES: dict[CampaignState, frozenset[CampaignState]] = {
    CampaignState.PREPARED: frozenset({CampaignState.OPEN, CampaignState.CLOSED}),
    CampaignState.OPEN: frozenset({CampaignState.PAUSED, CampaignState.CLOSED}),
    CampaignState.PAUSED: frozenset({CampaignState.OPEN, CampaignState.CLOSED}),
    CampaignState.CLOSED: frozenset(),
}


def may_become(before: CampaignState, after: CampaignState) -> bool:
    """Whether a campaign may go from one state to another; what is closed stays closed."""
    return after in MOVES[before]


def phase_on(day: date, *, begins: date, upload_from: date, ends: date) -> Phase:
    """The phase a campaign is in on a day.

    >>> phase_on(date(2025, 12, 8), begins=date(2025, 11, 10), upload_from=date(2025, 12, 1), ends=date(2025, 12, 30))
    <Phase.UPLOAD: 2>
    """
    if day < begins:
        return Phase.BEFORE
    if day > ends:
        return Phase.AFTER
    return Phase.UPLOAD if day >= upload_from else Phase.MOBILISE
