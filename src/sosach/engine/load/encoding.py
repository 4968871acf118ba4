"""Encodings of text files: which one a file is written in, and its bytes as a stream of UTF-8."""

import codecs
import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, cast

from isal import igzip, igzip_lib

from sosach.engine.load.faults import unreadable, unreadable_os
from sosach.vn.encodings import decode, decode_bytes, tables, to_text

VNI = "vni"
CHUNK = 8 << 20
_SAMPLE_HEAD = 256 << 10
_SAMPLE_PIECE = 16 << 10
_SAMPLE_PIECES = 16
_JUDGED_CELLS = 400
_BETWEEN_CELLS = re.compile(r"[,;|\"\t\r\n]+")
_BEYOND_ASCII = re.compile(r"[A-Za-z]*[^\x00-\x7f][^\x00-\x20,;|\"]*")
# The stubs of isal declare its exception class as an instance.
_ISAL_ERROR = cast("type[Exception]", igzip_lib.IsalError)
_GZIP_ERRORS: tuple[type[Exception], ...] = (EOFError, zlib.error, gzip.BadGzipFile, _ISAL_ERROR)

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 26, 0})


_unpacked: Callable[[Path], IO[bytes]] = igzip.open


def open_bytes(path: Path, *, gzipped: bool) -> IO[bytes]:
    """The raw bytes of a text file, unpacked.

    Raises:
        SosachError: INPUT_UNREADABLE.
    """
    try:
        return _unpacked(path) if gzipped else path.open("rb")
    except OSError as error:
        raise unreadable_os(path, error) from error


