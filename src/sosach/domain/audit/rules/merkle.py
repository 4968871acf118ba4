"""Merkle trees as Certificate Transparency has them (RFC 9162, section 2.1): roots, growing trees, proofs."""

import hashlib
from collections.abc import Iterable, Sequence

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(content: bytes) -> bytes:
    """Hash of a leaf.

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return hashlib.sha256(b"\x00" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Root over leaf hashes; of none, the hash of nothing.

    Level by level: a level's odd last node rises as it is, which gives the tree the standard defines by halves.
    """
    if not leaves:
        return EMPTY
    level = list(leaves)
    sha = hashlib.sha256
    while len(level) > 1:
        pairs = [sha(b"\x01" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            pairs.append(level[-1])
        level = pairs
    return level[0]


class GrowingTree:
    """A tree one adds leaves to, remembering only one hash per set bit of its size.

    Attributes:
        size: leaves so far.
        peaks: roots of the complete subtrees, largest first.
    """

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if len(self.peaks) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} peaks, not {len(self.peaks)}")

    def add(self, leaf: bytes) -> None:
        """Add the hash of one leaf."""
        joined, size = leaf, self.size
        while size & 1:
            joined = node_hash(self.peaks.pop(), joined)
            size >>= 1
        self.peaks.append(joined)
        self.size += 1

    def root(self) -> bytes:
        """The root over everything added."""
        if not self.peaks:
            return EMPTY
        joined = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            joined = node_hash(peak, joined)
        return joined


def inclusion_proof(leaves: Sequence[bytes], place: int) -> list[bytes]:
    """The hashes beside the way from a leaf to the root, lowest first.

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= place < len(leaves):
        raise IndexError(place)
    proof: list[bytes] = []
    level = list(leaves)
    while len(level) > 1:
        beside = place ^ 1
        if beside < len(level):
            proof.append(level[beside])
        pairs = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
        place >>= 1
    return proof


def root_by_proof(leaf: bytes, place: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root a proof leads to (RFC 9162, 2.1.3.2).

    Raises:
        ValueError: the proof has the wrong length for this place and size.
    """
    if not 0 <= place < size:
        raise ValueError("the leaf lies outside the tree")
    joined, last, rest = leaf, size - 1, list(proof)
    while last > 0:
        if place % 2 or place < last:
            if not rest:
                raise ValueError("the proof is too short")
            beside = rest.pop(0)
            joined = node_hash(beside, joined) if place % 2 else node_hash(joined, beside)
        place, last = place >> 1, last >> 1
    if rest:
        raise ValueError("the proof is too long")
    return joined
