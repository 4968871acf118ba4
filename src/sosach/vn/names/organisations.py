"""Owners that are no persons: companies, banks, schools, state bodies, told by their words, never by a surname alone."""

import re
from functools import cache, lru_cache

from sosach.vn import syllables
from sosach.vn.names import lexicon
from sosach.vn.names.keys import exact, words
from sosach.vn.names.parts import Part
from sosach.vn.tables import table

ORGANISATION = "organisation"
SELLER = "seller"  # a dealer, bank or leasing company

Phrase = tuple[str, ...]

_DOTTED_LETTER = re.compile(r"\b([^\W\d_])\.(?=[^\W\d_])")
_SIGNS = re.compile(r"[^\w']+")


@cache
def _phrases(key: str) -> dict[str, list[tuple[Phrase, str, str]]]:
    """Phrases by their first word: (words, where, kind). `key` k1: with accents; k2: those recognised without."""
    found: dict[str, list[tuple[Phrase, str, str]]] = {}
    for row in table("organisation_words"):
        if key == "k1" or row["unaccented"] == "yes":
            parts = words(row["phrase"].upper())
            phrase = tuple(p.k1 if key == "k1" else p.k2 for p in parts)
            found.setdefault(phrase[0], []).append((phrase, row["where"], row["kind"]))
    return found


def kind(text: str) -> str | None:
    """Whether a name is an organisation's: `organisation`, `seller` (dealer, bank, leasing), or None for a person's.

    >>> kind("CÔNG TY TNHH ABC"), kind("C.TY TNHH ABC"), kind("Ngân hàng TMCP Á Châu"), kind("UBND xã Xuân Trường")
    ('organisation', 'organisation', 'seller', 'organisation')
    >>> kind("CÔNG TI CỔ PHẦN HẢI ÂU"), kind("Cong ti TNHH Hai Au"), kind("Lê Công Ti"), kind("LE CONG TI")
    ('organisation', 'organisation', None, None)
    >>> kind("Nguyễn Văn Trường"), kind("Hoàng Ban"), kind("Trương Thị Ba"), kind("NGUYEN CONG TY"), kind("Sở Văn A")
    (None, None, None, None, 'organisation')
    """
    return kind_of(exact(text))


def kind_of(k0: str) -> str | None:
    """The same as `kind` for a text that is a K0 already."""
    text = k0 if k0.replace(" ", "").isalpha() else _SIGNS.sub(" ", _DOTTED_LETTER.sub(r"\1", k0)).strip()
    parts = words(text)
    if not any(map(_may_tell, parts)):
        return None
    accented = any(p.upper != p.k2 for p in parts)
    found = _kinds(tuple(p.k1 for p in parts), _phrases("k1"), parts[0].upper)
    bare = tuple(p.k2 if p.upper == p.k2 or not accented else p.k1 for p in parts)
    found |= _kinds(bare, _phrases("k2"), parts[0].k2)
    if any(len(p.k2) > 4 and p.k2.endswith("BANK") for p in parts):
        found.add(SELLER)
    if not found:
        return None
    return SELLER if SELLER in found else ORGANISATION


@lru_cache(maxsize=1 << 16)
def _may_tell(word: Part) -> bool:
    """Whether a phrase begins with a word, or it tells an organisation by itself; no phrase, no organisation."""
    return word.k1 in _phrases("k1") or word.k2 in _phrases("k2") or is_telling(word)


def phrases(key: str) -> list[tuple[Phrase, str, str]]:
    """All phrases as (words, where, kind). `key` k1: words with accents; k2: those recognised without, as K2."""
    return [phrase for found in _phrases(key).values() for phrase in found]


def is_telling(word: Part, *, first: bool = False) -> bool:
    """Whether a word tells an organisation by itself, wherever it stands (`TNHH`, `VIETINBANK`) or as the first (`XƯỞNG`)."""
    if len(word.k2) > 4 and word.k2.endswith("BANK"):
        return True
    found = (*_phrases("k1").get(word.k1, ()), *_phrases("k2").get(word.k2, ()))
    return any(len(phrase) == 1 and (first or where == "any") for phrase, where, _ in found)


def _kinds(tokens: Phrase, phrases: dict[str, list[tuple[Phrase, str, str]]], first: str) -> set[str]:
    """The kinds of the phrases that stand in a text; once one does, no later word is taken for a person's name."""
    found: set[str] = set()
    for at, word in enumerate(tokens):
        for phrase, where, found_kind in phrases.get(word, ()):
            end = at + len(phrase)
            if tokens[at:end] != phrase:
                continue
            if (found and where == "any") or _stands(phrase, where, at=at, behind=len(tokens) - end, first=first):
                found.add(found_kind)
    return found


def _stands(phrase: Phrase, where: str, *, at: int, behind: int, first: str) -> bool:
    """Whether the place of a phrase allows it: Vietnamese words at the end of a person's name are that person's name.

    Args:
        phrase: the words found.
        where: `start`, `follow2` (start, and two more words behind: the phrase may begin a person's name) or `any`.
        at: words before it.
        behind: words behind it.
        first: first word of the text, upper case.
    """
    if at == 0:
        return (behind > 0 or len(phrase) > 1 or _is_abbreviation(phrase)) and (where != "follow2" or behind > 1)
    if where != "any":
        return False
    return _is_abbreviation(phrase) or not (behind == 0 or first in lexicon.SURNAMES or first in lexicon.SURNAME_KEYS)


def _is_abbreviation(phrase: Phrase) -> bool:
    """Whether a phrase (words of K1 or K2) is no Vietnamese."""
    return not all(syllables.is_toneless_syllable(syllables.strip(word.rstrip("012345"))) for word in phrase)
