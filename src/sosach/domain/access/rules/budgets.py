"""How much an account may ask: requests, and look-ups that find nothing, each as a bucket that refills with time."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Bucket:
    """Holds `size` drops at most; one comes back every `refill`.

    Attributes:
        size: drops of a full bucket.
        refill: time until one drop is back.
    """

    size: int
    refill: timedelta

    def window(self) -> timedelta:
        """Time an empty bucket takes to be full.

        >>> Bucket(size=60, refill=timedelta(seconds=2)).window()
        datetime.timedelta(seconds=120)
        """
        return self.size * self.refill


@dataclass(frozen=True, slots=True)
class Limits:
    """What one account has.

    Attributes:
        requests: one drop per request.
        misses: one drop per look-up that finds nothing: who walks through numbers runs dry long before the requests do.
    """

    requests: Bucket
    misses: Bucket


# A civil-status feed sends batches, a desk some requests a minute; one typing error a minute refills for ever.
USUAL = Limits(
    requests=Bucket(size=200, refill=timedelta(milliseconds=20)), misses=Bucket(size=40, refill=timedelta(minutes=1))
)
