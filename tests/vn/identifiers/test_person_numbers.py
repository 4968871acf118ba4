"""PIN, old ID number and mixed ID-number cells: each kind of damage, what is proposed, what is not."""

import pytest

from sosach.base.errors import InvalidValueError
from sosach.vn.identifiers import IdNumber, old_id, pin, read_id_number
from sosach.vn.tables import table


def told(findings: tuple[object, ...]) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.proposed) for finding in findings]


@pytest.mark.parametrize(
    ("text", "key", "findings"),
    [
        ("001099999999", "001099999999", []),
        (" 001.099-999 999 ", "001099999999", [("PIN-06", "001099999999")]),
        ("001\u00a0099\u200b999999", "001099999999", [("PIN-06", "001099999999")]),
        ("'001099999999", "001099999999", [("PIN-06", "001099999999")]),
        ("CCCD: 001099999999", "001099999999", [("PIN-06", "001099999999")]),
        ("００１０９９９９９９９９", "001099999999", [("PIN-07", "001099999999")]),
        ("٠٠١٠٩٩٩٩٩٩٩٩", "001099999999", [("PIN-07", "001099999999")]),
        ("OO1O99999999", None, [("PIN-03", "001099999999")]),
        ("0010I23456S8", None, [("PIN-03", "001012345658")]),
        ("1099999999", None, [("PIN-02", "001099999999")]),
        ("79306999998", None, [("PIN-02", "079306999998")]),
        ("1099999999.0", None, [("PIN-02", "001099999999"), ("PIN-05", "001099999999")]),
        ("079306999998.0", None, [("PIN-05", "079306999998")]),
        ("1.0995E+11", None, [("PIN-04", None)]),
        ("1,0995e11", None, [("PIN-04", None)]),
        ("00109999999", None, [("PIN-01", None)]),
        ("0010999999990", None, [("PIN-01", None)]),
        ("012345678", None, [("PIN-08", None)]),
        ("chưa có", None, [("PIN-01", None)]),
        ("111111111111", None, [("PIN-09", None)]),
        ("123456789012", None, [("PIN-09", None)]),
        ("001000000000", None, [("PIN-09", None)]),
        ("023099999999", "023099999999", [("PIN-10", None)]),
        ("101099999999", "101099999999", [("PIN-11", None)]),
        ("046272000001", "046272000001", [("PIN-12", None)]),
        ("000272000001", "000272000001", [("PIN-10", None), ("PIN-12", None)]),
        ("", None, []),
        (" \u00a0", None, []),
    ],
)
def test_pin(text: str, key: str | None, findings: list[tuple[str, str | None]]) -> None:
    reading = pin.explain(text)
    assert (reading.key, told(reading.findings)) == (key, findings)


def test_pin_proposals_need_a_living_person_of_a_known_province() -> None:
    assert pin.explain("1272000001").proposed is None, "001 2 72: born in 2072"
    assert pin.explain("3099999999").proposed is None, "003 is no province"
    assert pin.explain("O46272000001").proposed is None
    assert pin.explain("O46272000001", today_year=2072).proposed == "046272000001"


def test_pin_year_follows_the_caller() -> None:
    assert pin.explain("001226000001").findings == ()
    assert told(pin.explain("001226000001", today_year=2025).findings) == [("PIN-12", None)]


def test_pin_plain_knows_every_province_and_no_other() -> None:
    known = {row["pin_code"] for row in table("pin_province_codes")}
    for number in range(1000):
        assert (pin.PLAIN.fullmatch(f"{number:03}090123456") is not None) == (f"{number:03}" in known)


def test_pin_validate_raises_with_the_code() -> None:
    assert pin.validate("001 099 999 999") == "001099999999"
    with pytest.raises(InvalidValueError) as refused:
        pin.validate("1099999999")
    assert refused.value.check == "PIN-02"


