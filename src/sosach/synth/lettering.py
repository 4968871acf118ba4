"""Vietnamese letters as synthesis needs them: without marks, with the tone mark elsewhere, in legacy encodings."""

import csv
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

from sosach.synth.words import listed

_MOVES: Final = {
    plain: moved
    for pair in listed("oà/òa oá/óa oả/ỏa oã/õa oạ/ọa oè/òe oé/óe oẻ/ỏe oẽ/õe oẹ/ọe uý/úy uỳ/ùy uỷ/ủy uỹ/ũy uỵ/ụy")
    for plain, moved in [pair.split("/"), pair.split("/")[::-1]]
}

_ACCENTED: Final = unicodedata.normalize(
    "NFC", "ăâêôơư" + "".join(base + mark for base in "aăâeêioôơuưy" for mark in "\u0301\u0300\u0309\u0303\u0323")
)
_BARE: Final = {ord("đ"): "d", ord("Đ"): "D"} | {
    ord(letter): unicodedata.normalize("NFD", letter)[0] for letter in _ACCENTED + _ACCENTED.upper()
}


def rows(table: str) -> list[dict[str, str]]:
    """A reference table of Viet Nam by its file name."""
    text = (files("sosach.vn") / "data" / table).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def toneless(text: str) -> str:
    """Text without any mark, đ as d.

    >>> toneless("Đặng Thị Thuý")
    'Dang Thi Thuy'
    """
    bare = text.translate(_BARE)
    if bare.isascii():
        return bare
    return "".join(char for char in unicodedata.normalize("NFD", bare) if not unicodedata.combining(char))


def move_tone(text: str) -> str:
    """The other school of placing the tone mark: hoà for hòa, thúy for thuý. Unchanged where both schools agree.

    >>> move_tone("Hòa Thuý")
    'Hoà Thúy'
    """
    return " ".join(_move_syllable(word) for word in text.split(" "))


def _move_syllable(word: str) -> str:
    lower = word.lower()
    if lower[-2:] in _MOVES and not lower.startswith("qu"):
        moved = _MOVES[lower[-2:]]
        return word[:-2] + (moved.upper() if word.isupper() else moved)
    return word


@cache
def legacy_table(encoding: str) -> dict[int, str]:
    """Translation table of Unicode text into `tcvn3_as_latin1`, `vni_windows` or `viqr`."""
    table = {ord(row["char"]): row[encoding] for row in rows("legacy_encodings.csv")}
    for row in rows("legacy_encodings.csv"):
        capital = row["char"].upper()
        if ord(capital) not in table:
            # TCVN3 draws accented capitals with another font, same bytes; VNI and VIQR capitalise their letters
            table[ord(capital)] = row[encoding] if encoding.startswith("tcvn3") else row[encoding].upper()
    return table
