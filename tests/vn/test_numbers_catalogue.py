"""Every check on numbers, dates and terms can fail: one value for each, and no other code is left in the catalogue."""

from collections.abc import Callable
from datetime import date

import pytest

from sosach.base.findings import Finding
from sosach.vn import dates, licence_classes, person_terms, vehicle_terms
from sosach.vn.catalogue import catalogue
from sosach.vn.identifiers import chassis, engine, licence_number, old_id, phone, pin, plate, read_id_number

PREFIXES = ("PIN", "OID", "PLT", "CHS", "ENG", "LNO", "PHN", "DAT", "CLS", "VAL")

BY_READER: tuple[tuple[Callable[[str], tuple[Finding, ...]], dict[str, str]], ...] = (
    (
        lambda text: pin.explain(text, sex="F", birth_year=1980).findings,
        {
            "PIN-01": "12",
            "PIN-02": "1099999999",
            "PIN-03": "O01099999999",
            "PIN-04": "1.1E+11",
            "PIN-05": "079306999998.0",
            "PIN-06": "001 099999999",
            "PIN-07": "００1099999999",
            "PIN-08": "012345678",
            "PIN-09": "111111111111",
            "PIN-10": "003099999999",
            "PIN-11": "101099999999",
            "PIN-12": "001299999999",
            "PIN-13": "001080999999",
            "PIN-14": "001199999999",
        },
    ),
    (
        lambda text: read_id_number(text).findings,
        {
            "PIN-20": "0309999997",
            "PIN-21": "B1234567",
            "PIN-22": "xem hồ sơ",
            "PIN-23": "001099999999 / 012345678",
        },
    ),
    (
        lambda text: old_id.explain(text).findings,
        {
            "OID-01": "12",
            "OID-02": "12345670",
            "OID-03": "O12345678",
            "OID-04": "1.2E+08",
            "OID-05": "012345678.0",
            "OID-06": "012 345 678",
            "OID-07": "０12345678",
            "OID-08": "001099999999",
            "OID-09": "123456789",
            "OID-10": "991234567",
            "OID-11": "271450001",
        },
    ),
    (
        lambda text: plate.explain(text).findings,
        {
            "PLT-01": "gì đó",
            "PLT-02": "3OA-123.45",
            "PLT-03": "13A-123.45",
            "PLT-04": "42A-123.45",
            "PLT-05": "30I-123.45",
            "PLT-06": "29-Feb-01",
            "PLT-07": "30012345",
            "PLT-08": "29B11234",
            "PLT-09": "QA-12-34",
            "PLT-10": "29\u0410-123.45",
            "PLT-11": "59-MD1 123.45",
            "PLT-12": "28TD-000.67",
            "PLT-13": "30A-12.345",
            "PLT-14": "30A-12345; 30A-54321",
            "PLT-15": "AAAA",
        },
    ),
    (
        lambda text: chassis.explain(text).findings,
        {
            "CHS-01": "A1",
            "CHS-02": "RLHZZ1234ZY12345O",
            "CHS-03": "RLHZZ1234ZY12345",
            "CHS-04": "C50-1234567",
            "CHS-05": "*RLHZZ1234ZY123456*",
            "CHS-06": "JA39E-1234567",
            "CHS-07": "RLHZZ1234Z\u0423123456",
            "CHS-08": "1.2E+16",
            "CHS-09": "XXXXXX",
        },
    ),
    (
        lambda text: engine.explain(text).findings,
        {
            "ENG-01": "số đục 12345",
            "ENG-02": "A1",
            "ENG-03": "1.2E+10",
            "ENG-04": "RLHZZ1234ZY123456",
            "ENG-05": "JA39E 1234567",
            "ENG-06": "JA39\u0415-1234567",
            "ENG-07": "111111",
            "ENG-08": "chưa đục số",
        },
    ),
    (
        lambda text: licence_number.explain(text).findings,
        {
            "LNO-01": "99020123456",
            "LNO-02": "10212345678",
            "LNO-03": "O10212345678",
            "LNO-04": "1.0E+11",
            "LNO-05": "010212345678.0",
            "LNO-06": "010 212345678",
            "LNO-07": "０10212345678",
            "LNO-09": "111111111111",
            "LNO-11": "990212345678",
            "LNO-12": "019212345678",
        },
    ),
    (
        lambda text: phone.explain(text).findings,
        {
            "PHN-01": "113",
            "PHN-02": "912345678",
            "PHN-03": "O912345678",
            "PHN-04": "9.1E+08",
            "PHN-05": "0912345678.0",
            "PHN-06": "(0912) 345678",
            "PHN-07": "０912345678",
            "PHN-09": "0999999999",
            "PHN-10": "01681234567",
            "PHN-11": "+84912345678",
            "PHN-12": "0912345678 / 0987654320",
            "PHN-13": "02438123456",
        },
    ),
    (
        lambda text: dates.explain(text, kind="birth").findings,
        {
            "DAT-01": "hôm qua",
            "DAT-02": "30/02/1980",
            "DAT-03": "05/13/1980",
            "DAT-04": "29221",
            "DAT-05": "05/03/70",
            "DAT-06": "00/00/1965",
            "DAT-07": "01/01/1900",
            "DAT-08": "01/01/1970",
            "DAT-09": "15/08/1960 âm lịch",
            "DAT-10": "05/03/2072",
            "DAT-11": "05/03/1890",
            "DAT-12": "năm 1970",
            "DAT-14": "12/30",
            "DAT-16": "1970-03-04T17:00:00Z",
            "DAT-17": "5/3/197",
            "DAT-18": "O5/03/1970",
            "DAT-19": "1011999",
        },
    ),
    (lambda text: dates.explain(text, order="mdy").findings, {"DAT-13": "05/03/1970", "DAT-15": "1970"}),
    (
        lambda text: licence_classes.explain(text, issued_on=date(2025, 5, 1)).findings,
        {"CLS-01": "F", "CLS-02": "Al", "CLS-03": "B2", "CLS-05": "A2, D2", "CLS-06": "A1B1", "CLS-07": "không"},
    ),
    (lambda text: licence_classes.explain(text, issued_on=date(2020, 5, 1)).findings, {"CLS-04": "D2"}),
    (lambda text: person_terms.sex(text).findings, {"VAL-01": "???", "VAL-10": "0", "VAL-11": "1"}),
    (lambda text: person_terms.status(text).findings, {"VAL-12": "đẹp"}),
    (lambda text: person_terms.licence_material(text).findings, {"VAL-13": "gỗ"}),
    (lambda text: person_terms.licence_status(text).findings, {"VAL-14": "đẹp"}),
    (lambda text: vehicle_terms.vehicle_kind(text).findings, {"VAL-20": "phi thuyền"}),
    (lambda text: vehicle_terms.plate_colour(text).findings, {"VAL-21": "tím"}),
    (lambda text: vehicle_terms.status(text).findings, {"VAL-22": "đẹp"}),
    (
        lambda text: vehicle_terms.year(text).findings,
        {
            "VAL-30": "20155",
            "VAL-31": "2030",
            "VAL-32": "1925",
            "VAL-33": "15",
            "VAL-34": "01/06/2015",
            "VAL-35": "2O15",
        },
    ),
    (lambda text: vehicle_terms.colour(text).findings, {"VAL-40": "tắc kè", "VAL-41": "do-den"}),
    (
        lambda text: vehicle_terms.brand(text).findings,
        {"VAL-50": "HON DA", "VAL-51": "Wave a", "VAL-52": "TOYOTTA", "VAL-53": "Toyota Vios"},
    ),
)
CASES = [(read, code, text) for read, values in BY_READER for code, text in values.items()]


@pytest.mark.parametrize(("read", "code", "text"), CASES, ids=[code for _, code, _ in CASES])
def test_the_check_finds_its_fault(read: Callable[[str], tuple[Finding, ...]], code: str, text: str) -> None:
    assert code in {finding.code for finding in read(text)}


def test_every_check_of_ours_has_a_value() -> None:
    assert {code for code in catalogue() if code.startswith(PREFIXES)} == {code for _, code, _ in CASES}


def test_checks_that_propose_always_do() -> None:
    """A check whose fix is a proposal or a change of form shows it; one that only asks never proposes a repair."""
    for read, code, text in CASES:
        finding = next(finding for finding in read(text) if finding.code == code)
        if catalogue()[code].fix == "propose":
            assert finding.proposed is not None, code
        if catalogue()[code].fix == "none":
            assert finding.proposed is None, code
