"""Points as a child would count them, day by day: what the program is compared with."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sosach.domain.licences.rules.classes import Group


@dataclass
class Told:
    """Points as a child would count them: a list of what was taken, another of tests."""

    start: date
    taken: dict[int, tuple[Group, date, int]] = field(default_factory=dict)
    tests: dict[int, tuple[Group, date]] = field(default_factory=dict)

    def points(self, group: Group, today: date, held: frozenset[int]) -> int:
        taken = [(on, points) for key, (half, on, points) in self.taken.items() if half is group and key in held]
        tests = {on for key, (half, on) in self.tests.items() if half is group and key in held}
        points, quiet_since, day = 12, None, self.start
        while taken and day <= today:
            if quiet_since is not None and points > 0 and day > _a_year_after(quiet_since):
                points, quiet_since = 12, None
            for on, number in taken:
                if on == day:
                    points, quiet_since = max(0, points - number), day
            if day in tests:
                points, quiet_since = 12, None
            day += timedelta(1)
        return points


def _a_year_after(day: date) -> date:
    return date(day.year + 1, 2, 28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 1)
