"""Plates, chassis and engine numbers: layouts, separators that carry the kind, look-alikes, damage by spreadsheets."""

import pytest

from sosach.vn.identifiers import chassis, engine, plate
from sosach.vn.identifiers.plate_layouts import CODE_USES, LAYOUTS
from sosach.vn.tables import table


def told(findings: tuple[object, ...]) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.proposed) for finding in findings]


@pytest.mark.parametrize(
    ("text", "key", "display", "kinds", "codes"),
    [
        ("30A-123.45", "30A12345", "30A-123.45", "car", []),
        ("30a 12345", "30A12345", "30A-123.45", "car", []),
        ("30-A-123.45", "30A12345", "30A-123.45", "car", []),
        ("29A-1234", "29A1234", "29A-1234", "car", []),
        ("29-B1 123.45", "29B112345", "29-B1 123.45", "motorbike", []),
        ("29B112345", "29B112345", "29-B1 123.45", "motorbike", []),
        ("29-B1 1234", "29B11234", "29-B1 1234", "motorbike", []),
        ("29B1-1234", "29B11234", "29-B1 1234", "motorbike", []),
        ("29B-112.34", "29B11234", "29B-112.34", "car", []),
        ("29B112.34", "29B11234", "29B-112.34", "car", []),
        ("29B11234", "29B11234", "29B11234", "motorbike car", ["PLT-08"]),
        ("29-B11234", "29B11234", "29B11234", "motorbike car", ["PLT-08"]),
        ("29-AA 123.45", "29AA12345", "29-AA 123.45", "motorbike", []),
        ("29AA12345", "29AA12345", "29-AA 123.45", "motorbike", []),
        ("59-MĐ1 123.45", "59MĐ112345", "59-MĐ1 123.45", "motorbike", []),
        ("59-MD1 123.45", "59MĐ112345", "59-MĐ1 123.45", "motorbike", ["PLT-11"]),
        ("59-M\u00d01 123.45", "59MĐ112345", "59-MĐ1 123.45", "motorbike", ["PLT-10"]),
        ("29-MĐ 123.45", "29MĐ12345", "29-MĐ 123.45", "motorbike", []),
        ("28TĐ-000.67", "28TĐ00067", "28TĐ-000.67", "any", []),
        ("28TD-000.67", "28TD00067", "28-TD 000.67", "motorbike", ["PLT-12"]),
        ("30LD-123.45", "30LD12345", "30LD-123.45", "any", []),
        ("30-LD 123.45", "30LD12345", "30-LD 123.45", "motorbike", []),
        ("30LD12345", "30LD12345", "30LD12345", "any motorbike", ["PLT-08"]),
        ("51R-123.45", "51R12345", "51R-123.45", "trailer", []),
        ("51RM12345", "51RM12345", "51RM-123.45", "trailer", []),
        ("T-30-123.45", "T3012345", "T-30-123.45", "temporary", []),
        ("30-T 123.45", "30T12345", "30-T 123.45", "temporary", []),
        ("30T-123.45", "30T12345", "30T-123.45", "car", []),
        ("80-441-NG-02", "80441NG02", "80-441-NG-02", "foreign", []),
        ("80-NN 168-06", "80168NN06", "80-168-NN-06", "foreign", []),
        ("80-168-NN-06", "80168NN06", "80-168-NN-06", "foreign", []),
        ("QA-12-34", "QA1234", "QA-12-34", "military", ["PLT-09"]),
        ("29\u0410-123.45", "29A12345", "29A-123.45", "car", ["PLT-10"]),
        ("29\u0391-123.45", "29A12345", "29A-123.45", "car", ["PLT-10"]),
        ("13A-123.45", "13A12345", "13A-123.45", "car", ["PLT-03"]),
        ("30A-12.345", "30A12345", "30A-123.45", "car", ["PLT-13"]),
    ],
)
def test_plates_that_are_read(text: str, key: str, display: str, kinds: str, codes: list[str]) -> None:
    reading = plate.explain(text)
    assert (reading.key, reading.display, reading.facts["kinds"]) == (key, display, kinds)
    assert [finding.code for finding in reading.findings] == codes


@pytest.mark.parametrize(
    ("text", "code", "proposed"),
    [
        ("29-Feb-01", "PLT-06", None),
        ("2001-02-29 00:00:00", "PLT-06", None),
        ("29/02/2001", "PLT-06", None),
        ("2.9E+13", "PLT-07", None),
        ("2.9E+1234", "PLT-07", None),
        ("30012345", "PLT-07", None),
        ("30012345.0", "PLT-07", None),
        ("42A-123.45", "PLT-04", None),
        ("30I-123.45", "PLT-05", None),
        ("30W-123.45", "PLT-05", None),
        ("29-B0 123.45", "PLT-05", None),
        ("29-AG 123.45", "PLT-05", None),
        ("3OA-123.45", "PLT-02", "30A-123.45"),
        ("30A-I23.4S", "PLT-02", "30A-123.45"),
        ("308-123.45", "PLT-02", "30B-123.45"),
        ("29-BI 123.45", "PLT-02", "29-B1 123.45"),
        ("30A-12345; 30A-54321", "PLT-14", None),
        ("29B1-1234 và 30A-12345", "PLT-14", None),
        ("không rõ", "PLT-15", None),
        ("AAAA", "PLT-15", None),
        ("xe mới", "PLT-01", None),
        ("30A-1", "PLT-01", None),
    ],
)
def test_plates_that_are_not(text: str, code: str, proposed: str | None) -> None:
    reading = plate.explain(text)
    assert reading.key is None
    assert told(reading.findings) == [(code, proposed)]


