"""Which cards of a job are read back: all of them, or a share nobody can guess before the cards are made."""

import hashlib
from collections.abc import Iterable


def sample(serials: Iterable[str], *, seed: str, one_in: int) -> frozenset[str]:
    """A share of the serials, at least one of any; the same seed, the same ones.

    Args:
        serials: of a job.
        seed: what only the issuer knows: the act that planned the job.
        one_in: 1 for all.

    Raises:
        ValueError: less than all of them is no share.

    >>> sorted(sample(["A1", "A2", "A3"], seed="x", one_in=1))
    ['A1', 'A2', 'A3']
    >>> len(sample([f"A{number}" for number in range(100)], seed="x", one_in=8))
    13
    """
    if one_in < 1:
        raise ValueError("a share is one in one, or less")
    drawn = sorted(serials, key=lambda serial: hashlib.sha256(f"{seed}:{serial}".encode()).digest())
    return frozenset(drawn[: -(-len(drawn) // one_in)])
