"""Names: keys, ordinary names and their parts, lost accents, minority names, distance."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosach.base.findings import Severity
from sosach.vn import names, syllables
from sosach.vn.catalogue import catalogue

BASES = sorted(syllables._BASES)


def codes(text: str) -> list[str]:
    return [finding.code for finding in names.explain(text).findings]


@st.composite
def syllable(draw: st.DrawFn) -> str:
    base = draw(st.sampled_from(BASES))
    digits = [1, 5] if base.endswith(("c", "ch", "p", "t")) else list(range(6))
    return syllables.place(
        base, draw(st.sampled_from(digits)), style=draw(st.sampled_from(["old", "new"]))
    ).capitalize()


@st.composite
def ordinary(draw: st.DrawFn) -> str:
    surname = draw(st.sampled_from(["Nguyễn", "Trần", "Lê", "Phạm", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô"]))
    return " ".join([surname, *draw(st.lists(syllable(), min_size=1, max_size=4))])


# keys -----------------------------------------------------------------------------------------------------------------


def test_keys() -> None:
    assert names.keys("  Đặng   thị Thuý ") == ("ĐẶNG THỊ THUÝ", "ĐĂNG5 THI5 THUY1", "DANG THI THUY", "DANG THI THUY")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Hòa", "Hoà"),
        ("THÚY", "thuý"),
        ("Khỏe", "khoẻ"),
        ("Ủy", "uỷ"),
        ("Ðặng", "Đặng"),
        ("ðình", "Đình"),
        ("Ɖỗ", "Đỗ"),
        ("Nguyễn\u00a0Văn", "Nguyễn Văn"),
        ("Nguy\u1ec5n", unicodedata.normalize("NFD", "Nguyễn")),
        ("H’Hen", "H'Hen"),
        ("H' Hen", "H'Hen"),
        ("Nguyễn\u200bVăn", "NguyễnVăn"),
    ],
)
def test_same_name_same_k1(a: str, b: str) -> None:
    assert names.keys(a).k1 == names.keys(b).k1


@pytest.mark.parametrize(("a", "b"), [("Lý", "Lí"), ("Mỹ", "Mĩ"), ("Vy", "Vi"), ("Quý", "Quí"), ("Kỳ", "Kì")])
def test_i_and_y_are_equal_only_in_the_loose_key(a: str, b: str) -> None:
    left, right = names.keys(a), names.keys(b)
    assert left.k1 != right.k1
    assert left.k2 != right.k2
    assert left.k3 == right.k3


@pytest.mark.parametrize(("a", "b"), [("Đắk", "Đăk"), ("Đắk", "Đắc"), ("ĐĂK", "Đak")])
def test_spellings_of_dak(a: str, b: str) -> None:
    assert names.keys(a).k3 == names.keys(b).k3


def test_d_and_barred_d_differ_but_for_the_plain_key() -> None:
    assert names.keys("Dỗ").k1 != names.keys("Đỗ").k1
    assert names.keys("Dỗ").k2 == names.keys("Đỗ").k2


def test_apostrophes_stay_in_the_exact_key_only() -> None:
    assert names.keys("K’Brèo Y`Bhơn")[:1] == ("K'BRÈO Y'BHƠN",)
    assert names.keys("K’Brèo").k2 == "KBREO"
    assert names.keys("Rơ-Châm").k2 == "RO CHAM"


@settings(deadline=None)
@given(st.text(max_size=40))
def test_keys_are_stable_on_any_text(text: str) -> None:
    once = names.keys(text)
    again = names.keys(once.k0)
    assert again == once
    assert names.keys(once.k2).k2 == once.k2
    assert names.keys(once.k3).k3 == once.k3


# ordinary names -------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(ordinary())
def test_ordinary_names_have_no_findings(text: str) -> None:
    for written in (text, text.upper()):
        reading = names.explain(written)
        if reading.kind != "person" or not reading.accented:  # `Lê Văn Ngân Hàng …`, and accents that no syllable needs
            continue
        assert reading.findings == ()
        assert reading.display == text.upper()
        assert (reading.k1, reading.k2, reading.k3) == names.keys(text)[1:]
        assert reading.family == names.keys(text).k2.split(" ")[0]
        assert reading.given == names.keys(text).k2.split(" ")[-1]


@settings(deadline=None)
@given(ordinary())
def test_spelling_never_changes_what_a_name_is(text: str) -> None:
    """Case, composition, blanks and tone style are form: kind and keys stay, and no finding is worse than an info."""
    plain = names.explain(text.upper())
    restyled = " ".join(syllables.normalise(word, style="new") for word in text.split(" "))
    for written in (
        unicodedata.normalize("NFD", text),
        text.lower(),
        f" {text}  ",
        text.replace(" ", "\u00a0"),
        restyled,
    ):
        reading = names.explain(written)
        assert (reading.kind, reading.k1, reading.accented) == (plain.kind, plain.k1, plain.accented)
        worse = {f.code for f in reading.findings} - {f.code for f in plain.findings}
        assert all(catalogue()[code].severity is Severity.INFO for code in worse)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_total_on_any_text(text: str) -> None:
    reading = names.explain(text)
    assert reading.kind in {"person", "organisation", "several", "unknown", "test"}
    assert all(finding.code in catalogue() and finding.value == text for finding in reading.findings)
    assert reading == names.explain(text)
    assert names.distance(text, text) in {"equal", "different"}


@settings(deadline=None)
@given(st.text(alphabet="NguyễnVăTrầ AaÐđ'’-(),;/&.?0123  \t\u0323\u0301ÔÃ¡", max_size=30))
def test_total_on_dirty_names(text: str) -> None:
    reading = names.explain(text)
    assert reading.display == reading.display.upper()
    assert "  " not in reading.display
    assert not reading.k2 or reading.k2 == names.keys(reading.display).k2


@pytest.mark.parametrize("text", ["", "   ", "\t", "\u00a0"])
def test_blank(text: str) -> None:
    assert names.explain(text) == ("unknown", "", "", "", "", "", "", True, (), ())


@pytest.mark.parametrize(
    ("text", "family", "last"),
    [
        ("Nguyễn Văn Hùng", "NGUYEN", "HUNG"),
        ("Tôn Nữ Thị Ninh", "TON NU", "NINH"),
        ("ÂU DƯƠNG PHONG", "AU DUONG", "PHONG"),
        ("Tôn Thất Tùng", "TON THAT", "TUNG"),
        ("Tôn Văn An", "TON", "AN"),
        ("Nguyễn Phúc Ánh", "NGUYEN", "ANH"),
        ("Rơ Châm Y Sinh", "RO CHAM", "SINH"),
    ],
)
def test_parts_of_a_name(text: str, family: str, last: str) -> None:
    reading = names.explain(text)
    assert (reading.family, reading.given) == (family, last)


@pytest.mark.parametrize(
    ("text", "accented"),
    [
        ("NGUYEN VAN HUNG", False),
        ("LE VAN ANH", False),
        ("Ho Minh Tam", False),
        ("PHAN VAN NAM", False),
        ("PHAN THI LAN", False),
        ("NGUYỄN VAN HUNG", True),  # Van and Hung are syllables: nobody can tell
        ("NGUYEN VĂN HÙNG", False),
        ("Nguyễn Đuc Hung", False),
        ("PHAN THANH NAM", True),
        ("MAI THANH AN", True),
        ("CAO THANH NGA", True),
        ("Y Bhon Nie", True),  # a minority name needs no Vietnamese accents
    ],
)
def test_lost_accents(text: str, *, accented: bool) -> None:
    assert names.explain(text).accented is accented
    assert ("NAM-06" in codes(text)) is not accented


@pytest.mark.parametrize(
    "text",
    [
        "H'Hen Niê",
        "H’Hen Niê",
        "H' Hen Niê",
        "Y Bhơn Niê Kđăm",
        "K'Brăm",
        "Ka Hồng",
        "Siu Blơi",
        "Rơ Châm H'Yéo",
        "Ksor Phước",
        "Thạch Sa Rương",
        "Danh Phol",
        "Néang Sóc Kha",
        "Giàng A Páo",
        "Vàng A Và",
        "Sùng Thị Mỷ",
        "Bàn Văn Chảo",
        "Lò Văn Poòng",
        "Moong Thị Lan",
        "Điểu K'Ré",
        "Chamaléa Thị Thủy",
        "Pờ Go Xá",
        "Nguyễn Công Trường",
        "Y Phương",
    ],
)
def test_minority_names_are_ordinary(text: str) -> None:
    reading = names.explain(text)
    assert reading.kind == "person"
    assert {code for code in codes(text) if code != "NAM-04"} == set()


# distance -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "level"),
    [
        ("NGUYỄN THỊ HÒA", "Nguyễn Thị Hoà", "equal"),
        ("NGUYEN THI HOA", "NGUYEN THI HOA", "equal"),
        ("NGUYEN THI HOA", "NGUYỄN THỊ HÒA", "toneless"),
        ("NGUYỄN THI HÒA", "NGUYỄN THỊ HÒA", "toneless"),
        ("NGUYỄN VĂN HÙNG", "NGUYỄN VĂN HƯNG", "tone"),
        ("LÊ THỊ THUỶ", "LÊ THỊ THUÝ", "tone"),
        ("DỖ VĂN AN", "ĐỖ VĂN AN", "tone"),
        ("LÊ MỸ VY", "LÊ MỸ VI", "near"),
        ("LÝ VĂN AN", "LÍ VĂN AN", "near"),
        ("NGUYỄN VĂN HÙNG", "NGUYỄN VĂN HÙN", "near"),
        ("NGUYEN VAN HUGN", "NGUYEN VAN HUNG", "near"),
        ("NGUYỄN VĂN HOÀNGANH", "NGUYỄN VĂN HOÀNG ANH", "near"),
        ("NGUYỄN HÙNG", "NGUYỄN VĂN HÙNG", "part"),
        ("NGUYEN HUNG", "NGUYỄN VĂN MẠNH HÙNG", "part"),
        ("VĂN HÙNG NGUYỄN", "NGUYỄN VĂN HÙNG", "part"),
        ("NGUYỄN V. HÙNG", "NGUYỄN VĂN HÙNG", "different"),
        ("NGUYỄN V HÙNG", "NGUYỄN VĂN HÙNG", "part"),
        ("N V HÙNG", "NGUYỄN VĂN HÙNG", "part"),
        ("NGUYỄN VĂN AN", "NGUYỄN VĂN HÙNG", "different"),
        ("TRẦN VĂN HÙNG", "NGUYỄN VĂN HÙNG", "different"),
        ("HÙNG", "NGUYỄN VĂN HÙNG", "different"),
        ("NGUYỄN VĂN A", "NGUYỄN VĂN B", "different"),
        ("", "NGUYỄN VĂN A", "different"),
        ("", "", "different"),
    ],
)
def test_distance(a: str, b: str, level: str) -> None:
    assert names.distance(a, b) == level
    assert names.distance(b, a) == level


@settings(deadline=None)
@given(ordinary(), ordinary())
def test_distance_is_symmetric_and_knows_itself(a: str, b: str) -> None:
    assert names.distance(a, b) == names.distance(b, a)
    assert names.distance(a, a.upper()) == "equal"
    assert names.distance(a, syllables.strip(a)) in {"equal", "toneless"}


@pytest.mark.parametrize(
    ("given_name", "registered", "code"),
    [
        ("LÝ VĂN AN", "LÍ VĂN AN", "NAM-21"),
        ("LÊ HÙNG", "LÊ HƯNG", "NAM-22"),
        ("LÊ VĂN HÙN", "LÊ VĂN HÙNG", "NAM-23"),
        ("LÊ HÙNG", "LÊ VĂN HÙNG", "NAM-24"),
        ("LE HUNG", "LÊ HÙNG", None),
        ("LÊ HÙNG", "LÊ HÙNG", None),
        ("LÊ HÙNG", "VŨ AN", None),
    ],
)
def test_difference(given_name: str, registered: str, code: str | None) -> None:
    found = names.difference(given_name, registered)
    assert (found and (found.code, found.value, found.proposed)) == (code and (code, given_name, registered))
