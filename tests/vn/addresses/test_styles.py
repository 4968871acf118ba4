"""Every commune of both eras, written the ways people write: the official table decides what is right."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosach.vn import places
from sosach.vn.addresses import resolve, tail
from sosach.vn.folding import fold
from sosach.vn.places import Place

OLD, NEW = date(2025, 6, 30), date(2026, 11, 22)
SAMPLE = 1500  # of each style and era; all 13,356 communes in 8 styles take half a minute

SHORT = {
    "tinh": "T.",
    "thanh_pho": "TP.",
    "quan": "Q.",
    "huyen": "H.",
    "thi_xa": "TX.",
    "phuong": "P.",
    "xa": "X.",
    "thi_tran": "TT.",
    "dac_khu": "ĐK ",
}


@dataclass(frozen=True)
class Case:
    """A commune with what lies above it, and the present communes it may mean today."""

    chain: tuple[Place, ...]
    expected: frozenset[str]


def full(chain: tuple[Place, ...]) -> str:
    return ", ".join(places.full_name(place) for place in chain)


def unaccented(chain: tuple[Place, ...]) -> str:
    return fold(full(chain)).title()


def abbreviated(chain: tuple[Place, ...]) -> str:
    return ", ".join(f"{SHORT[place.kind]}{place.name}" for place in chain)


def without_levels(chain: tuple[Place, ...]) -> str:
    """As in the QR code of the card: numbered units keep their level word."""
    return ", ".join(places.full_name(place) if place.name.isdigit() else place.name for place in chain)


def lower(chain: tuple[Place, ...]) -> str:
    return full(chain).lower()


def without_commas(chain: tuple[Place, ...]) -> str:
    return full(chain).replace(",", "")


def short_unaccented(chain: tuple[Place, ...]) -> str:
    return fold(abbreviated(chain))


def plain_province(chain: tuple[Place, ...]) -> str:
    return f"{full(chain[:-1])}, {chain[-1].name}, Việt Nam"


STYLES = (full, unaccented, abbreviated, without_levels, lower, without_commas, short_unaccented, plain_province)
Style = Callable[[tuple[Place, ...]], str]


def _old_cases() -> list[Case]:
    above = {place.code: place for place in places.provinces(at=OLD)}
    cases = []
    for ward in places.communes(at=OLD):
        district, conversion = places.district(ward.parent), places.successors(ward.code)
        assert district is not None
        assert conversion is not None
        only = conversion.population_default
        expected = frozenset({only} if only else conversion.candidates)
        cases.append(Case((ward, district, above[district.parent]), expected))
    return cases


def _new_cases() -> list[Case]:
    above = {place.code: place for place in places.provinces(at=NEW)}
    return [Case((unit, above[unit.parent]), frozenset({unit.code})) for unit in places.communes(at=NEW)]


CASES = {"old": _old_cases(), "new": _new_cases()}
MIXED = CASES["old"] + CASES["new"]


def namesakes(cases: list[Case], style: Style) -> dict[str, frozenset[str]]:
    """What a text may mean when several communes are written alike in a style."""
    found: dict[str, frozenset[str]] = {}
    for case in cases:
        text = style(case.chain)
        found[text] = found.get(text, frozenset()) | case.expected
    return found


@pytest.mark.slow
@pytest.mark.parametrize("era", ["old", "new"])
@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)
def test_communes_resolve_as_the_table_says(style: Style, era: str) -> None:
    alike = namesakes(CASES[era], style)
    sample = random.Random(20250701).sample(CASES[era], SAMPLE)
    contradictions, right = [], 0
    for case in sample:
        text = style(case.chain)
        read = resolve(text)
        got = frozenset({read.commune} if read.status == "ok" else read.candidates)
        right += got == case.expected
        if got != alike[text]:
            contradictions.append((text, read.status, sorted(got), sorted(alike[text])))
        assert read.status != "ok" or read.era == era, text
    assert not contradictions
    assert right >= 0.985 * SAMPLE  # the rest are namesakes without accents or level words: shown, not guessed


HEADS = st.sampled_from(
    [
        "",
        "Số 12, ",
        "12/5A Lê Lợi, ",
        "Thôn 3, ",
        "Tổ dân phố 7, ",
        "Số 5 ngách 12/3 ngõ 59, Đường Láng, ",
        "Ấp Bình Hòa, ",
        "Căn 302, Chung cư Sao Mai, ",
        "SN 8, Xóm Đông, ",
        "Khu phố 4, ",
        "123, ",
        "Tổ 5, khu vực 3, ",
        "Lô B2-15 KĐT mới, ",
        "Đội 9 Thôn Thượng, ",
    ]
)


@settings(max_examples=400, deadline=None)
@given(head=HEADS, case=st.sampled_from(MIXED), style=st.sampled_from([s for s in STYLES if s is not without_commas]))
def test_tail_resolves_as_the_whole_address(head: str, case: Case, style: Style) -> None:
    text = head + style(case.chain)
    whole, cut = resolve(text), resolve(tail(text))
    assert (cut.status, cut.commune, cut.candidates) == (whole.status, whole.commune, whole.candidates)


@settings(max_examples=300, deadline=None)
@given(head=HEADS, case=st.sampled_from(MIXED), style=st.sampled_from([full, abbreviated, lower]))
def test_head_does_not_change_the_commune(head: str, case: Case, style: Style) -> None:
    units = style(case.chain)
    read, bare = resolve(head + units), resolve(units)
    assert (read.status, read.commune, read.candidates) == (bare.status, bare.commune, bare.candidates)
    assert read.head == head.removesuffix(", ")
    assert tail(head + units) == units


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=60) | st.text("PXQHT.,- 0123aăâđêôơư\u0301'/()", max_size=60))
def test_resolve_never_raises_and_keeps_its_word(text: str) -> None:
    read = resolve(text)
    assert (read.commune is not None) == (read.status == "ok")
    assert not read.candidates or read.status == "ambiguous"
    assert len(read.candidates) <= 50
    assert resolve(tail(text)).status in {"ok", "ambiguous", "partial", "not_found"}


def test_population_default_only_for_people() -> None:
    text = "Xã Kim Chung, Huyện Đông Anh, Hà Nội"
    assert resolve(text).commune == "00493"
    land = resolve(text, for_people=False)
    assert (land.status, land.candidates) == ("ambiguous", ("00493", "00508"))
