"""Passwords of officers: how long they are, and the ones somebody else gives, which are good until they are changed."""

import secrets
from datetime import timedelta

SHORTEST_PASSWORD = 12
GIVEN_LASTS = timedelta(days=3)  # a password on a slip of paper is not left lying about for ever
_GROUPS, _LETTERS = 3, 5
# no letters that are mistaken for digits or each other
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def drawn_password() -> str:
    """A password to be told to somebody and changed at the next sign-in: 74 bits, read out in three groups.

    >>> len(drawn_password()) >= SHORTEST_PASSWORD, drawn_password() == drawn_password()
    (True, False)
    """
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS)) for _ in range(_GROUPS))
    return "-".join(groups)
