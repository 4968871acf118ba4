"""Single values in a legacy encoding: found by what is no Vietnamese as it stands and all Vietnamese once decoded."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from sosach.base.findings import Finding
from sosach.vn import syllables
from sosach.vn.encodings import tables, typed

Encoding = Literal["tcvn3", "vni", "viqr", "telex", "viscii", "cp1258", "mojibake"]

LEGACY_ENCODING = "ENC-01"
MOJIBAKE = "ENC-02"
TYPED_KEYS = "ENC-03"

_LETTER_RUN = re.compile(r"[^\W\d_]+")
_TYPOGRAPHIC = frozenset("‘’ʼ“”–—…№")  # signs that occur in good text beside the letters
_LOOK_ALIKES = str.maketrans("ÐðƉɖ", "ĐđĐđ")  # a wrong letter, no wrong encoding
_KEYS_BETWEEN = re.compile(r"[AEIOUYaeiouy][('?.]{1,2}[A-Za-z]")
_LOST_NO_BREAK = re.compile(r"(Ã|Æ|áº|á») (\S*)")  # byte A0 is a no-break space, which cleaning turns into a blank
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)
_ONE_BYTE: tuple[tuple[Encoding, Callable[[str], str | None]], ...] = (
    ("vni", tables.from_vni),
    ("tcvn3", tables.from_tcvn3),
    ("cp1258", tables.from_cp1258),
    ("viscii", tables.from_viscii),
)
_KEYED: tuple[tuple[Encoding, Callable[[str], str | None]], ...] = (
    ("viqr", typed.from_viqr),
    ("telex", typed.from_telex),
)
# Decides between two encodings that both give valid syllables: words that stand in most names and addresses.
_FAMILIAR_WORDS = (
    "nguyễn trần lê phạm huỳnh hoàng phan vũ võ đặng bùi đỗ hồ ngô dương lý văn thị hữu đức minh thanh ngọc "
    "thành phố quận huyện xã phường tỉnh thôn đường số tổ ấp khu công ty hùng dũng tuấn hà nội"
)
_FAMILIAR = frozenset(_FAMILIAR_WORDS.split(" "))
_RunReader = Callable[[str, Callable[[str], str | None]], tuple[str, bool] | None]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A value read in another encoding.

    Attributes:
        text: the value in NFC Unicode.
        encoding: the encoding it was in.
    """

    text: str
    encoding: Encoding


@lru_cache(maxsize=1 << 16)
def _is_fine(run: str) -> bool:
    """Whether a run between blanks needs no decoding: Vietnamese syllables, toneless ones, abbreviations, digits, signs."""
    rest = _LETTER_RUN.sub("", run)
    if not rest.isascii() and not _TYPOGRAPHIC.issuperset(letter for letter in rest if ord(letter) > 127):
        return False
    if "^" in rest or "`" in rest or "~" in rest or "+" in rest:
        return False
    if _KEYS_BETWEEN.search(run):
        return False
    return all(_is_fine_word(word) for word in _LETTER_RUN.findall(run))


def _is_fine_word(word: str) -> bool:
    if word.isascii():
        return syllables.is_toneless_syllable(word) or not _VOWEL.search(word)
    return _is_one_case(word) and syllables.is_syllable(word)


def _is_one_case(word: str) -> bool:
    """Whether a word is all small, all capital or capital at its start: `lÃ` is a piece of mojibake, not LÃ."""
    return word.islower() or word.isupper() or word.istitle()


def _all_valid(decoded: str, given: str) -> bool:
    """Whether every word the decoding touched is a syllable, and no foreign sign is left."""
    rest = _LETTER_RUN.sub("", decoded)
    if not rest.isascii() and not _TYPOGRAPHIC.issuperset(letter for letter in rest if ord(letter) > 127):
        return False
    return all(
        (_is_one_case(word) and syllables.is_syllable(word)) or (word.isascii() and word in given)
        for word in _LETTER_RUN.findall(decoded)
    )


def _read(text: str, reader: Callable[[str], str | None]) -> str | None:
    """Read a text run by run; None unless a run that was wrong becomes Vietnamese and none stays or turns wrong."""
    return _read_runs(text, reader, _read_run)


def _read_typed(text: str, reader: Callable[[str], str | None]) -> str | None:
    """Read an ASCII text as typed keys: every word must become a syllable, or be an abbreviation."""
    return _read_runs(text, reader, _read_typed_run)


def _read_runs(text: str, reader: Callable[[str], str | None], read_run: _RunReader) -> str | None:
    runs, mended = [], False
    for run in text.split(" "):
        read = read_run(run, reader)
        if read is None:
            return None
        runs.append(read[0])
        mended = mended or read[1]
    return " ".join(runs) if mended else None


