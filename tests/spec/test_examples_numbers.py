"""Every row of the example table about numbers, plates, dates and cards is read as the table says."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from sosach.base.findings import Finding, Reading
from sosach.vn import card_text, dates, mrz
from sosach.vn.catalogue import catalogue
from sosach.vn.identifiers import chassis, engine, licence_number, old_id, phone, pin, plate

KINDS = ("pin", "cmnd9", "cccd12_as_pin", "vin", "engine", "licence_no", "phone")
ROWS = [
    row
    for row in csv.DictReader((Path(__file__).parent / "examples.csv").read_text(encoding="utf-8").splitlines())
    if not row["kind"].startswith(("name", "address"))
]

# Value → codes the row's explanation speaks of, and what is proposed. Rows not named here have nothing to remark.
EXPECTED: dict[str, tuple[set[str], str | None]] = {
    "046272000001": ({"PIN-12"}, None),
    "000099999999": ({"PIN-10"}, None),
    "023099999999": ({"PIN-10"}, None),
    "1099999999": ({"PIN-02"}, "001099999999"),
    "1.0995E+11": ({"PIN-04"}, None),
    "001O99999999": ({"PIN-03"}, "001099999999"),
    "00109999999": ({"PIN-01"}, None),
    "001 099 999 999": ({"PIN-06"}, "001099999999"),
    "12345678": ({"OID-02"}, "012345678"),
    "271450001": ({"OID-11"}, None),
    "13A-123.45": ({"PLT-03"}, None),
    "30I-123.45": ({"PLT-05"}, None),
    "30A-12.345": ({"PLT-13"}, "30A-123.45"),
    "29B11234": ({"PLT-08"}, None),
    "29-B0 123.45": ({"PLT-05"}, None),
    "29-AG 123.45": ({"PLT-05"}, None),
    "QA-12-34": ({"PLT-09"}, None),
    "RLHZZ1234ZY12345O": ({"CHS-02"}, "RLHZZ1234ZY123450"),
    "RLHZZI234ZY123456": ({"CHS-02"}, "RLHZZ1234ZY123456"),
    "C50-1234567": ({"CHS-04"}, None),
    "99020123456": ({"LNO-01"}, None),
    "01681234567": ({"PHN-10"}, "0381234567"),
    "31/02/1980": ({"DAT-02"}, "02/1980"),
    "05/13/1980": ({"DAT-03"}, "13/05/1980"),
}

EXPLAINS: dict[str, Callable[[str], Reading]] = {
    "pin": pin.explain,
    "cccd12_as_pin": pin.explain,
    "cmnd9": old_id.explain,
    "vin": chassis.explain,
    "engine": engine.explain,
    "licence_no": licence_number.explain,
    "phone": phone.explain,
}
# Facts the explanations name.
FACTS: dict[str, dict[str, str]] = {
    "001099999999": {"province": "001", "sex": "M", "birth_year": "1999"},
    "079306999998": {"province": "079", "sex": "F", "birth_year": "2006"},
    "046272000001": {"sex": "M", "birth_year": "2072"},
    "012345678": {"province": "Hà Nội"},
    "1M8GDM9AXKP042788": {"form": "vin", "check_digit": "ok"},
    "C50-1234567": {"form": "legacy"},
    "010212345678": {"province": "01", "sex": "M", "passed_year": "2021"},
    "790201234567": {"province": "79", "sex": "M", "passed_year": "2020"},
    "AB123456": {"form": "legacy"},
    "0912345678": {"form": "mobile"},
}
PLATE_KINDS: dict[str, str] = {
    "30A-123.45": "car",
    "29-AA 123.45": "motorbike",
    "29B11234": "motorbike car",
    "59-MĐ1 123.45": "motorbike",
    "T-30-123.45": "temporary",
    "80-011-NG-01": "foreign",
    "QA-12-34": "military",
}
PLATE_ROWS = tuple(dict.fromkeys(row["kind"] for row in ROWS if row["kind"].startswith("plate_")))


def rows(*kinds: str) -> list[pytest.param]:
    return [pytest.param(row, id=f"{row['kind']} {row['value']}") for row in ROWS if row["kind"] in kinds]


def assert_expected(value: str, findings: tuple[Finding, ...]) -> None:
    codes, proposed = EXPECTED.get(value, (set(), None))
    assert {finding.code for finding in findings} == codes
    assert next((finding.proposed for finding in findings if finding.proposed), None) == proposed


def has_error(findings: tuple[Finding, ...]) -> bool:
    return any(catalogue()[finding.code].severity == "error" for finding in findings)


def test_no_row_is_left_out() -> None:
    ours = {*KINDS, "pin_vs_person", "date", "qr2021", "qr2024", "mrz_td1"}
    assert {row["kind"] for row in ROWS if not row["kind"].startswith("plate_")} == ours
    assert {value for value in EXPECTED if all(row["value"] != value for row in ROWS)} == set()


@pytest.mark.parametrize("row", rows(*KINDS))
def test_numbers(row: dict[str, str]) -> None:
    reading = EXPLAINS[row["kind"]](row["value"])
    assert_expected(row["value"], reading.findings)
    told = {code for code in (finding.code for finding in reading.findings) if catalogue()[code].fix != "none"}
    assert (row["valid"] == "1") == (not told), "invalid rows need a look or a change, valid rows do not"
    facts = FACTS.get(row["value"], {})
    assert facts.items() <= reading.facts.items()


@pytest.mark.parametrize("row", rows("pin_vs_person"))
def test_pin_against_the_person(row: dict[str, str]) -> None:
    number, sex, year = row["value"].split("|")
    reading = pin.explain(number, sex=sex, birth_year=int(year))
    expected = pin.OTHER_SEX if "sex_mismatch" in row["explanation"] else pin.OTHER_BIRTH_YEAR
    assert [finding.code for finding in reading.findings] == [expected]
    assert reading.key == number, "a warning never takes the number away"


@pytest.mark.parametrize("row", rows(*PLATE_ROWS))
def test_plates(row: dict[str, str]) -> None:
    reading = plate.explain(row["value"])
    assert_expected(row["value"], reading.findings)
    assert (row["valid"] == "1") == (not has_error(reading.findings))
    if row["valid"] == "1":
        assert reading.key is not None
    if row["value"] in PLATE_KINDS:
        assert reading.facts["kinds"] == PLATE_KINDS[row["value"]]


def test_the_ambiguous_plate_is_read_by_the_kind_of_vehicle() -> None:
    assert plate.explain("29B11234", kind="motorbike").display == "29-B1 1234"
    assert plate.explain("29B11234", kind="car").display == "29B-112.34"


@pytest.mark.parametrize("row", rows("date"))
def test_dates(row: dict[str, str]) -> None:
    reading = dates.explain(row["value"], kind="birth")
    assert_expected(row["value"], reading.findings)
    assert (row["valid"] == "1") == (not reading.findings)
    if row["value"] == "1965":
        assert (reading.year, reading.precision) == (1965, "year")


@pytest.mark.parametrize("row", rows("qr2021", "qr2024"))
def test_qr_codes(row: dict[str, str]) -> None:
    card = card_text.parse_qr(row["value"])
    assert card.generation == row["kind"].removeprefix("qr")
    assert (row["valid"] == "1") == (card.faults == ())
    if row["valid"] == "0":
        assert card.faults == (card_text.CardFault.BIRTH,)


@pytest.mark.parametrize("row", rows("mrz_td1"))
def test_machine_readable_zones(row: dict[str, str]) -> None:
    card = mrz.parse(row["value"])
    assert (row["valid"] == "1") == (card.faults == ())
    if row["valid"] == "0":
        # The last digit of line 1 goes into the composite as well, so both tell.
        assert mrz.MrzFault.PIN_CHECK in card.faults
    assert card.unlimited == ("991231" in row["value"].split(" / ")[1])
