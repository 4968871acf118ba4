"""How numbers written by people, spreadsheets and scanners are read as digits, and what was done to them."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

# Words people put before a number in the same cell: "CCCD: 001099999999".
_LABEL = re.compile(
    r"(?:số|so|cccd|cmnd|cmt|cmtnd|cc|đdcn|ddcn|pin|mst|gplx|đt|dt|sđt|sdt|tel)\b[\s.:]*(?=\S)", re.IGNORECASE
)
_SEPARATORS = re.compile(r"[\s.,\-_/'’‘`´·•:;*\"“”‐‑‒–—―−]+")
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]*)?[eE][+]?[0-9]{1,3}")
_DECIMAL = re.compile(r"([0-9]{6,})[.,]0{1,2}")
# Letters that scanners and typists put for digits: O o Q D, I i l |, S s, B, Z z.
LETTERS_FOR_DIGITS = str.maketrans("OoQDIil|SsBZz", "0000111155822")
_LETTERS_FOR_DIGITS_ONLY = re.compile(r"[0-9OoQDIil|SsBZz]+")


class Damage(StrEnum):
    """What happened to a number on its way, worst first; the last two lose nothing, the others need a human's yes."""

    LETTERS = "letters"  # letters for digits
    DECIMAL = "decimal"  # ".0" from a column of decimal numbers
    SCIENTIFIC = "scientific"  # 1.0995E+11: digits are gone
    SEPARATORS = "separators"  # blanks, dots, dashes, invisible characters, a label before it
    WIDE_DIGITS = "wide_digits"  # full-width, Arabic-Indic and other digits that are not ASCII


@dataclass(frozen=True, slots=True)
class DigitsRead:
    """One cell read as digits.

    Attributes:
        text: what was left after cleaning that loses nothing.
        digits: the digits, None when something else than digits is left.
        guess: the digits after a repair that needs a yes; equal to `digits` when there are any.
        damage: what was found, worst first.
    """

    text: str
    digits: str | None
    guess: str | None
    damage: tuple[Damage, ...]


def settle(text: str) -> str:
    r"""Unify the characters without judging them: NFKC, ASCII digits, no invisible characters, no outer blanks.

    >>> settle("\u200b００１\u00a0٠٩")
    '001 09'
    """
    if text.isascii():
        return text.strip() if text.isprintable() else re.sub(r"[\x00-\x1f\x7f]+", " ", text).strip()
    unified = unicodedata.normalize("NFKC", text)
    return "".join(_settled(char) for char in unified).strip()


def _settled(char: str) -> str:
    if char.isascii():
        return char if char.isprintable() else " "
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    return " " if category[0] in "CZ" else char


def has_wide_digits(text: str) -> bool:
    """Whether a digit is written with other characters than 0-9.

    >>> has_wide_digits("００１"), has_wide_digits("001")
    (True, False)
    """
    return not text.isascii() and any(char.isdigit() and not char.isascii() for char in text)


def without_separators(text: str) -> str:
    """Drop blanks, dots, commas, dashes, slashes, quotation marks, stars.

    >>> without_separators("001.099-999 999")
    '001099999999'
    """
    return _SEPARATORS.sub("", text)


def read_digits(text: str) -> DigitsRead:
    """Read a cell that should hold digits only; total.

    >>> read_digits("001 099 999 999").digits
    '001099999999'
    >>> read_digits("OO1099999999").guess
    '001099999999'
    >>> read_digits("1.0995E+11").damage
    (<Damage.SCIENTIFIC: 'scientific'>,)
    """
    if text.isascii() and text.isdigit():
        return DigitsRead(text, text, text, ())
    settled = settle(text)
    wide = (Damage.WIDE_DIGITS,) if has_wide_digits(text) else ()
    if _SCIENTIFIC.fullmatch(settled):
        return DigitsRead(settled, None, None, (Damage.SCIENTIFIC, *wide))
    decimal = _DECIMAL.fullmatch(settled)
    if decimal:
        return DigitsRead(settled, None, decimal[1], (Damage.DECIMAL, *wide))
    bare = without_separators(_LABEL.sub("", settled, count=1))
    damage = (Damage.SEPARATORS, *wide) if _dropped(text, bare) else wide
    if bare.isascii() and bare.isdigit():
        return DigitsRead(bare, bare, bare, damage)
    if sum(char in "0123456789" for char in bare) * 2 > len(bare) and _LETTERS_FOR_DIGITS_ONLY.fullmatch(bare):
        return DigitsRead(bare, None, bare.translate(LETTERS_FOR_DIGITS), (Damage.LETTERS, *damage))
    return DigitsRead(bare, None, None, damage)


def _dropped(text: str, bare: str) -> bool:
    """Whether cleaning dropped anything (a change of width alone does not count)."""
    return len(text) != len(bare)
