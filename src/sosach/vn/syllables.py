"""Vietnamese syllables (âm tiết): which strings are one, their tone, and where the tone mark stands.

A syllable is initial (âm đầu) + rime (vần) + tone (thanh). Spelling is regular enough to be written as rules: `c`, `g`, `ng`
stand before back vowels and `k`, `gh`, `ngh` before front ones, a rime ending in a stop (c, ch, p, t) carries only sắc or nặng,
and the mark has one place, or two where the old and the new style differ (hòa, hoà).

Tone digits: 0 ngang, 1 sắc, 2 huyền, 3 hỏi, 4 ngã, 5 nặng.
"""

import unicodedata
from functools import lru_cache
from typing import Literal

Style = Literal["old", "new"]

VOWELS = "aăâeêioôơuưy"
_MARKS = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
_LETTERS = VOWELS + "bcdđghklmnpqrstvx"

_BACK_RIMES = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây "
    "o oc oi om on ong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt "
    "u ua uc ui um un ung up ut uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu"
)
_FRONT_RIMES = (
    "e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu"
)
_GLIDE_RIMES = (
    "oa oac oach oai oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet "
    "uân uâng uât uây uê uêch uênh uơ uy uya uych uynh uyt uyu uyên uyêt"
)
_QU_RIMES = (
    "a ac ach ai an ang anh ao at au ay ăc ăm ăn ăng ăt ân âng ât ây e en eo et ê ên ênh êt êch i inh it ôc ơ ơi ơn "
    "y ych ynh yt yên yêt"
)
_YE_RIMES = "y yêm yên yêng yêt yêu"  # without an initial, iê is written yê

_ANY_INITIALS = "b ch d đ h kh l m n nh p ph r s t th tr v x"
_Y_INITIALS = "b ch d đ h k kh l m n nh ph r s t th tr v x"  # Lý, Mỹ, Kỳ, Vy, Thy
_GLIDE_INITIALS = "ch d đ h kh l n ng nh r s t th tr x"
# Words whose rime belongs to no class above, and the few that break the rule of their initial.
_SINGLE_WORDS = "gi gin gip giêng giêc giêt goa goan boong xoong soong goong mooc sooc tooc voan phuy buyt tuyp luyn tuyn ngoam khuyn"


def _plain_place(rime: str) -> tuple[int, int]:
    """Where the tone mark stands in a rime, in the old and in the new style."""
    quality = [i for i, letter in enumerate(rime) if letter in "ăâêôơư"]
    if quality:
        return quality[-1], quality[-1]
    vowels = [i for i, letter in enumerate(rime) if letter in VOWELS]
    if len(vowels) == 1:
        return vowels[0], vowels[0]
    if len(vowels) == 3 or vowels[-1] != len(rime) - 1:
        return vowels[1], vowels[1]
    return vowels[0], vowels[1] if rime in {"oa", "oe", "uy"} else vowels[0]


def _combinations() -> list[tuple[str, str]]:
    """Every allowed pair of initial and rime."""
    back, front, glide = _BACK_RIMES.split(), _FRONT_RIMES.split(), _GLIDE_RIMES.split()
    pairs = [("", rime) for rime in (*back, *glide, *_YE_RIMES.split())]
    pairs += [("", rime) for rime in front if not rime.startswith("iê")]
    pairs += [(initial, rime) for initial in _ANY_INITIALS.split() for rime in (*back, *front)]
    pairs += [(initial, rime) for initial in ("c", "g", "ng") for rime in back]
    pairs += [(initial, rime) for initial in ("k", "gh", "ngh") for rime in front]
    pairs += [(initial, "y") for initial in _Y_INITIALS.split()]
    pairs += [(initial, rime) for initial in _GLIDE_INITIALS.split() for rime in glide]
    pairs += [("gi", rime) for rime in (*back, *front) if not rime.startswith("i")]
    pairs += [("qu", rime) for rime in _QU_RIMES.split()]
    return pairs


def _all_bases() -> dict[str, tuple[int, int]]:
    """Every valid syllable without its tone, with the places of the mark."""
    bases: dict[str, tuple[int, int]] = {}
    for word in _SINGLE_WORDS.split():
        start = next(i for i, letter in enumerate(word) if letter in VOWELS)
        old, new = _plain_place(word[start:])
        bases[word] = (start + old, start + new)
    for initial, rime in _combinations():
        old, new = _plain_place(rime)
        bases[initial + rime] = (len(initial) + old, len(initial) + new)
    return bases


