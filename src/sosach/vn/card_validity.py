"""How long an ID card is valid, and from which age on it carries a picture.

Legal source: Law 26/2023/QH15 art. 21 (new cards at 14, 25, 40 and 60; a card issued in the two years before such an age is
valid to the next one); art. 16, 18 and Circular 16/2024/TT-BCA (under six: no portrait, no biometrics).
"""

from datetime import date

from sosach.vn.licence_classes import birthday

AGES = (14, 25, 40, 60)
"""Ages at which a card has to be exchanged."""
_WINDOW = 2
_PICTURED_FROM = 6


def expires(*, birth: date, issued: date) -> date | None:
    """Last day of a card: the birthday of the next age of exchange more than two years away; None: never.

    Raises:
        ValueError: issued before birth.

    >>> expires(birth=date(2000, 5, 1), issued=date(2023, 4, 30)), expires(birth=date(2000, 5, 1), issued=date(2023, 5, 1))
    (datetime.date(2025, 5, 1), datetime.date(2040, 5, 1))
    >>> expires(birth=date(1968, 5, 1), issued=date(2026, 5, 1)) is None
    True
    """
    if issued < birth:
        raise ValueError("a card is not issued before birth")
    return next((birthday(birth, age) for age in AGES if issued < birthday(birth, age - _WINDOW)), None)


def is_pictured(*, birth: date, issued: date) -> bool:
    """Whether a card issued on a day carries portrait and fingerprints: from six years of age.

    >>> is_pictured(birth=date(2020, 6, 1), issued=date(2026, 5, 31))
    False
    """
    return issued >= birthday(birth, _PICTURED_FROM)
