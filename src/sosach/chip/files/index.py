"""EF.COM: the version of the data structure and the groups there are (Doc 9303-10 § 4.6.1)."""

from functools import cache

from sosach.chip.der import tlv
from sosach.chip.profiles import Lds

TAGS = {1: 0x61, 2: 0x75, 3: 0x63, 13: 0x6D, 14: 0x6E, 15: 0x6F}
"""Tag of every group our cards may have."""
LDS_NUMBERS = {Lds.V17: "0107", Lds.V18: "0108"}
UNICODE = "040000"


@cache
def write(groups: tuple[int, ...], *, lds: Lds) -> bytes:
    """EF.COM of a card with these groups, in the order of their numbers.

    Raises:
        KeyError: a group our cards never have.
    """
    tags = bytes(TAGS[number] for number in sorted(groups))
    body = tlv(b"\x5f\x01", LDS_NUMBERS[lds].encode()) + tlv(b"\x5f\x36", UNICODE.encode()) + tlv(b"\x5c", tags)
    return tlv(b"\x60", body)
