"""The structure of a fingerprint file compressed by WSQ (FBI IAFIS-IC-0110 v3.1): its segments, not its picture.

Nothing here decompresses. A comment that begins with `VECTOR` carries the vector a maker of synthetic fingers wrote, by which our
own engine compares them; readers of WSQ skip comments.
"""

import struct
from dataclasses import dataclass

SOI, EOI, SOF, SOB, DTT, DQT, DHT, COM = 0xFFA0, 0xFFA1, 0xFFA2, 0xFFA3, 0xFFA4, 0xFFA5, 0xFFA6, 0xFFA8
VECTOR = b"SOSACH SYNTHETIC VECTOR "
LARGEST = 400_000
_TABLES = frozenset({DTT, DQT, DHT, COM})
_FRAME = struct.Struct(">BBHHBHBHBH")  # black, white, height, width, two scaled numbers, encoder, software


@dataclass(frozen=True, slots=True)
class Wsq:
    """What the head of a file says.

    Attributes:
        width: pixels.
        height: pixels.
        vector: of a synthetic finger; b"" otherwise.
    """

    width: int
    height: int
    vector: bytes = b""


def read_wsq(content: bytes) -> Wsq | None:
    """What a file says of itself; None when it is not a whole WSQ file. Total, whatever the bytes."""
    if len(content) > LARGEST or content[:2] != SOI.to_bytes(2) or content[-2:] != EOI.to_bytes(2):
        return None
    place, size, vector, blocks = 2, None, b"", 0
    while place < len(content) - 2:
        found = _segment(content, place)
        if found is None:
            return None
        marker, body, place = found
        if marker == SOF and len(body) == _FRAME.size and size is None:
            _, _, height, width, *_ = _FRAME.unpack(body)
            size = (width, height)
        elif marker == COM and body.startswith(VECTOR):
            vector = body.removeprefix(VECTOR)
        elif marker == SOB and size is not None:
            blocks += 1
            place = _after_block(content, place)
        elif marker not in _TABLES:
            return None
    return Wsq(size[0], size[1], vector) if size and all(size) and blocks else None


def _segment(content: bytes, place: int) -> tuple[int, bytes, int] | None:
    """Marker, body, and where it goes on; None where no segment stands."""
    if place + 4 > len(content):
        return None
    marker, length = struct.unpack_from(">HH", content, place)
    end = place + 2 + length
    return (marker, content[place + 4 : end], end) if length >= 2 and end <= len(content) - 2 else None


def _after_block(content: bytes, place: int) -> int:
    """Where the coded bytes of a block end: at the next marker; a coded 0xFF is followed by 0x00."""
    while True:
        place = content.index(b"\xff", place)
        if content[place + 1] != 0:
            return place
        place += 2
