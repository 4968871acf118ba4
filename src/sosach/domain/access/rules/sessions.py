"""How long somebody stays signed in: not beyond half an hour of silence, and half a day in all."""

from datetime import datetime, timedelta

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=1)  # how often a sign of life is written down: not at every click


def lives(*, begun_at: datetime, seen_at: datetime, at: datetime) -> bool:
    """Whether a session holds.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    >>> lives(begun_at=noon, seen_at=noon, at=noon + IDLE), lives(begun_at=noon, seen_at=noon + LONGEST, at=noon + LONGEST)
    (True, True)
    >>> lives(begun_at=noon, seen_at=noon, at=noon + IDLE + NOTED_EVERY)
    False
    """
    return at - seen_at <= IDLE and at - begun_at <= LONGEST
