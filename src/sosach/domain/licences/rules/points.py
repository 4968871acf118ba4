"""Points: 12 per half of a licence, taken by violations, back after 12 quiet months, and from zero by a test only.

Legal source: Law 36/2024/QH15 art. 58, Decree 168/2024 art. 49 to 51, Circular 65/2024/TT-BCA (amended by 105/2026). Months end
with the day that has the number of the first one, which counts to its end: taken on 10 March, full again on 11 March a year later.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

FULL = 12
QUIET_MONTHS = 12
TEST_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Balance:
    """Points on a day.

    Attributes:
        points: 0 to 12.
        full_on: day they are full again by themselves, if nothing happens; None at 12 and at 0.
        zero_since: day the last one was taken; None unless there are none.
    """

    points: int = FULL
    full_on: date | None = None
    zero_since: date | None = None

    @property
    def test_from(self) -> date | None:
        """First day of the test that brings them back; None unless there are none."""
        return months_later(self.zero_since, TEST_MONTHS) if self.zero_since else None


def balance(taken: Iterable[tuple[date, int]], tests: Iterable[date], *, day: date) -> Balance:
    """Points on a day, after what was taken until then and tests passed until then, in any order.

    >>> march = date(2025, 3, 10)
    >>> balance([(march, 4)], [], day=date(2026, 3, 10)).points, balance([(march, 4)], [], day=date(2026, 3, 11)).points
    (8, 12)
    >>> balance([(march, 10), (date(2025, 5, 1), 4)], [], day=date(2030, 1, 1)).points
    0
    """
    steps = [*((on, points) for on, points in taken if on <= day), *((on, 0) for on in tests if on <= day)]
    now = Balance()
    # on one day what was taken comes first: a test restores what is gone
    for on, points in sorted(steps, key=lambda step: (step[0], step[1] == 0)):
        now = _less(_quiet(now, on), on, points) if points else Balance()
    return _quiet(now, day)


def _quiet(now: Balance, day: date) -> Balance:
    return Balance() if now.full_on is not None and day >= now.full_on else now


def _less(now: Balance, on: date, points: int) -> Balance:
    left = max(0, now.points - points)
    if left == 0:
        return Balance(0, zero_since=now.zero_since or on)
    return Balance(left, full_on=months_later(on, QUIET_MONTHS) + timedelta(days=1))


def months_later(day: date, months: int) -> date:
    """The same day of the month some months later; the last one where the month is shorter.

    >>> months_later(date(2025, 8, 31), 6), months_later(date(2024, 2, 29), 12)
    (datetime.date(2026, 2, 28), datetime.date(2025, 2, 28))
    """
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
