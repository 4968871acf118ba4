"""What is to be done by when: targets of a campaign, and what follows for a single day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sosach.domain.campaign.rules.hours import Windows, minutes_between


@dataclass(frozen=True, slots=True)
class Target:
    """By the end of a day, this share of the records is to be clean.

    Attributes:
        day: the day.
        share: 0 to 1.
    """

    day: date
    share: float


def is_targets(targets: Sequence[Target], *, begins: date, ends: date) -> bool:
    """Whether targets lie within a campaign, in the order of their days, and never fall."""
    days = [target.day for target in targets]
    shares = [target.share for target in targets]
    return (
        days == sorted(set(days))
        and shares == sorted(shares)
        and all(begins <= day <= ends for day in days)
        and all(0 < share <= 1 for share in shares)
    )


def expected_by(day: date, *, total: int, start: int, begins: date, targets: Sequence[Target], windows: Windows) -> int:
    """How many records are to be clean by the end of a day: between two targets in step with the hours of visits.

    Args:
        day: the day.
        total: records of the campaign.
        start: how many were clean when it began; expectations begin there.
        begins: first day of the campaign.
        targets: in the order of their days.
        windows: hours of visits.

    >>> from sosach.domain.campaign.rules.hours import USUAL
    >>> told = dict(total=1000, start=200, begins=date(2025, 11, 3), targets=[Target(date(2025, 11, 7), 1.0)])
    >>> [expected_by(date(2025, 11, n), windows=USUAL, **told) for n in (2, 3, 5, 7, 9)]
    [200, 360, 680, 1000, 1000]
    """
    if day < begins:
        return start
    since, before, done_before = begins, None, float(start)
    for target in targets:
        # a share that was reached before the campaign began asks for nothing
        wanted = max(target.share * total, done_before)
        if day <= target.day:
            whole = minutes_between(since, target.day, windows)
            part = minutes_between(since, day, windows)
            share = part / whole if whole else 1.0
            return round(done_before + (wanted - done_before) * share)
        before, done_before = target.day, wanted
        since = date.fromordinal(before.toordinal() + 1)
    return round(done_before)


def target_of_day(
    day: date, *, total: int, start: int, begins: date, targets: Sequence[Target], windows: Windows
) -> int:
    """How many records are to become clean on one day."""
    told = {"total": total, "start": start, "begins": begins, "targets": targets, "windows": windows}
    yesterday = date.fromordinal(day.toordinal() - 1)
    return expected_by(day, **told) - expected_by(yesterday, **told)  # type: ignore[arg-type] # one dict of five kinds
