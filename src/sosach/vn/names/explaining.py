"""Reading of a name as given: the short way for ordinary names, the long way for all others."""

import re

from sosach.base.findings import Finding
from sosach.vn import encodings, syllables
from sosach.vn.names import cleaning, codes, lexicon, organisations
from sosach.vn.names.keys import words
from sosach.vn.names.parts import BARE, FIRST, ODD, TITLE, UPPER, Part, part
from sosach.vn.names.reading import NameReading, is_minority, no_person, person
from sosach.vn.test_values import is_test_value

_LETTER_FOR_DIGIT = str.maketrans("015", "OIS")
_DIGIT_IN_WORD = re.compile(r"[015](?=[^\W\d_])")


def explain(text: str) -> NameReading:
    """Read a name as it stands in a register. Total: never raises, whatever the text.

    A value in a legacy encoding is read decoded, since every syllable proves the decoding; the finding carries the proposal.
    Nothing else is guessed.

    >>> explain("Nguyễn Văn Hùng").k1, explain("NGUYEN VAN HUNG").accented, explain("CTY TNHH ABC").kind
    ('NGUYÊN4 VĂN0 HUNG2', False, 'organisation')
    >>> [(f.code, f.proposed) for f in explain("Trần Bé (Tư)").findings]
    [('NAM-07', 'TRẦN BÉ')]
    """
    parts = [part(word) for word in text.split(" ")]
    seen, shared = 0, UPPER | TITLE
    for p in parts:
        seen |= p.flags
        shared &= p.flags
    if seen & ODD or not shared or not 2 <= len(parts) <= 6 or (parts[0].flags & FIRST and _may_be_special(parts)):
        return _explain_odd(text)
    return person(text, " ".join([p.upper for p in parts]), parts)


def _may_be_special(parts: list[Part]) -> bool:
    text = " ".join(p.upper for p in parts)
    return _is_placeholder(text) or cleaning.without_title(text) != text or organisations.kind_of(text) is not None


def _is_placeholder(clean: str) -> bool:
    """Whether an upper-case text says that nobody knows, or was typed to fill the field."""
    said = clean.split(" ")
    if not lexicon.PLACEHOLDER_WORDS.isdisjoint(said):
        return True
    if said[0] in lexicon.PLACEHOLDER_FIRST:
        phrases = lexicon.BARE_PLACEHOLDER_PHRASES if clean.isascii() else lexicon.PLACEHOLDER_PHRASES
        if any(clean == phrase or clean.startswith(f"{phrase} ") for phrase in phrases):
            return True
    if said[0] in lexicon.SURNAMES:
        return False
    return is_test_value(clean) and (len(clean) > 2 or not any(map(str.isalnum, clean)))


def _explain_odd(text: str) -> NameReading:
    if not text or text.isspace():
        return no_person("unknown", "")
    clean, findings = cleaning.spelling(text)
    if _is_placeholder(clean):
        return no_person("test", clean, [Finding(codes.PLACEHOLDER, text), *_without_case(findings)])
    decoded = encodings.decode(text.strip(" "))
    if decoded:
        clean, findings = cleaning.spelling(decoded.text)
        findings = [encodings.finding(text, decoded), *(Finding(f.code, text, f.proposed) for f in findings)]
    organisation = organisations.kind_of(clean)
    if organisation is not None:
        code = codes.SELLER_AS_OWNER if organisation == organisations.SELLER else codes.ORGANISATION
        return no_person("organisation", clean, [Finding(code, text), *_without_case(findings)])
    names = cleaning.owners(clean if decoded or "\n" not in text else cleaning.spelling(text.replace("\n", " | "))[0])
    if names:
        several = Finding(codes.SEVERAL_OWNERS, text, "; ".join(names))
        return person(text, names[0], words(names[0]), [several, *_without_case(findings)], tuple(names[1:]))
    return _explain_person(text, clean, findings)


def _without_case(findings: list[Finding]) -> list[Finding]:
    """No letter case is wrong where other words stand among the names."""
    return [finding for finding in findings if finding.code != codes.LETTER_CASE]


def _explain_person(text: str, clean: str, findings: list[Finding]) -> NameReading:
    """Read what should be one person: take off what does not belong to the name, then judge the rest."""
    steps = (
        (codes.NICKNAME, cleaning.without_brackets),
        (codes.TITLE, cleaning.without_title),
        (codes.SPACES, cleaning.without_edges),
        (codes.SPACES, cleaning.without_dots),
    )
    name = clean
    for code, take_off in steps:
        rest = take_off(name)
        if rest != name:
            findings.append(Finding(code, text, rest))
            name = rest
    illegal = [letter for letter in name if letter not in lexicon.LETTERS]
    if illegal or not name:
        findings.append(Finding(codes.ILLEGAL_CHARACTERS, text, _with_letters_for_digits(name)))
        name = cleaning.without_letters(name, illegal)
    return _judge_words(text, name, findings)


def _with_letters_for_digits(name: str) -> str | None:
    """The name with O, I, S for 0, 1, 5 inside words, when that makes every word a syllable."""
    mended = _DIGIT_IN_WORD.sub(lambda digit: digit[0].translate(_LETTER_FOR_DIGIT), name)
    known = all(syllables.is_syllable(word) or syllables.is_toneless_syllable(word) for word in mended.split(" "))
    return mended if mended != name and known else None


def _judge_words(text: str, name: str, findings: list[Finding]) -> NameReading:
    """Judge a name of letters only: how many words, each a syllable, the tone mark in its place."""
    placed = " ".join(word if syllables.is_syllable(word) else syllables.normalise(word) for word in name.split(" "))
    if placed != name:
        findings.append(Finding(codes.TONE_MISPLACED, text, placed))
    parts = words(placed)
    if not parts:
        return no_person("unknown", placed, findings)
    findings.extend(_judge_length(text, parts))
    unknown = _unknown_words(parts)
    if unknown:
        findings.append(Finding(codes.UNKNOWN_SYLLABLE, text))
    named = len(unknown) < len(parts) or parts[0].k2 in lexicon.SURNAME_KEYS
    return person(text, placed, parts, findings) if named else no_person("unknown", placed, findings)


def _judge_length(text: str, parts: list[Part]) -> list[Finding]:
    if len(parts) > 6:
        return [Finding(codes.TOO_MANY_WORDS, text)]
    if len(parts) > 1 or "'" in parts[0].upper:
        return []
    return [Finding(codes.ONE_LETTER if len(parts[0].k2) < 2 else codes.SINGLE_WORD, text)]


def _unknown_words(parts: list[Part]) -> list[Part]:
    if is_minority(parts):
        return []
    return [p for p in parts if not syllables.is_syllable(p.upper) and not p.flags & BARE]
