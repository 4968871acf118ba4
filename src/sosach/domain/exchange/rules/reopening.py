"""How a link whose sides have no common past begins anew: where both stand, which chain follows, what people type. Pure.

Numbers go on above everything either side ever gave, so no batch is taken for another; the new chains hang on the heads of both.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sosach.base.errors import SosachError
from sosach.domain.exchange.rules.batches import HASH, canonical, invalid

ORIGIN = "sosach/reopening/1"
_MARK = 12  # hexadecimal digits: for people to compare and to type


@dataclass(frozen=True, slots=True)
class Head:
    """Where one direction ends on one side.

    Attributes:
        number: of its last batch.
        chain: of that batch.
    """

    number: int
    chain: str

    @property
    def told(self) -> list[Any]:
        """As it goes over the line."""
        return [self.number, self.chain]

    @classmethod
    def from_told(cls, told: Any) -> "Head":
        """A head as it was told.

        Raises:
            SosachError: REQUEST-01.
        """
        if not isinstance(told, list) or len(told) != 2 or type(told[0]) is not int or told[0] < 0:
            raise _malformed()
        chain = told[1]
        if not isinstance(chain, str) or len(chain) != HASH or set(chain) - set("0123456789abcdef"):
            raise _malformed()
        return cls(told[0], chain)


@dataclass(frozen=True, slots=True)
class Reopening:
    """Where both sides stand, seen from the province.

    Attributes:
        province: code of the province.
        nation: how the nation names itself.
        up: what went up: where the province ends, where the nation does.
        down: what came down: where the province ends, where the nation does.
    """

    province: str
    nation: str
    up: tuple[Head, Head]
    down: tuple[Head, Head]

    @property
    def mark(self) -> str:
        """A name of exactly this, for people to compare and to type."""
        return hashlib.sha256(canonical([ORIGIN, self.as_json()])).hexdigest()[:_MARK]

    @property
    def beginnings(self) -> tuple[Head, Head]:
        """What the first new batch hangs on: up, down."""
        return (
            _beginning(self.province, self.nation, *self.up),
            _beginning(self.nation, self.province, self.down[1], self.down[0]),
        )

    def as_json(self) -> dict[str, Any]:
        """For the other side, and to keep."""
        heads = {"up": [head.told for head in self.up], "down": [head.told for head in self.down]}
        return {"province": self.province, "nation": self.nation, **heads}

    @classmethod
    def from_json(cls, told: Any) -> "Reopening":
        """As it was told or kept.

        Raises:
            SosachError: REQUEST-01.
        """
        try:
            names, (up, down) = (told["province"], told["nation"]), (told["up"], told["down"])
            heads = [(Head.from_told(pair[0]), Head.from_told(pair[1])) for pair in (up, down) if len(pair) == 2]
            return cls(str(names[0]), str(names[1]), heads[0], heads[1])
        except (KeyError, TypeError, IndexError, ValueError) as wrong:
            raise _malformed() from wrong


def common(ours: Head, theirs: Head, known: Mapping[int, str], *, begun: int) -> int:
    """Number of the last batch of a direction both sides have, as this side can tell.

    Where the other side knows of more than we do, all of ours are common: what is beyond, it gives up. Where its last batch is none
    of ours, everything since the chain began is uncertain.

    >>> common(Head(5, "e"), Head(3, "c"), {3: "c"}, begun=0), common(Head(5, "e"), Head(3, "x"), {3: "c"}, begun=0)
    (3, 0)
    >>> common(Head(3, "c"), Head(5, "e"), {}, begun=0), common(Head(5, "e"), Head(5, "x"), {5: "e"}, begun=2)
    (3, 2)

    Args:
        ours: where the direction ends here.
        theirs: where it ends there.
        known: number → chain, of batches here.
        begun: number the present chain began after.
    """
    if theirs.number > ours.number:
        return ours.number
    return theirs.number if theirs == ours or known.get(theirs.number) == theirs.chain else begun


def _beginning(sender: str, receiver: str, sent: Head, received: Head) -> Head:
    told = [ORIGIN, sender, receiver, sent.told, received.told]
    return Head(max(sent.number, received.number), hashlib.sha256(canonical(told)).hexdigest())


def _malformed() -> SosachError:
    return invalid("Đề nghị mở chuỗi mới sai khuôn dạng.", "What asks for a new chain is malformed.")