def _toned_letters() -> dict[str, tuple[str, int]]:
    table = {}
    for letter in VOWELS + VOWELS.upper():
        for digit, mark in enumerate(_MARKS):
            table[unicodedata.normalize("NFC", letter + mark)] = (letter, digit)
    return table


_BASES = _all_bases()  # valid syllable without its tone -> place of the tone mark (old, new style)
_TONED = _toned_letters()  # every accented vowel -> (vowel without tone, tone digit)
_MARKED = {pair: letter for letter, pair in _TONED.items()}
_PLAIN_LETTER = {ord(letter): unicodedata.normalize("NFD", letter)[0] for letter in _TONED}
_PLAIN_LETTER |= {ord(letter): "d" for letter in "đðɖ"} | {ord(letter): "D" for letter in "ĐÐƉ"}
LETTERS = frozenset(_TONED) | frozenset(_LETTERS) | frozenset(_LETTERS.upper())


def strip(text: str) -> str:
    """Remove every mark: tone, vowel quality, and the bar of đ. Works on whole texts.

    >>> strip("Đặng Thị Thuỳ")
    'Dang Thi Thuy'
    """
    if text.isascii():
        return text
    plain = text.translate(_PLAIN_LETTER)
    if plain.isascii():
        return plain
    letters = unicodedata.normalize("NFD", plain).translate(_PLAIN_LETTER)
    return unicodedata.normalize("NFC", "".join(c for c in letters if not unicodedata.combining(c)))


_TONELESS = frozenset(strip(base) for base in _BASES)


def tone(syllable: str) -> tuple[str, int]:
    """Split a syllable into its letters without tone and the tone digit; case is kept.

    When a malformed string has several tone marks the first decides.

    >>> tone("Hoà"), tone("HÒA"), tone("Nguyễn"), tone("Đức")
    (('Hoa', 2), ('HOA', 2), ('Nguyên', 4), ('Đưc', 1))
    """
    if syllable.isascii():
        return syllable, 0
    letters, digit = [], 0
    for letter in unicodedata.normalize("NFC", syllable):
        base, found = _TONED.get(letter, (letter, 0))
        letters.append(base)
        digit = digit or found
    return "".join(letters), digit


@lru_cache(maxsize=1 << 16)
def is_syllable(text: str) -> bool:
    """Whether the text is one correctly spelt Vietnamese syllable, any case, composed or not, either style of tone mark.

    >>> [is_syllable(s) for s in ("hoà", "hòa", "HÙNG", "Nguyễn")]
    [True, True, True, True]
    >>> [is_syllable(s) for s in ("Hừơng", "NguyÔn", "Bac", "Nguyen", "Kim Anh", "")]
    [False, False, False, False, False, False]
    """
    word = unicodedata.normalize("NFC", text).lower()
    base, digit = tone(word)
    places = _BASES.get(base)
    if places is None:
        return False
    if base.endswith(("c", "ch", "p", "t")) and digit not in {1, 5}:
        return False
    marks = [i for i, letter in enumerate(word) if _TONED.get(letter, ("", 0))[1]]
    return not marks or (len(marks) == 1 and marks[0] in places)


@lru_cache(maxsize=1 << 16)
def is_toneless_syllable(text: str) -> bool:
    """Whether the text is a Vietnamese syllable written without any mark (`Nguyen`, `DUC`).

    >>> is_toneless_syllable("NGUYEN"), is_toneless_syllable("Duc"), is_toneless_syllable("Hoaf")
    (True, True, False)
    """
    return text.isascii() and text.lower() in _TONELESS


def place(base: str, digit: int, *, style: Style = "old") -> str:
    """Put a tone on a syllable without tone; a base that is no Vietnamese syllable is returned as it is.

    >>> place("hoa", 2), place("hoa", 2, style="new"), place("QUY", 1)
    ('hòa', 'hoà', 'QUÝ')
    """
    places = _BASES.get(base.lower())
    if places is None or not digit:
        return base
    at = places[style == "new"]
    return base[:at] + _MARKED[base[at], digit] + base[at + 1 :]


def normalise(syllable: str, *, style: Style = "old") -> str:
    """Move the tone mark of a syllable to its place in one style; anything that is no syllable stays as it is.

    >>> normalise("Thuý"), normalise("THÚY", style="new"), normalise("Hừơng"), normalise("Kpă")
    ('Thúy', 'THUÝ', 'Hường', 'Kpă')
    """
    base, digit = tone(syllable)
    return place(base, digit, style=style) if base.lower() in _BASES else syllable
