"""What may be taken off a name before it is read: blanks, look-alikes, labels, titles, brackets, other owners."""

import re
import unicodedata

from sosach.base.findings import Finding
from sosach.vn import syllables
from sosach.vn.names import codes, lexicon
from sosach.vn.names.keys import words
from sosach.vn.names.parts import ODD, canonical, upper

_BRACKETS = re.compile(r"\([^()]*\)?|\[[^\[\]]*\]?|\{[^{}]*\}?|\"[^\"]*\"|“[^”]*”")
_EDGE_SIGNS = " .,;:-_*/\\|+&'\"“”?!#=<>~^"
_OWNER_SIGNS = re.compile(r"\s*[,;/&+|]\s*|\s+-+\s+|\s+(?:VÀ|VA)\s+")
_NO_LETTERS = re.compile(r"[\W\d_]+")
_ALIAS = re.compile(r"\s(?:" + "|".join(sorted(lexicon.ALIAS_WORDS, key=len, reverse=True)) + r")\s")


def spelling(text: str) -> tuple[str, list[Finding]]:
    """Bring a text to upper case with one sign for one thing; findings tell what was done to it."""
    found = []
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        found.append(codes.DECOMPOSED)
    same = canonical(composed)
    if same != composed and letters(same) != letters(composed):
        found.append(codes.LOOK_ALIKE)
    clean = " ".join(upper(same).split())
    if " ".join(text.split()) != text or (same != composed and any(unicodedata.category(c) == "Cf" for c in text)):
        found.append(codes.SPACES)
    if not _one_case(without_brackets(same)):
        found.append(codes.LETTER_CASE)
    return clean, [Finding(code, text, clean) for code in found]


def letters(text: str) -> str:
    """Only the letters of a text."""
    return "".join(c for c in text if c.isalpha())


def _one_case(text: str) -> bool:
    """Whether a name is all capitals, or every word has exactly its first letter capital."""
    return text == upper(text) or is_titled(text)


def is_titled(text: str) -> bool:
    """Whether every run of letters has exactly its first letter capital."""
    pieces = _NO_LETTERS.split(text)
    return all(piece[0].isupper() and piece[1:] == piece[1:].lower() for piece in pieces if piece)


def without_brackets(clean: str) -> str:
    """The name without bracketed notes and nicknames, and without `tức …`, `gọi là …`."""
    outside = " ".join(_BRACKETS.sub(" ", clean).split())
    alias = _ALIAS.search(outside)
    if alias and " " in outside[: alias.start()].strip():
        outside = outside[: alias.start()]
    return outside


def without_title(clean: str) -> str:
    """The name without labels (`CHỦ XE:`) and forms of address before a surname (`ÔNG`, `BÀ`)."""
    for label in lexicon.LABELS:
        if clean.startswith(label):
            clean = clean[len(label) :].strip()
    first, *others = clean.split(" ")
    title = first.rstrip(".:")
    dotted = title != first
    if title not in lexicon.TITLES and not (title in lexicon.BARE_TITLES and clean.isascii()):
        return clean
    rest = [word for word in others if word != ":"]
    if len(rest) < 2 or not (dotted or _is_title_before(title, rest)):
        return clean
    return " ".join(rest)


def _is_title_before(title: str, rest: list[str]) -> bool:
    """Whether a title stands before a whole name. Ông, Anh, Bá are surnames too: then only a very common surname, or Văn or Thị, proves it."""
    key = syllables.strip(rest[0])
    if key == "VAN" or key not in lexicon.SURNAME_KEYS:
        return False
    if title not in lexicon.TITLES_AND_SURNAMES:
        return True
    if syllables.strip(rest[1]) in {"VAN", "THI"}:
        return True
    return rest[0] in lexicon.COMMON_SURNAMES or (rest[0].isascii() and key in lexicon.COMMON_SURNAME_KEYS)


def without_edges(clean: str) -> str:
    """The name without punctuation at its ends."""
    return " ".join(clean.strip(_EDGE_SIGNS).split())


def without_dots(clean: str) -> str:
    """The name with blanks for dots and underscores between its words (`NGUYEN.VAN_A`)."""
    return " ".join(clean.replace(".", " ").replace("_", " ").split())


def without_letters(name: str, illegal: list[str]) -> str:
    """The name without characters that no name has; inside a word (`NGUY?N`, `H0ANG`) nothing takes their place."""
    signs = "".join(map(re.escape, dict.fromkeys(illegal)))
    if not signs:
        return name
    inside = re.sub(
        rf"(?<=[^\W\d_])[{signs}]+(?=[^\W\d_])", lambda run: " " if set(run[0]) & set("/\\&+,;|") else "", name
    )
    return without_edges(re.sub(f"[{signs}]", " ", inside))


def owners(clean: str) -> list[str]:
    """The names in one cell, at least two; empty when it does not hold several.

    >>> owners("NGUYỄN VĂN A VÀ TRẦN THỊ B"), owners("SÙNG A VÀ"), owners("NGUYỄN VĂN A, HÀ NỘI")
    (['NGUYỄN VĂN A', 'TRẦN THỊ B'], [], [])
    """
    pieces = [without_edges(without_title(without_brackets(piece))) for piece in _OWNER_SIGNS.split(clean)]
    named = [piece for piece in pieces if piece]
    return named if len(named) > 1 and all(map(_is_full_name, named)) else []


def _is_full_name(name: str) -> bool:
    parts = words(name)
    if " ".join(p.k2 for p in parts) in lexicon.PROVINCE_KEYS:
        return False
    if not 2 <= len(parts) <= 6 or not (parts[0].upper in lexicon.SURNAMES or parts[0].k2 in lexicon.SURNAME_KEYS):
        return False
    return all(
        not p.flags & ODD or (len(p.k2) == 1 and p.k2.isalpha()) or p.upper in lexicon.MINORITY_PARTS for p in parts
    )
