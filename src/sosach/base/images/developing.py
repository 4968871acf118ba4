"""What the jailed child does with a picture: decode, turn upright, bound, write anew, read its QR codes."""

import io
from contextlib import suppress
from dataclasses import replace
from typing import Final

import zxingcpp

# The plugins are named so that they are loaded before the jail closes: inside it no file can be opened.
from PIL import Image, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

from sosach.base.images.kinds import READ, FileKind, kind_of
from sosach.base.images.limits import (
    MAX_CODE_LENGTH,
    MAX_CODES,
    MAX_PIXELS,
    MAX_SIDE,
    MIN_SIDE,
    QUALITY,
    CleanPhoto,
    Measures,
)
from sosach.base.images.measuring import measured
from sosach.base.images.refusals import PhotoRefusedError, Refusal, refusal_of_kind

PLUGINS: Final = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)

_ORIENTATION = 0x0112
_LYING = frozenset({5, 6, 7, 8})
_TRANSPARENT = frozenset({"RGBA", "LA", "PA", "RGBa", "La"})
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_CODE_EDGE = 4000  # a QR code of a card across a fifth of a photo has three pixels for each module

Image.MAX_IMAGE_PIXELS = None  # our own limits, by kind, are asked first


def develop(content: bytes, *, edge: int, codes: bool, measure: bool = False) -> CleanPhoto:
    """The picture written anew.

    Raises:
        PhotoRefusedError: not a picture we take.
        Exception: whatever a decoder does with a hostile file; the caller is a process of its own.
    """
    kind = kind_of(content)
    if kind not in READ:
        raise PhotoRefusedError(refusal_of_kind(kind))
    with Image.open(io.BytesIO(content), formats=(kind.value.upper(),)) as picture:
        _bounded(picture, kind)
        whole, turned = picture.size, _orientation(picture)
        _reduce_while_decoding(picture, edge)
        picture.load()
        drawn = _opaque(picture)
    found = _codes(drawn.convert("L")) if codes else ()
    if codes and not found and max(whole) > max(drawn.size):  # a code far away needs every pixel
        found = _codes(_grey(content, kind))
    drawn.thumbnail((edge, edge), Image.Resampling.BICUBIC, reducing_gap=2.0)
    drawn = _upright(drawn, turned)
    found_like = _as_sent(measured(drawn), whole, turned) if measure else None
    written = io.BytesIO()
    drawn.save(written, "JPEG", quality=QUALITY)
    return CleanPhoto(written.getvalue(), drawn.width, drawn.height, found, found_like)


def warm_up() -> None:
    """Make decoders, encoder and reader of codes do their work once, so that all they load is there."""
    small = Image.effect_noise((64, 48), 20).convert("RGB")
    for kind in ("JPEG", "PNG", "WEBP"):
        written = io.BytesIO()
        small.save(written, kind)
        develop(written.getvalue(), edge=32, codes=True, measure=True)


def _bounded(picture: Image.Image, kind: FileKind) -> None:
    width, height = picture.size
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS[kind]:
        raise PhotoRefusedError(Refusal.TOO_LARGE)
    if min(width, height) < MIN_SIDE:
        raise PhotoRefusedError(Refusal.TOO_SMALL)


def _orientation(picture: Image.Image) -> int:
    """How the camera was held; 1 when it does not say so in a readable way."""
    with suppress(Exception):  # metadata are thrown away: broken ones do no harm to the picture
        told = picture.getexif().get(_ORIENTATION, 1)
        if isinstance(told, int) and 1 <= told <= 8:
            return told
    return 1


def _as_sent(found: Measures, whole: tuple[int, int], turned: int) -> Measures:
    """Measures with width and height of the picture as it was sent, upright."""
    width, height = reversed(whole) if turned in _LYING else whole
    return replace(found, width=width, height=height)


def _reduce_while_decoding(picture: Image.Image, edge: int, *, mode: str = "RGB") -> None:
    """JPEG only: decode at 1/2, 1/4 or 1/8, as long as the longer side stays at least `edge`."""
    longer = max(picture.size)
    if longer > edge:
        width, height = (max(1, side * edge // longer) for side in picture.size)
        picture.draft(mode, (width, height))


def _opaque(picture: Image.Image) -> Image.Image:
    if picture.mode in _TRANSPARENT or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bits for each pixel
        return picture.point(lambda value: value / 256).convert("L").convert("RGB")
    return picture.convert("RGB")


def _upright(picture: Image.Image, turned: int) -> Image.Image:
    """The picture alone, turned as its own orientation says: none of what came with it."""
    bare = Image.frombytes("RGB", picture.size, picture.tobytes())
    bare.getexif()[_ORIENTATION] = turned
    upright = ImageOps.exif_transpose(bare)
    return Image.frombytes("RGB", upright.size, upright.tobytes())


def _grey(content: bytes, kind: FileKind) -> Image.Image:
    """The picture once more, as large as a code could need it and without colours."""
    with Image.open(io.BytesIO(content), formats=(kind.value.upper(),)) as picture:
        _reduce_while_decoding(picture, _CODE_EDGE, mode="L")
        return picture.convert("L")


def _codes(grey: Image.Image) -> tuple[str, ...]:
    found = zxingcpp.read_barcodes(grey, formats=_QR, try_invert=False)
    return tuple(dict.fromkeys(text for code in found if (text := _text(code)) is not None))[:MAX_CODES]


def _text(code: zxingcpp.Barcode) -> str | None:
    """UTF-8 as cards write it, whatever the reader guesses."""
    if not code.valid or len(code.bytes) > MAX_CODE_LENGTH:
        return None
    try:
        return bytes(code.bytes).decode("utf-8")
    except UnicodeDecodeError:
        return str(code.text)
