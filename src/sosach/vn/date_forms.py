"""The forms a date is written in: digits and separators, words, month names, a time behind it, spreadsheet numbers."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from sosach.vn.digits import LETTERS_FOR_DIGITS, has_wide_digits, settle

_SERIAL_BASE = date(
    1899, 12, 30
)  # day 0 of spreadsheets, so that their false 29/02/1900 comes out right from 1/3/1900 on
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}

_LABEL = re.compile(r"^(?:ngày sinh|ngay sinh|năm sinh|nam sinh|sinh ngày|sinh năm|sinh nam|sinh|sn|ns|dob)\b[\s:.]*")
_ABOUT = re.compile(r"^(?:khoảng|khoang|~|≈)\s*")
_LUNAR = re.compile(r"\(?\s*\b(?:âm lịch|am lich|âm|âl|a\.l|al)\b\.?\s*\)?")
_TIME = re.compile(
    r"[t\s]+([0-2]?[0-9]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?\s*(?:am|pm|sa|ch)?\s*(z|[+-][0-9]{2}:?[0-9]{2})?$"
)
_WORDS = re.compile(r"\b(?:ngày|ngay|tháng|thang|thg|năm|nam)\b")
_UNLIMITED = re.compile(
    r"(?:không|khong|ko|k|vô|vo)\.?\s*(?:có|co)?\s*(?:thời\s*hạn|thoi\s*han|hạn|han)|unlimited|kth|kxđ|kth\."
)
# Law 36/2024 art. 57: the words that stand on the licence itself.
_UNLIMITED_IN_LAW = "không thời hạn"
_NAMED = re.compile(
    r"(?:([0-9]{1,4})[\s./,-]*)?([a-z]{3,9})[\s./,-]*(?:([0-9]{1,2})(?:st|nd|rd|th)?[\s./,-]+)?([0-9]{1,4})"
)
_SPLIT = re.compile(r"[\s/.,\-\\‐-―−]+")
_SERIAL = re.compile(r"([0-9]{5})(?:[.,][0-9]+)?")
_YEAR_DECIMAL = re.compile(r"((?:18|19|20)[0-9]{2})[.,]0+")

Fault = Literal["DAT-01", "DAT-14", "DAT-17"]
_UNREADABLE: Fault = "DAT-01"
_NO_YEAR: Fault = "DAT-14"
_IMPOSSIBLE_YEAR: Fault = "DAT-17"
_SERIAL_CODE, _SHORT_YEAR_CODE, _ZONE_CODE, _LETTERS_CODE, _LOST_ZERO_CODE = (
    "DAT-04",
    "DAT-05",
    "DAT-16",
    "DAT-18",
    "DAT-19",
)


@dataclass(frozen=True, slots=True)
class Written:
    """How a date is written, before anything is decided about it.

    Attributes:
        numbers: (year), (month, year) or (day, month, year) as far as the writing orders them; see `order`.
        order: "free" when day and month could stand either way, "dmy" when words fix it, "ymd" when the year is first.
        short_year: the year has two digits.
        guess: (year, month, day) by a repair that needs a yes; day and month may be 0 = unknown.
        guess_code: code of the finding that goes with the guess.
        fault: code of the finding when there is no date in it.
        lunar: a note says lunar calendar.
        unlimited: words say "without expiry".
        unusual: words, a time, digits run together: changes of form that lose nothing.
    """

    numbers: tuple[int, ...] = ()
    order: Literal["free", "dmy", "ymd"] = "free"
    short_year: bool = False
    guess: tuple[int, int, int] | None = None
    guess_code: str = ""
    fault: Fault | None = None
    lunar: bool = False
    unlimited: bool = False
    unusual: bool = False


def written(text: str) -> Written:
    """Take a date cell apart; total.

    >>> written("ngày 5 tháng 3 năm 1970").numbers
    (5, 3, 1970)
    >>> written("29221.0").guess
    (1980, 1, 1)
    """
    bare = settle(text).casefold().strip("'\"`*;:, ")
    if _UNLIMITED.fullmatch(bare):
        return Written(fault=_UNREADABLE, unlimited=True, unusual=bare != _UNLIMITED_IN_LAW)
    stripped = _ABOUT.sub("", _LABEL.sub("", bare))
    without_note = _LUNAR.sub(" ", stripped).strip()
    timed, zone_shift = _without_time(without_note)
    plain = _WORDS.sub(" ", timed).strip(" ./-,")
    lunar = without_note != stripped
    unusual = (plain != bare.strip(" ./-,") and not lunar) or has_wide_digits(text)
    form = _of_numbers(plain, in_words=plain != timed.strip(" ./-,"))
    if zone_shift:
        form = _next_day(form)
    return replace(form, lunar=lunar, unusual=unusual or form.unusual)


def serial_date(number: int) -> date:
    """The day a spreadsheet stores as this number.

    >>> serial_date(29221)
    datetime.date(1980, 1, 1)
    """
    return _SERIAL_BASE + timedelta(days=number)


def _without_time(bare: str) -> tuple[str, bool]:
    """The date before a time; and whether the time is midnight in Viet Nam told as 17:00 UTC of the day before."""
    match = _TIME.search(bare)
    if not match:
        return bare, False
    in_utc = match[2] in ("z", "+00:00", "+0000")
    return bare[: match.start()], in_utc and match[1] == "17"


def _next_day(form: Written) -> Written:
    if form.order != "ymd" or len(form.numbers) != 3:
        return form
    try:
        day = date(*form.numbers) + timedelta(days=1)
    except (ValueError, OverflowError):
        return form
    return Written(guess=(day.year, day.month, day.day), guess_code=_ZONE_CODE)


def _of_numbers(plain: str, *, in_words: bool) -> Written:
    if year := _YEAR_DECIMAL.fullmatch(plain):
        return Written((int(year[1]),), unusual=True)
    if serial := _SERIAL.fullmatch(plain):
        return _of_serial(int(serial[1]))
    if named := _NAMED.fullmatch(plain):
        return _of_named_month(named)
    parts = _SPLIT.split(plain)
    if not all(part.isascii() and part.isdigit() for part in parts):
        return _of_letters(parts)
    form = _of_parts(parts)
    return replace(form, order="dmy") if in_words and form.order == "free" else form


def _of_parts(parts: list[str]) -> Written:
    if len(parts) == 1:
        return _of_one_run(parts[0])
    if len(parts) > 3 or any(len(part) > 4 for part in parts):
        return Written(fault=_UNREADABLE)
    return _of_two(parts) if len(parts) == 2 else _of_three(parts)


def _of_serial(number: int) -> Written:
    day = serial_date(number)
    return Written(guess=(day.year, day.month, day.day), guess_code=_SERIAL_CODE)


def _of_one_run(run: str) -> Written:
    """Digits without separators: a year, ddmmyyyy, yyyymmdd, or such a form that lost its first zero."""
    if len(run) == 4:
        return Written((int(run),))
    if len(run) == 8:
        return _of_eight(run)
    if len(run) == 7 and _is_year(run[3:]) and 1 <= int(run[1:3]) <= 12 and run[0] != "0":
        return Written(guess=(int(run[3:]), int(run[1:3]), int(run[0])), guess_code=_LOST_ZERO_CODE)
    return Written(fault=_UNREADABLE)


def _of_eight(run: str) -> Written:
    """Ddmmyyyy when its month can be one, else yyyymmdd; never both, for no month is called 18 to 22."""
    if _is_year(run[4:]) and (1 <= int(run[2:4]) <= 12 or not _is_year(run[:4])):
        return Written((int(run[:2]), int(run[2:4]), int(run[4:])), order="dmy", unusual=True)
    if _is_year(run[:4]):
        return Written((int(run[:4]), int(run[4:6]), int(run[6:])), order="ymd", unusual=True)
    return Written(fault=_UNREADABLE)


def _is_year(four: str) -> bool:
    return 1800 <= int(four) <= 2200


def _of_two(parts: list[str]) -> Written:
    first, second = int(parts[0]), int(parts[1])
    if len(parts[1]) == 4 and len(parts[0]) <= 2:
        return Written((first, second))
    if len(parts[0]) == 4 and len(parts[1]) <= 2:
        return Written((first, second), order="ymd")
    if len(parts[0]) <= 2 and len(parts[1]) <= 2:
        # 12/30 is a day without its year (often a lunar one); 12/65 can only be a month and a short year.
        if 1 <= first <= 12 and second > 31:
            return Written(guess=(1900 + second, first, 0), guess_code=_SHORT_YEAR_CODE)
        return Written(fault=_NO_YEAR)
    return Written(fault=_IMPOSSIBLE_YEAR)


def _of_three(parts: list[str]) -> Written:
    lengths = tuple(len(part) for part in parts)
    numbers = tuple(int(part) for part in parts)
    if lengths[0] == 4 and max(lengths[1:]) <= 2:
        return Written(numbers, order="ymd")
    if max(lengths[:2]) > 2:
        return Written(fault=_UNREADABLE)
    if lengths[2] == 4:
        return Written(numbers)
    if lengths[2] == 3:
        return Written(fault=_IMPOSSIBLE_YEAR)
    if numbers[0] > 31 >= numbers[2]:
        return Written((numbers[2], numbers[1], numbers[0]), order="dmy", short_year=True)
    return Written(numbers, short_year=True)


def _of_named_month(match: re.Match[str]) -> Written:
    """5 March 1970, March 5, 1970, Mar-70, 1970-Mar-05."""
    before, name, between, after = match.groups()
    month = _MONTHS.get(name[:3])
    if month is None or (before and between):
        return Written(fault=_UNREADABLE)
    day, year = before or between, after
    if day is not None and len(day) == 4:
        day, year = year, day
    if len(year) == 3 or len(year) == 1 or (day is not None and len(day) > 2):
        return Written(fault=_UNREADABLE)
    short = len(year) == 2
    if day is None:
        if short:
            return Written(guess=(1900 + int(year), month, 0), guess_code=_SHORT_YEAR_CODE, unusual=True)
        return Written((month, int(year)), unusual=True)
    return Written((int(day), month, int(year)), order="dmy", short_year=short, unusual=True)


def _of_letters(parts: list[str]) -> Written:
    """Letters where digits should be: O5/03/197O."""
    mended = [part.replace("q", "0").replace("b", "8").translate(LETTERS_FOR_DIGITS) for part in parts]
    digits = sum(char.isdigit() for part in parts for char in part)
    if digits * 2 > sum(len(part) for part in parts) and all(part.isascii() and part.isdigit() for part in mended):
        form = _of_three(mended) if len(mended) == 3 else Written()
        if len(form.numbers) == 3 and not form.short_year:
            year, month, day = form.numbers if form.order == "ymd" else form.numbers[::-1]
            return Written(guess=(year, month, day), guess_code=_LETTERS_CODE)
    return Written(fault=_UNREADABLE)
