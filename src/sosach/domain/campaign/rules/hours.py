"""Times at which a campaign visits people: by weekday, from when to when."""

from collections.abc import Mapping
from datetime import date, time, timedelta

from sosach.vn.working_days import is_working_day

SATURDAY = 5
DAYS = 7
# Weekday (0 is Monday) as text → from and to, "HH:MM"; a weekday that is missing is none.
Windows = Mapping[str, tuple[str, str]]
# As the communes do it: in the evening, all day at weekends.
USUAL: Windows = {
    **{str(day): ("17:00", "21:00") for day in range(SATURDAY)},
    "5": ("08:00", "21:00"),
    "6": ("08:00", "21:00"),
}
_MINUTES = 60


def minutes_on(day: date, windows: Windows) -> int:
    """Minutes a campaign visits on a day; on holidays in the week people are at home as at weekends.

    >>> minutes_on(date(2025, 11, 24), USUAL), minutes_on(date(2025, 11, 29), USUAL)
    (240, 780)
    """
    weekday = day.weekday()
    if weekday < SATURDAY and not is_working_day(day) and str(SATURDAY) in windows:
        weekday = SATURDAY
    told = windows.get(str(weekday))
    if told is None:
        return 0
    begin, end = (time.fromisoformat(each) for each in told)
    return (end.hour - begin.hour) * _MINUTES + end.minute - begin.minute


def minutes_between(first: date, last: date, windows: Windows) -> int:
    """Minutes from a day to another, both counted."""
    return sum(minutes_on(first + timedelta(days=place), windows) for place in range((last - first).days + 1))


def next_open_day(day: date, windows: Windows, *, weekend: bool = False) -> date | None:
    """The first day from a day on at which the campaign visits; at a weekend only, where asked and there is one.

    >>> next_open_day(date(2025, 11, 24), USUAL, weekend=True)
    datetime.date(2025, 11, 29)
    """
    following = [day + timedelta(days=place) for place in range(DAYS)]
    at_weekends = [each for each in following if each.weekday() >= SATURDAY and minutes_on(each, windows)]
    if weekend and at_weekends:
        return at_weekends[0]
    return next((each for each in following if minutes_on(each, windows)), None)


def is_windows(windows: Windows) -> bool:
    """Whether these are weekdays with times in their order."""
    for weekday, told in windows.items():
        if weekday not in {str(day) for day in range(DAYS)} or len(told) != len(("from", "to")):
            return False
        try:
            begin, end = (time.fromisoformat(each) for each in told)
        except ValueError:
            return False
        if begin >= end:
            return False
    return True
