"""Points as a child would count them, day by day: what the program is compared with."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sosach.domain.licences.rules.classes import Group


@dataclass
class Told:
    """Points as a child would count them: a list of what was taken, another of tests, and where the list began anew."""

    start: date
    taken: dict[int, tuple[Group, date, int]] = field(default_factory=dict)
    tests: dict[int, tuple[Group, date]] = field(default_factory=dict)
    revoked: dict[int, frozenset[Group]] = field(default_factory=dict)
    issued: dict[int, frozenset[Group]] = field(default_factory=dict)

    def points(self, group: Group, today: date, held: frozenset[int]) -> int:
        begun = self._begun(group, held)
        taken = [
            (on, points)
            for key, (half, on, points) in self.taken.items()
            if half is group and key in held and key > begun
        ]
        tests = {on for key, (half, on) in self.tests.items() if half is group and key in held and key > begun}
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

    def _begun(self, group: Group, held: frozenset[int]) -> int:
        """The entry at which a new licence followed a revoked one for the last time: points of before do not count."""
        begun, is_revoked = 0, False
        for key in sorted(held & (self.revoked.keys() | self.issued.keys())):
            if group in self.revoked.get(key, ()):
                is_revoked = True
            elif group in self.issued.get(key, ()):
                begun, is_revoked = key if is_revoked else begun, False
        return begun


def _a_year_after(day: date) -> date:
    return date(day.year + 1, 2, 28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 1)
