"""Where synthetic people live: present communes of uneven size, the old wards they came from, houses in them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from sosach.synth.draws import Bools, Floats, Ints, cumulative, pick
from sosach.synth.lettering import rows
from sosach.synth.words import places as words

PERSONS_PER_COMMUNE: Final = (
    3_000  # fewer persons are put into fewer communes, so that neighbours share names as in life
)
_LEVEL: Final = re.compile(r"(?:(?<=, )|^)(?:Thành phố|Thị trấn|Thị xã|Phường|Quận|Huyện|Tỉnh|Xã|Đặc khu) ")
_LEVEL_OF_NAME: Final = re.compile(_LEVEL.pattern + r"(?!\d)")
_TYPES: Final = {"phuong": "Phường", "xa": "Xã", "dac_khu": "Đặc khu"}
_ABBREVIATED: Final = {
    "Thành phố ": "TP. ", "Thị trấn ": "TT. ", "Thị xã ": "TX. ", "Phường ": "P. ", "Quận ": "Q. ", "Huyện ": "H. ", "Tỉnh ": "T. ",
    "Xã ": "X. ",
}  # fmt: skip

DETAIL_SQL: Final = """CASE {p}style
    WHEN 0 THEN concat('Số ', {p}number, ' ngõ ', {p}alley, ' phố ', {p}street)
    WHEN 1 THEN concat('Số ', {p}number, ' phố ', {p}street)
    WHEN 2 THEN concat('Tổ dân phố ', {p}alley)
    WHEN 3 THEN concat({p}number, '/', {p}alley, ' đường ', {p}street)
    WHEN 4 THEN concat({p}number, ' ', {p}street)
    WHEN 5 THEN concat('Tổ ', {p}alley, ', khu phố ', 1 + {p}number % 9)
    WHEN 6 THEN concat('Thôn ', {p}hamlet)
    WHEN 7 THEN concat('Xóm ', {p}alley, ', thôn ', {p}hamlet)
    WHEN 8 THEN concat('Ấp ', {p}hamlet)
    WHEN 9 THEN concat('Tổ ', {p}alley, ', ấp ', {p}hamlet)
    ELSE concat('Số ', {p}number, ', thôn ', {p}hamlet) END"""
"""What stands before the commune: house, street, hamlet; `{p}` is the prefix of the columns of a home."""


@dataclass(frozen=True, slots=True)
class Places:
    """The part of the country a synthesis covers. One entry is one old ward (or part of one) inside one present commune.

    Attributes:
        old_tail, new_tail: `Phường Phúc Xá, Quận Ba Đình, Thành phố Hà Nội`; `Phường Hồng Hà, Thành phố Hà Nội`.
        commune: index into `communes` of each entry.
        communes: present 5-digit codes.
        province: index into `provinces` (old GSO codes) of each entry.
        region: 0 north, 1 centre, 2 south.
        urban: the present commune is a phường.
        split: the old ward was divided among several communes.
        shares: cumulative shares of the population.
    """

    old_tail: tuple[str, ...]
    new_tail: tuple[str, ...]
    commune: Ints
    communes: tuple[str, ...]
    province: Ints
    provinces: tuple[str, ...]
    region: Ints
    urban: Bools
    split: Bools
    shares: Floats


@dataclass(slots=True)
class Homes:
    """Houses as columns of numbers; a home is a position in them."""

    place: Ints
    style: Ints
    number: Ints
    alley: Ints
    word: Ints

    def columns(self, home: Ints, prefix: str, places: Places) -> dict[str, pa.Array]:
        """The columns `DETAIL_SQL` reads, and `{prefix}old_tail`, `{prefix}new_tail`, `{prefix}commune`, for the given homes."""
        place, word = self.place[home].astype(np.int32), self.word[home].astype(np.int32)
        commune = places.commune[place].astype(np.int32)
        return {
            f"{prefix}style": pa.array(self.style[home]),
            f"{prefix}number": pa.array(self.number[home]),
            f"{prefix}alley": pa.array(self.alley[home]),
            f"{prefix}street": coded(word % len(words.STREETS), words.STREETS),
            f"{prefix}hamlet": coded(word % len(words.HAMLETS), words.HAMLETS),
            f"{prefix}old_tail": coded(place, places.old_tail),
            f"{prefix}new_tail": coded(place, places.new_tail),
            f"{prefix}commune": coded(commune, places.communes),
        }


def coded(index: Ints, values: Sequence[str], absent: Bools | None = None) -> pa.Array:
    """A text column given as positions in a list of values; NULL where `absent`."""
    indices = pa.array(index.astype(np.int32), mask=absent)
    return pa.DictionaryArray.from_arrays(indices, pa.array(values, pa.string()))


def choose_places(rng: np.random.Generator, provinces: Sequence[str], persons: int) -> Places:
    """The communes a synthesis covers, sizes drawn from a heavy-tailed distribution.

    Args:
        rng: stream.
        provinces: present province codes (`01`); none means the whole country.
        persons: size of the population.

    Raises:
        ValueError: no such province.
    """
    wards = [row for row in rows("wards_2026.csv") if not provinces or row["province_code"] in provinces]
    if unknown := set(provinces) - {row["province_code"] for row in wards}:
        raise ValueError(f"no province {', '.join(sorted(unknown))}")
    sizes = rng.lognormal(0.0, 0.8, len(wards))
    count = min(len(wards), max(3, persons // PERSONS_PER_COMMUNE))
    chosen = np.sort(rng.choice(len(wards), count, replace=False, p=sizes / sizes.sum()))
    size = {wards[index]["ward_code"]: float(sizes[index]) for index in chosen}
    names = {row["ward_code"]: f"{_TYPES[row['type_current']]} {row['name']}" for row in wards}
    urban = {row["ward_code"]: row["type_current"] == "phuong" for row in wards}
    edges = [row for row in rows("ward_old_to_new_2025.csv") if row["new_ward_code"] in size and row["old_ward"]]
    full = {row["code"]: row["full_name_current"] for row in rows("provinces_2026.csv")}
    communes, old = (
        tuple(dict.fromkeys(e["new_ward_code"] for e in edges)),
        sorted({e["old_province_code"] for e in edges}),
    )
    per_commune = Counter(edge["new_ward_code"] for edge in edges)
    position = {code: index for index, code in enumerate(communes)}
    return Places(
        old_tail=tuple(f"{e['old_ward']}, {e['old_district']}, {e['old_province']}" for e in edges),
        new_tail=tuple(f"{names[e['new_ward_code']]}, {full[e['new_province_code']]}" for e in edges),
        commune=np.array([position[e["new_ward_code"]] for e in edges], dtype=np.int32),
        communes=communes,
        province=np.array([old.index(e["old_province_code"]) for e in edges], dtype=np.int32),
        provinces=tuple(old),
        region=np.array([_region(e["old_province_code"]) for e in edges], dtype=np.int8),
        urban=np.array([urban[e["new_ward_code"]] for e in edges]),
        split=np.array([int(e["n_candidates"]) > 1 for e in edges]),
        shares=cumulative([size[e["new_ward_code"]] / per_commune[e["new_ward_code"]] for e in edges]),
    )


def _region(province: str) -> int:
    if province in words.NORTH:
        return 0
    return 1 if province < "70" else 2


def draw_homes(rng: np.random.Generator, places: Places, count: int) -> Homes:
    """Houses spread over the places; alleys and hamlets in the manner of the region."""
    place = np.sort(pick(rng, places.shares, count))
    south = places.region[place] == 2
    urban = places.urban[place]
    lot = rng.integers(0, 3, count)
    style = np.where(urban, np.where(south, 3 + lot, lot), np.where(south, 8 + lot % 2, 6 + lot))
    style = np.where((style == 8) & ~south, 10, style)
    return Homes(
        place=place.astype(np.uint16),
        style=style.astype(np.uint8),
        number=(1 + rng.gamma(1.5, 60, count)).astype(np.int16),
        alley=rng.integers(1, 30, count).astype(np.int16),
        word=rng.integers(0, 60 * 67, count).astype(np.int16),
    )


def without_levels(tail: str) -> str:
    """A tail as the QR code of a card prints it: no level words, except before numbers.

    >>> without_levels("Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh")
    'Bến Nghé, Quận 1, Hồ Chí Minh'
    """
    return _LEVEL_OF_NAME.sub("", tail)


def abbreviated(address: str) -> str:
    """An address with its level words shortened.

    >>> abbreviated("Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh")
    'P. Bến Nghé, Q. 1, TP. Hồ Chí Minh'
    """
    return _LEVEL.sub(lambda hit: _ABBREVIATED.get(hit[0], hit[0]), address)
