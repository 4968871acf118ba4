"""Paint of a vehicle: free text as a list of colours (đỏ đen, do-den, ĐỎ, ĐEN)."""

import re

from sosach.base.findings import Finding, Reading
from sosach.vn.digits import settle
from sosach.vn.folding import composed
from sosach.vn.terms import PLACEHOLDER, folded, terms
from sosach.vn.test_values import is_test_value

UNKNOWN = "VAL-40"
OTHER_SPELLING = "VAL-41"

_FILLING = frozenset({"MAU", "SON", "VA", "XE", "PHOI", "CO", "NEN", "AND", "NHAT", "DAM", "BONG", "MO", "NHAM", "NHU"})
_LETTERS = re.compile(r"[^\w]+")


def colour(text: str) -> Reading:
    """Colours in the order given: key codes joined by "-" (do-den), display their names (Đỏ - Đen); total.

    >>> colour("do-den").key, colour("ĐỎ, ĐEN").display, colour("Xanh lá cây").key
    ('do-den', 'Đỏ - Đen', 'xanh_la')
    >>> colour("rực rỡ").key is None
    True
    """
    if not text or text.isspace():
        return Reading(None, None)
    codes = _codes(folded(text).split())
    if not codes:
        code = PLACEHOLDER if is_test_value(text) else UNKNOWN
        return Reading(None, None, findings=(Finding(code, text),))
    names = terms("colour").names
    display = " - ".join(names[code] for code in codes)
    # Case and separators are nobody's concern; missing accents, other words and other languages are told.
    alike = _LETTERS.sub("", composed(settle(text))).casefold() == _LETTERS.sub("", display).casefold()
    remarks = () if alike else (Finding(OTHER_SPELLING, text, display),)
    return Reading("-".join(codes), display, {}, remarks)


def _codes(words: list[str]) -> list[str]:
    """Codes of the colours the words are made of, longest names first; empty when a word is no colour."""
    known = terms("colour")
    codes: list[str] = []
    start = 0
    while start < len(words):
        lengths = range(min(known.longest, len(words) - start), 0, -1)
        name = next((n for n in lengths if " ".join(words[start : start + n]) in known.codes), 0)
        if name:
            codes.append(known.codes[" ".join(words[start : start + name])])
        elif words[start] not in _FILLING:
            return []
        start += name or 1
    return list(dict.fromkeys(codes))
