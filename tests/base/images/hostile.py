"""Broken and hostile files: made to crash, fill or lame whoever opens them; each from a seed, so that one can be made again."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.base.images.real import drawn, samples, written

MARK = b"<script>alert('cccd')</script>"
"""Text that stands in many of them and must not come out of any."""


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack("!I", len(content)) + name + content + struct.pack("!I", zlib.crc32(name + content))


def _png(width: int, height: int, packed: bytes, *, extra: bytes = b"", depth: int = 8, colour: int = 2) -> bytes:
    head = _chunk(b"IHDR", struct.pack("!IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + extra + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _zeros(length: int) -> bytes:
    packer, block = zlib.compressobj(9), bytes(1 << 20)
    return b"".join(packer.compress(block) for _ in range(length >> 20)) + packer.flush()


def truncated(chance: random.Random) -> bytes:
    """A real file that ends too early."""
    file = chance.choice(samples())
    return file[: chance.randrange(1, len(file))]


def mutated(chance: random.Random) -> bytes:
    """A real file with some bytes changed, more often in its head."""
    file = bytearray(chance.choice(samples()))
    for _ in range(chance.choice((1, 2, 8, 64, 512))):
        file[chance.randrange(min(len(file), chance.choice((64, 700, len(file)))))] = chance.randrange(256)
    return bytes(file)


def spliced(chance: random.Random) -> bytes:
    """Halves of two real files, or one with a piece twice or left out."""
    one, other = chance.choice(samples()), chance.choice(samples())
    cut = chance.randrange(len(one))
    return chance.choice((one[:cut] + other[cut:], one[:cut] + one[cut // 2 :], one[: cut // 2] + one[cut:]))


def random_behind_magic(chance: random.Random) -> bytes:
    """Nonsense that begins like a picture."""
    start = chance.choice(
        (b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\x00\x10\x00\x00WEBPVP8 ", b"", b"\xff\xd8\xff\xc0")
    )
    return start + chance.randbytes(chance.choice((0, 1, 16, 1_000, 200_000)))


def png_bomb(chance: random.Random) -> bytes:
    """Kilobytes that become gigabytes: pixels, compressed text, a colour profile."""
    kind = chance.randrange(4)
    if kind == 0:
        side = chance.choice((30_000, 60_000, 2**31 - 1, 19_999))
        return _png(side, side, _zeros(8 << 20))
    if kind == 1:  # within the limit of pixels: decoded, and dear
        return _png(5_000, 5_000, zlib.compress(bytes(5_000 * (8 * 5_000 + 1)), 9), depth=16, colour=6)
    packed = _zeros(1 << chance.choice((26, 28, 29)))
    if kind == 2:
        return _png(64, 64, zlib.compress(bytes(64 * 193)), extra=_chunk(b"zTXt", b"Comment\0\0" + packed) * 8)
    return _png(64, 64, zlib.compress(bytes(64 * 193)), extra=_chunk(b"iCCP", b"profile\0\0" + packed))


def png_lies(chance: random.Random) -> bytes:
    """Heads that promise other things than follow: lengths, depths, chunks without end."""
    body = zlib.compress(bytes(64 * 193))
    return chance.choice(
        (
            _png(64, 64, body, depth=chance.randrange(256), colour=chance.randrange(256)),
            _png(chance.randrange(1 << 31), chance.randrange(1 << 31), body),
            _png(0, 64, body),
            b"\x89PNG\r\n\x1a\n" + struct.pack("!I", 0xFFFFFFFF) + b"IHDR" + bytes(64),
            _png(64, 64, body, extra=_chunk(b"tEXt", b"a\0" + MARK) * 20_000),
            _png(64, 64, body, extra=_chunk(b"acTL", struct.pack("!II", 0xFFFFFFFF, 0))),
            _png(64, 64, b"", extra=_chunk(b"IDAT", b"") * 50_000),
        )
    )


def jpeg_lies(chance: random.Random) -> bytes:
    """A real JPEG that says it is huge, of other tables, or of thousands of passes."""
    file = bytearray(chance.choice(samples()[:3]))
    frame = max(file.find(b"\xff\xc0"), file.find(b"\xff\xc2"))
    kind = chance.randrange(4)
    if kind == 0:
        struct.pack_into("!HH", file, frame + 5, chance.choice((65_535, 20_000, 7_900)), chance.choice((65_535, 8_000)))
    elif kind == 1:
        file[frame + 9] = chance.randrange(256)  # components
    elif kind == 2:
        progressive = samples()[1]
        last = progressive.rfind(b"\xff\xda")
        return progressive[:-2] + progressive[last:-2] * chance.choice((50, 2_000)) + b"\xff\xd9"
    else:
        file[2:2] = (b"\xff\xe2" + struct.pack("!H", 65_535) + chance.randbytes(65_533)) * chance.choice((1, 60))
    return bytes(file)


def long_passes(chance: random.Random) -> bytes:
    """A progressive JPEG of 60 million pixels without content, pass after pass: little to send, long to decode."""
    file = bytearray(samples()[1])
    frame, last = file.find(b"\xff\xc2"), file.rfind(b"\xff\xda")
    struct.pack_into("!HH", file, frame + 5, 7_500, 8_000)
    return bytes(file[:-2]) + bytes(file[last : last + 40]) * chance.choice((500, 5_000, 50_000)) + b"\xff\xd9"


def metadata_maze(chance: random.Random) -> bytes:
    """EXIF whose directories point to themselves, to each other, out of the file, or hold 65,535 entries."""
    count = chance.choice((1, 40, 65_535))
    kind = chance.choice((3, 4, 2, 7, 13))
    entry = struct.pack("<HHII", chance.choice((0x8769, 0x8825, 0xA005, 0x014A, 0x0112)), kind, 0xFFFFFFFF, 8)
    loop = struct.pack("<HHII", 0x8769, 4, 1, 8)
    body = (entry if chance.random() < 0.5 else loop) * min(count, 5_000)
    maze = b"II*\x00" + struct.pack("<I", 8) + struct.pack("<H", count) + body + struct.pack("<I", 8)
    segment = (b"Exif\0\0" + maze)[:65_000]
    file = samples()[2]
    name = chance.choice((b"\xff\xe1", b"\xff\xe2"))
    if name == b"\xff\xe2":
        segment = b"MPF\0" + segment[6:]
    return file[:2] + name + struct.pack("!H", len(segment) + 2) + segment + file[2:]


def webp_lies(chance: random.Random) -> bytes:
    """WebP of the largest canvas, of lying lengths, of frames outside it."""
    side = struct.pack("<I", chance.choice((16_383, 0xFFFFFF, 4_999)))[:3]
    canvas = b"VP8X" + struct.pack("<I", 10) + bytes([chance.randrange(256)]) + b"\0\0\0" + side * 2
    frame = b"ANMF" + struct.pack("<I", 24) + chance.randbytes(24)
    body = canvas + b"ANIM" + struct.pack("<I", 6) + bytes(6) + frame * chance.choice((1, 3_000))
    body += samples()[8][12 : chance.choice((40, 4_000))]
    return b"RIFF" + struct.pack("<I", chance.choice((len(body) + 4, 0xFFFFFFFF))) + b"WEBP" + body


def webp_bomb(chance: random.Random) -> bytes:
    """One colour, lossless: a few hundred bytes for as many pixels as we take, and for more."""
    side = chance.choice((4_900, 5_100))
    return written(drawn(16, 16).resize((side, side), 0).point(lambda _: 7), "WEBP", lossless=True, quality=0, method=0)


def polyglot(chance: random.Random) -> bytes:
    """A picture that is something else as well: archive, page, script, PDF."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as book:
        book.writestr("xl/workbook.xml", MARK)
    tail = chance.choice(
        (archive.getvalue(), MARK, b"<?php system($_GET['c']); ?>", b"%PDF-1.7\n" + MARK, chance.randbytes(5_000))
    )
    file = chance.choice(samples())
    if chance.random() < 0.5 and file.startswith(b"\xff\xd8"):
        return file[:2] + b"\xff\xfe" + struct.pack("!H", len(MARK) + 2) + MARK + file[2:] + tail
    return file + tail


