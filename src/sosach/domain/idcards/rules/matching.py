"""Comparing captures: templates, how alike two are, and the small engine of our own.

The engine compares vectors: a coarse picture of the face, and the vector a maker of synthetic fingers writes into its pictures.
It decides nothing: what looks alike goes to two people. A national matcher stands behind the same port (`Screener`, OSIA ABIS);
of accuracy on real fingers and faces this engine claims nothing.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sosach.domain.idcards.rules.enrolment import FACE

NAME = "sosach-vectors"
TEMPLATE = "template"  # the slot under which templates of a packet are sealed
ALIKE_FACE = 0.97
ALIKE_FINGERS = 0.80
_MOST_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Capture:
    """Templates of one packet.

    Attributes:
        packet_id: of which packet.
        person_id: of whom.
        vectors: slot → vector.
    """

    packet_id: int
    person_id: int
    vectors: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody else's capture that looks alike.

    Attributes:
        packet_id: its packet.
        person_id: whose.
        score: 0 to 1.
        slots: what looks alike.
    """

    packet_id: int
    person_id: int
    score: float
    slots: tuple[str, ...]


def packed(vectors: Mapping[str, bytes]) -> bytes:
    """Vectors of a packet as they are sealed."""
    return json.dumps({slot: vector.hex() for slot, vector in sorted(vectors.items())}).encode()


def unpacked(content: bytes) -> dict[str, bytes]:
    """The vectors again."""
    return {slot: bytes.fromhex(vector) for slot, vector in json.loads(content).items()}


def bits_alike(one: bytes, other: bytes) -> float:
    r"""Share of equal bits; 0 where the lengths differ.

    >>> bits_alike(b"\x0f", b"\x0f"), bits_alike(b"\x0f", b"\xff"), bits_alike(b"", b"")
    (1.0, 0.5, 0.0)
    """
    if not one or len(one) != len(other):
        return 0.0
    differing = (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()
    return 1.0 - differing / (8 * len(one))


def shades_alike(one: bytes, other: bytes) -> float:
    """Correlation of two coarse pictures; 0 where one is of a single shade, or they have no common size.

    >>> shades_alike(bytes([0, 100, 200]), bytes([10, 110, 210])), shades_alike(b"aa", b"ab")
    (1.0, 0.0)
    """
    if not one or len(one) != len(other):
        return 0.0
    here, there = sum(one) / len(one), sum(other) / len(other)
    first, second = [value - here for value in one], [value - there for value in other]
    size = (sum(value * value for value in first) * sum(value * value for value in second)) ** 0.5
    found = sum(left * right for left, right in zip(first, second, strict=True)) / size if size else 0.0
    return max(0.0, round(found, 6))


def compare(probe: Capture, entry: Capture) -> Candidate | None:
    """The entry as a candidate; None where nothing looks alike."""
    common = sorted(set(probe.vectors) & set(entry.vectors))
    fingers = {slot: bits_alike(probe.vectors[slot], entry.vectors[slot]) for slot in common if slot != FACE}
    found = {slot: score for slot, score in fingers.items() if score >= ALIKE_FINGERS}
    if FACE in common and (face := shades_alike(probe.vectors[FACE], entry.vectors[FACE])) >= ALIKE_FACE:
        found[FACE] = face
    if not found:
        return None
    return Candidate(entry.packet_id, entry.person_id, max(found.values()), tuple(sorted(found)))


def search(probe: Capture, gallery: Iterable[Capture]) -> tuple[Candidate, ...]:
    """Everybody else's captures that look alike, the likest first; of equal ones the older. Always the same answer."""
    found = [compare(probe, entry) for entry in gallery if entry.person_id != probe.person_id]
    ranked = sorted((one for one in found if one), key=lambda one: (-one.score, one.packet_id))
    return tuple(ranked[:_MOST_CANDIDATES])
