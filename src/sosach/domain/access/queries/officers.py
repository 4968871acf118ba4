"""Reads of accounts: as whom an officer acts at a moment, and who a machine client is."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from sosach.domain.access.models import Grant, MachineClient, Officer
from sosach.domain.access.queries.gate import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level, account_key

# Signing in happens before anybody acts: the installation itself looks the account up.
DOOR = Actor(ActorKind.SYSTEM, "sign-in", Level.NATION, roles=frozenset({Role.SYSTEM}))


def officer_actor(officer_id: int, *, at: datetime) -> Actor | None:
    """As whom an officer acts: unit of the account, roles granted there that hold at that moment.

    None for an account that does not exist or is suspended. Grants of other units do not count: who was moved lost them.
    """
    with acting(DOOR):
        officer = Officer.objects.filter(pk=officer_id, is_active=True).first()
        if officer is None:
            return None
        roles = holding(Grant.objects.filter(officer=officer, level=officer.level, unit=officer.unit), at=at)
        held = frozenset(roles.values_list("role", flat=True))
    key = account_key(ActorKind.OFFICER, officer.pk)
    return Actor(ActorKind.OFFICER, key, Level(officer.level), officer.unit, held, officer.person_id)


def account_actor(key: str, *, at: datetime) -> Actor | None:
    """As whom the account of that key acts at a moment, without its secret: for work it left to be done.

    None for an account that does not exist, is suspended or ended, and for citizens, who leave nothing to be done.
    """
    kind, _, number = key.partition("-")
    if kind == ActorKind.OFFICER:
        return officer_actor(int(number), at=at)
    with acting(DOOR):
        client = MachineClient.objects.filter(pk=int(number)).first() if kind == "client" else None
    return _client(client, at=at)


def holding(grants: QuerySet[Grant], *, at: datetime) -> QuerySet[Grant]:
    """Grants that hold at a moment."""
    return grants.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at), begins_at__lte=at)


def key_digest(key: str) -> str:
    """What the database holds of a machine client's key; keys are long and random, so no slow hash is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def client_actor(key: str, *, at: datetime) -> Actor | None:
    """As whom a machine client acts, by its key `<key id>.<secret>`; None when it is unknown or ended."""
    key_id, _, secret = key.partition(".")
    with acting(DOOR):
        client = MachineClient.objects.filter(key_id=key_id).first()
    known = client.key_hash if client is not None else key_digest("")
    return _client(client, at=at) if hmac.compare_digest(known, key_digest(secret)) else None


def _client(client: MachineClient | None, *, at: datetime) -> Actor | None:
    if client is None or (client.ended_at is not None and client.ended_at <= at):
        return None
    key = account_key(ActorKind.MACHINE, client.pk)
    return Actor(ActorKind.MACHINE, key, Level(client.level), client.unit, frozenset(client.scopes))


@dataclass(frozen=True, slots=True)
class OfficerToTry:
    """An account to try things with on synthetic data.

    Attributes:
        number: id of the account.
        name: name of its officer.
        unit: code of its unit.
        roles: roles it holds.
    """

    number: int
    name: str
    unit: str
    roles: tuple[str, ...]


def officers_to_try(*, at: datetime, limit: int = 50) -> list[OfficerToTry]:
    """Accounts that are open, with what they may do. For installations that hold synthetic people only; who calls sees to that."""
    with acting(DOOR):
        accounts = Officer.objects.filter(is_active=True).order_by("unit", "user_name")[:limit]
        held: dict[int, list[str]] = {}
        for officer, role in holding(Grant.objects.filter(officer__in=list(accounts)), at=at).values_list(
            "officer_id", "role"
        ):
            held.setdefault(officer, []).append(role)
        return [
            OfficerToTry(one.pk, one.display_name, one.unit, tuple(sorted(held.get(one.pk, [])))) for one in accounts
        ]
