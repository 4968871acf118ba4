"""Plates of all eras by province, vehicle kind and day of registration; no two vehicles get the same key."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

import numpy as np

from sosach.synth import makers
from sosach.synth.draws import Ints, rank_within, scrambled
from sosach.synth.lettering import rows
from sosach.synth.places import Places

_FIRST: Final = "ABCDEFGHKLMNPSTUVXYZ"  # plate_series.csv: first letters
_SECOND: Final = "ABCDEFHKLMNPRSTUVXYZ"  # second letters of a motorbike pair
_SYMBOLS: Final = frozenset(
    ("CD", "DA", "HC", "KT", "LD", "MD", "MK", "TD")
)  # plate_types.csv: they mean something else
_PAIRS: Final = tuple(a + b for a in _FIRST for b in _SECOND if a + b not in _SYMBOLS)
# Four-digit motorbikes and five-digit cars share a key form (29B11234): their letters are kept apart here
_BIKE4_FIRST: Final = "FKLMNPSTUVXYZ"

(
    BIKE4,
    BIKE5,
    BIKE_NEW,
    MD,
    MOPED4,
    CAR4,
    CAR5,
    BUS5,
    TRUCK5,
    VAN5,
    TRAILER,
    SEMI_TRAILER,
    JOINT_VENTURE,
    FOREIGN,
    TEMPORARY,
) = range(15)

SERIES: Final[tuple[tuple[str, ...], ...]] = (
    tuple(a + b for a in _BIKE4_FIRST for b in "123456789"),
    tuple(a + b for a in _FIRST for b in "123456789"),
    _PAIRS,
    tuple("MĐ" + b for b in "123456789"),
    _PAIRS,
    ("A", "B", "C", "D", "E", "G", "H"),
    ("A", "E", "G", "H"),
    ("B",),
    ("C",),
    ("D",),
    ("R",),
    ("RM",),
    ("LD",),
    ("NN",),
    ("T",),
)
_DIGITS: Final = np.array([4, 5, 5, 5, 4, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5])
_FLAT: Final = tuple(series for style in SERIES for series in style)
_START: Final = np.cumsum([0, *(len(style) for style in SERIES)])[:-1]
_NEW_STYLE: Final = np.datetime64(date(2023, 8, 15), "D")  # Circular 24/2023: two letters on motorbikes
_FIVE_DIGITS: Final = np.datetime64(date(2010, 1, 1), "D")

PLATE_SQL: Final = f"""CASE
    WHEN plate_style = {FOREIGN} THEN concat(plate_code, '-', lpad((plate_number // 100)::VARCHAR, 3, '0'), '-NN-', lpad((plate_number % 100)::VARCHAR, 2, '0'))
    WHEN plate_style = {TEMPORARY} THEN concat('T-', plate_code, '-', plate_digits)
    WHEN plate_style <= {MOPED4} THEN concat(plate_code, '-', plate_series, ' ', plate_digits)
    ELSE concat(plate_code, plate_series, '-', plate_digits) END"""

DIGITS_SQL: Final = f"""CASE WHEN plate_style IN ({BIKE4}, {MOPED4}, {CAR4}) THEN lpad(plate_number::VARCHAR, 4, '0')
    ELSE concat(lpad((plate_number // 100)::VARCHAR, 3, '0'), '.', lpad((plate_number % 100)::VARCHAR, 2, '0')) END"""


@dataclass(slots=True)
class Plates:
    """Plates as columns: provincial code, style, index into `series_words`, number."""

    code: Ints
    style: Ints
    series: Ints
    number: Ints


def series_words() -> tuple[str, ...]:
    """All series; `Plates.series` points into them."""
    return _FLAT


@cache
def codes_by_province() -> dict[str, tuple[int, ...]]:
    """Plate codes of each old province by its GSO code."""
    table = rows("pin_province_codes.csv")
    return {row["gso_code_pre2025"]: tuple(map(int, row["plate_codes"].split())) for row in table}


def draw_plates(rng: np.random.Generator, places: Places, *, province: Ints, kind: Ints, day: Ints) -> Plates:
    """Plates for vehicles.

    Args:
        rng: stream.
        places: names the old provinces.
        province: index into `places.provinces` for each vehicle, -1 for a province by lot.
        kind: vehicle kinds of `makers`.
        day: days of registration (datetime64[D]).
    """
    code = _codes(rng, places, province)
    style = _styles(rng, kind, day)
    sizes = np.array([len(words) for words in SERIES])[style]
    rank = rank_within(code.astype(np.int64) * 100 + style)
    series, rest = rank % sizes, rank // sizes
    group = code.astype(np.int64) * 10_000_000 + style * 100_000 + series
    number = np.empty(len(code), dtype=np.int32)
    for digits in (4, 5):
        here = _DIGITS[style] == digits
        number[here] = scrambled(rest[here], group[here], space=10**digits)
    return Plates(code, style.astype(np.int8), (_START[style] + series).astype(np.int32), number)


def _codes(rng: np.random.Generator, places: Places, province: Ints) -> Ints:
    every = [code for codes in codes_by_province().values() for code in codes]
    code = np.array(every, dtype=np.int32)[rng.integers(0, len(every), len(province))]
    for index, gso in enumerate(places.provinces):
        here = np.flatnonzero(province == index)
        own = np.array(codes_by_province()[gso], dtype=np.int32)
        code[here] = own[rng.integers(0, len(own), len(here))]
    return code


def _styles(rng: np.random.Generator, kind: Ints, day: Ints) -> Ints:
    lot = rng.random(len(kind))
    old, new = day < _FIVE_DIGITS, day >= _NEW_STYLE
    bike = np.where(new, BIKE_NEW, np.where(old & (lot < 0.7), BIKE4, BIKE5))
    choices = {
        makers.MOTORBIKE: bike,
        makers.MOPED: np.where(new, BIKE_NEW, MOPED4),
        makers.ELECTRIC: np.where(lot < 0.8, MD, bike),
        makers.CAR: np.where(old, CAR4, CAR5),
        makers.BUS: np.where(old, CAR4, BUS5),
        makers.TRUCK: np.where(old, CAR4, TRUCK5),
        makers.VAN: np.where(old, CAR4, VAN5),
        makers.TRAILER: np.full(len(kind), TRAILER),
        makers.SEMI_TRAILER: np.full(len(kind), SEMI_TRAILER),
    }
    style = np.select([kind == code for code in choices], list(choices.values()))
    rare = (kind == makers.CAR) & ~old
    style = np.where(rare & (lot > 0.995), JOINT_VENTURE, style)
    style = np.where(rare & (lot > 0.998), FOREIGN, style)
    return np.where(rare & (lot > 0.999), TEMPORARY, style)