def read_sample(path: Path, *, gzipped: bool) -> bytes:
    """The beginning of a file and, where it can be sought, pieces from all over it, whole lines each.

    Raises:
        SosachError: INPUT_UNREADABLE.
    """
    try:
        with open_bytes(path, gzipped=gzipped) as stream:
            head = stream.read(_SAMPLE_HEAD)
            pieces = [head]
            size = path.stat().st_size
            if not gzipped and size > 2 * _SAMPLE_HEAD:
                for number in range(1, _SAMPLE_PIECES):
                    stream.seek(_even(size * number // _SAMPLE_PIECES))
                    pieces.append(_whole_lines(stream.read(_SAMPLE_PIECE)))
            return b"".join(pieces)
    except _GZIP_ERRORS as error:
        raise unreadable(
            path, vi="tệp nén gzip bị hỏng hoặc bị cắt cụt", en="the gzip file is damaged or cut off"
        ) from error
    except OSError as error:
        raise unreadable_os(path, error) from error


def _even(offset: int) -> int:
    return offset & ~3


def _whole_lines(piece: bytes) -> bytes:
    """Without the torn first and last line; two-byte encodings keep their grid, for the cut is made at even offsets."""
    first, last = piece.find(b"\n"), piece.rfind(b"\n")
    return piece[first + 1 : last + 1] if 0 <= first < last and b"\0" not in piece else b""


def detect(path: Path, sample: bytes) -> str:
    """Name of the encoding a sample is written in: utf-8, utf-16-le …, cp1258, tcvn3, viscii, vni or cp1252.

    Raises:
        SosachError: INPUT_UNREADABLE, the bytes are no text.
    """
    for bom, name in _BOMS:
        if sample.startswith(bom):
            return name
    two_byte = _utf16_without_bom(sample)
    if two_byte:
        return two_byte
    _refuse_binary(path, sample)
    if _is_mostly_utf8(sample):
        return "utf-8"
    return _legacy(sample)


def _utf16_without_bom(sample: bytes) -> str | None:
    head = sample[:4096]
    if len(head) < 8:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if odd > half * 0.4 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.4 and odd < half * 0.1:
        return "utf-16-be"
    return None


def _refuse_binary(path: Path, sample: bytes) -> None:
    """Text has hardly any control characters; a stray NUL is damage, a file full of them is no table."""
    controls = len(sample) - len(sample.translate(None, _CONTROL))
    nuls = sample.count(0)
    lines = sample.count(b"\n") + sample.count(b"\r")
    if controls > max(8, len(sample) // 50) or nuls > max(64, len(sample) // 5) or (not lines and nuls + controls > 2):
        raise unreadable(
            path, vi="nội dung là dữ liệu nhị phân, không phải văn bản", en="its content is binary, not text"
        )


def _is_mostly_utf8(sample: bytes) -> bool:
    """Whether nearly all bytes beyond ASCII form UTF-8; a few broken ones are damage, not another encoding."""
    text = sample.decode("utf-8", errors="replace")
    broken = text.count("\ufffd") - sample.count("\ufffd".encode())  # some are there as such
    if broken <= 1:
        return True
    wide = sum(1 for char in text if char > "\x7f") - broken
    return wide > 4 * broken


def _legacy(sample: bytes) -> str:
    """The single-byte encoding in which the lines beyond ASCII read best as Vietnamese; cp1252 when none does."""
    lines = [line for line in sample.splitlines() if line.translate(None, _ASCII)]
    head = b"\n".join(lines)[:_SAMPLE_HEAD]
    _, name = decode_bytes(head)
    if name in {"cp1258", "tcvn3", "viscii"}:
        return name
    return VNI if _is_vni(_cp1252_text(head)) else "cp1252"


_ASCII = bytes(range(128))


def _is_vni(text: str) -> bool:
    """Whether most cells beyond ASCII are Vietnamese written for a VNI font, whose letters are cp1252 ones in pairs."""
    cells = sorted({cell.strip() for cell in _BETWEEN_CELLS.split(text) if not cell.isascii()})
    judged = cells[:: max(1, len(cells) // _JUDGED_CELLS)]
    found = sum(1 for cell in judged if (decoded := decode(cell)) and decoded.encoding == VNI)
    return found * 2 > len(judged)


def _vni_text(piece: bytes) -> str:
    return _BEYOND_ASCII.sub(lambda run: _vni_run(run[0]), _cp1252_text(piece))


@lru_cache(maxsize=1 << 16)
def _vni_run(run: str) -> str:
    return tables.from_vni(run) or run


def _legacy_text(piece: bytes, encoding: str) -> str:
    """Text of bytes in a single-byte encoding; nothing is lost, a byte without meaning stays as Latin-1."""
    if encoding == VNI:
        return _vni_text(piece)
    return _cp1252_text(piece) if encoding == "cp1252" else to_text(piece, encoding)


def _cp1252_text(piece: bytes) -> str:
    return codecs.charmap_decode(piece, "strict", _CP1252)[0]


_CP1252 = "".join(bytes([code]).decode("cp1252", errors="ignore") or chr(code) for code in range(256))


def decode_broken(piece: bytes) -> str:
    r"""Text of a line that is not UTF-8: what is UTF-8 in it as such, every other byte as its Windows-1252 character.

    >>> decode_broken(b"Nguy\xd4n \xc4\x90")
    'NguyÔn Đ'
    """
    return piece.decode("utf-8", errors="sosach-cp1252")


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _cp1252_text(error.object[error.start : error.end]), error.end


codecs.register_error("sosach-cp1252", _as_cp1252)


def decode_sample(sample: bytes, encoding: str) -> str:
    """The head of a sample as text, up to its last whole line, to look for delimiter and headings in."""
    head = sample[:_SAMPLE_HEAD]
    if encoding == "utf-8":
        text = decode_broken(head.removeprefix(codecs.BOM_UTF8))
    elif encoding.startswith("utf-"):
        text = head.decode(encoding, errors="replace").removeprefix("\ufeff")
    else:
        text = _legacy_text(head, encoding)
    text = unix_lines(text)
    return text[: text.rfind("\n") + 1] if len(sample) > _SAMPLE_HEAD - 1 and "\n" in text else text


def unix_lines(text: str) -> str:
    """The text with lines ended by LF: CRLF always, a lone CR only in files that know no LF."""
    text = text.replace("\r\n", "\n")
    return text if "\n" in text.rstrip("\n\r") else text.replace("\r", "\n")


def utf8_chunks(path: Path, *, encoding: str, gzipped: bool) -> Iterator[bytes]:
    """The file as UTF-8 without byte order mark, in chunks of about 8 MB cut anywhere.

    Raises:
        SosachError: INPUT_UNREADABLE, the file cannot be read to its end.
    """
    try:
        with open_bytes(path, gzipped=gzipped) as stream:
            yield from _strip_bom(_recoded(stream, encoding))
    except _GZIP_ERRORS as error:
        raise unreadable(
            path, vi="tệp nén gzip bị hỏng hoặc bị cắt cụt", en="the gzip file is damaged or cut off"
        ) from error
    except OSError as error:
        raise unreadable_os(path, error) from error


def _recoded(stream: IO[bytes], encoding: str) -> Iterator[bytes]:
    if encoding == "utf-8":
        while piece := stream.read(CHUNK):
            yield piece
    elif encoding.startswith("utf-"):
        incremental = codecs.getincrementaldecoder(encoding)(errors="replace")
        while piece := stream.read(CHUNK):
            yield incremental.decode(piece).encode("utf-8", errors="replace")
        yield incremental.decode(b"", final=True).encode("utf-8", errors="replace")
    else:
        rest = b""
        while piece := stream.read(CHUNK):
            cut = piece.rfind(b"\n") + 1  # a letter and its combining tone stay together
            yield _legacy_text(rest + piece[:cut], encoding).encode() if cut else b""
            rest = piece[cut:] if cut else rest + piece
        yield _legacy_text(rest, encoding).encode()


def _strip_bom(chunks: Iterator[bytes]) -> Iterator[bytes]:
    first = True
    for chunk in chunks:
        yield chunk.removeprefix(codecs.BOM_UTF8) if first else chunk
        first = first and not chunk
