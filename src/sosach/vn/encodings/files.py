"""Whole files: which encoding a file is in, judged by how much valid Vietnamese results, and its text."""

import codecs
import re
import unicodedata
from collections.abc import Iterable

from sosach.vn import syllables
from sosach.vn.encodings.tables import TCVN3, VISCII

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HIGH_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE_WORDS = 3000  # distinct words are enough to tell, whatever the size of the file
_ENOUGH = 0.5  # share of valid syllables below which no Vietnamese encoding is believed
_LEGACY = ("cp1258", "tcvn3", "viscii")


def to_text(data: bytes, encoding: str) -> str:
    """Decode bytes with an encoding named by `decode_bytes`; what cannot be decoded becomes U+FFFD.

    Raises:
        LookupError: the encoding has no such name.
    """
    if encoding == "tcvn3":
        return data.decode("latin-1").translate(TCVN3)
    if encoding == "viscii":
        return data.decode("latin-1").translate(VISCII)
    if encoding == "cp1258":
        return unicodedata.normalize("NFC", data.decode("cp1258", errors="replace"))
    return data.decode(encoding, errors="replace")


def decode_bytes(data: bytes) -> tuple[str, str]:
    """Decide the encoding of a file from its beginning and decode it.

    Args:
        data: the file or its first part (a megabyte is plenty); it may end inside a character.

    Returns:
        the text, and one of utf-8, utf-8-sig, utf-16, utf-16-le, utf-16-be, cp1258, tcvn3, viscii, cp1252, latin-1.
        A file in VNI comes back as cp1252: its values are decoded one by one.

    >>> decode_bytes("Nguyễn Văn A".encode())
    ('Nguyễn Văn A', 'utf-8')
    >>> decode_bytes(bytes([0x4E, 0x67, 0x75, 0x79, 0xD4, 0x6E, 0x20, 0x56, 0xA8, 0x6E]))
    ('Nguyễn Văn', 'tcvn3')
    """
    encoding = _unicode_encoding(data) or _legacy_encoding(data)
    if encoding in {"utf-8", "utf-8-sig"} or encoding.startswith("utf-16"):
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        return decoder.decode(data), encoding
    return to_text(data, encoding), encoding


def _unicode_encoding(data: bytes) -> str | None:
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    if b"\0" in data[:4096]:
        head = data[:4096]
        return "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
    text = codecs.getincrementaldecoder("utf-8")(errors="replace").decode(data)
    broken = text.count("\ufffd")
    whole = sum(1 for letter in text if letter > "\x7f") - broken if broken else 1
    return "utf-8" if whole > 10 * broken else None  # a few broken bytes do not make it another encoding


def _legacy_encoding(data: bytes) -> str:
    words = sorted(_distinct_words(data))
    best_score, best = max(
        ((_valid_share(to_text(b" ".join(words), name)), name) for name in _LEGACY), default=(0.0, "")
    )
    plain = "latin-1" if re.search(rb"[\x81\x8d\x8f\x90\x9d]", data) else "cp1252"
    if best_score < _ENOUGH or best_score <= _valid_share(to_text(b" ".join(words), plain)):
        return plain
    return best


def _distinct_words(data: bytes) -> set[bytes]:
    words: set[bytes] = set()
    for match in _HIGH_WORD.finditer(data):
        words.add(match[0])
        if len(words) >= _SAMPLE_WORDS:
            break
    return words


def _valid_share(text: str) -> float:
    words: Iterable[str] = text.split(" ")
    judged = [bool(parts) and all(map(syllables.is_syllable, parts)) for parts in map(_WORD.findall, words)]
    return sum(judged) / len(judged) if judged else 0.0
