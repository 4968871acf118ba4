"""Dates as people and spreadsheets write them: day first, year only for the old, serial numbers, lunar notes.

Legal source: registers keep the date of birth as registered; a year or a month alone is legal for people born before
their birth was recorded with a day, so the precision is kept (Law 26/2023/QH15 art. 9 names the field, no format).
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from typing import Literal

from sosach.base.findings import Finding
from sosach.vn.date_forms import Written, written

Order = Literal["dmy", "mdy", "ymd"]
Kind = Literal["birth", "event", "expiry"]
Precision = Literal["day", "month", "year"]
Triple = tuple[int, int, int]

REFERENCE_YEAR = 2026  # the year the rules and reference tables were read; callers with a clock pass their own year

UNREADABLE = "DAT-01"
IMPOSSIBLE = "DAT-02"
MONTH_FIRST = "DAT-03"
SERIAL = "DAT-04"
SHORT_YEAR = "DAT-05"
ZERO_PARTS = "DAT-06"
PLACEHOLDER = "DAT-07"
MAYBE_PLACEHOLDER = "DAT-08"
LUNAR = "DAT-09"
FUTURE = "DAT-10"
VERY_OLD = "DAT-11"
OTHER_FORM = "DAT-12"
READ_MONTH_FIRST = "DAT-13"
NO_YEAR = "DAT-14"
INCOMPLETE = "DAT-15"
SHIFTED_BY_ZONE = "DAT-16"
IMPOSSIBLE_YEAR = "DAT-17"
LETTERS = "DAT-18"
LOST_ZERO = "DAT-19"

_WARNINGS = (SHIFTED_BY_ZONE, LUNAR, MAYBE_PLACEHOLDER, VERY_OLD, INCOMPLETE)
_REMARKS = (READ_MONTH_FIRST, ZERO_PARTS, OTHER_FORM)

_DAY, _DAY_BUT_1 = "(?:0?[1-9]|1[0-9]|2[0-8])", "(?:0?[2-9]|1[0-9]|2[0-8])"
_MONTH, _MONTH_BUT_1 = "(?:0?[1-9]|1[0-2])", "(?:0?[2-9]|1[0-2])"
_YEAR_BUT_1970 = "(?:19(?:[1-689][0-9]|7[1-9])|20(?:[01][0-9]|2[0-6]))"
# Days 1-28 of 1910-2026 without 01/01/1970 (a machine's zero): read alike by `explain` for birth and event, silently.
PLAIN_DMY = re.compile(
    rf"{_DAY}[/.-]{_MONTH}[/.-]{_YEAR_BUT_1970}|{_DAY_BUT_1}[/.-]{_MONTH}[/.-]1970|0?1[/.-]{_MONTH_BUT_1}[/.-]1970"
)
PLAIN_ISO = re.compile(
    rf"{_YEAR_BUT_1970}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    r"|1970-(?:0[2-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|1970-01-(?:0[2-9]|1[0-9]|2[0-8])"
)
# A year alone, plain for births only.
PLAIN_YEAR = re.compile(_YEAR_BUT_1970 + "|1970")

_PLACEHOLDERS = frozenset({(1900, 1, 1), (1899, 12, 30), (1899, 12, 31), (1, 1, 1), (1111, 11, 11), (9999, 12, 31)})
_EPOCH = (1970, 1, 1)
_NEVER = (9999, 12, 31)
_OLDEST_AGE = 120
_FIRST_YEAR = 1800  # no living or registered person, vehicle or licence is older
_LAST_EXPIRY = 100  # years ahead; beyond it a year is a typing error


@dataclass(frozen=True, slots=True)
class DateReading:
    """One date cell as understood.

    Attributes:
        year: year, None when nothing sure is known.
        month: month 1-12 or None.
        day: day 1-31 or None.
        precision: how much of it is sure; None with the year.
        findings: what is remarkable, worst first.
        alternative: (year, month, day) it may also be: the other order of day and month, or the proposed repair.
        unlimited: an expiry that says "không thời hạn".
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    precision: Precision | None = None
    findings: tuple[Finding, ...] = ()
    alternative: Triple | None = None
    unlimited: bool = False

    @property
    def iso(self) -> str | None:
        """`YYYY-MM-DD`, `YYYY-MM` or `YYYY` by precision; None when nothing is known.

        >>> DateReading(1965, 3, None, "month").iso
        '1965-03'
        """
        if self.year is None:
            return None
        parts = [f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part is not None)]
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell on its way through the reading."""

    text: str
    order: Order
    kind: Kind
    as_of_year: int
    century: int | None
    form: Written


def explain(
    text: str,
    *,
    order: Order = "dmy",
    kind: Kind = "event",
    as_of_year: int = REFERENCE_YEAR,
    century: int | None = None,
) -> DateReading:
    """Read a date cell; total. Nothing doubtful is decided: it goes to `alternative` and to the proposal of a finding.

    Args:
        text: the cell as given.
        order: which comes first in dd/mm/yyyy-like dates of this column; "ymd" matters for years of two digits only,
            for a year of four digits shows its place itself.
        kind: "birth" (a year alone is ordinary), "event" (registration, issue) or "expiry" (may lie ahead, may be unlimited).
        as_of_year: year after which births and events lie in the future.
        century: first two digits of the year (19, 20) known from elsewhere, for years of two digits.

    >>> explain("05/03/1970").iso, explain("1965", kind="birth").precision
    ('1970-03-05', 'year')
    >>> explain("05/13/1980").findings
    (Finding(code='DAT-03', value='05/13/1980', proposed='13/05/1980'),)
    >>> explain("31/02/1980").iso
    '1980-02'
    """
    if not text or text.isspace():
        return DateReading()
    cell = _Cell(text, order, kind, as_of_year, century, written(text))
    reading = _read(cell)
    if cell.form.lunar and reading.year is not None:
        reading = _lunar(cell, reading)
    return _with_remarks(cell, reading)


def plain_date(text: str) -> Triple:
    """(year, month, day) of a text matching `PLAIN_DMY` or `PLAIN_ISO`: its three runs of digits, in that order.

    >>> plain_date("5.3.1970"), plain_date("1970-03-05")
    ((1970, 3, 5), (1970, 3, 5))
    """
    first, second, third = (int(part) for part in re.split("[/.-]", text))
    return (first, second, third) if first > 31 else (third, second, first)


def show(year: int, month: int | None = None, day: int | None = None) -> str:
    """A date as people write it: dd/mm/yyyy, mm/yyyy or yyyy.

    >>> show(1970, 3, 5), show(1970, 3), show(1970)
    ('05/03/1970', '03/1970', '1970')
    """
    return "/".join([*(f"{part:02}" for part in (day, month) if part is not None), f"{year:04}"])


def is_calendar_date(year: int, month: int, day: int) -> bool:
    """Whether the calendar has that day.

    >>> is_calendar_date(2006, 2, 29)
    False
    """
    return 1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _read(cell: _Cell) -> DateReading:
    form = cell.form
    if form.unlimited and cell.kind == "expiry":
        return DateReading(unlimited=True)
    if form.guess is not None:
        return _repaired(cell, form.guess_code, form.guess)
    if form.fault is not None:
        return _failed(cell, form.fault)
    if form.short_year:
        return _short_year(cell)
    if len(form.numbers) == 3:
        year, month, day = _ordered(cell)
        return _whole(cell, year=year, month=month, day=day)
    return _year_and_month(cell)


def _ordered(cell: _Cell) -> Triple:
    """(year, month, day) as the writing, or else the column, orders them."""
    first, second, third = cell.form.numbers
    if cell.form.order == "ymd":
        return first, second, third
    if cell.form.order == "free" and cell.order == "mdy":
        return third, first, second
    return third, second, first


def _whole(cell: _Cell, *, year: int, month: int, day: int) -> DateReading:
    if cell.kind == "expiry" and (year, month, day) == _NEVER:
        return DateReading(unlimited=True)
    if (year, month, day) in _PLACEHOLDERS:
        return _failed(cell, PLACEHOLDER)
    if not _is_known_year(cell, year):
        return _failed(cell, IMPOSSIBLE_YEAR)
    return _in_year(cell, year, month, day)


def _in_year(cell: _Cell, year: int, month: int, day: int) -> DateReading:
    if is_calendar_date(year, month, day):
        swap = (year, day, month) if cell.form.order == "free" and day <= 12 and day != month else None
        return DateReading(year, month, day, "day", alternative=swap)
    if month == 0 or (day == 0 and month <= 12):
        return _partial(cell, year, month or None, ZERO_PARTS)
    if is_calendar_date(year, day, month):
        return _swapped(cell, year, month=day, day=month)
    return _partial(cell, year, month if month <= 12 else None, IMPOSSIBLE)


def _swapped(cell: _Cell, year: int, *, month: int, day: int) -> DateReading:
    proposed = show(year, month, day)
    return DateReading(
        year,
        precision="year",
        findings=(Finding(MONTH_FIRST, cell.text, proposed),),
        alternative=(year, month, day),
    )


def _partial(cell: _Cell, year: int, month: int | None, code: str) -> DateReading:
    return DateReading(
        year, month, precision="month" if month else "year", findings=(Finding(code, cell.text, show(year, month)),)
    )


def _failed(cell: _Cell, code: str) -> DateReading:
    return DateReading(findings=(Finding(code, cell.text),))


def _repaired(cell: _Cell, code: str, triple: Triple) -> DateReading:
    """A reading known only by a repair: nothing is sure, the repair stands in `alternative` and in the proposal."""
    year, month, day = triple
    ahead = year > cell.as_of_year and cell.kind != "expiry"
    if ahead or not _is_known_year(cell, year) or (month and not is_calendar_date(year, month, day or 1)):
        return _failed(cell, UNREADABLE)
    proposed = show(year, month or None, day or None)
    return DateReading(
        findings=(Finding(code, cell.text, proposed),), alternative=(year, month, day) if month and day else None
    )


def _year_and_month(cell: _Cell) -> DateReading:
    numbers = cell.form.numbers if cell.form.order == "ymd" else cell.form.numbers[::-1]
    year, month = numbers[0], numbers[1] if len(numbers) == 2 else None
    if not _is_known_year(cell, year):
        return _failed(cell, IMPOSSIBLE_YEAR)
    if month is None:
        return DateReading(year, precision="year")
    if 1 <= month <= 12:
        return DateReading(year, month, precision="month")
    return _partial(cell, year, None, IMPOSSIBLE if month else ZERO_PARTS)


def _short_year(cell: _Cell) -> DateReading:
    """Day, month and two digits of the year: a proposal with the century that fits, or the one known from elsewhere."""
    first, second, short = cell.form.numbers
    day, month = first, second
    if cell.form.order == "free" and cell.order == "mdy":
        day, month = second, first
    elif cell.form.order == "free" and cell.order == "ymd":
        day, month, short = short, second, first
    if month > 12 >= day:
        day, month = month, day
    year = _with_century(cell, short)
    if month == 0 or day == 0:
        return _repaired(cell, SHORT_YEAR, (year, month, 0))
    return _repaired(cell, SHORT_YEAR, (year, month, day))


def _with_century(cell: _Cell, short: int) -> int:
    if cell.century is not None:
        return cell.century * 100 + short
    last = cell.as_of_year + (50 if cell.kind == "expiry" else 0)
    return last - (last - short) % 100  # the latest year with these two digits that is not ahead


def _is_known_year(cell: _Cell, year: int) -> bool:
    return _FIRST_YEAR <= year <= cell.as_of_year + _LAST_EXPIRY


def _lunar(cell: _Cell, reading: DateReading) -> DateReading:
    """A date by the lunar calendar: its eleventh and twelfth month may fall into the next solar year."""
    safe = reading.month is not None and reading.month <= 10
    year = reading.year if safe or reading.month is None else None
    return DateReading(
        year, precision="year" if year else None, findings=(*reading.findings, Finding(LUNAR, cell.text))
    )


def _with_remarks(cell: _Cell, reading: DateReading) -> DateReading:
    """Add what is remarkable about a date that was read, and put the worst first."""
    codes = [code for code in _judged(cell, reading) if all(code != finding.code for finding in reading.findings)]
    if not codes:
        return reading
    shown = "không thời hạn" if reading.year is None else show(reading.year, reading.month, reading.day)
    added = [Finding(code, cell.text, shown if code in _REMARKS else None) for code in codes]
    findings = sorted((*reading.findings, *added), key=lambda finding: _rank(finding.code))
    return DateReading(
        reading.year,
        reading.month,
        reading.day,
        reading.precision,
        tuple(findings),
        reading.alternative,
        reading.unlimited,
    )


def _judged(cell: _Cell, reading: DateReading) -> list[str]:
    codes: list[str] = []
    if cell.form.unusual and not any(finding.proposed for finding in reading.findings):
        codes.append(OTHER_FORM)
    if reading.year is None:
        return codes if reading.unlimited else []
    if reading.year > cell.as_of_year and cell.kind != "expiry":
        codes.append(FUTURE)
    if cell.kind == "birth" and reading.year < cell.as_of_year - _OLDEST_AGE:
        codes.append(VERY_OLD)
    if cell.kind != "birth" and reading.precision != "day" and not reading.findings:
        codes.append(INCOMPLETE)
    if (reading.year, reading.month, reading.day) == _EPOCH:
        codes.append(MAYBE_PLACEHOLDER)
    if cell.order == "mdy" and cell.form.order == "free" and reading.precision == "day":
        codes.append(READ_MONTH_FIRST)
    return codes


def _rank(code: str) -> int:
    """Errors first, then warnings, then remarks."""
    return 2 if code in _REMARKS else 1 if code in _WARNINGS else 0
