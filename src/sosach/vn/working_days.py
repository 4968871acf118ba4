"""Working days: time limits of procedures are counted in them, from the day after the papers came in.

Legal source: Labour Code 45/2019/QH14 art. 111 and 112 (days off, compensation for days on a weekend), Resolution 28/2026/QH16
(24 November, from 2026), yearly notices on exchanged days. Days stand in `data/holidays.csv`, with how sure each is. For years
outside the table only the days fixed in the solar calendar are known.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from functools import cache

from sosach.vn.tables import table

VIETNAM = timezone(timedelta(hours=7))  # no summer time since 1975
_DAY = timedelta(days=1)
_SATURDAY = 5
_FIXED = ((1, 1), (4, 30), (5, 1), (9, 2))
_CULTURE_DAY = (11, 24)
_CULTURE_DAY_FROM = 2026


@cache
def _exceptions() -> dict[date, bool]:
    """Days on which the ordinary week does not hold → whether one works."""
    return {date.fromisoformat(row["day"]): row["kind"] == "work" for row in table("holidays")}


@cache
def known_years() -> frozenset[int]:
    """Years whose days off are all in the table.

    >>> sorted(known_years())
    [2025, 2026, 2027]
    """
    return frozenset(day.year for day in _exceptions())


def day_of(at: datetime) -> date:
    """The day of a moment in Viet Nam.

    >>> day_of(datetime.fromisoformat("2026-11-22T20:00:00+00:00"))
    datetime.date(2026, 11, 23)
    """
    return at.astimezone(VIETNAM).date()


def is_working_day(day: date) -> bool:
    """Whether offices work on a day.

    >>> is_working_day(date(2026, 11, 23)), is_working_day(date(2026, 11, 24)), is_working_day(date(2026, 8, 22))
    (True, False, True)
    """
    told = _exceptions().get(day)
    if told is not None:
        return told
    if day.weekday() >= _SATURDAY:
        return False
    return day.year in known_years() or not _is_fixed_holiday(day)


def add_working_days(start: date, count: int) -> date:
    """The last day of a time limit: the `count`-th working day after a day, which itself is not counted.

    Args:
        start: the day the papers came in.
        count: working days the law gives; 0 is the day itself.

    Raises:
        ValueError: the count is negative.

    >>> add_working_days(date(2026, 11, 20), 2)  # Friday; Tuesday is a day off
    datetime.date(2026, 11, 25)
    """
    if count < 0:
        raise ValueError("a time limit does not end before it begins")
    day = start
    for day in _working_days_after(start, count):  # noqa: B007 - the last one is the answer
        pass
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after one day up to and with another; 0 when the other is not later.

    >>> working_days_between(date(2026, 11, 20), date(2026, 11, 25))
    2
    """
    return sum(is_working_day(start + _DAY * step) for step in range(1, (end - start).days + 1))


def _working_days_after(start: date, count: int) -> Iterator[date]:
    day = start
    while count:
        day += _DAY
        if is_working_day(day):
            count -= 1
            yield day


def _is_fixed_holiday(day: date) -> bool:
    here = (day.month, day.day)
    return here in _FIXED or (here == _CULTURE_DAY and day.year >= _CULTURE_DAY_FROM)
