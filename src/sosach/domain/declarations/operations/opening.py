"""How a declaration comes to be: for whom, in which commune, once per key of the client."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.rules import reaches
from sosach.domain.audit.rules import ActorKind
from sosach.domain.declarations.models import Declaration
from sosach.domain.declarations.operations.refusals import forbidden
from sosach.domain.declarations.queries.standing import PORTAL
from sosach.domain.declarations.rules import kinds
from sosach.domain.declarations.rules.receipts import number_of
from sosach.domain.population.rules.words import Life

OFFICE, MACHINE = "office", "machine"
_CHANNELS = {ActorKind.CITIZEN: PORTAL, ActorKind.MACHINE: MACHINE}


@dataclass(frozen=True, slots=True)
class _Declarant:
    """Who declares, and where it is decided."""

    pk: int
    commune_code: str | None
    province_code: str | None


def opened(order: Order, kind: str, key: UUID, person_id: int | None) -> Declaration:
    """A declaration of a person, not stored yet.

    Raises:
        SosachError: STATE-01 no such kind or person; STATE-02 not alive; ACCESS-01 not for this person.
    """
    found = kinds().get(kind)
    if found is None:
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không có loại tờ khai này.", en="There is no such declaration.")
    person = _declarant(order, person_id)
    seed = f"{person.pk} {key}".encode()
    return Declaration(
        number=number_of(order.at.year, seed),
        key=key,
        kind=kind,
        register=found.register,
        person_id=person.pk,
        channel=_CHANNELS.get(order.actor.kind, OFFICE),
        commune_code=person.commune_code,
        province_code=person.province_code,
        created_at=order.at,
    )


def inserted(declaration: Declaration) -> tuple[Declaration, bool]:
    """Store a declaration, or find what was stored under its key; whether it is new. Who asks twice at once waits here.

    Raises:
        SosachError: REQUEST-02 the key was used for another kind.
    """
    fields = [field for field in Declaration._meta.concrete_fields if not field.primary_key]  # noqa: SLF001 - Django's documented way to fields
    columns = ", ".join(field.column for field in fields)
    places = ", ".join(["%s"] * len(fields))
    values: list[Any] = [field.get_db_prep_save(getattr(declaration, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO declarations_declaration ({columns}) VALUES ({places}) "
            "ON CONFLICT (person_id, key) DO NOTHING RETURNING id",
            values,
        )
        found = cursor.fetchone()
    if found is not None:
        declaration.pk = found[0]
        return declaration, True
    there = Declaration.objects.get(person_id=declaration.person_id, key=declaration.key)
    if there.kind != declaration.kind:
        raise used_otherwise()
    return there, False


def used_otherwise() -> SosachError:
    """REQUEST-02: the key of the client stands for something else already."""
    return SosachError(
        ErrorCode.REQUEST_REPEATED,
        vi="Khóa chống lặp đã dùng cho tờ khai khác.",
        en="The key was used for another declaration.",
        hint_vi="Mỗi tờ khai một khóa mới.",
        hint_en="Use a new key for every declaration.",
    )


def _declarant(order: Order, person_id: int | None) -> _Declarant:
    citizen = order.actor.kind is ActorKind.CITIZEN
    wanted = order.actor.person_id if citizen and person_id is None else person_id
    if (wanted == order.actor.person_id) is not citizen:
        raise SosachError(
            ErrorCode.ACCESS_DENIED,
            vi="Chỉ tự khai cho mình; cán bộ không nhập tờ khai của chính mình.",
            en="Citizens declare for themselves; officers do not write down their own declaration.",
        )
    return _living(order, wanted)


def _living(order: Order, person_id: int | None) -> _Declarant:
    """The person, as far as a declaration needs it; written by hand, since everybody who declares waits for it.

    Raises:
        SosachError: STATE-01 nobody within reach; STATE-02 not alive.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT commune_code, province_code, life_status, merged_into_id FROM population_person WHERE id = %s",
            [person_id],
        )
        found = cursor.fetchone()
    # a submission acts in the whole country: the territory of officers is looked at here
    own = order.actor.kind is ActorKind.CITIZEN
    if (
        person_id is None
        or found is None
        or not (own or reaches(order.actor, commune_code=found[0], province_code=found[1]))
    ):
        raise SosachError(ErrorCode.NOT_FOUND, vi="Không tìm thấy người này.", en="There is no such person.")
    if found[2] != Life.ALIVE or found[3] is not None:
        raise forbidden("Người này không còn sống hoặc đã được gộp.", "The person is not alive, or was merged.")
    return _Declarant(person_id, found[0], found[1])
