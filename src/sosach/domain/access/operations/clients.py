"""Machine clients: made, given a new key, ended. The key is told once."""

import secrets
from dataclasses import dataclass

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.models import MachineClient
from sosach.domain.access.operations.gate import Done, Order, operation
from sosach.domain.access.queries.officers import key_digest
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.granting import NATION_ONLY, NEVER_GRANTED
from sosach.domain.audit.rules import Level, Subject

ADMINS = frozenset({Role.ADMIN, Role.SYSTEM})


@dataclass(frozen=True, slots=True)
class NewKey:
    """A client and its key; the database keeps a digest of the key only.

    Attributes:
        client_id: id of the client.
        key: `<key id>.<secret>`.
    """

    client_id: int
    key: str


@operation("access.client_created", roles=ADMINS)
def create_client(order: Order, *, name: str, scopes: frozenset[Role], level: Level, unit: str = "") -> Done[NewKey]:
    """Let a program in, with roles as its scopes, in one unit.

    Raises:
        SosachError: STATE-04 a scope no program may have; ACCESS-02 a unit other than the administrator's own reach;
            STATE-03 the name is taken.
    """
    if not scopes or scopes & (NEVER_GRANTED | NATION_ONLY):
        raise SosachError(ErrorCode.INPUT_INCOMPLETE, vi="Phạm vi không hợp lệ.", en="These scopes are not possible.")
    if order.actor.level is not Level.NATION and (level, unit) != (order.actor.level, order.actor.unit):
        raise SosachError(ErrorCode.ACCESS_OUTSIDE, vi="Đơn vị ngoài phạm vi.", en="The unit is out of reach.")
    if MachineClient.objects.filter(name=name).exists():
        raise SosachError(ErrorCode.CONFLICT, vi=f"Tên “{name}” đã có.", en=f"The name “{name}” is taken.")
    key_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    client = MachineClient.objects.create(
        name=name,
        key_id=key_id,
        key_hash=key_digest(secret),
        scopes=sorted(scopes),
        level=level,
        unit=unit,
        created_at=order.at,
        act=order.act,
    )
    details = {"scopes": sorted(scopes)}
    return Done(NewKey(client.pk, f"{key_id}.{secret}"), [Subject("client", str(client.pk), unit)], details)


@operation("access.client_key_renewed", roles=ADMINS)
def renew_key(order: Order, *, client_id: int) -> Done[NewKey]:
    """Give a client a new key; the old one ends at once.

    Raises:
        SosachError: STATE-01 no such client.
    """
    client = _locked(client_id)
    secret = secrets.token_urlsafe(32)
    client.key_hash, client.act = key_digest(secret), order.act
    client.save(update_fields=["key_hash", "act"])
    return Done(NewKey(client.pk, f"{client.key_id}.{secret}"), [Subject("client", str(client.pk), client.unit)])


@operation("access.client_ended", roles=ADMINS)
def end_client(order: Order, *, client_id: int) -> Done[int]:
    """Shut a client out at once.

    Raises:
        SosachError: STATE-01 no such client, or ended already.
    """
    client = _locked(client_id)
    client.ended_at = order.at
    client.save(update_fields=["ended_at"])
    return Done(client.pk, [Subject("client", str(client.pk), client.unit)])


def _locked(client_id: int) -> MachineClient:
    client = MachineClient.objects.select_for_update().filter(pk=client_id, ended_at__isnull=True).first()
    if client is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có máy khách như vậy.", en="There is no such client.")
    return client
