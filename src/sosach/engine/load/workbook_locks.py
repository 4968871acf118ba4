"""Whether a workbook that cannot be opened is locked by a password: marks each format leaves outside what it encrypts."""

import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

_OLE = b"\xd0\xcf\x11\xe0"
_SECTOR = 512
_SEARCHED = 64 << 20
_PACKAGE = "EncryptedPackage".encode("utf-16-le")  # XLSX: the stream that holds the encrypted workbook
_BEGIN = b"\x09\x08\x10\x00\x00\x06\x05\x00"  # XLS: the record a workbook begins with; encryption starts behind it
_FILE_PASS = 0x002F
_FIRST_RECORDS = 8


def is_locked(path: Path) -> bool:
    """Whether the workbook is encrypted with a password; False also for what is no workbook."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                return b"encryption-data" in archive.read("META-INF/manifest.xml")
        with path.open("rb") as stream:
            content = stream.read(_SEARCHED)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError, RuntimeError):
        return False
    return content.startswith(_OLE) and (_PACKAGE in content or _has_file_pass(content))


def _has_file_pass(content: bytes) -> bool:
    """Whether one of the first records of an XLS workbook says that the others are encrypted."""
    begin = content.find(_BEGIN)
    while begin >= 0 and begin % _SECTOR % 64:  # streams start at sectors, short ones at pieces of 64 bytes
        begin = content.find(_BEGIN, begin + 1)
    return begin >= 0 and _FILE_PASS in islice(_records(content, begin), _FIRST_RECORDS)


def _records(content: bytes, at: int) -> Iterator[int]:
    """Kinds of the records from a place on."""
    while at + 4 <= len(content):
        yield int.from_bytes(content[at : at + 2], "little")
        at += 4 + int.from_bytes(content[at + 2 : at + 4], "little")
