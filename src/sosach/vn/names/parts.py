"""One word of a name: its keys and what is remarkable about it. Words repeat, so each is worked out once."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from sosach.vn import syllables
from sosach.vn.names import lexicon
from sosach.vn.tables import table

UPPER = 1  # written in capitals
TITLE = 2  # written with a capital first
MARKED = 4  # bears a tone or vowel mark, or đ
BARE = 8  # a syllable only if marks were lost (`NGUYEN`)
FIRST = 16  # may start something that is no name: a title, an organisation, a placeholder
ODD = 32  # needs a closer look wherever it stands

_SAME_SIGN = str.maketrans(
    dict.fromkeys("’‘ʼʻ`´′＇", "'")
    | dict.fromkeys("‐‑‒–—―−", "-")
    | {"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ"}
    | dict.fromkeys("\xad\u2060\ufeff" + "".join(map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F)))))
)
_CYRILLIC = dict(zip("АВСЕНІЈКМОРЅТХУасеорхуі", "ABCEHIJKMOPSTXYaceopxyi", strict=True))
_GREEK = dict(zip("ΑΒΕΗΙΚΜΝΟΡΤΧΥΖ", "ABEHIKMNOPTXYZ", strict=True))
_LATIN_FOR = str.maketrans(_CYRILLIC | _GREEK)
_USUAL = re.compile(f"[ -_a-z{''.join(syllables.LETTERS)}]*")  # nothing to change in such a text
_Y_AS_I = re.compile(r"(?<=[^AEIOUY])Y|(?<=^QU)Y")
_CONJUNCTIONS = frozenset({"VÀ", "VA", "TỨC", "GỌI", "KHÁC", "DANH"})


class Part(NamedTuple):
    """One word of a name.

    Attributes:
        upper: the word itself, NFC, upper case.
        k1: letters without tone, then the tone digit (K1).
        k2: without marks (K2).
        k3: loose (K3).
        flags: bits of this module.
    """

    upper: str
    k1: str
    k2: str
    k3: str
    flags: int


def canonical(text: str) -> str:
    """Text with one sign for one thing: composed, Đ for its look-alikes, one apostrophe, one hyphen, no invisible signs.

    >>> canonical("Ðặng  Y–Bhơn H’Hen")
    "Đặng  Y-Bhơn H'Hen"
    """
    if _USUAL.fullmatch(text):
        return text
    clean = unicodedata.normalize("NFC", text.translate(_SAME_SIGN))
    if any("\uff00" <= letter <= "\uff5e" for letter in clean):
        clean = unicodedata.normalize("NFKC", clean)
    return _with_latin(clean)


def _with_latin(text: str) -> str:
    """Replace Cyrillic and Greek letters that look Latin, unless the text really is in that script."""
    latin = text.translate(_LATIN_FOR)
    return latin if latin != text and not any("\u0370" <= letter <= "\u052f" for letter in latin) else text


def upper(text: str) -> str:
    """Upper case of a canonical text, still canonical."""
    return text.upper() if text.isascii() else canonical(unicodedata.normalize("NFC", text.upper()))


def loose(k2: str) -> str:
    """K3 of one word: y as i after a consonant (also after qu), and one spelling of Đắk.

    >>> loose("LY"), loose("QUY"), loose("THUY"), loose("DAC")
    ('LI', 'QUI', 'THUY', 'DAK')
    """
    return "DAK" if k2 == "DAC" else _Y_AS_I.sub("I", k2) if "Y" in k2 else k2


@lru_cache(maxsize=1 << 17)
def part(word: str) -> Part:
    """Work out one word (no blank inside, any spelling)."""
    shown = upper(canonical(word))
    base, digit = syllables.tone(shown)
    k2 = syllables.strip(shown).replace("'", "")
    return Part(shown, f"{base}{digit}", k2, loose(k2), _flags(word, shown, k2))


def _flags(word: str, shown: str, k2: str) -> int:
    flags = 0
    if word == shown:
        flags |= UPPER
    if all(
        piece[:1].isupper() and piece[1:] == piece[1:].lower() for piece in word.replace("-", "'").split("'") if piece
    ):
        flags |= TITLE
    marked = shown.replace("'", "") != k2
    if marked:
        flags |= MARKED
    if not syllables.is_syllable(shown):
        flags |= BARE if syllables.is_toneless_syllable(k2) and syllables.tone(shown)[1] == 0 else ODD
        flags |= ODD if marked else 0  # `ĐUC`, `LÔC`: half of the accents lost, or another encoding
    if shown in _CONJUNCTIONS or canonical(word) != word:
        flags |= ODD
    starts_marked, starts_bare = _special_first()
    if shown in starts_marked or (not marked and k2 in starts_bare):
        flags |= FIRST
    return flags


@lru_cache(maxsize=1)
def _special_first() -> tuple[frozenset[str], frozenset[str]]:
    """Words, with and without marks, that may start something else than a name, or a surname of two words."""
    organisations = table("organisation_words")
    marked = {phrase.split(" ")[0] for phrase in lexicon.PLACEHOLDER_PHRASES} | lexicon.TITLES | lexicon.COMPOUND_FIRST
    marked |= {row["phrase"].upper().split(" ")[0] for row in organisations} | lexicon.PLACEHOLDER_WORDS
    bare = {phrase.split(" ")[0] for phrase in lexicon.BARE_PLACEHOLDER_PHRASES} | lexicon.BARE_TITLES
    bare |= set(map(syllables.strip, lexicon.COMPOUND_FIRST))
    bare |= {
        syllables.strip(row["phrase"].upper().split(" ")[0]) for row in organisations if row["unaccented"] == "yes"
    } | lexicon.PLACEHOLDER_WORDS
    marked |= {syllables.normalise(word, style="new") for word in marked}
    return frozenset(marked), frozenset(bare)
