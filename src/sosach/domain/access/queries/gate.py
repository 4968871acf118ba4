"""The door through which people's data are read: purpose, territory, and an access event in the same transaction."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.queries.release import released
from sosach.domain.access.rules import Role
from sosach.domain.audit.operations import Act, record
from sosach.domain.audit.rules import Actor, Level, Subject, event

P = ParamSpec("P")
T = TypeVar("T")
M = TypeVar("M", bound=Model)

NOWHERE = Q(pk__in=())
_ACTING: ContextVar[tuple[Actor, Level] | None] = ContextVar("acting", default=None)


@dataclass(frozen=True, slots=True)
class Seen(Generic[T]):
    """What a look found, and about whom it told; the log gets one row per subject.

    Attributes:
        value: what the caller gets.
        subjects: everybody whose data the value holds; empty when nothing was found.
        reference: case or request the look belongs to.
        details: ids and codes for the log; never names or numbers of people.
        act: id of the act, where something else is kept under it; None: made here.
    """

    value: T
    subjects: Sequence[Subject]
    reference: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    act: UUID | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Why and when somebody looks.

    Attributes:
        actor: who.
        purpose: code of a purpose (`access.rules.purposes`), never free text.
        at: when, as the edge read the clock.
        reference: case it belongs to, where the caller named one.
    """

    actor: Actor
    purpose: str
    at: datetime
    reference: str = ""


@contextmanager
def acting(actor: Actor, *, level: Level | None = None) -> Iterator[None]:
    """A transaction in which the database knows who acts: row-level security asks for it.

    Inside another one it is a savepoint; whoever acted before acts again afterwards.

    Args:
        actor: who acts.
        level: a wider reach than the actor's own, for procedures the law opens to the whole country.
    """
    before = _ACTING.get()
    now = (actor, level or actor.level)
    with transaction.atomic():
        _tell(*now)
        token = _ACTING.set(now)
        try:
            yield
        finally:
            _ACTING.reset(token)
        if before is not None and connection.in_atomic_block:
            _tell(*before)


def _tell(actor: Actor, level: Level) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('sosach.actor', %s, true), set_config('sosach.level', %s, true), "
            "set_config('sosach.unit', %s, true), set_config('sosach.roles', %s, true)",
            [actor.key, str(level), actor.unit, ",".join(sorted(actor.roles))],
        )


def require(actor: Actor, roles: frozenset[Role]) -> None:
    """Refuse an actor who holds none of the roles.

    Raises:
        SosachError: ACCESS-01.
    """
    if actor.roles.isdisjoint(roles):
        raise SosachError(
            ErrorCode.ACCESS_DENIED,
            vi="Tài khoản không có quyền làm việc này.",
            en="The account has no right to do this.",
            hint_vi="Hỏi thủ trưởng đơn vị nếu cần được giao quyền.",
            hint_en="Ask the head of the unit if you need it.",
        )


def reading(
    name: str, *, roles: frozenset[Role], nationwide: bool = False
) -> Callable[[Callable[Concatenate[Look, P], Seen[T]]], Callable[Concatenate[Look, P], T]]:
    """Turn a query into a guarded look: roles checked, territory told to the database, every subject recorded.

    The query takes a `Look` first and returns a `Seen`; callers get its value, with `Withheld` for what is not released to
    them (`access/release.toml`). Without event there is no value.

    Args:
        name: audit event of the look.
        roles: roles that may look.
        nationwide: exact look-ups the law opens to every unit (identity check by PIN); the actor's unit is recorded.

    Raises:
        KeyError: the event is not in the catalogue (when the module is imported).
    """
    event(name)

    def guard(query: Callable[Concatenate[Look, P], Seen[T]]) -> Callable[Concatenate[Look, P], T]:
        @wraps(query)
        def guarded(look: Look, /, *args: P.args, **kwargs: P.kwargs) -> T:
            require(look.actor, roles)
            with acting(look.actor, level=Level.NATION if nationwide else None):
                seen = query(look, *args, **kwargs)
                act = Act(
                    event=name,
                    actor=look.actor,
                    at=look.at,
                    purpose=look.purpose,
                    reference=seen.reference or look.reference,
                    details=seen.details,
                )
                record(act, seen.subjects, key=seen.act or uuid4())
            kind = seen.subjects[0].kind if seen.subjects else ""
            column = str(kwargs.get("column", ""))
            return released(seen.value, actor=look.actor, purpose=look.purpose, kind=kind, column=column)

        guarded.sosach_event = name  # type: ignore[attr-defined] # the reference and architecture tests read it
        guarded.sosach_roles = roles  # type: ignore[attr-defined] # as above
        guarded.sosach_nationwide = nationwide  # type: ignore[attr-defined] # as above
        return guarded

    return guard


def scoped(rows: QuerySet[M], actor: Actor, *, person: str | None = None) -> QuerySet[M]:
    """Limit rows with commune_code and province_code to the territory of an actor, in the query itself.

    Row-level security would do the same, but cannot use an index for it.
    """
    if actor.level is Level.NATION:
        return rows
    if actor.level is Level.PROVINCE:
        return rows.filter(province_code=actor.unit)
    if actor.level is Level.COMMUNE:
        return rows.filter(commune_code=actor.unit)
    if actor.level is Level.PERSON and person is not None:
        return rows.filter(**{person: actor.person_id})
    return rows.filter(NOWHERE)
