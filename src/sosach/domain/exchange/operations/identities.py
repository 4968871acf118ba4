"""People and identities a partner files under ids of its own: file, restate, merge, move, judge, name the reference, remove."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor
from sosach.domain.exchange.models.identities import FiledIdentity, FiledPerson
from sosach.domain.exchange.operations.comparing import compare_with_register
from sosach.domain.exchange.queries.identities import content_of, missing, subjects_of
from sosach.domain.exchange.queries.partners import Caller
from sosach.domain.exchange.rules.identities import Content, FiledStatus, IdentityStatus, PhysicalStatus

PARTNERS = frozenset({Role.PARTNER})


@operation("exchange.person_filed", roles=PARTNERS)
def file_person(order: Order, *, key: str, status: FiledStatus, physical: PhysicalStatus) -> Done[None]:
    """File a person under an id of the partner's own.

    Raises:
        SosachError: STATE-03, the id stands for somebody already.
    """
    row, made = FiledPerson.objects.get_or_create(
        actor_key=order.actor.key,
        person_key=key,
        defaults={"status": status, "physical_status": physical, "filed_at": order.at, "act": order.act},
    )
    if not made:
        raise _taken("Mã người này đã được dùng.", "The id of the person is used already.")
    return Done(None, subjects_of(row))


@operation("exchange.person_filed", roles=PARTNERS)
def restate_person(
    order: Order, *, key: str, status: FiledStatus | None, physical: PhysicalStatus | None
) -> Done[None]:
    """Say anew whether a filed person is in use and alive; what is not told stays. The register follows none of it.

    Raises:
        SosachError: STATE-01, nobody is filed under the id.
    """
    row = _person(order.actor, key)
    row.status, row.physical_status = status or row.status, physical or row.physical_status
    row.act = order.act
    row.save(update_fields=["status", "physical_status", "act"])
    return Done(None, subjects_of(row))


@operation("exchange.filed_removed", roles=PARTNERS)
def remove_person(order: Order, *, key: str) -> Done[None]:
    """Take a filed person with all identities out.

    Raises:
        SosachError: STATE-01.
    """
    row = _person(order.actor, key)
    removed, _ = row.identities.all().delete()
    told = subjects_of(row)
    row.delete()
    return Done(None, told, {"identities": removed})


@operation("exchange.filed_persons_merged", roles=PARTNERS)
def merge_persons(order: Order, *, target: str, source: str) -> Done[None]:
    """Give all identities of one filed person to another and take the first out; the reference of the other stays.

    Raises:
        SosachError: STATE-01 one of them is not filed; STATE-03 both have an identity of one id, or they are one.
    """
    kept, gone = _two(order.actor, target, source)
    keys = gone.identities.values_list("identity_key", flat=True)
    if kept == gone or kept.identities.filter(identity_key__in=keys).exists():
        raise _taken("Hai người có định danh trùng mã.", "Both have an identity of the same id.")
    told = [*subjects_of(kept), *subjects_of(gone)]
    if kept.identities.filter(is_reference=True).exists():
        gone.identities.filter(is_reference=True).update(is_reference=False)
    elif gone.person_id is not None:
        kept.person_id = gone.person_id
    moved = gone.identities.update(filed=kept, updated_at=order.at, act=order.act)
    gone.delete()
    kept.act = order.act
    kept.save(update_fields=["person", "act"])
    return Done(None, told, {"identities": moved})


@operation("exchange.identity_filed", roles=PARTNERS)
def file_identity(order: Order, *, person: str, key: str | None, content: Content) -> Done[str]:
    """File an identity of a filed person.

    Args:
        order: who, when.
        person: id of the person.
        key: id of the identity; None: made here.
        content: what it says.

    Returns:
        The id of the identity.

    Raises:
        SosachError: STATE-02 nobody is filed under the id; STATE-03 the person has an identity of that id.
    """
    filed = FiledPerson.objects.select_for_update().filter(actor_key=order.actor.key, person_key=person).first()
    if filed is None:
        raise SosachError(
            ErrorCode.STATE_FORBIDS,
            vi="Chưa có người mang mã này; hãy khai người trước.",
            en="Nobody is filed under this id; file the person first.",
        )
    row, made = FiledIdentity.objects.get_or_create(
        filed=filed,
        identity_key=key or str(uuid4()),
        defaults={"actor_key": order.actor.key, "created_at": order.at, **_columns(order, content)},
    )
    if not made:
        raise _taken("Mã định danh này đã được dùng.", "The id of the identity is used already.")
    return Done(row.identity_key, subjects_of(filed), {"identity": row.pk})


@operation("exchange.identity_filed", roles=PARTNERS)
def rewrite_identity(
    order: Order, *, caller: Caller, person: str, key: str, rewrite: Callable[[Content], Content]
) -> Done[None]:
    """Let an identity say something else; where it is the reference, it is compared with the register anew.

    Args:
        order: who, when.
        caller: on the strength of which agreement.
        person: id of the person.
        key: id of the identity.
        rewrite: makes of what it says what it will say.

    Raises:
        SosachError: STATE-01; whatever `rewrite` raises.
    """
    filed, row = _identity(order.actor, person, key)
    _set(row, **_columns(order, rewrite(content_of(row))))
    told = compare_with_register(order, caller, filed, row) if row.is_reference else {}
    return Done(None, subjects_of(filed), {"identity": row.pk, **told})


@operation("exchange.filed_removed", roles=PARTNERS)
def remove_identity(order: Order, *, person: str, key: str) -> Done[None]:
    """Take an identity out; without its reference, the filed person stands for nobody of the register.

    Raises:
        SosachError: STATE-01.
    """
    filed, row = _identity(order.actor, person, key)
    told, number = subjects_of(filed), row.pk
    if row.is_reference:
        _unlink(filed)
    row.delete()
    return Done(None, told, {"identity": number})


@operation("exchange.identity_moved", roles=PARTNERS)
def move_identity(order: Order, *, target: str, source: str, key: str) -> Done[None]:
    """Give one identity to another filed person; it is nobody's reference then. Who gave it stays, even without any.

    Raises:
        SosachError: STATE-01; STATE-03, the other has an identity of that id.
    """
    to, origin = _two(order.actor, target, source)
    row = _of(origin, key)
    if to.identities.filter(identity_key=key).exists():
        raise _taken("Người nhận đã có định danh cùng mã.", "The other person has an identity of the same id.")
    if row.is_reference:
        _unlink(origin)
    _set(row, filed=to, is_reference=False, updated_at=order.at, act=order.act)
    return Done(None, [*subjects_of(to), *subjects_of(origin)], {"identity": row.pk})


@operation("exchange.identity_status_set", roles=PARTNERS)
def set_status(order: Order, *, person: str, key: str, status: Callable[[], IdentityStatus]) -> Done[None]:
    """Say what is held of an identity.

    Args:
        order: who, when.
        person: id of the person.
        key: id of the identity.
        status: gives it; asked once the identity is found, so that nobody learns by a wrong word whether there is one.

    Raises:
        SosachError: STATE-01; whatever `status` raises.
    """
    filed, row = _identity(order.actor, person, key)
    word = status()
    _set(row, status=word, updated_at=order.at, act=order.act)
    return Done(None, subjects_of(filed), {"identity": row.pk, "status": str(word)})


@operation("exchange.reference_set", roles=PARTNERS)
def set_reference(order: Order, *, caller: Caller, person: str, key: str) -> Done[None]:
    """Name the one identity that counts for a filed person.

    Where it names somebody of the register, what it says otherwise becomes a proposal there: a claim, never a change.

    Raises:
        SosachError: STATE-01.
    """
    filed, row = _identity(order.actor, person, key)
    filed.identities.filter(is_reference=True).exclude(pk=row.pk).update(is_reference=False)
    _set(row, is_reference=True, updated_at=order.at, act=order.act)
    told = compare_with_register(order, caller, filed, row)
    return Done(None, subjects_of(filed), {"identity": row.pk, **told})


def _columns(order: Order, content: Content) -> dict[str, Any]:
    return {
        "kind": content.kind,
        "status": content.status,
        "galleries": list(content.galleries),
        "biographic": content.biographic,
        "contextual": content.contextual,
        "papers": dict(content.papers),
        "updated_at": order.at,
        "act": order.act,
    }


def _set(row: FiledIdentity, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=list(columns))


def _unlink(filed: FiledPerson) -> None:
    filed.person = None
    filed.save(update_fields=["person"])


def _person(actor: Actor, key: str) -> FiledPerson:
    """A filed person, locked: all that hangs on one is changed under this lock."""
    row = FiledPerson.objects.select_for_update().filter(actor_key=actor.key, person_key=key).first()
    if row is None:
        raise missing()
    return row


def _two(actor: Actor, first: str, second: str) -> tuple[FiledPerson, FiledPerson]:
    """Two filed persons, locked in one order, so that nobody waits for each other."""
    rows = FiledPerson.objects.select_for_update().filter(actor_key=actor.key, person_key__in={first, second})
    found = {row.person_key: row for row in rows.order_by("pk")}
    if not {first, second} <= found.keys():
        raise missing()
    return found[first], found[second]


def _identity(actor: Actor, person: str, key: str) -> tuple[FiledPerson, FiledIdentity]:
    filed = _person(actor, person)
    return filed, _of(filed, key)


def _of(filed: FiledPerson, key: str) -> FiledIdentity:
    row = filed.identities.filter(identity_key=key).first()
    if row is None:
        raise missing()
    return row


def _taken(vi: str, en: str) -> SosachError:
    return SosachError(ErrorCode.CONFLICT, vi=vi, en=en)
