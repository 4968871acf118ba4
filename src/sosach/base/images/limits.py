"""How much one picture may cost, and what came out of it: numbers the parent and its jailed child both keep to."""

from dataclasses import dataclass
from typing import Final

from sosach.base.images.kinds import FileKind

MAX_BYTES: Final = 15 * 2**20
"""A longer file is refused before anything looks into it; photos of phones have 2 to 12 MB."""

MAX_PIXELS: Final = {FileKind.JPEG: 64_000_000, FileKind.PNG: 25_000_000, FileKind.WEBP: 25_000_000}
"""Told by the file's head, before decoding. A JPEG is decoded at a fraction of its size, so it may be larger."""

MAX_SIDE: Final = 20_000
MIN_SIDE: Final = 16
"""Narrower pictures show no paper."""

MEMORY: Final = 480 * 2**20
"""Address space of the child, programs included."""

SECONDS: Final = 5
"""Processor time and time by the wall of one picture; the kernel ends a child that takes longer."""

EDGE: Final = 2000
"""Longer side of what we keep, in pixels: text of a card stays readable."""

MAX_EDGE: Final = 4000
QUALITY: Final = 85
MAX_CODES: Final = 8
MAX_CODE_LENGTH: Final = 4_000
COARSE: Final = 16
"""Side of the coarse copy of a picture, in shades."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What a picture is like.

    Attributes:
        width: in pixels, upright, before it was reduced to the edge that was asked for.
        height: in pixels.
        light: mean shade, 0 black to 255 white.
        contrast: spread of the shades.
        black: share of pixels without any light.
        white: share of pixels without any shade.
        sharpness: spread of the second derivative; low where nothing is in focus.
        background: spread of the shades in the upper corners; low where it is plain.
        coarse: the middle in 16 × 16 shades.
    """

    width: int
    height: int
    light: float
    contrast: float
    black: float
    white: float
    sharpness: float
    background: float
    coarse: bytes


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A picture written anew: pixels of the one that was sent, and nothing else of it.

    Attributes:
        content: JPEG without metadata, upright; sRGB is assumed.
        width: in pixels.
        height: in pixels.
        codes: texts of the QR codes in it, when asked for; as they stand, to be distrusted.
        measures: what it is like, when asked for.
    """

    content: bytes
    width: int
    height: int
    codes: tuple[str, ...] = ()
    measures: Measures | None = None
