"""Names of synthetic people: surname by region, middle and given name by sex and year of birth, with the Vietnamese skew."""

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Final

import numpy as np

from sosach.synth.draws import Bools, Floats, Ints, cumulative, pick, zipf
from sosach.synth.lettering import rows, toneless
from sosach.synth.words import given, surnames

_COHORTS: Final = np.array([1955, 1980, 2000])  # first years of the second to fourth cohort
_FASHION: Final = ((0.75, 0.25, 0.0), (0.25, 0.65, 0.10), (0.05, 0.50, 0.45), (0.0, 0.15, 0.85))
_VAN: Final = (0.55, 0.42, 0.20, 0.06)  # men whose middle name is Văn, by cohort
_THI: Final = (0.85, 0.62, 0.34, 0.14)  # women whose middle name is Thị alone
_THI_AND: Final = (0.05, 0.14, 0.24, 0.16)  # women with Thị and a second middle name
_TWO: Final = 0.05  # of the others: two middle names, or one and a two-syllable given name
_P: Final = np.uint64(0x100000001B3)


@dataclass(frozen=True, slots=True)
class NameBook:
    """All words names are made of, and how often each is drawn.

    Attributes:
        surnames, middles, givens: the words; `middles[0]` is empty.
        region_surnames: cumulative shares by region (north, centre, south).
        minority: (old provinces, share, indices of the surnames).
        without_middle: surnames followed by a highland given name only.
        middle_shares, given_shares: cumulative shares by sex (0 male, 1 female) and cohort.
        highland_givens: cumulative shares of the given names after a highland surname.
    """

    surnames: tuple[str, ...]
    middles: tuple[str, ...]
    givens: tuple[str, ...]
    region_surnames: tuple[Floats, ...]
    minority: tuple[tuple[frozenset[str], float, Ints], ...]
    without_middle: Bools
    middle_shares: tuple[tuple[Floats, ...], ...]
    given_shares: tuple[tuple[Floats, ...], ...]
    highland_givens: Floats


@dataclass(slots=True)
class Names:
    """Names of many people as indices into the words of the name book."""

    surname: Ints
    middle: Ints
    given: Ints


@cache
def name_book() -> NameBook:
    """The name book, built once."""
    frequent = _frequent_surnames()
    minority_words = [word for _, _, words in surnames.MINORITY for word in words]
    all_surnames = tuple(
        dict.fromkeys([*(w for w, _, _ in frequent), *surnames.OTHERS, *surnames.COMPOUND, *minority_words])
    )
    middles = _middles()
    lists = (given.MEN_OLD, given.MEN_MIDDLE, given.MEN_NEW, given.WOMEN_OLD, given.WOMEN_MIDDLE, given.WOMEN_NEW)
    givens = tuple(dict.fromkeys(word for words in (*lists, given.HIGHLAND_GIVEN) for word in words))
    position = {word: index for index, word in enumerate(all_surnames)}
    return NameBook(
        surnames=all_surnames,
        middles=middles,
        givens=givens,
        region_surnames=tuple(_surname_shares(all_surnames, region) for region in range(3)),
        minority=tuple(
            (provinces, share, np.array([position[word] for word in words], dtype=np.int32))
            for provinces, share, words in surnames.MINORITY
        ),
        without_middle=np.array([word in surnames.WITHOUT_MIDDLE for word in all_surnames]),
        middle_shares=tuple(tuple(_middle_shares(middles, sex, cohort) for cohort in range(4)) for sex in (0, 1)),
        given_shares=tuple(
            tuple(_given_shares(givens, lists[3 * sex : 3 * sex + 3], _FASHION[cohort]) for cohort in range(4))
            for sex in (0, 1)
        ),
        highland_givens=_given_shares(givens, (given.HIGHLAND_GIVEN,), (1.0,)),
    )


def _frequent_surnames() -> list[tuple[str, float, float]]:
    """(surname, percent in the north, percent in the south); `Huỳnh/Hoàng` are one name in two dialects."""
    found: list[tuple[str, float, float]] = []
    for row in rows("surname_frequency.csv"):
        percent = float(row["percent"])
        if row["surname"] == "(other)":
            continue
        if "/" not in row["surname"]:
            found.append((row["surname"], percent, percent))
            continue
        south, north = sorted(row["surname"].split("/"), key=lambda word: word not in ("Huỳnh", "Võ"))
        found += [(north, 0.9 * percent, 0.1 * percent), (south, 0.1 * percent, 0.9 * percent)]
    return found


def _surname_shares(words: tuple[str, ...], region: int) -> Floats:
    """Region 0 north, 1 centre, 2 south."""
    weights = np.zeros(len(words))
    position = {word: index for index, word in enumerate(words)}
    for word, north, south in _frequent_surnames():
        weights[position[word]] = (north, (north + south) / 2, south)[region]
    rest = [word for word in surnames.OTHERS if weights[position[word]] == 0]
    tail = zipf(len(rest), exponent=1.0)
    left = 100 - weights.sum() - 0.3
    weights[[position[word] for word in rest]] = left * tail / tail.sum()
    weights[[position[word] for word in surnames.COMPOUND]] += 0.3 / len(surnames.COMPOUND)
    return cumulative(weights)


