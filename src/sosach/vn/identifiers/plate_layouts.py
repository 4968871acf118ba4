"""Layouts of number plates: which key can be which plate, how each is shown, which raw forms are ordinary.

Legal source: Circular 79/2024/TT-BCA (amended by 13/2025, 51/2025, 37/2026); province codes by its annex 02. The tables
`plate_formats.csv`, `plate_series.csv` and `plate_province_codes.csv` hold the layouts, letters and codes.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from sosach.vn.tables import table

_KINDS = {"foreign_a": "foreign", "foreign_b": "foreign", "temporary": "temporary", "military": "military"}


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout of the key.

    Attributes:
        style: its name in `plate_formats.csv`.
        kind: car, motorbike, trailer, any, temporary, foreign or military.
        pattern: the keys it covers.
    """

    style: str
    kind: str
    pattern: re.Pattern[str]

    def number_start(self, key: str) -> int:
        """Position in the key where the serial number begins.

        >>> LAYOUTS["motorbike_old_5"].number_start("29B112345")
        4
        """
        if self.style == "foreign_a":
            return 7
        if self.style == "electric_bike":
            return len(key) - 5
        if self.kind in ("car", "temporary") or (self.kind == "trailer" and key[3] != "M"):
            return 3
        return 2 if self.kind == "military" else 4


LAYOUTS: dict[str, Layout] = {
    row["name"]: Layout(row["name"], _KINDS.get(row["name"], row["kind"]), re.compile(row["regex_on_key"].strip("^$")))
    for row in table("plate_formats")
}

# Code → how it is used: province, central (80: bodies of the state), retired (13: Hà Bắc), unused.
CODE_USES: dict[str, str] = {row["plate_code"]: row["use"] for row in table("plate_province_codes")}
PROVINCES_2025: dict[str, str] = {
    row["plate_code"]: row["province_2025_code"] for row in table("plate_province_codes") if row["province_2025_code"]
}
_LETTERS: dict[str, str] = {row["use"]: row["letters"].replace(" ", "") for row in table("plate_series")}
FIRST_LETTERS = _LETTERS["first_letter_white_yellow"]
SECOND_LETTERS = _LETTERS["second_letter_motorbike"]
BLUE_LETTERS = _LETTERS["blue_plate"]
# Pairs of letters with a meaning of their own: a motorbike's pair only when the dash stands before them.
SPECIAL_PAIRS = ("LD", "DA", "KT", "HC", "TD", "MK", "CD", "MD", "NN", "CV")


def hits(key: str) -> list[Layout]:
    """All layouts a key fits, in the order of the table.

    >>> [layout.kind for layout in hits("29B11234")]
    ['motorbike', 'car']
    """
    return [layout for layout in LAYOUTS.values() if layout.pattern.fullmatch(key)]


def code_of(key: str, layout: Layout) -> str:
    """The two digits of the province in a key; empty for military plates."""
    if layout.kind == "military":
        return ""
    return key[1:3] if key.startswith("T") else key[:2]


def show(key: str, layout: Layout) -> str:
    """The plate as it is painted, on one line.

    >>> show("30A12345", LAYOUTS["car_5"]), show("29B112345", LAYOUTS["motorbike_old_5"])
    ('30A-123.45', '29-B1 123.45')
    >>> show("80441NG02", LAYOUTS["foreign_a"]), show("QA1234", LAYOUTS["military"])
    ('80-441-NG-02', 'QA-12-34')
    """
    return _SHOW.get(layout.style, _SHOW[layout.kind])(key, layout.number_start(key))


def _dotted(number: str) -> str:
    return f"{number[:3]}.{number[3:]}" if len(number) == 5 else number


def _show_car(key: str, start: int) -> str:
    return f"{key[:start]}-{_dotted(key[start:])}"


def _show_motorbike(key: str, start: int) -> str:
    return f"{key[:2]}-{key[2:start]} {_dotted(key[start:])}"


def _show_temporary(key: str, start: int) -> str:
    lead = f"T-{key[1:3]}-" if key.startswith("T") else f"{key[:2]}-T "
    return lead + _dotted(key[start:])


_SHOW: dict[str, Callable[[str, int], str]] = {
    "car": _show_car,
    "trailer": _show_car,
    "any": _show_car,
    "motorbike": _show_motorbike,
    "temporary": _show_temporary,
    "military": lambda key, _: f"{key[:2]}-{key[2:4]}-{key[4:]}",
    "foreign": lambda key, _: f"{key[:2]}-{key[2:5]}-{key[5:7]}-{key[7:]}",
    "foreign_b": lambda key, _: f"{key[:2]}-{key[4:7]}-{key[2:4]}-{key[7:]}",
}


def _either_case(letters: str) -> str:
    return f"[{letters}{letters.lower()}]"


def _ordinary_pairs() -> str:
    """Pairs of letters of motorbikes that mean nothing else, as one pattern."""
    by_second: dict[str, str] = {}
    for first in FIRST_LETTERS:
        second = "".join(letter for letter in SECOND_LETTERS if first + letter not in SPECIAL_PAIRS)
        by_second[second] = by_second.get(second, "") + first
    return "|".join(_either_case(first) + _either_case(second) for second, first in by_second.items())


_CODE = f"(?:{'|'.join(code for code, use in CODE_USES.items() if use in ('province', 'central'))})"
# Without T: a plate such as 30T-123.45 may be a temporary one.
_SERIES = _either_case(FIRST_LETTERS.replace("T", ""))
# Digits are spelt out instead of counted, so that the patterns may stand in format strings.
_FOUR = "[0-9][0-9][0-9][0-9]"
_FIVE = r"[0-9][0-9][0-9]\.?[0-9][0-9]"
# Every value has exactly one kind and nothing to remark; RE2 reads these patterns (no look-around).
PLAIN_CAR = re.compile(rf"{_CODE}{_SERIES}(?:[ -]{_FIVE}|[ -]?{_FOUR}|0[0-9][0-9]\.?[0-9][0-9])")
PLAIN_MOTORBIKE = re.compile(
    rf"{_CODE}[ -]?(?:{_either_case(FIRST_LETTERS)}[1-9](?:[ -]?{_FIVE}|[ -]{_FOUR})"
    rf"|[Mm][Đđ][1-9][ -]?{_FIVE}|(?:{_ordinary_pairs()})[ -]?(?:{_FIVE}|{_FOUR}))"
)
PLAIN_TRAILER = re.compile(rf"{_CODE}[Rr][Mm]?[ -]?{_FIVE}")
# Bare strings that fit a car and a motorbike: nothing to remark once the kind of vehicle is known.
PLAIN_AMBIGUOUS = re.compile(rf"{_CODE}-?{_SERIES}[1-9]{_FOUR}")
PLAIN = re.compile(f"{PLAIN_CAR.pattern}|{PLAIN_MOTORBIKE.pattern}")
