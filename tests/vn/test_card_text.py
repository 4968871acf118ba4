"""QR codes and machine-readable zones: the good, each single fault, and anything at all."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosach.vn.card_text import CardFault, card_fields, first_card, parse_qr

QR = "001099999999|012345678|Nguyễn Văn A|01011999|Nam|Số 1, Phúc Xá, Ba Đình, Hà Nội|15062021"


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


def test_fields_for_a_form_from_both_layouts() -> None:
    card = card_fields("\ufeff" + QR + "\r\n")
    assert card is not None
    assert (card.pin, card.old_id, card.full_name) == ("001099999999", "012345678", "Nguyễn Văn A")
    assert (card.birth_date, card.sex, card.address) == ("01/01/1999", "M", "Số 1, Phúc Xá, Ba Đình, Hà Nội")
    assert (card.issued_on, card.generation, card.left_out) == ("15/06/2021", "2021", ())
    newer = card_fields("001099999999||Nguyễn Văn A|01011999|Nam|Số 1, Ba Đình, Hà Nội|15072025||||")
    assert newer is not None
    assert (newer.generation, newer.old_id, newer.issued_on, newer.left_out) == ("2024", "", "15/07/2025", ())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://example.vn/?cccd=001099999999",
        "001099999999|Nguyễn Văn A",
        QR.replace("001099999999", "0010999"),
        QR + "|" * 5,
        QR + "x" * 2_000,
        "001099999999|||||| ",
        "BEGIN:VCARD|N:A|1|2|3|4|5",
    ],
)
def test_other_codes_fill_no_form(text: str) -> None:
    assert card_fields(text) is None
    assert first_card(["WIFI:T:WPA;;", text]) is None
    found = first_card([text, QR])
    assert found is not None
    assert found.pin == "001099999999"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("Nguyễn Văn A", "<script>alert(1)</script>", CardFault.NAME),
        ("Nguyễn Văn A", "=HYPERLINK('http')", CardFault.NAME),
        ("Nguyễn Văn A", "A" * 400, CardFault.NAME),
        ("Nguyễn Văn A", "Nguyễn\u202eVăn 1", CardFault.NAME),
        ("Số 1, Phúc Xá, Ba Đình, Hà Nội", '"><img src=x onerror=alert(1)>', CardFault.ADDRESS),
        ("Số 1, Phúc Xá, Ba Đình, Hà Nội", "{{ 7*7 }}", CardFault.ADDRESS),
        ("012345678", "12345", CardFault.OLD_ID),
        ("01011999", "31021999", CardFault.BIRTH),
        ("Nam", "Khác", CardFault.SEX),
        ("15062021", "00000000", CardFault.ISSUED),
    ],
)
def test_a_hostile_or_wrong_field_is_left_to_be_typed(old: str, new: str, fault: CardFault) -> None:
    card = card_fields(QR.replace(old, new, 1))
    assert card is not None
    assert card.left_out == (fault,)
    assert new not in (card.full_name, card.address, card.old_id, card.birth_date, card.sex, card.issued_on)
    assert card.pin == "001099999999"


@given(pieces=st.lists(st.one_of(st.text(max_size=40), st.sampled_from(QR.split("|"))), max_size=13))
def test_whatever_a_code_holds_nothing_but_checked_text_comes_out(pieces: list[str]) -> None:
    card = card_fields("|".join(pieces))
    if card is None:
        return
    assert re.fullmatch(r"\d{12}", card.pin)
    for text in (card.full_name, card.address, card.old_id, card.birth_date, card.issued_on):
        assert not set(text) & set('<>"=;{}\\`$|\n\r\0\u202e')


@given(text=st.one_of(st.text(), st.text(alphabet="0123456789|/<AV\nM", max_size=120)))
def test_total(text: str) -> None:
    assert parse_qr(text) == parse_qr(text)
