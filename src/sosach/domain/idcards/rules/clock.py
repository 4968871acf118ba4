"""The clock of seven working days (Law 26/2023/QH15 art. 26): it stands still while the citizen has to act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sosach.domain.idcards.rules.applications import WORKING_DAYS
from sosach.vn.working_days import add_working_days, working_days_between


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which the citizen had to act.

    Attributes:
        begins: day the citizen was told; it still counts.
        ends: day the citizen acted, which does not count; None: not yet.
    """

    begins: date
    ends: date | None = None


def due_on(received: date, pauses: Sequence[Pause], *, days: int = WORKING_DAYS) -> date | None:
    """The last day of the time limit; None while the clock stands still.

    A day counts when offices work, it lies after the day of receipt, and the citizen had not to act on it. A pause that begins
    after the limit has passed does not move it.

    >>> due_on(date(2026, 11, 20), [])  # 24 November is a day off
    datetime.date(2026, 12, 2)
    >>> due_on(date(2026, 11, 20), [Pause(date(2026, 11, 23), date(2026, 11, 26))])
    datetime.date(2026, 12, 4)
    >>> due_on(date(2026, 11, 20), [Pause(date(2026, 11, 23))]) is None
    True

    Raises:
        ValueError: pauses overlap, run backwards, or begin before the receipt.
    """
    stopped, last = 0, received
    due = add_working_days(received, days)
    for pause in pauses:
        if pause.begins < last or (pause.ends is not None and pause.ends < pause.begins):
            raise ValueError("pauses follow each other")
        if pause.begins > due:
            return due
        if pause.ends is None:
            return None
        stopped += working_days_between(pause.begins, pause.ends)
        due = max(add_working_days(received, days + stopped), pause.ends)
        last = pause.ends
    return due


def used_on(received: date, pauses: Sequence[Pause], day: date) -> int:
    """Working days that have counted up to and with a day.

    >>> used_on(date(2026, 11, 20), [Pause(date(2026, 11, 23))], date(2026, 12, 31))
    1
    """
    stopped = sum(working_days_between(pause.begins, min(pause.ends or day, day)) for pause in pauses)
    return max(0, working_days_between(received, day) - stopped)


def is_late(due: date | None, day: date) -> bool:
    """Whether the limit has passed on a day."""
    return due is not None and day > due
