"""Number plate (biển số xe): province code, series, serial number; the separators carry the kind of vehicle.

Legal source: Law 36/2024/QH15 art. 36, 39; Circular 79/2024/TT-BCA and its amendments. Series letters come from a
secondary source, so a letter out of the list is an error of this register, not a verdict on the plate. `29B11234` is
29-B1 1234 (motorbike) or 29B-112.34 (car): without separators only the kind of vehicle tells. Military plates belong to
the Ministry of Defence (Circular 169/2021/TT-BQP).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from sosach.base.findings import Finding, Reading, require
from sosach.vn.digits import settle
from sosach.vn.identifiers.marks import LOOK_ALIKES as SAME_SHAPES
from sosach.vn.identifiers.plate_layouts import (
    BLUE_LETTERS,
    CODE_USES,
    LAYOUTS,
    PLAIN,
    PLAIN_AMBIGUOUS,
    PLAIN_CAR,
    PLAIN_MOTORBIKE,
    PLAIN_TRAILER,
    PROVINCES_2025,
    SPECIAL_PAIRS,
    Layout,
    code_of,
    hits,
    show,
)
from sosach.vn.identifiers.plate_repairs import mend
from sosach.vn.test_values import is_test_value

__all__ = [
    "LAYOUTS",
    "PLAIN",
    "PLAIN_AMBIGUOUS",
    "PLAIN_CAR",
    "PLAIN_DROP",
    "PLAIN_MOTORBIKE",
    "PLAIN_TRAILER",
    "PROVINCES_2025",
    "compact",
    "explain",
    "format",
    "plain_key",
    "plain_kind",
    "validate",
]

PLAIN_DROP = ".- "

UNREADABLE = "PLT-01"
LETTER_FOR_DIGIT = "PLT-02"
RETIRED_CODE = "PLT-03"
UNUSED_CODE = "PLT-04"
UNUSED_SERIES = "PLT-05"
BECAME_DATE = "PLT-06"
BECAME_NUMBER = "PLT-07"
KIND_UNKNOWN = "PLT-08"
MILITARY = "PLT-09"
LOOK_ALIKES = "PLT-10"
ELECTRIC_D = "PLT-11"
MAYBE_TRIAL = "PLT-12"
ODD_SEPARATORS = "PLT-13"
SEVERAL = "PLT-14"
PLACEHOLDER = "PLT-15"

_SERIES_SHAPE = re.compile(r"[1-9][0-9][A-ZĐ][A-ZĐ0-9]?[0-9]{4,5}")
_DATE = re.compile(
    r"[0-9]{1,4}[-/ ](?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|[0-9]{1,2})[-/ ][0-9]{1,4}(?: [0-9:.]+)?"
)
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]*)?(?:E\+?[0-9]+)?")
_SURELY_E = re.compile(r"[0-9][.,][0-9]*E\+?[0-9]+|[0-9]+E\+[0-9]+")
_BETWEEN = re.compile(r"[;,/\n()]+|\bVÀ\b")
# The two readings of a bare string such as 29B11234, by kind, in the order of the layouts.
_BARE = {"motorbike": LAYOUTS["motorbike_old_4"], "car": LAYOUTS["car_5"]}


@dataclass(frozen=True, slots=True)
class _Cell:
    """A plate cell on its way through the reading.

    Attributes:
        text: as given.
        upper: settled, upper case, look-alikes mapped.
        key: letters and digits only.
        cuts: positions in the key where a separator other than a dot stands.
        dots: positions in the key where a dot stands.
        remarks: findings about the form.
    """

    text: str
    upper: str
    key: str
    cuts: frozenset[int]
    dots: frozenset[int]
    remarks: tuple[Finding, ...]


def compact(text: str) -> str:
    """Upper case, look-alikes mapped, only letters and digits left; Đ is kept (MĐ and TĐ are series of their own).

    >>> compact(" 29-mđ1 123.45"), compact("28TÐ-000.67"), compact("29-MD1 123.45")
    ('29MĐ112345', '28TĐ00067', '29MĐ112345')
    """
    return _cell(text).key


def plain_key(text: str) -> str:
    """Key of a text that matches `PLAIN` or `PLAIN_AMBIGUOUS`: drop the characters of `PLAIN_DROP`, upper-case.

    >>> plain_key("30a-123.45")
    '30A12345'
    """
    return text.translate(str.maketrans("", "", PLAIN_DROP)).upper()


def plain_kind(text: str) -> str | None:
    """The one kind of a text that matches `PLAIN` or `PLAIN_TRAILER` (car, motorbike, trailer); None for other texts.

    >>> plain_kind("30A-123.45"), plain_kind("29-B1 1234"), plain_kind("29B11234")
    ('car', 'motorbike', None)
    """
    kinds = {"car": PLAIN_CAR, "motorbike": PLAIN_MOTORBIKE, "trailer": PLAIN_TRAILER}
    return next((kind for kind, pattern in kinds.items() if pattern.fullmatch(text)), None)


def explain(text: str, *, kind: str | None = None) -> Reading:
    """Read a plate; total.

    Args:
        text: the cell as given.
        kind: "car", "motorbike" or "trailer" when the record tells; decides only what the separators leave open.

    Returns:
        Facts: `kinds` and `styles` (space-joined; more than one = ambiguous), `province` (code on the plate),
        `province_2025` (code of the present province), `colours` (colours this series can have: trang vang xanh do).

    >>> explain("29-B1 123.45").facts["kinds"], explain("29B11234").facts["kinds"]
    ('motorbike', 'motorbike car')
    >>> explain("29B11234", kind="car").display
    '29B-112.34'
    >>> explain("29-BI 123.45").proposed
    '29-B1 123.45'
    """
    if not text or text.isspace():
        return Reading(None, None)
    if PLAIN_AMBIGUOUS.fullmatch(text):
        return _bare(text, kind)
    cell = _cell(text)
    layouts = hits(cell.key)
    if layouts and not _SURELY_E.fullmatch(cell.upper):
        return _matched(cell, layouts, kind)
    if refused := _refusal(cell):
        return Reading(None, None, findings=(Finding(refused, text),))
    return _unmatched(cell)


def validate(text: str) -> str:
    """The key.

    Raises:
        InvalidValueError: no plate can be read without a repair.

    >>> validate("30a-123.45")
    '30A12345'
    """
    return require(explain(text), text)


def format(key: str, kind: str | None = None) -> str:  # noqa: A001 - every identifier module has the same four verbs
    """The plate as it is painted; the key itself when it is ambiguous or no plate.

    >>> format("29B11234", "motorbike"), format("29B11234")
    ('29-B1 1234', '29B11234')
    """
    layouts = [layout for layout in hits(key) if kind in (None, layout.kind)]
    return show(key, layouts[0]) if len({layout.kind for layout in layouts}) == 1 else key


def _cell(text: str) -> _Cell:
    settled = settle(text).upper()
    upper = settled if settled.isascii() else settled.translate(SAME_SHAPES)
    marks: list[str] = []
    cuts: set[int] = set()
    dots: set[int] = set()
    for char in upper:
        if char.isalnum():
            marks.append(char)
        else:
            (dots if char == "." else cuts).add(len(marks))
    key = "".join(marks)
    codes = [LOOK_ALIKES] if upper != settled else []
    if key[2:4] == "MD" and key[:2].isdigit():
        key = f"{key[:2]}MĐ{key[4:]}"
        codes.append(ELECTRIC_D)
    inner = frozenset(range(1, len(key)))
    remarks = tuple(Finding(code, text, key) for code in codes)
    return _Cell(text, upper, key, frozenset(cuts) & inner, frozenset(dots) & inner, remarks)


def _refusal(cell: _Cell) -> str | None:
    """Code of the finding when the cell cannot be a plate whatever its letters."""
    if is_test_value(cell.upper):
        return PLACEHOLDER
    if _DATE.fullmatch(cell.upper):
        return BECAME_DATE
    if _SURELY_E.fullmatch(cell.upper) or (_NUMBER.fullmatch(cell.upper.replace(" ", "")) and cell.key.isdecimal()):
        return BECAME_NUMBER
    pieces = [re.sub(r"[^0-9A-ZĐ]", "", piece) for piece in _BETWEEN.split(cell.upper)]
    return SEVERAL if len([piece for piece in pieces if hits(piece)]) > 1 else None


def _unmatched(cell: _Cell) -> Reading:
    mended = mend(cell.key, cuts=cell.cuts)
    if mended is not None:
        layouts = _narrowed(cell, mended, hits(mended))
        proposed = show(mended, layouts[0]) if len({layout.kind for layout in layouts}) == 1 else mended
        return Reading(None, None, findings=(Finding(LETTER_FOR_DIGIT, cell.text, proposed),))
    code = UNUSED_SERIES if _SERIES_SHAPE.fullmatch(cell.key) else UNREADABLE
    return Reading(None, None, findings=(Finding(code, cell.text),))


def _matched(cell: _Cell, layouts: list[Layout], kind: str | None) -> Reading:
    layouts = _narrowed(cell, cell.key, layouts)
    layouts = [layout for layout in layouts if layout.kind == kind] or layouts
    code = code_of(cell.key, layouts[0])
    use = CODE_USES.get(code, "unused") if code else "military"
    if use == "unused":
        return Reading(None, None, findings=(Finding(UNUSED_CODE, cell.text),))
    kinds = list(dict.fromkeys(layout.kind for layout in layouts))
    sure = layouts[0] if len(kinds) == 1 else None
    key = _foreign_key(cell.key) if sure and sure.style == "foreign_b" else cell.key
    display = show(cell.key, sure) if sure else key
    findings = (*_remarks(cell, layouts, use, display), *cell.remarks)
    return Reading(key, display, _facts(cell.key, layouts), findings)


def _bare(text: str, kind: str | None) -> Reading:
    """The shortest way for bare strings that fit a car and a motorbike: whole registers are written so."""
    key = plain_key(text)
    sure = _BARE.get(kind or "")
    facts = dict(_bare_facts(key[:3], kind if sure else None))
    if sure:
        return Reading(key, show(key, sure), facts)
    return Reading(key, key, facts, (Finding(KIND_UNKNOWN, text),))


@lru_cache(maxsize=8192)
def _bare_facts(head: str, kind: str | None) -> dict[str, str]:
    layouts = [layout for layout in _BARE.values() if kind in (None, layout.kind)]
    return _facts(head + "11111", layouts)


def _facts(key: str, layouts: list[Layout]) -> dict[str, str]:
    code = code_of(key, layouts[0])
    kinds = list(dict.fromkeys(layout.kind for layout in layouts))
    facts = {
        "kinds": " ".join(kinds),
        "styles": " ".join(layout.style for layout in layouts),
        "province": code,
        "province_2025": PROVINCES_2025.get(code, ""),
        "colours": _colours(key, kinds),
    }
    return {name: fact for name, fact in facts.items() if fact}


def _remarks(cell: _Cell, layouts: list[Layout], use: str, display: str) -> list[Finding]:
    found: list[Finding] = []
    maybe_trial = cell.key[2:4] == "TD" and 2 not in cell.cuts
    if use == "retired":
        found.append(Finding(RETIRED_CODE, cell.text))
    if maybe_trial:
        trial = f"{cell.key[:2]}TĐ{cell.key[4:]}"
        found.append(Finding(MAYBE_TRIAL, cell.text, show(trial, LAYOUTS["special"])))
    elif not all(_fits(cell, cell.key, layout) for layout in layouts):
        found.append(Finding(ODD_SEPARATORS, cell.text, display))
    if use == "military":
        found.append(Finding(MILITARY, cell.text))
    if len({layout.kind for layout in layouts}) > 1:
        found.append(Finding(KIND_UNKNOWN, cell.text))
    return found


def _narrowed(cell: _Cell, key: str, layouts: list[Layout]) -> list[Layout]:
    """The layouts the separators agree with: dashes and blanks first, then dots; all of them when none agrees."""
    by_cuts = [layout for layout in layouts if _cuts_agree(cell.cuts, key, layout)] or layouts
    return [layout for layout in by_cuts if _dots_agree(cell.dots, key, layout)] or by_cuts


def _fits(cell: _Cell, key: str, layout: Layout) -> bool:
    return _cuts_agree(cell.cuts, key, layout) and _dots_agree(cell.dots, key, layout)


def _cuts_agree(cuts: frozenset[int], key: str, layout: Layout) -> bool:
    """Whether dashes and blanks stand where this layout has them; a key without any agrees with every layout."""
    start = layout.number_start(key)
    where, needed = {2, start}, set[int]()
    if layout.style == "foreign_a":
        where = {2, 5, 7}
    elif layout.style == "foreign_b":
        where, needed = {2, 4, 7}, set() if key.startswith("80") else {7}
    elif layout.kind == "military":
        where = {2, 4}
    elif layout.kind == "temporary":
        where, needed = ({1, 3}, set()) if key.startswith("T") else ({2, 3}, {2})
    elif layout.kind == "any" or (layout.kind == "car" and key[2] == "T"):
        where = {start}
    elif layout.kind == "motorbike" and key[2:4] in SPECIAL_PAIRS:
        needed = {2}
    return cuts <= where and (needed <= cuts or not cuts)


def _dots_agree(dots: frozenset[int], key: str, layout: Layout) -> bool:
    start = layout.number_start(key)
    return dots <= ({start + 3} if len(key) - start == 5 else frozenset())


def _foreign_key(key: str) -> str:
    """80-NN 168-06 and 80-168-NN-06 are the same plate: the country comes first in the key."""
    return f"{key[:2]}{key[4:7]}{key[2:4]}{key[7:]}"


def _colours(key: str, kinds: list[str]) -> str:
    """Colours the series can have: white for all, yellow for cars and trailers, blue for bodies of the state."""
    if "military" in kinds:
        return "do"
    if key[2:4] == "CD" and "any" in kinds:
        return "xanh"
    colours = ["trang"]
    if {"car", "trailer"} & set(kinds):
        colours.append("vang")
    if {"car", "motorbike"} & set(kinds) and key[2] in BLUE_LETTERS:
        colours.append("xanh")
    return " ".join(colours)