@lru_cache(maxsize=1 << 16)
def _read_run(run: str, reader: Callable[[str], str | None]) -> tuple[str, bool] | None:
    """A run as read, and whether that mended it; None when it stays or turns wrong. Runs repeat, so each is read once."""
    decoded = reader(run)
    if decoded is None or (decoded == run and not run.isascii() and not _is_fine(run)):
        return None
    if decoded == run:
        return run, False
    return (decoded, not _is_fine(run.rstrip("\xa0"))) if _all_valid(decoded, run) else None


@lru_cache(maxsize=1 << 16)
def _read_typed_run(run: str, reader: Callable[[str], str | None]) -> tuple[str, bool] | None:
    """The same for a run of typed keys."""
    decoded = reader(run)
    if decoded is None or decoded == run:
        return (run, False) if _is_fine(run) else None
    words = _LETTER_RUN.findall(decoded)
    if not all(syllables.is_syllable(word) or not _VOWEL.search(syllables.strip(word)) for word in words):
        return None
    return decoded, not _is_fine(run)


def _with_capitals(decoded: str, given: str) -> str:
    """Undo the capitals a font drew: a text whose plain letters are all capital was capital throughout."""
    plain = [letter for letter in given if letter.isascii() and letter.isalpha()]
    if len(plain) > 1 and all(letter.isupper() for letter in plain):
        return decoded.upper()
    return decoded


def _familiarity(decoded: Decoded) -> int:
    return sum(word in _FAMILIAR for word in decoded.text.lower().split())


def decode(text: str) -> Decoded | None:
    """Read a value that was written in a legacy encoding.

    Only accepted when something in it is no Vietnamese as it stands and every word touched becomes a valid syllable; digits, signs,
    abbreviations and foreign words that the decoding leaves alone do not matter, so addresses and headings work as well.

    Returns:
        the value in Unicode with the encoding found, or None: it is fine as it is, or no reading makes sense.

    >>> decode("NguyÔn V¨n A"), decode("Nguyeãn Vaên A").text, decode("Nguyá»…n VÄƒn A").text
    (Decoded(text='Nguyễn Văn A', encoding='tcvn3'), 'Nguyễn Văn A', 'Nguyễn Văn A')
    >>> decode("Nguye^~n Va(n A").text, decode("Nguyeenx Vawn A").text, decode("NGUYEN VAN A"), decode("Nguyễn Văn A")
    ('Nguyễn Văn A', 'Nguyễn Văn A', None, None)
    """
    for run in text.split(" "):
        if not _is_fine(run):
            return _decode_odd(text)
    return None


def _decode_odd(text: str) -> Decoded | None:
    if text.isascii() and (text.isprintable() or "\x1b" in text):
        return _decode_typed(text)
    composed = unicodedata.normalize("NFC", text)
    if all(map(_is_fine, composed.translate(_LOOK_ALIKES).split(" "))):
        return None
    if not tables.is_one_byte(composed):  # it holds letters no one-byte text has: Unicode already
        return None
    repaired = _read(_LOST_NO_BREAK.sub(_with_no_break, composed), tables.from_mojibake)
    if repaired is not None:  # nothing else makes UTF-8 by chance
        return Decoded(repaired, "mojibake")
    found = []
    for encoding, reader in _ONE_BYTE:
        decoded = _read(composed, reader)
        if decoded is not None:
            found.append(Decoded(_with_capitals(decoded, composed) if encoding == "tcvn3" else decoded, encoding))
    return max(found, key=_familiarity) if len(found) > 1 else found[0] if found else None


def _with_no_break(found: re.Match[str]) -> str:
    """Put byte A0 back; the blank stays only where what follows is a word by itself (`HÃ Ná»™i`, but `TÃ i`, `lÃ ng`)."""
    rest = found[2]
    word = tables.from_mojibake(rest) or rest
    apart = len(word) > 1 and (syllables.is_syllable(word) or syllables.is_toneless_syllable(word))
    return f"{found[1]}\xa0{' ' if apart else ''}{rest}"


def _decode_typed(text: str) -> Decoded | None:
    for encoding, reader in _KEYED:
        decoded = _read_typed(text, reader)
        if decoded is not None:
            return Decoded(decoded, encoding)
    return None


def finding(given: str, decoded: Decoded) -> Finding:
    """The remark about a value that had to be decoded, with the decoded text as proposal."""
    codes = {"mojibake": MOJIBAKE, "viqr": TYPED_KEYS, "telex": TYPED_KEYS}
    return Finding(codes.get(decoded.encoding, LEGACY_ENCODING), given, decoded.text)
