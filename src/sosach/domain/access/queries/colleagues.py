"""Looks at the officers of a territory: who they are, which roles they hold and since whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sosach.domain.access.models import Grant, Officer
from sosach.domain.access.queries.gate import Look, Seen, reading, scoped
from sosach.domain.access.queries.officers import holding
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import ActorKind, Level, Subject, account_key

READERS = frozenset(
    {
        *(Role.ADMIN, Role.CHIEF, Role.CLERK, Role.VERIFIER, Role.CIVIL_STATUS),
        *(Role.POPULATION, Role.VEHICLES, Role.LICENCES, Role.STEWARD),
    }
)
# Who meets the account of a colleague on a page, and is told the name: also those who keep cards.
NAMERS = READERS | {Role.CARDS, Role.CARD_APPROVER, Role.CARD_STOCK, Role.CARD_QUALITY}
MOST = 200


@dataclass(frozen=True, slots=True)
class Held:
    """A role somebody holds now.

    Attributes:
        role: which.
        until: when it ends; None: not by itself.
        delegated: whether a colleague handed it on.
    """

    role: Role
    until: datetime | None
    delegated: bool


@dataclass(frozen=True, slots=True)
class Colleague:
    """An officer as others see them.

    Attributes:
        officer_id: account.
        user_name: name to sign in with.
        name: of the officer.
        level: of the unit.
        unit: code of the unit.
        is_active: whether the account is open.
        held: roles held now, by name.
    """

    officer_id: int
    user_name: str
    name: str
    level: Level
    unit: str
    is_active: bool
    held: tuple[Held, ...]


@reading("access.officers_read", roles=READERS)
def colleagues(look: Look, *, after: str = "", limit: int = 50) -> Seen[tuple[Colleague, ...]]:
    """Officers of the own territory, by the name of their account.

    Args:
        look: who, why, when.
        after: name of the last account of the page before.
        limit: length of a page.
    """
    rows = scoped(Officer.objects.filter(user_name__gt=after), look.actor).order_by("user_name")
    found = list(rows[: min(limit, MOST)])
    held: dict[int, list[Held]] = {}
    for grant in holding(Grant.objects.filter(officer__in=found), at=look.at).order_by("role"):
        one = Held(Role(grant.role), grant.ends_at, grant.delegated_by_id is not None)
        held.setdefault(grant.officer_id, []).append(one)
    told = tuple(
        Colleague(
            row.pk,
            row.user_name,
            row.display_name,
            Level(row.level),
            row.unit,
            row.is_active,
            tuple(held.get(row.pk, ())),
        )
        for row in found
    )
    return Seen(told, [_subject(one) for one in found])


@reading("access.officers_read", roles=NAMERS)
def names(look: Look, *, keys: Iterable[str]) -> Seen[dict[str, str]]:
    """What the officers behind keys of accounts are called, where they are of the own territory; the others are left out."""
    prefix = account_key(ActorKind.OFFICER, 0).removesuffix("0")
    numbers = {key.removeprefix(prefix) for key in keys if key.startswith(prefix)}
    wanted = [int(number) for number in numbers if number.isdecimal()][:MOST]
    found = list(scoped(Officer.objects.filter(pk__in=wanted), look.actor))
    told = {account_key(ActorKind.OFFICER, one.pk): one.display_name for one in found}
    return Seen(told, [_subject(one) for one in found])


def _subject(officer: Officer) -> Subject:
    return Subject("officer", str(officer.pk), officer.unit)