def test_the_kind_decides_only_what_separators_leave_open() -> None:
    assert plate.explain("29B11234", kind="motorbike").facts["kinds"] == "motorbike"
    assert plate.explain("29B11234", kind="trailer").facts["kinds"] == "motorbike car"
    assert plate.explain("29B-112.34", kind="motorbike").facts["kinds"] == "car"


def test_plate_facts() -> None:
    facts = plate.explain("75A-123.45").facts
    assert (facts["province"], facts["province_2025"], facts["colours"]) == ("75", "46", "trang vang xanh")
    assert plate.explain("30S-123.45").facts["colours"] == "trang vang", "S is no letter of blue plates"
    assert plate.explain("QA-12-34").facts["colours"] == "do"


@pytest.mark.parametrize("row", table("plate_formats"), ids=lambda row: row["name"])
def test_every_layout_reads_its_own_example(row: dict[str, str]) -> None:
    reading = plate.explain(row["example"])
    assert row["name"] in reading.facts["styles"].split()
    assert reading.display is not None
    assert plate.explain(reading.display).key == reading.key


def test_plate_codes_in_use_are_plain_and_others_not() -> None:
    for number in range(100):
        used = CODE_USES.get(f"{number:02}") in ("province", "central")
        assert bool(plate.PLAIN_CAR.fullmatch(f"{number:02}A-123.45")) == used
        assert bool(plate.PLAIN_MOTORBIKE.fullmatch(f"{number:02}-B1 123.45")) == used


def test_plate_format_by_kind() -> None:
    assert plate.format("29B11234", "car") == "29B-112.34"
    assert plate.format("29B11234", "motorbike") == "29-B1 1234"
    assert plate.format("gì đó") == "gì đó"
    assert set(LAYOUTS) == {row["name"] for row in table("plate_formats")}


@pytest.mark.parametrize(
    ("text", "key", "findings"),
    [
        ("RLHZZ1234ZY123456", "RLHZZ1234ZY123456", []),
        ("rlhzz1234zy123456", "RLHZZ1234ZY123456", []),
        ("*RLHZZ1234ZY123456*", "RLHZZ1234ZY123456", [("CHS-05", "RLHZZ1234ZY123456")]),
        ("RLHZZ 1234 ZY123456", "RLHZZ1234ZY123456", [("CHS-05", "RLHZZ1234ZY123456")]),
        ("\u0420LHZZ1234ZY123456", "PLHZZ1234ZY123456", [("CHS-07", "PLHZZ1234ZY123456")]),
        ("RLHZZ1234ZYI2345Q", None, [("CHS-02", "RLHZZ1234ZY123450")]),
        ("RLHZZ1234ZY12345", "RLHZZ1234ZY12345", [("CHS-03", None)]),
        ("RLHZZ1234ZY1234567", "RLHZZ1234ZY1234567", [("CHS-03", None)]),
        ("C50-1234567", "C501234567", [("CHS-04", None)]),
        ("JA39E-1234567", "JA39E1234567", [("CHS-06", None)]),
        ("1.2E+16", None, [("CHS-08", None)]),
        ("XXXXXXXXXXXXXXXXX", None, [("CHS-09", None)]),
        ("00000000000000000", None, [("CHS-09", None)]),
        ("không rõ", None, [("CHS-09", None)]),
        ("AB1", None, [("CHS-01", None)]),
    ],
)
def test_chassis(text: str, key: str | None, findings: list[tuple[str, str | None]]) -> None:
    reading = chassis.explain(text)
    assert (reading.key, told(reading.findings)) == (key, findings)


def test_the_check_digit_is_a_fact_only() -> None:
    assert chassis.explain("1M8GDM9AXKP042788").facts["check_digit"] == "ok"
    wrong = chassis.explain("1M8GDM9A1KP042788")
    assert (wrong.facts["check_digit"], wrong.findings) == ("differs", ())


def test_swapped_numbers_are_recognised_both_ways() -> None:
    assert chassis.explain("JA39E-1234567").facts["looks_like"] == "engine"
    assert engine.explain("RLHZZ1234ZY123456").facts["looks_like"] == "chassis"
    assert chassis.looks_like_vin("RLHZZ1234ZY123456")
    assert not chassis.looks_like_vin("12345678901234567")


@pytest.mark.parametrize(
    ("text", "key", "findings"),
    [
        ("JA39E-1234567", "JA39E1234567", []),
        ("5C64-123456", "5C64123456", []),
        ("LC150FMG-1234567", "LC150FMG1234567", []),
        ("VFKLA12345678", "VFKLA12345678", []),
        ("ja39e 1234567", "JA39E1234567", [("ENG-05", "JA39E1234567")]),
        ("JA39\u0415-1234567", "JA39E1234567", [("ENG-06", "JA39E1234567"), ("ENG-05", "JA39E1234567")]),
        ("RLHZZ1234ZY123456", "RLHZZ1234ZY123456", [("ENG-04", None)]),
        ("A12", None, [("ENG-02", None)]),
        ("A1234567890123456789012", None, [("ENG-02", None)]),
        ("1.2E+10", None, [("ENG-03", None)]),
        ("111111", None, [("ENG-07", None)]),
        ("chưa đục", None, [("ENG-08", None)]),
        ("số đục 12345", None, [("ENG-01", None)]),
    ],
)
def test_engine(text: str, key: str | None, findings: list[tuple[str, str | None]]) -> None:
    reading = engine.explain(text)
    assert (reading.key, told(reading.findings)) == (key, findings)
