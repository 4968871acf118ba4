"""Takes from the budget of an account: one statement per request, and one more for a look-up that found nothing.

A few drops lost in a power cut harm nobody: nobody waits for the disk.
"""

from datetime import datetime, timedelta

from django.db import connection

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.models import Budget
from sosach.domain.access.queries.gate import acting
from sosach.domain.access.queries.officers import key_digest
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.budgets import Limits
from sosach.domain.audit.rules import Actor, ActorKind, Level, account_key

_DROPS = "%(at)s::timestamptz, %(refill)s::interval, %(window)s::interval, %(misses)s::interval"
_TAKE = f"SELECT sosach_take(%(actor)s, {_DROPS}), set_config('synchronous_commit', 'off', true)"
_ADMIT = f"SELECT client, scopes, level, unit, admitted FROM sosach_admit(%(key)s, %(hash)s, {_DROPS})"
# Nothing else is written in the transaction of a single statement.
_ADMIT_ALONE = _ADMIT.replace("admitted FROM", "admitted, set_config('synchronous_commit', 'off', true) FROM")
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
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(_TAKE, {"actor": actor.key, **_drops(at, limits)})
        if not cursor.fetchone()[0]:
            raise BudgetSpentError(_wait(actor, at, limits))


def admit(key: str, *, at: datetime, limits: Limits) -> Actor | None:
    """As whom a machine client acts, by its key `<key id>.<secret>`, charged for a request; None when it is unknown or ended.

    Raises:
        BudgetSpentError: ACCESS-04, requests or misses are used up.
    """
    key_id, _, secret = key.partition(".")
    with connection.cursor() as cursor:
        told = {"key": key_id, "hash": key_digest(secret), **_drops(at, limits)}
        cursor.execute(_ADMIT if connection.in_atomic_block else _ADMIT_ALONE, told)
        found = cursor.fetchone()
    if found is None:
        return None
    number, scopes, level, unit, admitted = found[:5]
    roles = frozenset(map(Role, scopes.split(",")))
    actor = Actor(ActorKind.MACHINE, account_key(ActorKind.MACHINE, number), Level(level), unit, roles)
    if not admitted:
        with acting(actor):
            raise BudgetSpentError(_wait(actor, at, limits))
    return actor


def take_misses(actor: Actor, *, at: datetime, limits: Limits, count: int = 1) -> None:
    """Charge look-ups that found nothing; the next request finds the bucket as it then is."""
    with acting(actor), connection.cursor() as cursor:
        cursor.execute(_MISS, {"actor": actor.key, "at": at, "refill": limits.misses.refill, "count": count})


def _drops(at: datetime, limits: Limits) -> dict[str, datetime | timedelta]:
    return {
        "at": at,
        "refill": limits.requests.refill,
        "window": limits.requests.window(),
        "misses": limits.misses.window() - limits.misses.refill,
    }


def _wait(actor: Actor, at: datetime, limits: Limits) -> timedelta:
    budget = Budget.objects.get(pk=actor.key)
    requests = budget.requests_due + limits.requests.refill - at - limits.requests.window()
    misses = budget.misses_due + limits.misses.refill - at - limits.misses.window()
    return max(requests, misses, timedelta(seconds=1))
