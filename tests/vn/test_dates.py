"""Dates as people, spreadsheets and systems write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sosach.vn import dates
from sosach.vn.date_forms import serial_date
from sosach.vn.dates import explain


def told(read: dates.DateReading) -> list[tuple[str, str | None]]:
    return [(finding.code, finding.proposed) for finding in read.findings]


@pytest.mark.parametrize(
    ("text", "iso", "alternative", "findings"),
    [
        ("05/03/1970", "1970-03-05", (1970, 5, 3), []),
        ("5-3-1970", "1970-03-05", (1970, 5, 3), []),
        ("05.03.1970", "1970-03-05", (1970, 5, 3), []),
        ("05 03 1970", "1970-03-05", (1970, 5, 3), []),
        ("25/03/1970", "1970-03-25", None, []),
        ("03/03/1970", "1970-03-03", None, []),
        ("1970-03-05", "1970-03-05", None, []),
        ("1970/3/5", "1970-03-05", None, []),
        ("1965", "1965", None, []),
        ("03/1965", "1965-03", None, []),
        ("1965-03", "1965-03", None, []),
        ("12.1965", "1965-12", None, []),
        ("1965.0", "1965", None, [("DAT-12", "1965")]),
        ("1970-03-05T00:00:00", "1970-03-05", None, [("DAT-12", "05/03/1970")]),
        ("1970-03-05 00:00:00.000", "1970-03-05", None, [("DAT-12", "05/03/1970")]),
        ("05/03/1970 10:30 CH", "1970-03-05", (1970, 5, 3), [("DAT-12", "05/03/1970")]),
        ("01011999", "1999-01-01", None, [("DAT-12", "01/01/1999")]),
        ("19990131", "1999-01-31", None, [("DAT-12", "31/01/1999")]),
        ("ngày 5 tháng 3 năm 1970", "1970-03-05", None, [("DAT-12", "05/03/1970")]),
        ("Ngay 05 thang 03 nam 1970", "1970-03-05", None, [("DAT-12", "05/03/1970")]),
        ("tháng 3 năm 1970", "1970-03", None, [("DAT-12", "03/1970")]),
        ("Sinh năm 1970", "1970", None, [("DAT-12", "1970")]),
        ("khoảng 1970", "1970", None, [("DAT-12", "1970")]),
        ("5 March 1970", "1970-03-05", None, [("DAT-12", "05/03/1970")]),
        ("Mar 5, 1970", "1970-03-05", None, [("DAT-12", "05/03/1970")]),
        ("March 1970", "1970-03", None, [("DAT-12", "03/1970")]),
        ("０５/０３/１９７０", "1970-03-05", (1970, 5, 3), [("DAT-12", "05/03/1970")]),
        ("00/00/1965", "1965", None, [("DAT-06", "1965")]),
        ("00/05/1965", "1965-05", None, [("DAT-06", "05/1965")]),
        ("05/00/1965", "1965", None, [("DAT-06", "1965")]),
        ("30/02/1980", "1980-02", None, [("DAT-02", "02/1980")]),
        ("31/04/1980", "1980-04", None, [("DAT-02", "04/1980")]),
        ("29/02/1900", "1900-02", None, [("DAT-02", "02/1900"), ("DAT-11", None)]),
        ("29/02/2000", "2000-02-29", None, []),
        ("32/01/1980", "1980-01", None, [("DAT-02", "01/1980")]),
        ("31/13/1980", "1980", None, [("DAT-02", "1980")]),
        ("05/13/1980", "1980", (1980, 5, 13), [("DAT-03", "13/05/1980")]),
        ("1980-13-05", "1980", (1980, 5, 13), [("DAT-03", "13/05/1980")]),
        ("29221", None, (1980, 1, 1), [("DAT-04", "01/01/1980")]),
        ("29221.0", None, (1980, 1, 1), [("DAT-04", "01/01/1980")]),
        ("99999", None, None, [("DAT-01", None)]),
        ("05/03/70", None, (1970, 3, 5), [("DAT-05", "05/03/1970")]),
        ("05-Mar-70", None, (1970, 3, 5), [("DAT-05", "05/03/1970")]),
        ("70-03-05", None, (1970, 3, 5), [("DAT-05", "05/03/1970")]),
        ("05/03/12", None, (2012, 3, 5), [("DAT-05", "05/03/2012")]),
        ("03/70", None, None, [("DAT-05", "03/1970")]),
        ("1011999", None, (1999, 1, 1), [("DAT-19", "01/01/1999")]),
        ("O5/03/197O", None, (1970, 3, 5), [("DAT-18", "05/03/1970")]),
        ("1970-03-04T17:00:00Z", None, (1970, 3, 5), [("DAT-16", "05/03/1970")]),
        ("1970-12-31T17:00:00+00:00", None, (1971, 1, 1), [("DAT-16", "01/01/1971")]),
        ("01/01/1900", None, None, [("DAT-07", None)]),
        ("30/12/1899", None, None, [("DAT-07", None)]),
        ("0001-01-01", None, None, [("DAT-07", None)]),
        ("01/01/1970", "1970-01-01", None, [("DAT-08", None)]),
        ("12/30", None, None, [("DAT-14", None)]),
        ("15/08/1960 (âm lịch)", "1960", None, [("DAT-09", None)]),
        ("15/12/1960 AL", None, None, [("DAT-09", None)]),
        ("1960 âm lịch", "1960", None, [("DAT-09", None)]),
        ("05/03/2072", "2072-03-05", (2072, 5, 3), [("DAT-10", None)]),
        ("05/03/1890", "1890-03-05", (1890, 5, 3), [("DAT-11", None)]),
        ("5/3/197", None, None, [("DAT-17", None)]),
        ("05/03/0970", None, None, [("DAT-17", None)]),
        ("05/03/9170", None, None, [("DAT-17", None)]),
        ("không nhớ", None, None, [("DAT-01", None)]),
        ("1/2/3/1970", None, None, [("DAT-01", None)]),
        ("", None, None, []),
    ],
)
def test_births(
    text: str, iso: str | None, alternative: dates.Triple | None, findings: list[tuple[str, str | None]]
) -> None:
    read = explain(text, kind="birth")
    assert (read.iso, read.alternative, told(read)) == (iso, alternative, findings)


def test_order_of_the_column() -> None:
    assert explain("05/03/1970", order="mdy").iso == "1970-05-03"
    assert told(explain("05/03/1970", order="mdy")) == [("DAT-13", "03/05/1970")]
    assert told(explain("13/05/1970", order="mdy")) == [("DAT-03", "13/05/1970")]
    assert explain("05/03/70", order="mdy").alternative == (1970, 5, 3)
    assert explain("12/03/05", order="ymd").alternative == (2012, 3, 5)
    assert explain("1970-03-05", order="mdy").findings == ()


def test_events_need_a_day() -> None:
    assert told(explain("2015", kind="event")) == [("DAT-15", None)]
    assert told(explain("03/2015", kind="event")) == [("DAT-15", None)]
    assert explain("2015", kind="birth").findings == ()


@pytest.mark.parametrize("text", ["Không thời hạn", "khong thoi han", "Vô thời hạn", "không có thời hạn", "31/12/9999"])
def test_expiry_without_end(text: str) -> None:
    read = explain(text, kind="expiry")
    assert (read.unlimited, read.iso) == (True, None)
    assert not explain(text, kind="event").unlimited


def test_the_words_of_the_law_for_no_end_are_no_other_form() -> None:
    assert explain("Không thời hạn", kind="expiry").findings == ()
    assert told(explain("khong thoi han", kind="expiry")) == [("DAT-12", "không thời hạn")]


def test_expiry_may_lie_ahead() -> None:
    assert explain("05/03/2036", kind="expiry").findings == ()
    assert told(explain("05/03/2036", kind="event")) == [("DAT-10", None)]
    assert explain("05/03/36", kind="expiry").alternative == (2036, 3, 5)


def test_century_known_from_elsewhere() -> None:
    assert explain("05/03/12", kind="birth", century=19).alternative == (1912, 3, 5)
    assert explain("05/03/12", kind="birth", century=20).alternative == (2012, 3, 5)


def test_the_present_is_the_callers() -> None:
    assert told(explain("05/03/2026", as_of_year=2025)) == [("DAT-10", None)]
    assert explain("05/03/2027", as_of_year=2027).findings == ()


@given(day=st.dates(min_value=date(1927, 5, 18), max_value=date(2026, 12, 31)))
def test_spreadsheet_numbers(day: date) -> None:
    number = (day - date(1899, 12, 30)).days
    assert serial_date(number) == day
    read = explain(str(number), kind="birth")
    assert read.alternative == (day.year, day.month, day.day)
    assert read.year is None, "only proposed"


@given(day=st.dates(min_value=date(1910, 1, 1), max_value=date(2026, 12, 31)))
def test_every_day_is_read_in_every_ordinary_form(day: date) -> None:
    expected = day.isoformat()
    for form in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%d %m %Y", "%d%m%Y", "ngày %d tháng %m năm %Y"):
        assert explain(day.strftime(form), kind="birth").iso == expected
    assert explain(f"{day.day}/{day.month}/{day.year}", kind="birth").iso == expected


@given(day=st.dates(min_value=date(1910, 1, 1), max_value=date(2026, 12, 30)))
def test_midnight_told_in_utc_is_the_next_day(day: date) -> None:
    following = day + timedelta(days=1)
    read = explain(f"{day.isoformat()}T17:00:00.000Z", kind="birth")
    assert read.alternative == (following.year, following.month, following.day)
