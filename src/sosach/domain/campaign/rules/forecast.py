"""When a campaign will be done at the pace of the last days, and how sure that is: a bootstrap over recent daily rates."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

RECENT_DAYS = 14
LEAST_DAYS = 3  # fewer say nothing of how much days differ
PATHS = 300
HORIZON_DAYS = 3 * 366  # who is not done by then is not done at this pace
_WEEK, _SATURDAY = 7, 5
_LOW, _MID, _HIGH = 0.1, 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the rest will be done.

    Attributes:
        earliest: with one chance in ten it is done by then; None: not within three years.
        likely: as likely before as after.
        latest: with nine chances in ten it is done by then.
        in_time: chance that it is done by the last day of the campaign, 0 to 1.
        per_day: what the recent days brought on average.
        needed_per_day: what the remaining days have to bring.
        days: recent days it is based on.
    """

    earliest: date | None
    likely: date | None
    latest: date | None
    in_time: float
    per_day: float
    needed_per_day: float
    days: int


def forecast(done: Sequence[tuple[date, int]], *, total: int, ends: date, seed: int = 1) -> Forecast | None:
    """When the rest will be done, from what was done at the end of each day; None with too few days to say.

    The pace itself is uncertain, not only the luck of single days: each path first draws which recent days it believes
    in, then its future days from those. Weekdays and weekends are drawn apart where both are known, since visits differ.
    What falls back (opened again) counts against the pace.

    Args:
        done: days and how many were done at their end; gaps are spread over the days between.
        total: how many are to be done.
        ends: last day of the campaign.
        seed: the same figures give the same forecast.
    """
    rates = daily_rates(done)[-RECENT_DAYS:]
    if not done:
        return None
    today, reached = max(done)
    left = total - reached
    remaining = max((ends - today).days, 0)
    per_day = sum(rate for _, rate in rates) / len(rates) if rates else 0.0
    needed = left / remaining if remaining and left > 0 else float(max(left, 0))
    if left <= 0:
        return Forecast(today, today, today, 1.0, per_day, 0.0, len(rates))
    if len(rates) < LEAST_DAYS:
        return None
    chance = random.Random(seed)  # noqa: S311 - a simulation, no secret  # nosec B311
    lengths = sorted(_days_of_path(chance, rates, today, left) for _ in range(PATHS))
    low, mid, high = (_day(today, lengths[int(PATHS * share)]) for share in (_LOW, _MID, _HIGH))
    in_time = sum(length <= remaining for length in lengths) / PATHS
    return Forecast(low, mid, high, in_time, per_day, needed, len(rates))


def daily_rates(done: Sequence[tuple[date, int]]) -> list[tuple[date, float]]:
    """What each day brought; a gap's work is spread evenly over its days.

    >>> [rate for _, rate in daily_rates([(date(2025, 12, 1), 10), (date(2025, 12, 3), 30)])]
    [10.0, 10.0]
    """
    days = sorted(done)
    rates: list[tuple[date, float]] = []
    for (before, had), (day, has) in pairwise(days):
        length = (day - before).days
        rates += [(before + timedelta(days=place), (has - had) / length) for place in range(1, length + 1)]
    return rates


def _days_of_path(chance: random.Random, rates: Sequence[tuple[date, float]], today: date, left: float) -> int:
    believed = chance.choices(rates, k=len(rates))
    every = [rate for _, rate in believed]
    kinds = [[rate for day, rate in believed if _is_weekend(day) is kind] or every for kind in (False, True)]
    first = today.weekday() + 1
    for place in range(HORIZON_DAYS):
        left -= chance.choice(kinds[(first + place) % _WEEK >= _SATURDAY])
        if left <= 0:
            return place + 1
    return HORIZON_DAYS + 1


def _is_weekend(day: date) -> bool:
    return day.weekday() >= _SATURDAY


def _day(today: date, length: int) -> date | None:
    return None if length > HORIZON_DAYS else today + timedelta(days=length)
