"""Reproducible draws: one independent stream for each part of the work, weighted choices in bulk."""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[Any]
Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]

SCRAMBLE_SPACE: Final = 1_000_000
_MULTIPLIERS: Final = np.array(
    [n for n in range(300_007, 700_000, 1_234) if n % 2 and n % 5], dtype=np.int64
)  # all prime to 10^k, so that multiplying permutes the residues


def stream(seed: int, *part: str | int) -> np.random.Generator:
    """The generator of one part of the work: depends on the seed and the part's name alone, not on what ran before."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, crc32(repr(part).encode())])))


def cumulative(weights: Sequence[float] | Floats) -> Floats:
    """Cumulative shares of weights, the last one exactly 1."""
    total = np.cumsum(np.asarray(weights, dtype=np.float64))
    total /= total[-1]
    total[-1] = 1.0
    return total


def pick(rng: np.random.Generator, shares: Floats, count: int) -> Ints:
    """`count` indices into a distribution made by `cumulative`."""
    return np.searchsorted(shares, rng.random(count), side="right").astype(np.int32)


def zipf(length: int, *, exponent: float, shift: float = 2.0) -> Floats:
    """Weights falling like a power of the rank; `shift` flattens the top."""
    return np.asarray((np.arange(length) + shift) ** -exponent, dtype=np.float64)


def rank_within(groups: Ints) -> Ints:
    """For each element its rank (0, 1, …) among the elements of the same group, in order of appearance."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.zeros(0, np.int64)
    first = np.repeat(starts, np.diff(np.r_[starts, len(ordered)]))
    ranks = np.empty(len(groups), dtype=np.int64)
    ranks[order] = np.arange(len(groups)) - first
    return ranks


def scrambled(ranks: Ints, groups: Ints, *, space: int = SCRAMBLE_SPACE) -> Ints:
    """Numbers in `[0, space)` that look drawn by lot yet never repeat within a group.

    Args:
        ranks: as of `rank_within`.
        groups: the group of each element; its value seeds the order.
        space: a power of ten.

    Raises:
        ValueError: a group is larger than the space.
    """
    if len(ranks) and int(ranks.max()) >= space:
        raise ValueError(f"more than {space} numbers in one group")
    hashed = (groups.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)
    multiplier = _MULTIPLIERS[(hashed % np.uint64(len(_MULTIPLIERS))).astype(np.int64)] % space
    offset = ((hashed >> np.uint64(10)) % np.uint64(space)).astype(np.int64)
    return (ranks * multiplier + offset) % space
