"""Width and height of compressed pictures, read off their frame header; the pictures themselves are not opened here."""

from struct import Struct

from sosach.base.errors import ErrorCode, SosachError

_MARKER = 2
_SEGMENT = Struct(">BBH")
_PAIR = Struct(">HH")
# SOF0 … SOF15 without DHT, JPG and DAC
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WSQ_FRAMES = frozenset({0xA2})


def jpeg_size(picture: bytes) -> tuple[int, int]:
    """Width and height of a JPEG (ISO/IEC 10918-1 § B.2.2, frame header).

    Raises:
        SosachError: INPUT-07 it is no JPEG.
    """
    at = _frame(picture, b"\xff\xd8", _JPEG_FRAMES)
    return _pair(picture, at + 5)


def wsq_size(picture: bytes) -> tuple[int, int]:
    """Width and height of a WSQ (IAFIS-IC-0110 § 2.2, frame header: black, white, then height and width).

    Raises:
        SosachError: INPUT-07 it is no WSQ.
    """
    at = _frame(picture, b"\xff\xa0", _WSQ_FRAMES)
    return _pair(picture, at + 6)


def _pair(picture: bytes, at: int) -> tuple[int, int]:
    if at + _PAIR.size > len(picture):
        raise _no_picture()
    height, width = _PAIR.unpack_from(picture, at)
    return width, height


def _frame(picture: bytes, start: bytes, wanted: frozenset[int]) -> int:
    """Where the marker of the frame header stands."""
    if not picture.startswith(start):
        raise _no_picture()
    at, end = _MARKER, len(picture) - _SEGMENT.size
    while at <= end:
        first, marker, size = _SEGMENT.unpack_from(picture, at)
        if first != 0xFF:
            break
        if marker in wanted:
            return at
        at += _MARKER + size
    raise _no_picture()


def _no_picture() -> SosachError:
    return SosachError(
        ErrorCode.PICTURE_REFUSED,
        vi="Ảnh của thẻ không phải là JPEG (khuôn mặt) hoặc WSQ (vân tay)",
        en="A picture of the card is no JPEG (face) or no WSQ (finger)",
    )
