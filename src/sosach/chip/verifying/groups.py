"""Rules on the files: each is the one that was signed, none is missing, none is there that was not signed."""

import hashlib

from sosach.chip.files import index, protocols
from sosach.chip.verifying.evidence import Evidence

ALWAYS = frozenset({1, 13, 14})
"""Groups every card of ours has."""
WITHHELD = frozenset({3})
"""Groups a reader needs a right of its own to; their absence says nothing."""


def unchanged(card: Evidence) -> bool:
    """Every group that was read and signed has the digest that was signed."""
    hashes = card.content.hashes
    return all(
        hashlib.new(card.content.digest, group).digest() == hashes[number]
        for number, group in card.files.groups.items()
        if number in hashes
    )


def covered(card: Evidence) -> bool:
    """No group was read that was not signed."""
    return card.files.groups.keys() <= card.content.hashes.keys()


def complete(card: Evidence) -> bool:
    """Every group that was signed was read, but those readers have no right to; the card has what every card has."""
    return (card.content.hashes.keys() - WITHHELD) | ALWAYS <= card.files.groups.keys()


def listed(card: Evidence) -> bool:
    """EF.COM, which is not signed, says exactly what EF.SOD says."""
    return index.write(tuple(card.content.hashes), lds=card.content.lds) == card.files.com


def opened(card: Evidence) -> bool:
    """EF.CardAccess, which is not signed and is read before anything is protected, says what DG14 says under the signature."""
    return protocols.pace_only(card.files.groups[14]) == card.files.card_access
