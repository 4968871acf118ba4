"""QR codes and machine-readable zones: the good, each single fault, and anything at all."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosach.vn.card_text import CardFault, check_digit, parse_mrz, parse_qr

QR = "001099999999|012345678|Nguyễn Văn A|01011999|Nam|Số 1, Phúc Xá, Ba Đình, Hà Nội|15062021"
LINES = ("IDVNM0999999994001099999999<<5", "9901018M3901016VNM<<<<<<<<<<<0", "NGUYEN<<VAN<A<<<<<<<<<<<<<<<<<")


def test_qr_of_both_generations() -> None:
    card = parse_qr("\ufeff" + QR + "\n")
    assert (card.generation, card.faults, card.old_id, card.issued_on) == ("2021", (), "012345678", date(2021, 6, 15))
    newer = parse_qr(QR + "||||")
    assert (newer.generation, newer.faults, newer.extras) == ("2024", (), ("", "", "", ""))
    child = parse_qr(QR + "|||Nguyễn Văn B|Trần Thị C")
    assert child.extras == ("", "", "Nguyễn Văn B", "Trần Thị C"), "kept as they stand"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("001099999999", "00109999999", CardFault.PIN),
        ("012345678", "12345678", CardFault.OLD_ID),
        ("Nguyễn Văn A", "", CardFault.NAME),
        ("01011999", "31021999", CardFault.BIRTH),
        ("Nam", "?", CardFault.SEX),
        ("15062021", "2021", CardFault.ISSUED),
    ],
)
def test_each_fault_of_a_qr(old: str, new: str, fault: CardFault) -> None:
    assert parse_qr(QR.replace(old, new, 1)).faults == (fault,)


def test_short_qr_does_not_fail() -> None:
    assert CardFault.FIELDS in parse_qr("001099999999|").faults


@pytest.mark.parametrize("position", [(line, place) for line in (0, 1) for place in range(30)])
def test_every_changed_digit_of_an_mrz_is_noticed(position: tuple[int, int]) -> None:
    line, place = position
    char = LINES[line][place]
    if not char.isdigit():
        return
    changed = LINES[line][:place] + str((int(char) + 1) % 10) + LINES[line][place + 1 :]
    lines = [changed if number == line else text for number, text in enumerate(LINES)]
    assert parse_mrz("\n".join(lines)).faults


def test_mrz_without_expiry_and_of_this_century() -> None:
    card = parse_mrz("IDVNM3069999984079306999998<<4/0602286F9912315VNM<<<<<<<<<<<6/TRAN<<THI<B<<<<<<<<<<<<<<<<<<<")
    assert (card.faults, card.unlimited, card.expires_on, card.birth) == ((), True, None, date(2006, 2, 28))


def test_check_digits_of_the_standard() -> None:
    assert check_digit("D23145890734") == "9", "the example of ICAO 9303"


@given(text=st.one_of(st.text(), st.text(alphabet="0123456789|/<AV\nM", max_size=120)))
def test_total(text: str) -> None:
    assert parse_qr(text) == parse_qr(text)
    assert parse_mrz(text) == parse_mrz(text)
