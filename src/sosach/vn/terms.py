"""Free text matched to closed lists (`data/terms.csv`): kinds, colours, statuses, whatever accents and words around it."""

import re
from dataclasses import dataclass
from functools import cache

from sosach.base.findings import Finding, Reading
from sosach.vn.digits import settle
from sosach.vn.folding import fold
from sosach.vn.tables import table
from sosach.vn.test_values import is_test_value

PLACEHOLDER = "VAL-01"

_NOT_A_WORD = re.compile(r"[^0-9A-Z]+")
_NEGATIONS = frozenset({"KHONG", "CHUA", "CHANG", "NOT"})
_SHORTEST_INSIDE = 4  # letters; shorter words are matched only when they are the whole cell


@dataclass(frozen=True, slots=True)
class Terms:
    """One closed list.

    Attributes:
        names: code → name, Vietnamese.
        codes: folded words → code.
        longest: most words of an entry.
    """

    names: dict[str, str]
    codes: dict[str, str]
    longest: int


def folded(text: str) -> str:
    """Upper case without marks, everything but letters and digits as one blank.

    >>> folded(" Đỏ,  đen ")
    'DO DEN'
    """
    return _NOT_A_WORD.sub(" ", fold(settle(text))).strip()


@cache
def terms(name: str) -> Terms:
    """The closed list of that name in `terms.csv`.

    >>> terms("sex").names
    {'M': 'Nam', 'F': 'Nữ'}
    """
    rows = [row for row in table("terms") if row["list"] == name]
    codes: dict[str, str] = {}
    for row in rows:
        for word in (row["code"].replace("_", " "), row["vi"], *row["words"].split("|")):
            codes.setdefault(folded(word), row["code"])
    return Terms({row["code"]: row["vi"] for row in rows}, codes, max(len(words.split()) for words in codes))


def find(text: str, known: Terms) -> str | None:
    """Code of the entry a text is or holds; the longest entry wins, two equally long different ones give none.

    >>> find("Xe ô tô con 5 chỗ", terms("vehicle_kind")), find("chưa sử dụng", terms("vehicle_status"))
    ('o_to', None)
    """
    whole = folded(text)
    if code := known.codes.get(whole):
        return code
    words = whole.split()
    for length in range(min(known.longest, len(words) - 1), 0, -1):
        found = {code for start in range(len(words) - length + 1) if (code := _inside(words, start, length, known))}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def read(text: str, name: str, unknown: str) -> Reading:
    """Read a cell of a closed list; total.

    Args:
        text: the cell as given.
        name: name of the list.
        unknown: code of the finding when no entry fits.

    Returns:
        Key: code of the entry; display: its Vietnamese name.
    """
    if not text or text.isspace():
        return Reading(None, None)
    known = terms(name)
    code = find(text, known)
    if code is not None:
        return Reading(code, known.names[code])
    return Reading(None, None, findings=(Finding(PLACEHOLDER if is_test_value(text) else unknown, text),))


def _inside(words: list[str], start: int, length: int, known: Terms) -> str | None:
    """Code of the entry that stands at this place among other words, unless they deny it."""
    phrase = " ".join(words[start : start + length])
    if len(phrase) < _SHORTEST_INSIDE or not _NEGATIONS.isdisjoint((*words[:start], *words[start + length :])):
        return None
    return known.codes.get(phrase)
