"""The door through which registers are changed: role, territory, one transaction, one act in the log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar
from uuid import UUID, uuid4

from sosach.domain.access.operations.own_matters import refuse_own_matters
from sosach.domain.access.queries.gate import acting, require
from sosach.domain.access.rules import Role
from sosach.domain.audit.operations import Act, record
from sosach.domain.audit.rules import Actor, Level, Subject, event

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Order:
    """Who does something, when, and on the strength of what.

    Attributes:
        actor: who.
        at: when, as the edge read the clock.
        evidence: papers, messages, numbers of decisions: kind → reference.
        reason: in words or a code, where the procedure asks for one.
        act: id of the act; the journal of values and the log share it.
    """

    actor: Actor
    at: datetime
    evidence: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    act: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What an operation did.

    Attributes:
        value: what the caller gets.
        subjects: whom or what it changed; at least one.
        details: ids and codes for the log; never names or numbers of people.
    """

    value: T
    subjects: Sequence[Subject]
    details: dict[str, Any] = field(default_factory=dict)


def operation(
    name: str, *, roles: frozenset[Role], nationwide: bool = False
) -> Callable[[Callable[Concatenate[Order, P], Done[T]]], Callable[Concatenate[Order, P], T]]:
    """Turn a function into a verb: roles checked, one transaction, row-level security told, one act recorded.

    The function takes an `Order` first and returns a `Done`; callers get its value.

    Args:
        name: audit event of the act.
        roles: roles that may do it.
        nationwide: procedures that touch records of other units by law (a move, a transfer between provinces).

    Raises:
        KeyError: the event is not in the catalogue (when the module is imported).
    """
    event(name)

    def guard(verb: Callable[Concatenate[Order, P], Done[T]]) -> Callable[Concatenate[Order, P], T]:
        @wraps(verb)
        def guarded(order: Order, /, *args: P.args, **kwargs: P.kwargs) -> T:
            require(order.actor, roles)
            with acting(order.actor, level=Level.NATION if nationwide else None):
                done = verb(order, *args, **kwargs)
                if not done.subjects:
                    raise RuntimeError(f"{name} says of nobody what it changed")
                refuse_own_matters(order.actor, done.subjects)
                act = Act(
                    event=name,
                    actor=order.actor,
                    at=order.at,
                    reference=order.evidence.get("case", ""),
                    details={**done.details, "evidence": sorted(order.evidence)},
                )
                record(act, done.subjects, key=order.act)
            return done.value

        guarded.sosach_event = name  # type: ignore[attr-defined] # the reference and architecture tests read it
        guarded.sosach_roles = roles  # type: ignore[attr-defined] # as above
        guarded.sosach_nationwide = nationwide  # type: ignore[attr-defined] # as above
        return guarded

    return guard
