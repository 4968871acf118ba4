"""Vietnamese typed as plain keys: VIQR (`Nguye^~n`) and Telex (`Nguyeenx`), read back word by word."""

import re

from sosach.vn import syllables
from sosach.vn.encodings.tables import VIQR

_VIQR_UNITS = re.compile(
    "|".join(re.escape(unit) for unit in sorted(VIQR, key=len, reverse=True) if not unit[0].isupper()), re.IGNORECASE
)
_TELEX_TONES = {"s": 1, "f": 2, "r": 3, "x": 4, "j": 5}
_TELEX_LETTERS = (
    ("dd", "đ"),
    ("aa", "â"),
    ("ee", "ê"),
    ("oo", "ô"),
    ("uow", "ươ"),
    ("aw", "ă"),
    ("ow", "ơ"),
    ("uw", "ư"),
)
_TELEX_VOWEL = re.compile(r"[aeiouyw]")
_WORD = re.compile(r"[A-Za-z]+")


def _same_case(lower: str, given: str) -> str:
    """Give a decoded unit the case of its first key."""
    return lower.upper() if given[0].isupper() else lower


def from_viqr(run: str) -> str | None:
    """Read a run (no blank inside) as VIQR; a single letter with a dot stays an abbreviation (`P.`, `A.`)."""
    if len(run) < 3 and run.endswith("."):
        return run
    return _VIQR_UNITS.sub(lambda unit: _same_case(VIQR[unit[0].lower()], unit[0]), run)


def _telex_word(word: str) -> str | None:
    """Read one word typed in Telex; None when its keys do not make a Vietnamese syllable."""
    lower = word.lower()
    first_vowel = _TELEX_VOWEL.search(lower)
    if first_vowel is None:
        return word
    digit, keys = 0, []
    for at, key in enumerate(lower):
        if at > first_vowel.start() and key in _TELEX_TONES:
            if digit:
                return None
            digit = _TELEX_TONES[key]
        else:
            keys.append(key)
    base = _telex_letters("".join(keys))
    syllable = syllables.place(base, digit)
    if not syllables.is_syllable(syllable):
        return None
    if len(word) > 1 and word.isupper():
        return syllable.upper()
    return syllable.capitalize() if word[0].isupper() else syllable


def _telex_letters(keys: str) -> str:
    """Turn doubled keys and `w` into letters; `uwow` and `uow` are both ươ, but at the end of a word or after q it is uơ."""
    text = keys.replace("uwow", "uow")
    if text.endswith("uow") or text.startswith("quow"):
        text = text.replace("uow", "uơ")
    for pair, letter in _TELEX_LETTERS:
        text = text.replace(pair, letter)
    if text.startswith("d") and text.endswith("d") and len(text) > 1:  # the bar typed last: `dungd`
        text = "đ" + text[1:-1]
    return text.replace("w", "ư")


def from_telex(run: str) -> str | None:
    """Read a run (no blank inside) as Telex; None when one of its words makes no Vietnamese syllable."""
    if any(letter in run for letter in "'^`~"):
        return None
    words = []
    for word in _WORD.findall(run):
        read = _telex_word(word)
        if read is None:
            return None
        words.append(read)
    decoded = iter(words)
    return _WORD.sub(lambda _: next(decoded), run)
