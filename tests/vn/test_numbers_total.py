"""Every reading of a number, date or term: total, deterministic, findings of the catalogue, plain values silent."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sosach.base.findings import Finding, Reading
from sosach.vn import dates, licence_classes, person_terms, vehicle_terms
from sosach.vn.catalogue import catalogue
from sosach.vn.identifiers import chassis, engine, licence_number, old_id, phone, pin, plate, read_id_number

Explain = Callable[[str], Reading]

MODULES = {
    "pin": pin,
    "old_id": old_id,
    "plate": plate,
    "chassis": chassis,
    "engine": engine,
    "licence_number": licence_number,
    "phone": phone,
}
EXPLAINS: dict[str, Explain] = {name: module.explain for name, module in MODULES.items()}

# Text shaped like what stands in such cells, so that the branches are reached, and any other text.
NUMBERISH = st.text(alphabet="0123456789OoIlSBZQ .-/:|()eE+,АВЕĐÐđ０１²٠\u200b\u00a0'\"ABCDEFGHMTX", max_size=24)
TEXT = st.one_of(st.text(max_size=40), NUMBERISH)


def assert_told(findings: tuple[Finding, ...], value: str) -> None:
    """Each finding is in the catalogue, holds the given value, and has the proposal its sentence speaks of."""
    for finding in findings:
        check = catalogue()[finding.code]
        assert finding.value == value
        assert finding.proposed is not None or "{proposed}" not in check.explanation["vi"], finding
        assert "{other}" not in check.explanation["vi"]
    order = ["error", "warning", "info"]
    severities = [order.index(catalogue()[finding.code].severity) for finding in findings]
    assert severities == sorted(severities), "worst first"


@pytest.mark.parametrize("name", EXPLAINS)
@given(text=TEXT)
@example(text="")
@example(text="\ud800")
@example(text="²")
def test_explain_is_total(name: str, text: str) -> None:
    reading = EXPLAINS[name](text)
    assert reading == EXPLAINS[name](text)
    assert (reading.key is None) == (reading.display is None)
    assert reading.key != ""
    assert_told(reading.findings, text)
    if not text.strip():
        assert reading == Reading(None, None)


@pytest.mark.parametrize("name", EXPLAINS)
@given(text=TEXT)
def test_a_reading_reads_itself(name: str, text: str) -> None:
    """The display form of a key is read back as the same key."""
    reading = EXPLAINS[name](text)
    if reading.display is not None:
        assert EXPLAINS[name](reading.display).key == reading.key


@pytest.mark.parametrize("name", MODULES)
@given(data=st.data())
def test_plain_values_are_silent(name: str, data: st.DataObject) -> None:
    module = MODULES[name]
    text = data.draw(st.from_regex(module.PLAIN, fullmatch=True))
    reading = module.explain(text)
    assert reading.findings == ()
    assert reading.key == module.plain_key(text)


@given(text=st.one_of(st.from_regex(plate.PLAIN, fullmatch=True), st.from_regex(plate.PLAIN_TRAILER, fullmatch=True)))
def test_plain_plates_have_one_kind(text: str) -> None:
    assert plate.explain(text).facts["kinds"] == plate.plain_kind(text)
    assert plate.explain(text, kind="car").facts["kinds"] == plate.plain_kind(text)


@given(text=st.from_regex(plate.PLAIN_AMBIGUOUS, fullmatch=True), kind=st.sampled_from(["car", "motorbike"]))
def test_ambiguous_plates_are_silent_once_the_kind_is_known(text: str, kind: str) -> None:
    reading = plate.explain(text, kind=kind)
    assert (reading.findings, reading.key, reading.facts["kinds"]) == ((), plate.plain_key(text), kind)
    assert set(plate.explain(text).facts["kinds"].split()) == {"car", "motorbike"}
    assert plate.plain_kind(text) is None
    # A separator of another kind takes the long way and must come to the same.
    by_hand = plate.explain(f"{text}\u200b", kind=kind)
    assert (by_hand.key, by_hand.display, by_hand.facts) == (reading.key, reading.display, reading.facts)


@given(text=TEXT)
def test_id_numbers_are_total(text: str) -> None:
    read = read_id_number(text)
    assert read == read_id_number(text)
    assert_told(read.findings, text)
    assert read.pin is None or (len(read.pin) == 12 and read.pin_repair is None)
    assert read.old_id is None or (len(read.old_id) == 9 and read.old_id_repair is None)
    assert (read.kind == "none") == (
        read.kind not in ("tax_code", "passport")
        and not any((read.pin, read.pin_repair, read.old_id, read.old_id_repair))
    )


@given(text=st.one_of(st.from_regex(pin.PLAIN, fullmatch=True), st.from_regex(old_id.PLAIN, fullmatch=True)))
def test_plain_id_numbers_are_silent(text: str) -> None:
    read = read_id_number(text)
    assert read.findings == ()
    assert (read.pin or read.old_id) == text


DATEISH = st.text(alphabet="0123456789/.- :TZOlngàythámnăesâmlịchjfbMar'+", max_size=22)


@given(
    text=st.one_of(TEXT, DATEISH),
    order=st.sampled_from(["dmy", "mdy", "ymd"]),
    kind=st.sampled_from(["birth", "event", "expiry"]),
)
@example(text="", order="dmy", kind="birth")
@example(text="00000000", order="dmy", kind="birth")
def test_dates_are_total(text: str, order: dates.Order, kind: dates.Kind) -> None:
    read = dates.explain(text, order=order, kind=kind)
    assert read == dates.explain(text, order=order, kind=kind)
    assert_told(read.findings, text)
    known = {"day": 3, "month": 2, "year": 1, None: 0}[read.precision]
    assert [part is not None for part in (read.year, read.month, read.day)] == [known > 0, known > 1, known > 2]
    if known == 3:
        assert dates.is_calendar_date(read.year or 0, read.month or 0, read.day or 0)
    if read.alternative is not None:
        assert dates.is_calendar_date(*read.alternative)


@given(
    text=st.one_of(st.from_regex(dates.PLAIN_DMY, fullmatch=True), st.from_regex(dates.PLAIN_ISO, fullmatch=True)),
    kind=st.sampled_from(["birth", "event", "expiry"]),
)
def test_plain_dates_are_silent(text: str, kind: dates.Kind) -> None:
    read = dates.explain(text, kind=kind)
    assert read.findings == ()
    assert (read.year, read.month, read.day) == dates.plain_date(text)


@given(text=st.from_regex(dates.PLAIN_YEAR, fullmatch=True))
def test_plain_years_are_silent_births(text: str) -> None:
    read = dates.explain(text, kind="birth")
    assert (read.iso, read.findings) == (text, ())


TERMS = {
    "sex": person_terms.sex,
    "person_status": person_terms.status,
    "licence_material": person_terms.licence_material,
    "licence_status": person_terms.licence_status,
    "vehicle_kind": vehicle_terms.vehicle_kind,
    "plate_colour": vehicle_terms.plate_colour,
    "vehicle_status": vehicle_terms.status,
    "colour": vehicle_terms.colour,
    "brand": vehicle_terms.brand,
    "year": vehicle_terms.year,
}
WORDISH = st.lists(
    st.sampled_from(
        [
            "xe",
            "ô",
            "tô",
            "máy",
            "điện",
            "con",
            "tải",
            "mô",
            "TO",
            "đã",
            "bán",
            "chưa",
            "không",
            "sử",
            "dụng",
            "đỏ",
            "den",
            "HONDA",
            "Wave",
            "a",
            "2015",
            "15",
            "2O15",
            "Nam",
            "nữ",
            "mất",
        ]
    )
).map(" ".join)


@pytest.mark.parametrize("name", TERMS)
@given(text=st.one_of(TEXT, WORDISH))
@example(text="")
@example(text="ß")
def test_terms_are_total(name: str, text: str) -> None:
    reading = TERMS[name](text)
    assert reading == TERMS[name](text)
    assert (reading.key is None) == (reading.display is None)
    assert_told(reading.findings, text)
    if reading.key is None and text.strip():
        assert reading.findings, "what is not understood is told"
    if reading.display is not None and name != "brand":
        assert TERMS[name](reading.display).key == reading.key


CLASSISH = st.text(alphabet="ABCDEF1234 ,/+-.abcIlO0hạngtựđộngSỐ", max_size=14)


@given(text=st.one_of(TEXT, CLASSISH), issued_on=st.one_of(st.none(), st.dates()))
def test_classes_are_total(text: str, issued_on: date | None) -> None:
    read = licence_classes.explain(text, issued_on=issued_on)
    assert read == licence_classes.explain(text, issued_on=issued_on)
    assert_told(read.findings, text)
    assert read.classes or read.law is None
    assert all(name in licence_classes.classes_of(read.law) for name in read.classes if read.law)
