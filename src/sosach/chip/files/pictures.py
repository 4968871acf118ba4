"""Width and height of compressed pictures, read off their frame header; the pictures themselves are not opened here."""

from sosach.base.errors import ErrorCode, SosachError

_MARKER = 2


def jpeg_size(picture: bytes) -> tuple[int, int]:
    """Width and height of a JPEG (ISO/IEC 10918-1 § B.2.2, frame header).

    Raises:
        SosachError: INPUT-07 it is no JPEG.
    """
    # SOF0 … SOF15 without DHT, JPG and DAC
    at = _frame(picture, b"\xff\xd8", frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC})
    return _pair(picture, at + 5)[::-1]


def wsq_size(picture: bytes) -> tuple[int, int]:
    """Width and height of a WSQ (IAFIS-IC-0110 § 2.2, frame header: black, white, then height and width).

    Raises:
        SosachError: INPUT-07 it is no WSQ.
    """
    at = _frame(picture, b"\xff\xa0", frozenset({0xA2}))
    return _pair(picture, at + 6)[::-1]


def _pair(picture: bytes, at: int) -> tuple[int, int]:
    if at + 4 > len(picture):
        raise _no_picture()
    return int.from_bytes(picture[at : at + 2], "big"), int.from_bytes(picture[at + 2 : at + 4], "big")


def _frame(picture: bytes, start: bytes, wanted: frozenset[int]) -> int:
    """Where the marker of the frame header stands."""
    if not picture.startswith(start):
        raise _no_picture()
    at = 2
    while at + 4 <= len(picture) and picture[at] == 0xFF:
        if picture[at + 1] in wanted:
            return at
        at += _MARKER + int.from_bytes(picture[at + 2 : at + 4], "big")
    raise _no_picture()


def _no_picture() -> SosachError:
    return SosachError(
        ErrorCode.PICTURE_REFUSED,
        vi="Ảnh của thẻ không phải là JPEG (khuôn mặt) hoặc WSQ (vân tay)",
        en="A picture of the card is no JPEG (face) or no WSQ (finger)",
    )
