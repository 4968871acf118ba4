"""What kind of file somebody sent, by its first bytes; names of files and what a browser says are not asked."""

from enum import StrEnum
from typing import Final


class FileKind(StrEnum):
    """Kinds we can tell apart; the first three are read."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"  # photos of some phones; the wheel of Pillow has no decoder for it
    AVIF = "avif"
    PDF = "pdf"
    GIF = "gif"
    TIFF = "tiff"
    BMP = "bmp"
    OTHER = "other"


READ: Final = frozenset({FileKind.JPEG, FileKind.PNG, FileKind.WEBP})

_STARTS: Final = (
    (b"\xff\xd8\xff", FileKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    (b"GIF87a", FileKind.GIF),
    (b"GIF89a", FileKind.GIF),
    (b"II*\x00", FileKind.TIFF),
    (b"MM\x00*", FileKind.TIFF),
    (b"BM", FileKind.BMP),
)
_BRANDS: Final = {
    b"heic": FileKind.HEIC,
    b"heix": FileKind.HEIC,
    b"hevc": FileKind.HEIC,
    b"heim": FileKind.HEIC,
    b"heis": FileKind.HEIC,
    b"mif1": FileKind.HEIC,
    b"msf1": FileKind.HEIC,
    b"avif": FileKind.AVIF,
    b"avis": FileKind.AVIF,
}
_PDF_WITHIN: Final = 1024  # readers of PDF look for its mark this far into a file


def kind_of(content: bytes) -> FileKind:
    r"""The kind of a file; total.

    >>> kind_of(b"\xff\xd8\xff\xe0..."), kind_of(b"%PDF-1.7"), kind_of(b"<svg/>")
    (<FileKind.JPEG: 'jpeg'>, <FileKind.PDF: 'pdf'>, <FileKind.OTHER: 'other'>)
    """
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return FileKind.WEBP
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12], FileKind.OTHER)
    return FileKind.PDF if b"%PDF-" in content[:_PDF_WITHIN] else FileKind.OTHER
