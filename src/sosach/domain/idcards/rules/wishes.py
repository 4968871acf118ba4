"""Which grounds fit what somebody has in hand: what a page for citizens offers to apply for.

Legal source: Law 26/2023/QH15 art. 19, 21, 24; procedures 2.000200 and 1.000757.
"""

from collections.abc import Mapping
from enum import StrEnum

from sosach.domain.idcards.rules.applications import GROUNDS, Ground, Kind


class Hand(StrEnum):
    """What somebody has of the last card that was theirs."""

    NOTHING = "nothing"  # never had one, or what there was ended for good
    IN_FORCE = "in_force"
    HELD = "held"  # an authority keeps it (art. 29.2) and gives it back
    LOST = "lost"
    DAMAGED = "damaged"
    EXPIRED = "expired"
    STRIPPED = "stripped"  # revoked with the nationality (art. 29.1), which was regained


# A card that is exchanged is brought along and taken back (art. 24.1); one that is lost or useless is issued again (art. 24.2).
FITS: Mapping[Ground, frozenset[Hand]] = {
    Ground.NONE_YET: frozenset({Hand.NOTHING}),
    Ground.MILESTONE: frozenset({Hand.IN_FORCE, Hand.EXPIRED}),
    Ground.CHANGED: frozenset({Hand.IN_FORCE}),
    Ground.DAMAGED: frozenset({Hand.IN_FORCE, Hand.DAMAGED}),
    Ground.LOST: frozenset({Hand.IN_FORCE, Hand.LOST, Hand.EXPIRED}),
    Ground.UNUSABLE: frozenset({Hand.IN_FORCE, Hand.DAMAGED}),
    Ground.NATIONALITY: frozenset({Hand.STRIPPED}),
}
KIND_OF: Mapping[Ground, Kind] = {ground: kind for kind, grounds in GROUNDS.items() for ground in grounds}


def fitting(hand: Hand) -> tuple[Ground, ...]:
    """Grounds that fit, in their order.

    >>> fitting(Hand.LOST)
    (<Ground.LOST: 'lost'>,)
    >>> fitting(Hand.HELD)
    ()
    """
    return tuple(ground for ground in Ground if hand in FITS[ground])
