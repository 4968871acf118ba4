"""The table of scheduled verbs: what is done how often. Each is idempotent and takes the moment it runs at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Scheduled:
    """One line of the table.

    Attributes:
        name: stable name; of the job, of its lock.
        cron: when: minute, hour, day, month, weekday, UTC.
        verb: what is done; takes the moment it runs at, returns how many records it changed.
        vi: what it is for, Vietnamese.
        en: what it is for, English.
    """

    name: str
    cron: str
    verb: Callable[[datetime], int]
    vi: str
    en: str


# Points of licences that come back, temporary residence that ends, notices whose time is over … one line each.
SCHEDULE: tuple[Scheduled, ...] = ()
