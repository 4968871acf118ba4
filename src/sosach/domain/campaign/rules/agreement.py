"""How far two officers who did not see each other's answer agree, and which answers are put before a second one."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sosach.base.shares import wilson

SHARE = 0.02  # of answers of ordinary risk
ORDINARY_RISK = 30
LEAST_WEIGHT, MOST_WEIGHT = 0.3, 3.0
_SPAN = 2**64


@dataclass(frozen=True, slots=True)
class Pair:
    """Two answers to one case.

    Attributes:
        first: kind of the answer that was given.
        second: kind of the answer of whoever did not see it.
        agrees: whether they are the same answer, not only of the same kind.
    """

    first: str
    second: str
    agrees: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """Figures of agreement.

    Attributes:
        pairs: how many cases.
        agreed: in how many the answers are the same.
        share: of them that agree, 0 to 1, with its interval of 95 % (Wilson).
        share_low: its lower end.
        share_high: its upper end.
        kappa: Cohen's: agreement beyond what chance would give; None where only one kind of answer was ever given.
        kappa_low: lower end of its interval.
        kappa_high: upper end.
    """

    pairs: int
    agreed: int
    share: float
    share_low: float
    share_high: float
    kappa: float | None
    kappa_low: float | None
    kappa_high: float | None


def agreement_of(pairs: Sequence[Pair]) -> Agreement | None:
    """Figures of some pairs; None where there is none.

    Chance is that of the kinds of answers; answers of one kind that are not the same count as disagreement, so that kappa is
    rather too low than too high. Its interval follows from that of the share, for chance varies little beside it.

    >>> found = agreement_of([Pair("take", "take", True)] * 45 + [Pair("ask", "ask", True)] * 40 + [Pair("take", "ask", False)] * 15)
    >>> found.agreed, round(found.kappa, 2), round(found.share_low, 2), round(found.share_high, 2)
    (85, 0.71, 0.77, 0.91)
    """
    if not pairs:
        return None
    count = len(pairs)
    agreed = sum(each.agrees for each in pairs)
    low, high = wilson(agreed, count)
    firsts, seconds = Counter(each.first for each in pairs), Counter(each.second for each in pairs)
    chance = sum(firsts[kind] * seconds[kind] for kind in firsts) / count**2
    share = agreed / count
    if chance >= 1:
        return Agreement(count, agreed, share, low, high, None, None, None)
    kappa, kappa_low, kappa_high = ((value - chance) / (1 - chance) for value in (share, low, high))
    return Agreement(count, agreed, share, low, high, kappa, kappa_low, kappa_high)


def weight(risk: int) -> float:
    """How much likelier than an ordinary one a case of that risk is drawn.

    >>> weight(0), weight(30), weight(100)
    (0.3, 1.0, 3.0)
    """
    return min(MOST_WEIGHT, max(LEAST_WEIGHT, risk / ORDINARY_RISK))


def is_drawn(seed: str, *, risk: int, share: float = SHARE) -> bool:
    """Whether an answer is put before a second officer; the same for the same seed.

    >>> sum(is_drawn(f"campaign:{number}", risk=30) for number in range(10_000))
    192
    """
    drawn = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big") / _SPAN
    return drawn < share * weight(risk)
