"""Faces and fingers of nobody: drawn from a number, the same for the same number, unlike for another.

A face is an oval with hair, eyes, brows, nose and mouth whose places and shades come from the number; nobody could take it for a
photo. A finger is a file with the segments of WSQ in the right order and lengths (FBI IAFIS-IC-0110) whose coded part holds no
picture: readers that look at the structure take it, a decompressor does not. In a comment it carries the vector by which the small
engine compares (`domain.idcards.rules.wsq`).
"""

import hashlib
import io
import random
import struct

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 480, 640
VECTOR_BYTES = 64
_SKIN = ((236, 205, 180), (224, 188, 158), (206, 168, 138), (190, 150, 120), (172, 132, 102))
_HAIR = ((20, 18, 16), (40, 30, 24), (70, 66, 64), (120, 118, 116), (60, 40, 30))
_CLOTHES = ((40, 60, 110), (120, 40, 40), (30, 90, 60), (90, 80, 120), (230, 230, 235), (60, 60, 60))
_COMMENT = b"SOSACH SYNTHETIC VECTOR "
_FRAME = struct.Struct(">BBHHBHBHBH")


def _draws(number: int, what: str) -> random.Random:
    return random.Random(int.from_bytes(hashlib.sha256(f"{what} {number}".encode()).digest()))  # noqa: S311 # nosec B311 - pictures, no secrets


def face(number: int, *, shot: int = 0) -> bytes:
    """The face of a number as JPEG, 480 × 640; another `shot` is the same face a little otherwise."""
    draws, again = _draws(number, "face"), _draws(number * 1_000 + shot, "shot")
    picture = Image.new("RGB", (WIDTH, HEIGHT), (208, 214, 220))
    pen = ImageDraw.Draw(picture)
    across, down = again.randint(-4, 4), again.randint(-4, 4)
    middle, top = WIDTH // 2 + across, 130 + down
    wide, long = draws.randint(92, 138), draws.randint(290, 350)
    skin, hair = draws.choice(_SKIN), draws.choice(_HAIR)
    pen.rectangle((middle - wide // 2, top + long - 60, middle + wide // 2, HEIGHT), fill=skin)
    pen.polygon(
        [(20, HEIGHT), (60, HEIGHT - 90), (middle, HEIGHT - 120), (WIDTH - 60, HEIGHT - 90), (WIDTH - 20, HEIGHT)],
        fill=draws.choice(_CLOTHES),
    )
    crown = draws.randint(20, 70)
    sides = draws.randint(0, 220)
    pen.ellipse((middle - wide - 18, top - crown, middle + wide + 18, top + long // 2 + sides), fill=hair)
    pen.ellipse((middle - wide, top, middle + wide, top + long), fill=skin)
    pen.chord(
        (middle - wide, top, middle + wide, top + long),
        180 + draws.randint(5, 40),
        360 - draws.randint(5, 40),
        fill=hair,
    )
    _features(pen, draws, (middle, top, wide, long))
    soft = picture.filter(ImageFilter.GaussianBlur(0.6))
    written = io.BytesIO()
    soft.save(written, "JPEG", quality=88 - shot % 4)
    return written.getvalue()


def _features(pen: ImageDraw.ImageDraw, draws: random.Random, frame: tuple[int, int, int, int]) -> None:
    """Eyes, brows, nose, mouth, and perhaps spectacles or a mole."""
    middle, top, wide, long = frame
    eyes, apart, size = top + int(long * draws.uniform(0.40, 0.50)), draws.randint(38, 62), draws.randint(11, 20)
    brow, bold = draws.randint(22, 40), draws.randint(3, 10)
    spectacles = draws.random() < 0.3
    for side in (-1, 1):
        at = middle + side * apart
        pen.ellipse((at - size - 8, eyes - size // 2, at + size + 8, eyes + size // 2), fill=(248, 248, 246))
        pen.ellipse((at - size // 2, eyes - size // 2, at + size // 2, eyes + size // 2), fill=(28, 20, 16))
        pen.line((at - 30, eyes - brow + side * 3, at + 30, eyes - brow - side * 3), fill=(24, 20, 18), width=bold)
        if spectacles:
            pen.ellipse((at - 40, eyes - 30, at + 40, eyes + 30), outline=(30, 30, 30), width=draws.randint(3, 6))
    nose = draws.randint(40, 80)
    pen.polygon(
        [
            (middle, eyes + 6),
            (middle - draws.randint(12, 28), eyes + nose),
            (middle + draws.randint(12, 28), eyes + nose),
        ],
        fill=(150, 104, 78),
    )
    mouth, half = top + int(long * draws.uniform(0.74, 0.84)), draws.randint(26, 62)
    pen.ellipse((middle - half, mouth - 8, middle + half, mouth + draws.randint(4, 20)), fill=(150, 60, 60))
    if draws.random() < 0.4:
        spot = (middle + draws.choice((-1, 1)) * draws.randint(30, wide - 20), mouth - draws.randint(0, 60))
        pen.ellipse((spot[0] - 6, spot[1] - 6, spot[0] + 6, spot[1] + 6), fill=(40, 26, 20))


def iris(number: int, side: str, *, shot: int = 0) -> bytes:
    """An iris as JPEG, 320 × 320: rings and spokes of a number."""
    draws, again = _draws(number, f"iris-{side}"), _draws(number * 1_000 + shot, "iris-shot")
    picture = Image.new("L", (320, 320), 196)
    pen = ImageDraw.Draw(picture)
    at = 160 + again.randint(-3, 3)
    for ring in range(120, 40, -8):
        pen.ellipse((at - ring, 160 - ring, at + ring, 160 + ring), fill=draws.randint(60, 160))
    for _ in range(60):
        turn = draws.randint(0, 359)
        pen.arc((at - 118, 42, at + 118, 278), turn, turn + draws.randint(2, 5), fill=draws.randint(30, 200), width=60)
    pen.ellipse((at - 40, 120, at + 40, 200), fill=12)
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=90)
    return written.getvalue()


def vector(number: int, position: int, *, shot: int = 0) -> bytes:
    """The vector of a finger: bits of the number, of which another shot has a few turned over."""
    bits = int.from_bytes(_draws(number * 10 + position, "finger").randbytes(VECTOR_BYTES))
    again = _draws((number * 10 + position) * 1_000 + shot, "finger-shot")
    for _ in range(VECTOR_BYTES // 4 if shot else 0):
        bits ^= 1 << again.randrange(8 * VECTOR_BYTES)
    return bits.to_bytes(VECTOR_BYTES)


def finger(number: int, position: int, *, shot: int = 0, size: int = 8_000) -> bytes:
    """A finger (1 right thumb … 10 left little finger) as a file with the segments of WSQ, about `size` bytes long."""
    draws = _draws(number * 10 + position, "coded")
    frame = _FRAME.pack(0, 255, 500, 412, 0, 0, 0, 0, 2, 0)
    coded = draws.randbytes(max(size - 250, 64)).replace(b"\xff", b"\xfe")
    return b"".join(
        (
            b"\xff\xa0",
            _segment(0xFFA8, _COMMENT + vector(number, position, shot=shot)),
            _segment(0xFFA4, draws.randbytes(56)),
            _segment(0xFFA5, draws.randbytes(387 - 2)),
            _segment(0xFFA2, frame),
            _segment(0xFFA6, draws.randbytes(30)),
            _segment(0xFFA3, b"\x00"),
            coded,
            b"\xff\xa1",
        )
    )


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">HH", marker, len(body) + 2) + body
