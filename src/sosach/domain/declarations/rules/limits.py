"""Until when a declaration is answered, and until when the holder on record may object before it is."""

from datetime import date, timedelta

from sosach.domain.declarations.rules.kinds import Kind
from sosach.vn.working_days import add_working_days

LEGAL_NOTICE_DAYS = 30  # public notice where papers are missing (Circular 24/2023 art. 31, kept in 79/2024)


def due_on(kind: Kind, day: date) -> date:
    """The last day to answer a declaration that came in on a day.

    >>> from sosach.domain.declarations.rules.kinds import kind_of
    >>> due_on(kind_of("person_data_wrong"), date(2026, 11, 20))  # Friday; Tuesday 24 November is a day off
    datetime.date(2026, 11, 25)
    """
    return day + timedelta(days=kind.days + 1) if kind.calendar else add_working_days(day, kind.days)


def objecting_until(kind: Kind, day: date) -> date | None:
    """The last day on which the holder on record may object before anybody decides; None where there is no such time.

    >>> from sosach.domain.declarations.rules.kinds import kind_of
    >>> objecting_until(kind_of("vehicle_inherited"), date(2026, 11, 20))
    datetime.date(2026, 11, 23)
    """
    if not kind.objecting:
        return None
    count = int(kind.objecting.rstrip("w"))
    return add_working_days(day, count) if kind.objecting.endswith("w") else day + timedelta(days=count)


def falls_due(day: date) -> tuple[date, date]:
    """The days of which one is reminded on a day: itself, up to the next working day.

    >>> falls_due(date(2026, 11, 20))
    (datetime.date(2026, 11, 20), datetime.date(2026, 11, 23))
    """
    return day, add_working_days(day, 1)
