"""What an enrolment packet holds: a face, ten fingers, two irises, each a picture or the reason why there is none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Modality(StrEnum):
    """What is sealed under a key of its own."""

    FACE = "face"
    FINGER = "finger"
    IRIS = "iris"
    TEMPLATE = "template"  # what comparisons are made of; wrapped by another key than the pictures


class Absence(StrEnum):
    """Why there is no picture of a finger or iris."""

    MISSING = "missing"  # amputated, not there from birth
    INJURED = "injured"  # bandaged for now
    WORN = "worn"  # no ridges that could be taken
    NO_DEVICE = "no_device"  # irises only: the office has no camera for them


class Media(StrEnum):
    """How a picture is kept."""

    JPEG = "image/jpeg"
    WSQ = "image/x-wsq"
    VECTOR = "application/octet-stream"


FACE = "face"
FINGERS = tuple(
    f"finger-{position}" for position in range(1, 11)
)  # ISO/IEC 19794-4: 1 right thumb … 10 left little finger
IRISES = ("iris-right", "iris-left")
SLOTS = (FACE, *FINGERS, *IRISES)
# The chip holds two fingers: the index fingers, else the next in this order.
_CHIP_ORDER = (2, 7, 1, 6, 3, 8, 4, 9, 5, 10)
CHIP_FINGERS = 2


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture as the station sends it.

    Attributes:
        slot: one of `SLOTS`.
        content: JPEG, PNG or WebP of a face or iris, WSQ of a finger.
    """

    slot: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Enrolment:
    """All that one capture gives.

    Attributes:
        shots: the pictures.
        absent: slot → why there is none.
        features: identifying features (nhân dạng), as they go onto the chip.
        device: serial of the station or camera.
    """

    shots: tuple[Shot, ...]
    absent: Mapping[str, Absence]
    features: str
    device: str


def modality_of(slot: str) -> Modality:
    """What a slot shows.

    >>> modality_of("finger-7"), modality_of("iris-left")
    (<Modality.FINGER: 'finger'>, <Modality.IRIS: 'iris'>)

    Raises:
        ValueError: there is no such slot.
    """
    if slot not in SLOTS:
        raise ValueError(f"there is no slot {slot}")
    return Modality(slot.partition("-")[0])


def may_be_absent(slot: str, why: Absence) -> bool:
    """A face is always there; only irises lack a camera."""
    modality = modality_of(slot)
    return modality is Modality.IRIS or (modality is Modality.FINGER and why is not Absence.NO_DEVICE)


def missing_slots(pictures: Iterable[str], absent: Iterable[str]) -> tuple[str, ...]:
    """Slots of which nothing is told yet."""
    told = {*pictures, *absent}
    return tuple(slot for slot in SLOTS if slot not in told)


def chip_fingers(positions: Iterable[int]) -> tuple[int, ...]:
    """Which fingers go onto the chip.

    >>> chip_fingers([1, 2, 3, 8]), chip_fingers([])
    ((2, 1), ())
    """
    there = set(positions)
    return tuple(position for position in _CHIP_ORDER if position in there)[:CHIP_FINGERS]