def _middles() -> tuple[str, ...]:
    women = [word for word in given.WOMEN_MIDDLES if word != "Thị"]
    two = [
        f"{first} {second}" for first in given.MEN_MIDDLES[:30] for second in given.MEN_MIDDLES[1:25] if first != second
    ]
    two += [f"{first} {second}" for first in women[:30] for second in women[:25] if first != second]
    return tuple(dict.fromkeys(["", *given.MEN_MIDDLES, "Thị", *women, *(f"Thị {word}" for word in women), *two]))


def _middle_shares(middles: tuple[str, ...], sex: int, cohort: int) -> Floats:
    position = {word: index for index, word in enumerate(middles)}
    weights = np.zeros(len(middles))
    words = [word for word in (given.WOMEN_MIDDLES if sex else given.MEN_MIDDLES) if word not in ("Văn", "Thị")]
    single = zipf(len(words), exponent=1.25)
    if sex:
        weights[position["Thị"]] = _THI[cohort]
        weights[[position[f"Thị {word}"] for word in words]] = _THI_AND[cohort] * single / single.sum()
    else:
        weights[position["Văn"]] = _VAN[cohort]
    weights[0] = 0.03
    left = max(1 - weights.sum(), 0.02)
    two = [f"{a} {b}" for a in words[:24] for b in words[:24] if f"{a} {b}" in position]
    for word, share in zip(words, single / single.sum(), strict=True):
        weights[position[word]] += left * (1 - _TWO) * share
    weights[[position[word] for word in two]] += left * _TWO / len(two)
    return cumulative(weights)


def _given_shares(givens: tuple[str, ...], lists: tuple[tuple[str, ...], ...], mixture: tuple[float, ...]) -> Floats:
    position = {word: index for index, word in enumerate(givens)}
    weights = np.zeros(len(givens))
    for words, share in zip(lists, mixture, strict=True):
        unique = list(dict.fromkeys(words))
        curve = zipf(len(unique), exponent=1.3, shift=5.0)
        weights[[position[word] for word in unique]] += share * curve / curve.sum()
    return cumulative(weights)


def draw_surnames(rng: np.random.Generator, province: Ints, region: Ints, codes: list[str]) -> Ints:
    """Surnames of people from given places.

    Args:
        rng: stream.
        province: index into `codes` for each person.
        region: 0 north, 1 centre, 2 south for each person.
        codes: GSO codes of the old provinces.
    """
    book = name_book()
    drawn = np.empty(len(province), dtype=np.int32)
    for number, shares in enumerate(book.region_surnames):
        here = region == number
        drawn[here] = pick(rng, shares, int(here.sum()))
    for provinces, share, words in book.minority:
        here = np.isin(province, [index for index, code in enumerate(codes) if code in provinces])
        here &= rng.random(len(province)) < share
        drawn[here] = words[pick(rng, cumulative(zipf(len(words), exponent=0.7)), int(here.sum()))]
    return drawn


def draw_names(rng: np.random.Generator, surname: Ints, female: Bools, birth_year: Ints) -> Names:
    """Middle and given names for people whose surname is known."""
    book = name_book()
    middle = np.zeros(len(surname), dtype=np.int32)
    first = np.zeros(len(surname), dtype=np.int32)
    cohort = np.searchsorted(_COHORTS, birth_year, side="right")
    for sex in (0, 1):
        for number in range(4):
            here = np.flatnonzero((female == bool(sex)) & (cohort == number))
            middle[here] = pick(rng, book.middle_shares[sex][number], len(here))
            first[here] = pick(rng, book.given_shares[sex][number], len(here))
    highland = np.flatnonzero(book.without_middle[surname])
    middle[highland] = 0
    first[highland] = pick(rng, book.highland_givens, len(highland))
    return Names(surname.astype(np.int32), middle, first)


def name_keys(names: Names) -> Ints:
    """A 64-bit number for each name, equal when the names are equal without marks (`Thuỷ` = `Thúy`), however they are split."""
    keys = np.zeros(len(names.surname), dtype=np.uint64)
    book = name_book()
    for words, index in ((book.surnames, names.surname), (book.middles, names.middle), (book.givens, names.given)):
        power, hashed = _word_hashes(words)
        keys = keys * power[index] + hashed[index]
    return keys.view(np.int64)


def _word_hashes(words: tuple[str, ...]) -> tuple[Ints, Ints]:
    """For each entry the factor that shifts what stands before it, and its own polynomial hash over syllables."""
    power = np.ones(len(words), dtype=np.uint64)
    hashed = np.zeros(len(words), dtype=np.uint64)
    for number, entry in enumerate(words):
        for token in toneless(entry).lower().split():
            digest = int.from_bytes(blake2b(token.encode(), digest_size=8).digest(), "little")
            power[number : number + 1] *= _P
            hashed[number : number + 1] = hashed[number : number + 1] * _P + np.uint64(digest)
    return power, hashed
