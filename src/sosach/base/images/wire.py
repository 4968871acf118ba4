"""How parent and jailed child speak: one request, one answer, each a short head in JSON and then bytes."""

import json
import struct
from dataclasses import asdict, dataclass
from typing import Any, Final, get_type_hints

from sosach.base.images.limits import COARSE, MAX_CODE_LENGTH, MAX_CODES, MAX_EDGE, MAX_SIDE, CleanPhoto, Measures
from sosach.base.images.refusals import Refusal

READY: Final = b"!"
LENGTH: Final = struct.Struct("!I")
REQUEST: Final = struct.Struct("!I??I")
"""Longer side, whether codes and measures are wanted, bytes that follow."""

ENDED: Final = struct.Struct("!iqdI")
"""What the waiting process says of a child that ended: status, memory in KiB, seconds of processor, bits of its walls."""

_MOST_HEAD: Final = 256 * 1024
MOST_ANSWER: Final = 24 * 2**20
"""A child that sends more is not ours any more."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a child.

    Attributes:
        status: 0, or the negative number of the signal that ended it, or its exit code.
        memory: most memory it ever held, in bytes.
        cpu_seconds: processor time.
    """

    status: int
    memory: int
    cpu_seconds: float


def answer(result: CleanPhoto | Refusal) -> bytes:
    """What the child writes."""
    if isinstance(result, Refusal):
        head: dict[str, Any] = {"refusal": result.value}
        content = b""
    else:
        head = {"width": result.width, "height": result.height, "codes": result.codes}
        if result.measures is not None:
            head["measures"] = asdict(result.measures) | {"coarse": result.measures.coarse.hex()}
        content = result.content
    told = json.dumps(head).encode()
    return LENGTH.pack(len(told)) + told + content


def read_answer(received: bytes) -> CleanPhoto | Refusal | None:
    """What the parent makes of it; None for anything but an answer: the child may be somebody else's by now."""
    try:
        (length,) = LENGTH.unpack_from(received)
        if length > _MOST_HEAD:
            return None
        head = json.loads(received[LENGTH.size : LENGTH.size + length])
        if "refusal" in head:
            return Refusal(head["refusal"])
        content = received[LENGTH.size + length :]
        photo = CleanPhoto(
            content, head["width"], head["height"], tuple(head["codes"]), _measures(head.get("measures"))
        )
    except (struct.error, ValueError, KeyError, TypeError, RecursionError):
        return None
    return photo if _plausible(photo) else None


def _measures(told: Any) -> Measures | None:
    """Measures as the child tells them, each a number of its kind; anything else is no answer.

    Raises:
        ValueError: not measures.
        TypeError: as above.
    """
    if told is None:
        return None
    found = Measures(**(told | {"coarse": bytes.fromhex(told["coarse"])}))
    kinds = {name: type(getattr(found, name)) for name in Measures.__slots__}
    sides = all(0 < side <= MAX_SIDE for side in (found.width, found.height))
    if kinds != get_type_hints(Measures) or not sides or len(found.coarse) != COARSE * COARSE:
        raise ValueError("not measures")
    return found


def _plausible(photo: CleanPhoto) -> bool:
    sides = all(type(side) is int and 0 < side <= MAX_EDGE for side in (photo.width, photo.height))
    codes = all(isinstance(code, str) and len(code) <= MAX_CODE_LENGTH for code in photo.codes)
    jpeg = photo.content.startswith(b"\xff\xd8\xff") and photo.content.endswith(b"\xff\xd9")
    return sides and codes and jpeg and len(photo.codes) <= MAX_CODES
