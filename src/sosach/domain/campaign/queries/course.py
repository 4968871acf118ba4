"""The course of a campaign, day by day: what was done, what was expected, and where the last days lead."""

from dataclasses import dataclass
from datetime import date, timedelta

from sosach.domain.access.queries import Look, Seen, reading
from sosach.domain.audit.rules import Subject
from sosach.domain.campaign.queries.figures import counts
from sosach.domain.campaign.queries.lists import READERS
from sosach.domain.campaign.queries.progress import Part, noted, scope_of, terms_of
from sosach.domain.campaign.rules.forecast import Forecast, forecast
from sosach.domain.campaign.rules.targets import expected_by
from sosach.domain.population.rules.days import day_of


@dataclass(frozen=True, slots=True)
class CourseDay:
    """A day of a campaign.

    Attributes:
        day: which.
        done: records done at its end; None where nothing is noted, and ahead.
        expected: to be done by its end.
        slowest: done by its end if the last days go on as badly as one time in ten; None before today and without forecast.
        fastest: likewise, as well as one time in ten.
    """

    day: date
    done: int | None
    expected: int
    slowest: float | None = None
    fastest: float | None = None


@reading("campaign.figures_read", roles=READERS)
def course(look: Look, *, part: Part) -> Seen[tuple[CourseDay, ...]]:
    """Every day of a part of a campaign, from its first to its last or to today.

    Raises:
        SosachError: STATE-01 no such campaign or register in it.
    """
    scope = scope_of(part)
    today = day_of(look.at)
    told = counts(look.actor, scope, day=today, names=("records", "done", "cases"))
    total, start = told["records"], max(told["records"] - told["cases"], 0)
    series = dict([each for each in noted(look.actor, scope, "done") if each[0] < today] + [(today, told["done"])])
    ahead = forecast(sorted(series.items()), total=total, ends=scope.campaign.ends_on)
    terms = terms_of(scope.campaign)
    first, last = min([scope.campaign.begins_on, *series]), max(scope.campaign.ends_on, today)
    days = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    band = _Band(today, told["done"], total, ahead)
    found = tuple(
        CourseDay(
            day,
            series.get(day) if scope.campaign.begins_on <= day <= today else None,
            expected_by(day, total=total, start=start, **terms),
            band.on(day, ahead.latest if ahead else None),
            band.on(day, ahead.earliest if ahead else None),
        )
        for day in days
    )
    return Seen(found, [Subject("unit", look.actor.unit, look.actor.unit)])


@dataclass(frozen=True, slots=True)
class _Band:
    """Straight lines from today to the days on which the rest may be done."""

    today: date
    done: int
    total: int
    ahead: Forecast | None

    def on(self, day: date, reached: date | None) -> float | None:
        """How many are done by a day if all are done on another; at the pace of the last days where that day is not told."""
        if self.ahead is None or day < self.today or self.done >= self.total:
            return None
        gone = (day - self.today).days
        if reached is None:
            return float(self.done)
        length = max((reached - self.today).days, 1)
        return min(self.done + (self.total - self.done) * gone / length, float(self.total))


__all__ = ["CourseDay", "course"]
