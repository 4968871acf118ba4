"""How the two levels speak over the line: where each stands, and bytes that carry their signature. Pure."""

import json
import re
from dataclasses import dataclass

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.exchange.rules.batches import canonical

_SIGNATURE = re.compile(rb"[0-9a-f]{128}")
_HASH = re.compile(r"[0-9a-f]{64}")
USUAL_BATCH = 200  # records one call takes a second or two with


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one side of a link stands, as it tells the other.

    Attributes:
        received: number of the last batch taken in; 0: none yet.
        received_chain: of that batch.
        sent: number of the last batch made for the other side.
        sent_chain: of that batch.
        most: records it wants in one batch.
    """

    received: int
    received_chain: str
    sent: int
    sent_chain: str
    most: int

    @property
    def text(self) -> bytes:
        """As it goes over the line."""
        told = {
            "received": self.received,
            "chain": self.received_chain,
            "sent": self.sent,
            "sent_chain": self.sent_chain,
        }
        return canonical(told | {"most": self.most})


def standing_told(text: bytes) -> Standing:
    """Where the other side says it stands.

    Raises:
        SosachError: REQUEST-01.
    """
    try:
        told = json.loads(text)
        found = Standing(told["received"], told["chain"], told["sent"], told["sent_chain"], told["most"])
    except (ValueError, KeyError, TypeError, RecursionError) as broken:
        raise _malformed() from broken
    numbers = (found.received, found.sent, found.most)
    chains = all(isinstance(each, str) and _HASH.fullmatch(each) for each in (found.received_chain, found.sent_chain))
    if not all(type(number) is int and number >= 0 for number in numbers) or not chains:
        raise _malformed()
    return found


def signed(raw: bytes, signature: bytes) -> bytes:
    """Bytes with their signature before them.

    >>> unsigned(signed(b"told", bytes(64))) == (b"told", bytes(64))
    True
    """
    return signature.hex().encode() + b"\n" + raw


def unsigned(body: bytes) -> tuple[bytes, bytes]:
    """Bytes and the signature that came before them; whether it holds is another question.

    Raises:
        SosachError: REQUEST-01.
    """
    first, found, raw = body.partition(b"\n")
    if not found or not _SIGNATURE.fullmatch(first):
        raise _malformed()
    return raw, bytes.fromhex(first.decode())


def _malformed() -> SosachError:
    return SosachError(
        ErrorCode.REQUEST_INVALID, vi="Nội dung trao đổi sai khuôn dạng.", en="What came over the line is malformed."
    )
