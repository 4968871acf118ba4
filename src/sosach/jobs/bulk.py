"""Bulk look-ups: a worker goes through the numbers of a job, a portion per transaction, with the rights of the account."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sosach.base.errors import InvalidValueError
from sosach.domain.access.operations.budgets import take_misses
from sosach.domain.access.operations.jobs import do_portion, forget_job, kept, refuse_job
from sosach.domain.access.queries import Look
from sosach.domain.access.queries.officers import account_actor
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.budgets import Limits
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.licences.queries.records import licences_by_number
from sosach.domain.population.queries.identities import person_by_pin, persons_by_old_number
from sosach.domain.vehicles.queries import by_chassis, by_plate

NUMBERS_PER_MISS = 10  # a list that leads to nothing is dearer than a slip of the finger, not a thousand times

QUERIES: Mapping[str, Callable[[Look, str], Any]] = {
    "pin": lambda look, number: person_by_pin(look, pin=number),
    "old_number": lambda look, number: persons_by_old_number(look, number=number),
    "plate": lambda look, number: by_plate(look, plate=number),
    "chassis_number": lambda look, number: by_chassis(look, chassis_number=number),
    "licence_number": lambda look, number: licences_by_number(look, number=number),
}


def look_up(look: Look, kind: str, number: str) -> dict[str, Any]:
    """What one number leads to: `none`, `found`, `several` or `invalid`, with the records."""
    try:
        found = kept(QUERIES[kind](look, number))
    except InvalidValueError:
        return {"outcome": "invalid", "records": []}
    records = found if isinstance(found, list) else [found] if found is not None else []
    return {"outcome": {0: "none", 1: "found"}.get(len(records), "several"), "records": records}


def work_through(job: UUID, account: str, *, clock: Callable[[], datetime], limits: Limits) -> int:
    """Do what is left of a job; how many portions it took. Rights that ended meanwhile end the job.

    Args:
        job: which.
        account: key of the account whose job it is.
        clock: tells the moment of every portion.
        limits: what numbers that lead to nothing are charged against.
    """
    portions = 0
    while True:
        at = clock()
        actor = account_actor(account, at=at)
        if actor is None:
            # the account is shut out; its own row is closed in its name
            refuse_job(_shut_out(account), job=job, at=at)
            return portions
        done = do_portion(actor, look_up, job=job, at=at)
        portions += 1
        if done.missed:
            take_misses(actor, at=at, limits=limits, count=-(-done.missed // NUMBERS_PER_MISS))
        if not done.left:
            return portions


def blank(job: UUID, account: str) -> None:
    """What a job found goes when its day is over, in the account's name, whether it may still act or not."""
    forget_job(_shut_out(account), job=job)


def _shut_out(account: str) -> Actor:
    """An account with no right but to its own rows."""
    return Actor(_kind(account), account, Level.NOBODY, roles=frozenset({Role.SYSTEM}))


def _kind(account: str) -> ActorKind:
    return ActorKind.OFFICER if account.startswith("officer-") else ActorKind.MACHINE
