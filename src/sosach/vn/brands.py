"""Makers of vehicles (nhãn hiệu): HON DA, Honđa, HODA and "Wave a" all mean HONDA (`data/vehicle_brands.csv`)."""

from functools import cache

from sosach.base.findings import Finding, Reading
from sosach.vn.digits import settle
from sosach.vn.tables import table
from sosach.vn.terms import PLACEHOLDER, folded
from sosach.vn.test_values import is_test_value

OTHER_SPELLING = "VAL-50"
MODEL_FOR_BRAND = "VAL-51"
NEARLY = "VAL-52"
WITH_MODEL = "VAL-53"

_SHORTEST_NEAR = 5  # letters; shorter names have too many neighbours


@cache
def _known() -> dict[str, tuple[str, str]]:
    """Folded spelling without blanks → (brand, code of the finding; empty for the brand itself)."""
    known: dict[str, tuple[str, str]] = {}
    for column, code in (("brand", ""), ("spellings", OTHER_SPELLING), ("models", MODEL_FOR_BRAND)):
        for row in table("vehicle_brands"):
            for spelling in filter(None, row[column].split("|")):
                known.setdefault(_bare(spelling), (row["brand"], code))
    return known


@cache
def _neighbours() -> dict[str, str]:
    """Brands with one letter left out → the brand; empty text where two brands meet."""
    near: dict[str, str] = {}
    for row in table("vehicle_brands"):
        bare = _bare(row["brand"])
        for short in _shortened(bare) if len(bare) >= _SHORTEST_NEAR else ():
            near[short] = row["brand"] if near.get(short, row["brand"]) == row["brand"] else ""
    return near


def brand(text: str) -> Reading:
    """Brand: key and display in upper case, the known maker's where the dictionary has one; total.

    Unknown brands are kept as they are: makers are no closed list. A brand one letter away from a known one is kept too,
    and the known one proposed.

    >>> brand("Hon da").key, brand("Wave a").key, brand("HUYNDAI").key, brand("Zongshen").key
    ('HONDA', 'HONDA', 'HYUNDAI', 'ZONGSHEN')
    >>> brand("TOYOTTA").proposed, brand("Toyota Vios").key
    ('TOYOTA', 'TOYOTA')
    """
    if not text or text.isspace():
        return Reading(None, None)
    shown = " ".join(settle(text).upper().split())
    bare = _bare(text)
    if known := _known().get(bare):
        name, code = known
        if not code and shown.replace("-", " ") != name.replace("-", " "):
            code = OTHER_SPELLING
        return Reading(name, name, {}, (Finding(code, text, name),) if code else ())
    if not bare or is_test_value(text) or bare.isdigit():
        return Reading(None, None, findings=(Finding(PLACEHOLDER, text),))
    if first := _before_model(folded(text).split()):
        return Reading(first, first, {}, (Finding(WITH_MODEL, text, first),))
    near = _near(bare)
    return Reading(shown, shown, {}, (Finding(NEARLY, text, near),) if near else ())


def _before_model(words: list[str]) -> str | None:
    """The brand a cell begins with when a model follows it: TOYOTA VIOS."""
    for length in range(len(words) - 1, 0, -1):
        name, code = _known().get("".join(words[:length]), ("", MODEL_FOR_BRAND))
        if code != MODEL_FOR_BRAND:
            return name
    return None


def _bare(text: str) -> str:
    return folded(text).replace(" ", "")


def _shortened(word: str) -> set[str]:
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}


def _near(bare: str) -> str | None:
    """The one brand that shares a spelling with one letter left out: a slip of one letter, or two letters swapped."""
    if len(bare) < _SHORTEST_NEAR:
        return None
    found = {brand for short in _shortened(bare) if (brand := _neighbours().get(short))}
    return found.pop() if len(found) == 1 else None
