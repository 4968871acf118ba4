"""Syllables: which strings are one, their tone, and where the mark stands."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosach.vn import syllables
from sosach.vn.tables import table

BASES = sorted(syllables._BASES)
STOPPED = ("c", "ch", "p", "t")
WORDS = (
    "Nguyễn Huỳnh Quỳnh Thuỳ Thùy Khuê Nhựt Quới Uyên Út Ỷ Yến Ân Giếng Gì Già Giặc Quý Quốc Khuỷu Thuở Nghĩa Xuyến Loan Hoè "
    "Đuốc Ngoãn Ghế Kỳ Cuộc Uống Ươm Oanh Oai Hoằng"
)
NO_WORDS = "Nguyen Bac Hat NguyÔn Ceo Kan Ngĩa Gê Quuc Hồàng Qúy Gìa Hùơng Thúyy Jo Wan Văn1 Bb Ơi! Hoc Hòc Mãt Đẻp Nguyễn-Văn Iếc Ciểu"


@st.composite
def valid(draw: st.DrawFn) -> str:
    """Any valid syllable, any case, either style."""
    base = draw(st.sampled_from(BASES))
    digits = [1, 5] if base.endswith(STOPPED) else [0, 1, 2, 3, 4, 5]
    word = syllables.place(base, draw(st.sampled_from(digits)), style=draw(st.sampled_from(["old", "new"])))
    return draw(st.sampled_from([str.lower, str.upper, str.capitalize]))(word)


@pytest.mark.parametrize("word", WORDS.split())
def test_words_of_the_language_are_syllables(word: str) -> None:
    assert syllables.is_syllable(word)
    assert syllables.is_syllable(unicodedata.normalize("NFD", word))
    assert syllables.is_toneless_syllable(syllables.strip(word))


@pytest.mark.parametrize("word", NO_WORDS.split())
def test_other_strings_are_not(word: str) -> None:
    assert not syllables.is_syllable(word)


def test_communes_are_spelt_in_syllables() -> None:
    """All 3,321 commune names but those from languages of the Highlands are made of syllables: a check against real words."""
    found = [w for row in table("wards_2026") for w in re.findall(r"[^\W\d_]+", row["name"])]
    known = sum(map(syllables.is_syllable, found))
    assert known / len(found) > 0.97


@pytest.mark.parametrize(
    ("syllable", "expected"),
    [
        ("Hoà", ("Hoa", 2)),
        ("hòa", ("hoa", 2)),
        ("ĐỨC", ("ĐƯC", 1)),
        ("Nguyễn", ("Nguyên", 4)),
        ("An", ("An", 0)),
        ("", ("", 0)),
    ],
)
def test_tone(syllable: str, expected: tuple[str, int]) -> None:
    assert syllables.tone(syllable) == expected
    assert syllables.tone(unicodedata.normalize("NFD", syllable)) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [("hòa", "hoà"), ("thúy", "thuý"), ("khỏe", "khoẻ"), ("ủy", "uỷ"), ("HÒA", "HOÀ")],
)
def test_both_styles_are_valid_and_become_each_other(old: str, new: str) -> None:
    assert syllables.is_syllable(old)
    assert syllables.is_syllable(new)
    assert syllables.normalise(new) == old
    assert syllables.normalise(old, style="new") == new


@pytest.mark.parametrize(
    ("wrong", "right"), [("Qúy", "Quý"), ("gìa", "già"), ("Hừơng", "Hường"), ("Tòan", "Toàn"), ("Húynh", "Huýnh")]
)
def test_a_misplaced_tone_moves_home(wrong: str, right: str) -> None:
    assert syllables.normalise(wrong) == right
    assert not syllables.is_syllable(wrong)


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Đặng Thị Thuỳ, ðường Ắt Ợ", "Dang Thi Thuy, duong At O"), ("naïve Čil Kđăm Ayŭn", "naive Cil Kdam Ayun")],
)
def test_strip_keeps_no_mark(text: str, plain: str) -> None:
    bare = syllables.strip
    assert bare(text) == plain


@settings(deadline=None)
@given(valid())
def test_a_valid_syllable_survives_taking_apart(word: str) -> None:
    base, digit = syllables.tone(word)
    assert syllables.is_syllable(word)
    assert syllables.place(base, digit) in {word, syllables.normalise(word)}
    assert syllables.tone(syllables.normalise(word, style="new")) == (base, digit)
    assert syllables.is_toneless_syllable(syllables.strip(word))


@settings(deadline=None)
@given(st.text(max_size=12))
def test_total_and_stable_on_any_text(text: str) -> None:
    syllables.is_syllable(text)
    syllables.is_toneless_syllable(text)
    once = syllables.strip(text)
    assert syllables.strip(once) == once
    assert syllables.normalise(syllables.normalise(text)) == syllables.normalise(text)
