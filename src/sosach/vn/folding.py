"""Folding of Vietnamese text: without marks, without tone placement, as keys to compare with."""

import re
import unicodedata
from functools import lru_cache

from sosach.vn.syllables import strip

_TONES = {"\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0301": "1", "\u0323": "5"}
_VOWELS = re.compile(r"[AĂÂEÊIOÔƠUƯY]+")
# Ð (eth) and Ɖ (African D) look like Đ and are typed for it.
_LOOKALIKES = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ"})


def composed(text: str) -> str:
    r"""Text in composed form (NFC) with the look-alikes of Đ repaired; nothing else changes.

    >>> composed("e\u0302\u0301") == "ế", composed("Ðặng")
    (True, 'Đặng')
    """
    return unicodedata.normalize("NFC", text).translate(_LOOKALIKES)


def fold(text: str) -> str:
    """Upper case without marks, đ as D.

    >>> fold("Phường Đồng Xoài")
    'PHUONG DONG XOAI'
    """
    return without_marks(composed(text).upper())


def without_marks(text: str) -> str:
    """Composed text without marks, đ as d, case kept; one letter out for each letter in, marks without a letter vanish.

    >>> without_marks("ĐỒNG Xoài")
    'DONG Xoai'
    """
    return strip(text)


@lru_cache(maxsize=1 << 16)
def tone_key(word: str) -> str:
    """One word in upper case with its tone written as a digit behind its vowels: where the mark stood does not matter.

    >>> tone_key("Hoà") == tone_key("hòa"), tone_key("hoá") == tone_key("hòa")
    (True, False)
    """
    letters: list[str] = []
    tones: list[str] = []
    for char in unicodedata.normalize("NFD", composed(word).upper()):
        if char in _TONES:
            tones.append(_TONES[char])
        else:
            letters.append(char)
    bare = unicodedata.normalize("NFC", "".join(letters))
    if not tones:
        return bare
    runs = list(_VOWELS.finditer(bare))
    end = runs[-1].end() if len(runs) == 1 else len(bare)
    return bare[:end] + "".join(tones) + bare[end:]
