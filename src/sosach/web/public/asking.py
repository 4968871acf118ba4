"""How often anybody may check a plate or a licence: in all, from one block of addresses, and about one number.

Nobody signs in here, so nothing else holds a program back that walks through numbers. A number is counted whether it is somebody's or
nobody's: that it was asked too often says nothing about it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import TypeVar

from django.http import HttpRequest

from sosach.domain.access.operations.budgets import take, take_misses
from sosach.domain.access.queries import Look
from sosach.domain.access.rules.budgets import Bucket, Limits
from sosach.domain.exchange.queries.checking import ANYBODY
from sosach.web.frame.throttle import address_of, counter, digest

T = TypeVar("T")

_SECOND, _MINUTE, _HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
# The whole installation: a crowd after the news, not a program day and night.
IN_ALL = Limits(requests=Bucket(3000, _SECOND / 20), misses=Bucket(3000, _SECOND / 10))
# An office, a dormitory, the customers of a mobile network share a block.
BY_BLOCK = Limits(requests=Bucket(60, 2 * _SECOND), misses=Bucket(20, _MINUTE))
# Ends of chassis numbers are 10,000, birth years sixty: five tries and four a day find neither.
BY_NUMBER = Limits(requests=Bucket(60, _MINUTE), misses=Bucket(5, 6 * _HOUR))
_COUNTERS = 4  # digits of a digest: 65,536 counters of numbers, as many rows at most, however many numbers are tried
_BLOCKS = {4: 24, 6: 48}


def asked(request: HttpRequest, about: str, find: Callable[[Look], T | None], *, at: datetime) -> T | None:
    """Ask once, within the limits; what finds nothing is charged again.

    Args:
        request: it comes with.
        about: the number, as the register keeps it.
        find: the look.
        at: now.

    Raises:
        BudgetSpentError: ACCESS-04, with the time to wait.
    """
    limits = limits_of(request, about)
    for name, limit in limits.items():
        take(counter(name), at=at, limits=limit)
    found = find(Look(ANYBODY, "", at))
    if found is None:
        for name, limit in limits.items():
            take_misses(counter(name), at=at, limits=limit)
    return found


def limits_of(request: HttpRequest, about: str) -> Mapping[str, Limits]:
    """Counters a request is charged to."""
    return {
        f"check-number:{digest(about)[:_COUNTERS]}": BY_NUMBER,
        f"check-block:{block_of(address_of(request))}": BY_BLOCK,
        "check": IN_ALL,
    }


def block_of(address: str) -> str:
    """Addresses one asker has at will.

    >>> block_of("192.0.2.77"), block_of("2001:db8:1:2::3"), block_of("::ffff:192.0.2.77"), block_of("?")
    ('192.0.2.0/24', '2001:db8:1::/48', '192.0.2.0/24', '?')
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    found = getattr(found, "ipv4_mapped", None) or found
    return str(ip_network((found, _BLOCKS[found.version]), strict=False))
