"""Why cards are held and revoked, and what becomes of the old card when a new one is handed over.

Legal source: Law 26/2023/QH15 art. 24 (exchange against the old card), art. 29.1 (revoked), art. 29.2 (held).
"""

from datetime import timedelta
from enum import StrEnum

# What ended is as before when its reason is taken back within this time; what was captured is kept so long and no longer.
REVIVABLE = timedelta(days=30)


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
    """Why cards end with their holder, and why an application lapses."""

    DEATH = "death"
    MERGED = "merged"  # the record became another's; its number is no longer used
    NATIONALITY = (
        "nationality"  # no Vietnamese national any more: what is handed over is revoked by decision (art. 29.1)
    )
    REVOKED = "revoked"  # the card was revoked before it was handed over


# Told of a person, not of a card: they can be taken back, and then what they ended is as before.
OF_HOLDERS = frozenset({Ending.DEATH, Ending.MERGED, Ending.NATIONALITY})
WORDS: dict[Ending, tuple[str, str]] = {
    Ending.DEATH: ("Người được cấp đã chết.", "The holder died."),
    Ending.MERGED: ("Hồ sơ dân cư đã gộp vào hồ sơ khác.", "The record was merged into another one."),
    Ending.NATIONALITY: ("Không còn quốc tịch Việt Nam.", "The holder is no Vietnamese national any more."),
    Ending.REVOKED: ("Thẻ bị thu hồi trước khi trả.", "The card was revoked before it was handed over."),
}


def ending_of(*, dead: bool, merged: bool, nationality: str) -> Ending | None:
    """Why nobody can be given a card of this record; None: nothing of it.

    >>> ending_of(dead=True, merged=True, nationality="VNM"), ending_of(dead=False, merged=False, nationality="VNM")
    (<Ending.MERGED: 'merged'>, None)
    """
    if merged:
        return Ending.MERGED
    if dead:
        return Ending.DEATH
    return None if nationality == "VNM" else Ending.NATIONALITY
