"""Whether a picture is good enough: the port behind which NFIQ 2 and OFIQ are put, and simple checks of our own.

Our own checks look at size, light, sharpness and background of faces and irises, and at size and structure of a fingerprint's WSQ
file (FBI IAFIS-IC-0110). They find the photo of a dark room; they are no measure in the sense of ISO/IEC 29794.
"""

from enum import StrEnum
from typing import Protocol

from sosach.base.images import Measures
from sosach.domain.idcards.rules.enrolment import Modality
from sosach.domain.idcards.rules.wsq import Wsq


class Fault(StrEnum):
    """What is wrong with a picture."""

    SMALL = "small"
    SHAPE = "shape"  # not upright
    DARK = "dark"
    BRIGHT = "bright"
    FLAT = "flat"  # hardly any contrast
    BLURRED = "blurred"
    BACKGROUND = "background"  # not plain
    FILE = "file"  # a fingerprint that is no whole WSQ file
    RESOLUTION = "resolution"  # a fingerprint smaller than a finger at 500 pixels an inch


WORDS: dict[Fault, tuple[str, str]] = {
    Fault.SMALL: ("Ảnh quá nhỏ: lại gần hơn.", "The picture is too small: come closer."),
    Fault.SHAPE: ("Ảnh chân dung phải là ảnh đứng.", "A portrait stands upright."),
    Fault.DARK: ("Ảnh quá tối: thêm ánh sáng.", "The picture is too dark: more light."),
    Fault.BRIGHT: ("Ảnh quá sáng: bớt ánh sáng.", "The picture is too bright: less light."),
    Fault.FLAT: ("Ảnh quá nhạt.", "The picture has hardly any contrast."),
    Fault.BLURRED: ("Ảnh bị nhòe: giữ yên, lấy nét lại.", "The picture is blurred: hold still, focus again."),
    Fault.BACKGROUND: ("Nền ảnh không trơn.", "The background is not plain."),
    Fault.FILE: ("Tệp vân tay hỏng: lấy lại vân tay.", "The fingerprint file is broken: take it again."),
    Fault.RESOLUTION: ("Vân tay quá nhỏ: đặt ngón tay lại.", "The fingerprint is too small: place the finger again."),
}
_FACE_SIDES = (300, 400)
_IRIS_SIDE = 200
_FINGER_SIDES = (200, 240)  # a fingertip of about 10 × 12 mm at 500 pixels an inch
_DARK, _BRIGHT = 60.0, 215.0
_CLIPPED = 0.5
_FLAT = 18.0
_SHARP = 3.0
_PLAIN = 40.0


class QualityCheck(Protocol):
    """Somebody who judges pictures."""

    name: str

    def of_picture(self, modality: Modality, measures: Measures) -> tuple[Fault, ...]:
        """Faults of a face or iris."""
        ...

    def of_finger(self, content: bytes, wsq: Wsq | None) -> tuple[Fault, ...]:
        """Faults of a fingerprint; None: the file is not whole."""
        ...


class SimpleCheck:
    """Our own."""

    name = "sosach-simple"

    def of_picture(self, modality: Modality, measures: Measures) -> tuple[Fault, ...]:
        """See `QualityCheck`."""
        face = modality is Modality.FACE
        least = _FACE_SIDES if face else (_IRIS_SIDE, _IRIS_SIDE)
        found = {
            Fault.SMALL: measures.width < least[0] or measures.height < least[1],
            Fault.SHAPE: face and measures.width > measures.height,
            Fault.DARK: measures.light < _DARK or measures.black > _CLIPPED,
            Fault.BRIGHT: measures.light > _BRIGHT or measures.white > _CLIPPED,
            Fault.FLAT: measures.contrast < _FLAT,
            Fault.BLURRED: measures.sharpness < _SHARP,
            Fault.BACKGROUND: face and measures.background > _PLAIN,
        }
        return tuple(fault for fault, there in found.items() if there)

    def of_finger(self, content: bytes, wsq: Wsq | None) -> tuple[Fault, ...]:
        """See `QualityCheck`."""
        del content
        if wsq is None:
            return (Fault.FILE,)
        small = wsq.width < _FINGER_SIDES[0] or wsq.height < _FINGER_SIDES[1]
        return (Fault.RESOLUTION,) if small else ()
