"""DG2: the face, coded by ISO/IEC 19794-5:2005 or by ISO/IEC 39794-5:2019 (Doc 9303-10 § 4.7.2)."""

from functools import lru_cache

from sosach.chip.der import explicit, implicit, sequence, tlv
from sosach.chip.files.pictures import jpeg_size
from sosach.chip.profiles import FaceCoding

TAG = b"\x75"
_GROUP = b"\x7f\x61"
_TEMPLATE = b"\x7f\x60"
_ONE = b"\x02\x01\x01"
_OLD_FORMAT = b"\x00\x08"  # CBEFF format types of ISO/IEC JTC1 SC37
_NEW_FORMAT = b"\x00\x2a"
_MALE, _FEMALE = 1, 2
_JPEG_CODE = b"\x02"  # 39794-5 ImageDataFormatCode: jpeg
_HEADER = 14 + 20 + 12
_FRONTAL = 1
_SRGB = 1
_CAMERA = 2


def write(portrait: bytes, *, sex: str, coding: FaceCoding) -> bytes:
    """DG2 with one face.

    Raises:
        SosachError: INPUT-07 the portrait is no JPEG.
    """
    before, after = _around(len(portrait), jpeg_size(portrait), sex, coding)
    return b"".join((before, portrait, after))


@lru_cache(maxsize=1 << 16)
def _around(size: int, shape: tuple[int, int], sex: str, coding: FaceCoding) -> tuple[bytes, bytes]:
    """All of DG2 before and after a picture; pictures come in few thousand sizes, so it is made once for each."""
    picture = b"\xff" * size
    if coding is FaceCoding.ISO_19794:
        body = _header(_OLD_FORMAT) + tlv(b"\x5f\x2e", _record(picture, shape, sex))
    else:
        body = _header(_NEW_FORMAT) + tlv(b"\x7f\x2e", explicit(1, _block(picture)))
    before, _, after = tlv(TAG, tlv(_GROUP, _ONE + tlv(_TEMPLATE, body))).rpartition(picture)
    return before, after


def _header(format_type: bytes) -> bytes:
    """The biometric header: version, face, no subtype, owner ISO/IEC JTC1 SC37, format (Doc 9303-10 table 42)."""
    parts = ((0, b"\x01\x01"), (1, b"\x02"), (2, b"\x00"), (7, b"\x01\x01"), (8, format_type))
    return explicit(1, *(implicit(number, value) for number, value in parts))


def _record(portrait: bytes, shape: tuple[int, int], sex: str) -> bytes:
    """A facial record: one full frontal JPEG without feature points (ISO/IEC 19794-5:2005 § 5)."""
    width, height = shape
    size = _HEADER + len(portrait)
    face = (size - 14).to_bytes(4, "big") + b"\x00\x00" + bytes((_MALE if sex == "M" else _FEMALE,)) + bytes(13)
    image = (
        bytes((_FRONTAL, 0)) + width.to_bytes(2, "big") + height.to_bytes(2, "big") + bytes((_SRGB, _CAMERA)) + bytes(4)
    )
    return b"FAC\x00" + b"010\x00" + size.to_bytes(4, "big") + b"\x00\x01" + face + image + portrait


def _block(portrait: bytes) -> bytes:
    """A face image data block: version 3 of 2019, one representation, its picture a JPEG (ISO/IEC 39794-5:2019 annex A)."""
    version = explicit(0, implicit(0, b"\x03"), implicit(1, (2019).to_bytes(2, "big")))
    picture = implicit(0, portrait) + explicit(1, explicit(0, implicit(0, _JPEG_CODE)))
    representation = sequence(implicit(0, b"\x00"), explicit(1, explicit(0, explicit(0, picture))))
    return tlv(b"\x65", version + explicit(1, representation))