@pytest.mark.parametrize(
    ("text", "key", "findings"),
    [
        ("012345678", "012345678", []),
        ("012 345 678", "012345678", [("OID-06", "012345678")]),
        ("CMND 012345678", "012345678", [("OID-06", "012345678")]),
        ("12345670", None, [("OID-02", "012345670")]),
        ("O12345678", None, [("OID-03", "012345678")]),
        ("012345678.0", None, [("OID-05", "012345678")]),
        ("12345670.0", None, [("OID-02", "012345670"), ("OID-05", "012345670")]),
        ("1.2E+08", None, [("OID-04", None)]),
        ("1234567", None, [("OID-09", None)]),
        ("7654320", None, [("OID-01", None)]),
        ("001099999999", None, [("OID-08", "001099999999")]),
        ("123456789", None, [("OID-09", None)]),
        ("222222222", None, [("OID-09", None)]),
        ("991234567", "991234567", [("OID-10", None)]),
        ("271450001", "271450001", [("OID-11", None)]),
        ("271500000", "271500000", [("OID-11", None)]),
        ("271450000", "271450000", []),
        ("271500001", "271500001", []),
    ],
)
def test_old_id(text: str, key: str | None, findings: list[tuple[str, str | None]]) -> None:
    reading = old_id.explain(text)
    assert (reading.key, told(reading.findings)) == (key, findings)


def test_old_id_provinces() -> None:
    assert old_id.explain("151234567").facts == {"province": "Thái Bình"}
    assert old_id.explain("113234567").facts == {"province": "Hòa Bình"}
    assert "Ninh Bình" in old_id.explain("169234567").facts["province"], "an unknown third digit names them all"


def codes(read: IdNumber) -> list[str]:
    return [finding.code for finding in read.findings]


@pytest.mark.parametrize(
    ("text", "expected", "found"),
    [
        ("001099999999", IdNumber("pin", pin="001099999999"), []),
        ("012345678", IdNumber("old_id", old_id="012345678"), []),
        ("12345670", IdNumber("old_id", old_id_repair="012345670"), ["OID-02"]),
        ("1099999999", IdNumber("pin", pin_repair="001099999999"), ["PIN-02"]),
        ("001O99999999", IdNumber("pin", pin_repair="001099999999"), ["PIN-03"]),
        ("O12345678", IdNumber("old_id", old_id_repair="012345678"), ["OID-03"]),
        ("B1234567", IdNumber("passport"), ["PIN-21"]),
        ("C 12345678", IdNumber("passport"), ["PIN-21"]),
        ("0309999997", IdNumber("tax_code"), ["PIN-20"]),
        ("0309999997-001", IdNumber("tax_code"), ["PIN-20"]),
        ("001099999999 (012345678)", IdNumber("pin", pin="001099999999", old_id="012345678"), ["PIN-23"]),
        ("012345678/001099999999", IdNumber("pin", pin="001099999999", old_id="012345678"), ["PIN-23"]),
        ("CCCD số 001099999999 cấp 2021", IdNumber("pin", pin="001099999999"), ["PIN-06"]),
        ("001099999999; 079306999998", IdNumber("none"), ["PIN-22"]),
        ("không có", IdNumber("none"), ["PIN-09"]),
        ("xin xem hồ sơ", IdNumber("none"), ["PIN-22"]),
        ("1.0995E+11", IdNumber("none"), ["PIN-04"]),
        ("", IdNumber("none"), []),
    ],
)
def test_id_number(text: str, expected: IdNumber, found: list[str]) -> None:
    read = read_id_number(text)
    assert codes(read) == found
    kept = (read.kind, read.pin, read.pin_repair, read.old_id, read.old_id_repair)
    assert kept == (expected.kind, expected.pin, expected.pin_repair, expected.old_id, expected.old_id_repair)


def test_a_tax_code_that_may_be_a_pin_says_so() -> None:
    """Ten digits with a right check digit that also are a plausible PIN without its zeros: both readings are kept."""
    both = next(
        digits
        for number in range(1_085_000_000, 1_085_000_100)
        if pin.pad(digits := str(number)) and read_id_number(digits).kind == "tax_code"
    )
    assert read_id_number(both).pin_repair == both.zfill(12)


def test_nine_digits_never_become_a_pin() -> None:
    """No province begins with 000, so nine digits cannot be a PIN that lost its zeros."""
    assert pin.pad("112345678") is None
    assert read_id_number("112345678").pin_repair is None
