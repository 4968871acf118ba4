"""Takes from the budget of an account: one statement per request, and one more for a look-up that found nothing."""

from datetime import datetime, timedelta

from django.db import connection

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.models import Budget
from sosach.domain.access.queries.gate import acting
from sosach.domain.access.rules.budgets import Limits
from sosach.domain.audit.rules import Actor

# A few drops lost in a power cut harm nobody: nobody waits for the disk. The last line of both statements says so.
# A bucket is the moment at which it will be full again; a drop moves that moment on, and may not move it beyond the window.
_TAKE = """
INSERT INTO access_budget AS b (actor_key, requests_due, misses_due) VALUES (%(actor)s, %(at)s + %(refill)s, %(at)s)
ON CONFLICT (actor_key) DO UPDATE SET requests_due = greatest(b.requests_due, %(at)s) + %(refill)s
WHERE greatest(b.requests_due, %(at)s) + %(refill)s <= %(at)s + %(window)s AND b.misses_due <= %(at)s + %(misses)s
RETURNING set_config('synchronous_commit', 'off', true)
"""
_MISS = """
UPDATE access_budget SET misses_due = greatest(misses_due, %(at)s) + %(refill)s * %(count)s WHERE actor_key = %(actor)s
RETURNING set_config('synchronous_commit', 'off', true)
"""


class BudgetSpentError(SosachError):
    """An account asked too much; `wait` says for how long it may not ask."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(
            ErrorCode.ACCESS_TOO_FAST,
            vi="Tài khoản đã dùng hết số lượt.",
            en="The account has used up its budget.",
            hint_vi="Chờ theo Retry-After; tra nhiều số bằng một việc tra cứu theo lô.",
            hint_en="Wait as Retry-After says; look many numbers up with one bulk job.",
        )
        self.wait = wait


def take(actor: Actor, *, at: datetime, limits: Limits) -> None:
    """Take one request from the budget of an account; committed at once, whatever becomes of the request.

    Raises:
        BudgetSpentError: ACCESS-04, requests or misses are used up.
    """
    told = {
        "actor": actor.key,
        "at": at,
        "refill": limits.requests.refill,
        "window": limits.requests.window(),
        "misses": limits.misses.window() - limits.misses.refill,
    }
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(_TAKE, told)
        if cursor.fetchone() is None:
            raise BudgetSpentError(_wait(actor, at, limits))


def take_misses(actor: Actor, *, at: datetime, limits: Limits, count: int = 1) -> None:
    """Charge look-ups that found nothing; the next request finds the bucket as it then is."""
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(_MISS, {"actor": actor.key, "at": at, "refill": limits.misses.refill, "count": count})


def _wait(actor: Actor, at: datetime, limits: Limits) -> timedelta:
    budget = Budget.objects.get(pk=actor.key)
    requests = budget.requests_due + limits.requests.refill - at - limits.requests.window()
    misses = budget.misses_due + limits.misses.refill - at - limits.misses.window()
    return max(requests, misses, timedelta(seconds=1))
