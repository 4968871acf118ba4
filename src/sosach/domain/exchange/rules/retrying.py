"""How long a delivery is tried: the subscriber's own policy, in the words of OSIA (`countdown,max`), with waits that begin short."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=2)
LONGEST_COUNTDOWN = 7 * 24 * 3600
LEASE = timedelta(seconds=60)  # a worker that has not said what came of a delivery by then is gone
_TOLD = re.compile(r"(-?[0-9]{1,9})(?:,(-?[0-9]{1,9}))?")


@dataclass(frozen=True, slots=True)
class Policy:
    """When the next try comes, and when there is none.

    Attributes:
        countdown: the longest wait between two tries, in seconds; the first ones are shorter.
        most: tries at that pace until the delivery is dead; -1: it never is.
    """

    countdown: int = 3600
    most: int = 168

    def __str__(self) -> str:
        """As OSIA writes it."""
        return f"{self.countdown},{self.most}"

    def wait(self, tries: int, chance: float) -> timedelta:
        """Time until the next try: doubles up to the countdown; drawn between its half and the whole, so that not all come at once.

        >>> Policy(3600, -1).wait(1, 1.0), Policy(3600, -1).wait(3, 0.0), Policy(3600, -1).wait(60, 1.0)
        (datetime.timedelta(seconds=2), datetime.timedelta(seconds=4), datetime.timedelta(seconds=3600))

        Args:
            tries: how many failed, at least one.
            chance: between 0 and 1, drawn by the caller.
        """
        bound = min(FIRST_WAIT * 2 ** min(tries - 1, 30), timedelta(seconds=self.countdown))
        return bound * (0.5 + chance / 2)

    def ends(self, *, tries: int, since: datetime, at: datetime) -> bool:
        """Whether a delivery is given up: never earlier than the policy says, however fast the first tries came.

        Args:
            tries: how many failed.
            since: when it was tried first.
            at: now.
        """
        if self.most < 0:
            return False
        return tries > self.most and at - since >= timedelta(seconds=self.countdown * self.most)


USUAL = Policy()  # every hour for seven days


def policy_told(told: str) -> Policy | None:
    """A policy as a subscriber writes it; None when it is none.

    >>> policy_told("60,-1"), policy_told(""), policy_told("120"), policy_told("0,5"), policy_told("often")
    (Policy(countdown=60, most=-1), Policy(countdown=3600, most=168), Policy(countdown=120, most=168), None, None)
    """
    if not told:
        return USUAL
    found = _TOLD.fullmatch(told)
    if found is None:
        return None
    countdown, most = int(found[1]), int(found[2]) if found[2] else USUAL.most
    return Policy(countdown, most) if 1 <= countdown <= LONGEST_COUNTDOWN and -1 <= most <= 10_000 else None
