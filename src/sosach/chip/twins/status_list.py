"""The list of states of twins: two bits each, packed, compressed and signed (draft-ietf-oauth-status-list)."""

import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import IntEnum

from sosach.chip.twins.holder import encoded
from sosach.chip.twins.signatures import Issuer

MEDIA_TYPE = "statuslist+jwt"
BITS = 2
_PER_BYTE = 8 // BITS


class State(IntEnum):
    """State of a twin (§ 7.1 of the draft)."""

    VALID = 0
    INVALID = 1  # for good
    SUSPENDED = 2  # may come back


def packed(states: Mapping[int, State], *, size: int) -> bytes:
    """States by place as bits, the first in the lowest bits of the first byte; who is not told of is valid.

    >>> packed({1: State.INVALID, 2: State.SUSPENDED}, size=8).hex()
    '2400'
    """
    found = bytearray(size // _PER_BYTE)
    for place, state in states.items():
        found[place // _PER_BYTE] |= state << BITS * (place % _PER_BYTE)
    return bytes(found)


def issue_status_list(content: bytes, issuer: Issuer, *, uri: str, at: datetime, lives: timedelta) -> str:
    """The list as a signed token.

    Args:
        content: `packed` states.
        issuer: who signs.
        uri: address of the list, as the twins name it.
        at: now.
        lives: how long it may be used before it is asked for again.
    """
    seconds = int(lives.total_seconds())
    claims = {
        "sub": uri,
        "iat": int(at.timestamp()),
        "exp": int(at.timestamp()) + 2 * seconds,
        "ttl": seconds,
        "status_list": {"bits": BITS, "lst": encoded(zlib.compress(content, 9))},
    }
    return issuer.jws(issuer.jws_head(MEDIA_TYPE), claims)
