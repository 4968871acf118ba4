"""Partial dates as text (`1957`, `1957-03`, `1957-03-02`): day and month of old people's births may be unknown, and stay so."""

import calendar
import re
from datetime import date

from sosach.vn.working_days import VIETNAM, day_of

__all__ = ["PARTIAL", "VIETNAM", "day_of", "earliest", "is_partial_date", "latest", "oldest_age", "precision"]

PARTIAL = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
_PARTIAL = re.compile(PARTIAL)
_PRECISION = {4: "year", 7: "month", 10: "day"}


def is_partial_date(text: str) -> bool:
    """Whether a text is a year, a month or a day that exists.

    >>> [is_partial_date(text) for text in ("1957", "1957-13", "1957-02-29", "1956-02-29", "")]
    [True, False, False, True, False]
    """
    if not _PARTIAL.match(text):
        return False
    year, *rest = map(int, text.split("-"))
    return year > 0 and (len(rest) < 2 or rest[1] <= calendar.monthrange(year, rest[0])[1])


def precision(text: str) -> str:
    """`day`, `month` or `year`; empty for no date.

    >>> precision("1957-03"), precision("")
    ('month', '')
    """
    return _PRECISION.get(len(text), "")


def earliest(text: str) -> date:
    """The first day a partial date can mean.

    >>> earliest("1957-03")
    datetime.date(1957, 3, 1)
    """
    year, month, day = (*map(int, text.split("-")), 1, 1)[:3]
    return date(year, month, day)


def latest(text: str) -> date:
    """The last day a partial date can mean.

    >>> latest("1956-02")
    datetime.date(1956, 2, 29)
    """
    parts = tuple(map(int, text.split("-")))
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1])


def oldest_age(birth: str, on: date) -> int:
    """Completed years somebody can have at most on a day.

    >>> oldest_age("2008-11-23", date(2026, 11, 22)), oldest_age("2008", date(2026, 11, 22))
    (17, 18)
    """
    born = earliest(birth)
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
