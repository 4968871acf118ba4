"""Why cards are held and revoked, and what becomes of the old card when a new one is handed over.

Legal source: Law 26/2023/QH15 art. 24 (exchange against the old card), art. 29.1 (revoked), art. 29.2 (held).
"""

from enum import StrEnum


class RevocationGround(StrEnum):
    """Why a card is revoked (art. 29.1)."""

    NATIONALITY_LOST = "nationality_lost"
    WRONGLY_ISSUED = "wrongly_issued"
    ALTERED = "altered"  # erased or changed by hand


class HoldGround(StrEnum):
    """Where the holder is while the card is held (art. 29.2)."""

    DETENTION = "detention"
    PRISON = "prison"
    COMPULSORY_FACILITY = "compulsory_facility"  # reformatory, compulsory education or detoxification


class OldCard(StrEnum):
    """What became of the old card at the counter."""

    NONE = "none"  # there was none
    TAKEN = "taken"
    DECLARED_LOST = "declared_lost"


class Complaint(StrEnum):
    """What a holder reports of a card."""

    LOST = "lost"
    DAMAGED = "damaged"


class Ending(StrEnum):
    """Why cards end with their holder."""

    DEATH = "death"
    MERGED = "merged"  # the record became another's; its number is no longer used
