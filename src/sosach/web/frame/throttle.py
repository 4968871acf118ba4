"""How often somebody may try to come in: by the name that is told, and by the address it is told from."""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest

from sosach.domain.access.operations.budgets import take
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.budgets import Bucket, Limits
from sosach.domain.audit.rules import Actor, ActorKind, Level

# Who mistypes has ten tries, then one every half minute; a guesser of codes would need three weeks for a thousandth of them.
_TRIES = Bucket(size=10, refill=timedelta(seconds=30))
# A whole office may share one address.
_ADDRESSES = Bucket(size=200, refill=timedelta(seconds=1))
BY_NAME = Limits(requests=_TRIES, misses=_TRIES)
BY_ADDRESS = Limits(requests=_ADDRESSES, misses=_ADDRESSES)


def digest(text: str) -> str:
    """What the log and the budgets hold of a name nobody may have."""
    return hashlib.blake2b(text.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=12).hexdigest()


def try_once(request: HttpRequest, about: str, *, at: datetime) -> None:
    """Take one try.

    Args:
        request: it comes with.
        about: what is tried: a name, or the code of an account.
        at: now.

    Raises:
        BudgetSpentError: ACCESS-04.
    """
    take(counter(f"address:{address_of(request)}"), at=at, limits=BY_ADDRESS)
    take(counter(about), at=at, limits=BY_NAME)


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: as our own proxy says, which is the last to write into the header."""
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return told if settings.SOSACH_BEHIND_TLS and told else str(request.META.get("REMOTE_ADDR", ""))


def counter(about: str) -> Actor:
    """Whose budget a try is charged to, where nobody is known yet."""
    return Actor(ActorKind.SYSTEM, f"try:{digest(about)}", Level.NATION, roles=frozenset({Role.SYSTEM}))
