"""Licence numbers of both generations and telephone numbers of three."""

import pytest

from sosach.vn.identifiers import licence_number, phone


def told(findings: tuple[object, ...]) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.proposed) for finding in findings]


@pytest.mark.parametrize(
    ("text", "key", "findings"),
    [
        ("010212345678", "010212345678", []),
        ("010 212 345 678", "010212345678", [("LNO-06", "010212345678")]),
        ("10212345678", None, [("LNO-02", "010212345678")]),
        ("O10212345678", None, [("LNO-03", "010212345678")]),
        ("010212345678.0", None, [("LNO-05", "010212345678")]),
        ("1.02E+10", None, [("LNO-04", None)]),
        ("99020123456", None, [("LNO-01", None)]),
        ("0102123456789", None, [("LNO-01", None)]),
        ("AB123456", "AB123456", []),
        ("ab 123456", "AB123456", []),
        ("1234567890", None, [("LNO-09", None)]),
        ("8234567890", "8234567890", []),
        ("030212345678", "030212345678", [("LNO-11", None)] if "03" not in licence_number._CODES_2 else []),
        ("990212345678", "990212345678", [("LNO-11", None)]),
        ("019212345678", "019212345678", [("LNO-12", None)]),
        ("111111111111", None, [("LNO-09", None)]),
        ("123456789012", None, [("LNO-09", None)]),
        ("012345678901", None, [("LNO-09", None)]),
        ("không có", None, [("LNO-09", None)]),
        ("?", None, [("LNO-09", None)]),
        ("bằng lái", None, [("LNO-01", None)]),
    ],
)
def test_licence_number(text: str, key: str | None, findings: list[tuple[str, str | None]]) -> None:
    reading = licence_number.explain(text)
    assert (reading.key, told(reading.findings)) == (key, findings)


def test_fillers_are_not_plain() -> None:
    for filler in ("111111111111", "222222222222", "333333333333", "012345678901", "123456789012"):
        assert not licence_number.PLAIN.fullmatch(filler)


def test_the_year_of_passing_turns_with_the_clock() -> None:
    assert licence_number.explain("010272345678").facts["passed_year"] == "1927"
    assert licence_number.explain("010272345678", today_year=2030).facts["passed_year"] == "2027"


@pytest.mark.parametrize(
    ("text", "key", "findings"),
    [
        ("0912345678", "0912345678", []),
        ("0912 345 678", "0912345678", []),
        ("0912.345.678", "0912345678", []),
        ("(0912) 345678", "0912345678", [("PHN-06", "0912345678")]),
        ("+84912345678", "0912345678", [("PHN-11", "0912345678")]),
        ("84912345678", "0912345678", [("PHN-11", "0912345678")]),
        ("0084912345678", "0912345678", [("PHN-11", "0912345678")]),
        ("01681234567", "0381234567", [("PHN-10", "0381234567")]),
        ("01201234567", "0701234567", [("PHN-10", "0701234567")]),
        ("+841681234567", "0381234567", [("PHN-10", "0381234567"), ("PHN-11", "0381234567")]),
        ("01101234567", None, [("PHN-01", None)]),
        ("912345678", None, [("PHN-02", "0912345678")]),
        ("912345678.0", None, [("PHN-02", "0912345678"), ("PHN-05", "0912345678")]),
        ("O912345678", None, [("PHN-03", "0912345678")]),
        ("9.12E+08", None, [("PHN-04", None)]),
        ("02438123456", "02438123456", [("PHN-13", None)]),
        ("0999999999", None, [("PHN-09", None)]),
        ("000", None, [("PHN-09", None)]),
        ("0912345678 / 0987654320", "0912345678", [("PHN-12", "0912345678")]),
        ("0912345678, 0987654320", "0912345678", [("PHN-12", "0912345678")]),
        ("12345", None, [("PHN-09", None)]),
        ("113", None, [("PHN-01", None)]),
    ],
)
def test_phone(text: str, key: str | None, findings: list[tuple[str, str | None]]) -> None:
    reading = phone.explain(text)
    assert (reading.key, told(reading.findings)) == (key, findings)


def test_all_old_prefixes_lead_to_mobile_numbers() -> None:
    assert len(phone.NEW_PREFIXES) == 21
    for old, new in phone.NEW_PREFIXES.items():
        assert phone.explain(f"{old}1234560").key == f"{new}1234560"
