"""Pictures as phones and scanners make them, drawn here: a paper on a table, with or without a QR code."""

import io
import random
from functools import cache

import segno
from PIL import Image, ImageDraw

CARD = "001099999999|012345678|Nguyễn Văn A|01011999|Nam|Số 1, Phúc Xá, Ba Đình, Hà Nội|15062021"


def drawn(width: int, height: int, *, code: str = "", seed: int = 1) -> Image.Image:
    """A light paper on a dark table, lines of text, grain of a sensor; the code at a third of its width."""
    chance = random.Random(seed)
    picture = Image.new("RGB", (width, height), (70, 60, 50))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((width // 12, height // 12, width - width // 12, height - height // 12), fill=(236, 232, 224))
    for line in range(10):
        top = height // 6 + line * height // 16
        pen.line((width // 8, top, width // 8 + chance.randrange(width // 3), top), fill=(30, 30, 40), width=3)
    if code:
        written = io.BytesIO()
        segno.make(code, error="m", micro=False).save(written, kind="png", scale=4, border=4)
        side = min(width, height) * 2 // 5
        picture.paste(Image.open(written).convert("RGB").resize((side, side)), (width // 2, height // 2))
    grain = Image.effect_noise((width // 4, height // 4), 24).resize((width, height)).convert("RGB")
    return Image.blend(picture, grain, 0.12)


def written(picture: Image.Image, kind: str, **options: object) -> bytes:
    """The file of a picture."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


@cache
def samples() -> tuple[bytes, ...]:
    """Small real files of every kind we read: plain, progressive, with metadata, palette, grey, alpha, 16 bits."""
    photo = drawn(640, 480, code=CARD)
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9286] = 6, "Camera", "Nhà riêng"
    exif.get_ifd(0x8825)[1] = "N"
    return (
        written(photo, "JPEG", quality=85, exif=exif),
        written(photo, "JPEG", quality=60, progressive=True),
        written(photo.convert("L"), "JPEG"),
        written(photo.convert("CMYK"), "JPEG"),
        written(photo, "PNG"),
        written(photo.convert("P"), "PNG", transparency=0),
        written(photo.convert("RGBA"), "PNG"),
        written(
            Image.frombytes(
                "I;16", photo.size, bytes(half for grey in photo.convert("L").tobytes() for half in (grey, grey))
            ),
            "PNG",
        ),
        written(photo, "WEBP", quality=70, exif=exif),
        written(photo.convert("RGBA"), "WEBP", lossless=True),
        written(photo, "MPO", save_all=True, append_images=[photo.resize((64, 48))]),
    )