def no_picture(chance: random.Random) -> bytes:
    """Pages, drawings with entities, archives, programs, PDF files whole and broken."""
    laughs = (
        b"<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'ha'>" + b"<!ENTITY b '&a;&a;&a;&a;'>" * 30 + b"]><svg>&b;</svg>"
    )
    pdf = b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(" + MARK + b")>>>>endobj\n"
    return chance.choice(
        (
            laughs,
            MARK,
            pdf,
            pdf * chance.randrange(1, 2_000),
            b"%PDF-" + chance.randbytes(chance.randrange(50_000)),
            pdf + b"2 0 obj<</Length 9999999999/Filter[/FlateDecode/FlateDecode]>>stream\n" + _zeros(32 << 20),
            chance.randbytes(chance.randrange(100)) + pdf,
            b"MZ" + chance.randbytes(500),
            b"\x7fELF" + bytes(64),
            b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + chance.randbytes(64),
            b"II*\x00\x08\0\0\0" + b"\xff" * 4_000,
            bytes(4) + b"ftypheic" + chance.randbytes(2_000),
            bytes(4) + b"ftypavif" + chance.randbytes(2_000),
            b"BM" + chance.randbytes(200),
            b"\n" * chance.randrange(10_000),
            b"",
        )
    )


_OFTEN = (
    truncated,
    mutated,
    spliced,
    metadata_maze,
    polyglot,
    no_picture,
    random_behind_magic,
    jpeg_lies,
    png_lies,
    webp_lies,
)
MAKERS: tuple[Callable[[random.Random], bytes], ...] = (
    *_OFTEN,
    png_bomb,
    webp_bomb,
    *_OFTEN,
    mutated,
    truncated,
    long_passes,
)


def hostile(number: int) -> tuple[str, bytes]:
    """The file of that number and what it is."""
    maker = MAKERS[number % len(MAKERS)]
    return maker.__name__, maker(random.Random(number))
