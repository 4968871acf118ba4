"""Machine-readable zones: what is written is read back, long names are cut as the standard says, every changed digit shows."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sosach.vn import mrz
from sosach.vn.folding import fold
from sosach.vn.mrz import MrzFault

LINES = ("IDVNM0999999994001099999999<<5", "9901018M3901016VNM<<<<<<<<<<<0", "NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<")
WORDS = st.lists(
    st.text(
        alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáảãạấầẩẫậắằẵặéèếềểễệịíìóòốồộớờợúùứừựýỳỷỹỵAĂÂĐÊÔƠƯ",
        min_size=1,
        max_size=9,
    ),
    min_size=1,
    max_size=9,
)


@pytest.mark.parametrize("position", [(line, place) for line in (0, 1) for place in range(30)])
def test_every_changed_digit_of_an_mrz_is_noticed(position: tuple[int, int]) -> None:
    line, place = position
    char = LINES[line][place]
    if not char.isdigit():
        return
    changed = LINES[line][:place] + str((int(char) + 1) % 10) + LINES[line][place + 1 :]
    lines = [changed if number == line else text for number, text in enumerate(LINES)]
    assert mrz.parse("\n".join(lines)).faults


def test_mrz_without_expiry_and_of_this_century() -> None:
    text = mrz.write(pin="079306999998", full_name="Trần Thị B", birth=date(2006, 2, 28), sex="F", expires=None)
    assert text[:30] == "IDVNM3069999984079306999998<<4"
    assert text[30:60] == "0602286F9912315VNM<<<<<<<<<<<6"
    card = mrz.parse("\n".join((text[:30], text[30:60], text[60:])))
    assert (card.faults, card.unlimited, card.expires_on, card.birth) == ((), True, None, date(2006, 2, 28))


def test_check_digits_of_the_standard() -> None:
    assert mrz.check_digit("D23145890734") == "9", "the example of ICAO 9303"


@settings(deadline=None)
@given(
    digits=st.text(alphabet="0123456789", min_size=9, max_size=9),
    words=WORDS,
    days=st.integers(0, 365 * 90),
    sex=st.sampled_from("MF"),
    last=st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2098, 12, 31))),
)
def test_what_is_written_is_read_back(digits: str, words: list[str], days: int, sex: str, last: date | None) -> None:
    birth = date(1930, 1, 1) + timedelta(days=days)
    century = (birth.year - 1900) // 100 * 2 + (sex == "F")
    pin = f"001{century}{birth.year % 100:02}{digits[:6]}"
    text = mrz.write(pin=pin, full_name=" ".join(words), birth=birth, sex=sex, expires=last)
    assert re.fullmatch(r"[A-Z0-9<]{90}", text)
    card = mrz.parse("\n".join((text[:30], text[30:60], text[60:])))
    assert card.faults == ()
    assert (card.pin, card.birth, card.sex, card.expires_on, card.unlimited) == (pin, birth, sex, last, last is None)
    if len(fold("".join(words))) + len(words) < mrz.WIDTH:
        assert f"{card.surname} {card.given_names}".strip() == fold(" ".join(words))


@settings(deadline=None)
@given(words=WORDS)
def test_a_name_that_was_cut_ends_with_a_letter(words: list[str]) -> None:
    line = mrz.name_line(" ".join(words))
    assert len(line) == mrz.WIDTH
    whole = len(fold("".join(words))) + len(words) + (len(words) > 1) - 1
    assert (whole > mrz.WIDTH) <= line[-1].isalpha()
    assert line.count("<<") <= 1 or not line[-1].isalpha()


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Đặng Thị Ngọc-Ánh", "DANG<<THI<NGOC<ANH<<<<<<<<<<<<"),
        ("Y Bling", "Y<<BLING<<<<<<<<<<<<<<<<<<<<<<"),
        ("K’Brới", "KBROI<<<<<<<<<<<<<<<<<<<<<<<<<"),
        ("Công Tằng Tôn Nữ Thị Minh Ngọc Ánh", "CONG<<TANG<TON<NU<THI<MINH<NGO"),
        ("Công Tằng Tôn Nữ Phương Thảo Nguyên", "CONG<<TANG<TON<NU<PHUONG<THA<N"),
    ],
)
def test_names(name: str, line: str) -> None:
    assert mrz.name_line(name) == line


@settings(deadline=None)
@given(text=st.one_of(st.text(), st.text(alphabet="0123456789|/<AV\nM", max_size=120)))
def test_total(text: str) -> None:
    assert mrz.parse(text) == mrz.parse(text)


def test_what_is_no_zone_is_told() -> None:
    assert mrz.parse("IDVNM").faults == (MrzFault.LINES,)
