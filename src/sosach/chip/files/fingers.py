"""DG3: fingerprints, one template each (Doc 9303-10 § 4.7.3; ISO/IEC 19794-4:2005). Readers need their own right to it."""

from sosach.chip.content import Finger
from sosach.chip.der import explicit, implicit, integer, tlv
from sosach.chip.files.pictures import wsq_size

TAG = b"\x63"
_RIGHT, _LEFT = 1, 2
_WSQ = 2
_LEVEL = (31).to_bytes(2, "big")  # capture settings of 500 pixels an inch
_PER_CENTIMETRE = 2
_SCALE = (197).to_bytes(2, "big")  # 500 pixels an inch
_GREY = 8
_HEADER = 32
_VIEW = 14
_UNKNOWN_QUALITY = 255
_LIVE_PLAIN = 0


def write(prints: tuple[Finger, ...]) -> bytes:
    """DG3 with every finger, in the order of their positions.

    Raises:
        SosachError: INPUT-07 a picture is no WSQ.
    """
    templates = (_template(finger) for finger in sorted(prints, key=lambda finger: finger.position))
    return tlv(TAG, tlv(b"\x7f\x61", integer(len(prints)) + b"".join(templates)))


def _template(finger: Finger) -> bytes:
    parts = (
        (0, b"\x01\x01"),
        (1, b"\x08"),
        (2, bytes((_subtype(finger.position),))),
        (7, b"\x01\x01"),
        (8, b"\x00\x07"),
    )
    header = explicit(1, *(implicit(number, value) for number, value in parts))
    return tlv(b"\x7f\x60", header + tlv(b"\x5f\x2e", _record(finger)))


def _subtype(position: int) -> int:
    """CBEFF subtype: the hand in the last two bits, thumb 1 … little finger 5 before them.

    >>> [hex(_subtype(position)) for position in (1, 2, 6, 7, 10)]
    ['0x5', '0x9', '0x6', '0xa', '0x16']
    """
    hand, finger = (_RIGHT, position) if position <= 5 else (_LEFT, position - 5)
    return finger << 2 | hand


def _record(finger: Finger) -> bytes:
    width, height = wsq_size(finger.picture)
    size = _HEADER + _VIEW + len(finger.picture)
    general = (
        b"FIR\x00" + b"010\x00" + size.to_bytes(6, "big") + b"\x00\x00" + _LEVEL + bytes((1, _PER_CENTIMETRE))
    ) + (_SCALE * 4 + bytes((_GREY, _WSQ, 0, 0)))
    view = (size - _HEADER).to_bytes(4, "big") + bytes((finger.position, 1, 1, _UNKNOWN_QUALITY, _LIVE_PLAIN))
    return general + view + width.to_bytes(2, "big") + height.to_bytes(2, "big") + b"\x00" + finger.picture
