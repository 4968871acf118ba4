"""Accounts of officers: created, given roles, moved, suspended; every step ends what it has to end at once."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.models import Grant, Officer
from sosach.domain.access.operations.gate import Done, Order, operation
from sosach.domain.access.operations.sessions import drop_sessions_of
from sosach.domain.access.queries.officers import holding
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.granting import may_delegate, may_grant
from sosach.domain.access.rules.passwords import GIVEN_LASTS, SHORTEST_PASSWORD, drawn_password
from sosach.domain.audit.rules import ActorKind, Level, Subject, account_key
from sosach.domain.places.queries import unit as unit_on
from sosach.vn.working_days import day_of

ADMINS = frozenset({Role.ADMIN, Role.SYSTEM})


@dataclass(frozen=True, slots=True)
class Given:
    """A password somebody else gave, to be told to the officer once.

    Attributes:
        user_name: of the account.
        name: of the officer.
        password: to sign in with, and to change at once.
        until: when it opens the door no more.
    """

    user_name: str
    name: str
    password: str
    until: datetime


def plain_user_name(text: str) -> str:
    """A user name as it is stored and counted: accents, case and width make no other account.

    >>> plain_user_name(" Nguyễn.Án "), plain_user_name("ＮＧＵＹＥＮ.an")
    ('nguyen.an', 'nguyen.an')
    """
    bare = unicodedata.normalize("NFKD", text.strip().lower().replace("đ", "d"))
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


@operation("access.officer_created", roles=ADMINS)
def create_officer(
    order: Order, *, user_name: str, display_name: str, password: str, level: Level, unit: str = ""
) -> Done[Officer]:
    """Open an account in a unit; it has no role yet. A password another officer thought of is changed at the first sign-in.

    Raises:
        SosachError: STATE-04 the password is short or the unit does not exist; STATE-03 the name is taken.
    """
    _refuse_short(password)
    name = plain_user_name(user_name)
    if Officer.objects.filter(user_name=name).exists():
        raise SosachError(ErrorCode.CONFLICT, vi=f"Tên “{name}” đã có.", en=f"The name “{name}” is taken.")
    commune, province = _territory(level, unit, order.at)
    officer = Officer.objects.create(
        user_name=name,
        display_name=display_name,
        password=make_password(password),
        password_given_until=order.at + GIVEN_LASTS if order.actor.kind is ActorKind.OFFICER else None,
        level=level,
        unit=unit,
        commune_code=commune,
        province_code=province,
    )
    return Done(officer, [_subject(officer)])


@operation("access.role_granted", roles=ADMINS)
def grant_role(order: Order, *, officer_id: int, role: Role, until: datetime | None = None) -> Done[Grant]:
    """Give an officer a role in the unit of the account.

    Raises:
        SosachError: STATE-01 no such officer within reach; ACCESS-01 the giver may not give it; STATE-03 held already.
    """
    officer = _locked(officer_id)
    territory = (officer.commune_code, officer.province_code)
    allowed = may_grant(order.actor, officer_key=_key(officer), role=role, level=Level(officer.level), units=territory)
    if not allowed:
        raise _denied("Không được cấp vai trò này cho tài khoản này.", "This role may not be given to this account.")
    return Done(_grant(order, officer, role, until=until), [_subject(officer)], {"role": role})


@operation("access.role_delegated", roles=frozenset({Role.CHIEF, Role.VERIFIER, Role.CLERK, Role.CIVIL_STATUS}))
def delegate(order: Order, *, officer_id: int, role: Role, until: datetime) -> Done[Grant]:
    """Hand a role on to a colleague of the same unit until a day; it ends with the own grant at the latest.

    Raises:
        SosachError: STATE-01 no such officer within reach; ACCESS-01 not delegable; STATE-03 held already.
    """
    officer = _found(Officer.objects.all(), officer_id)  # who hands on may read the account, not change it
    if not may_delegate(order.actor, officer_key=_key(officer), officer_unit=officer.unit, role=role):
        raise _denied("Không được ủy quyền vai trò này.", "This role may not be handed on.")
    own = holding(Grant.objects.filter(officer_id=order.actor.number, role=role), at=order.at).first()
    if own is None:
        raise _denied("Không được ủy quyền vai trò này.", "This role may not be handed on.")
    end = until if own.ends_at is None else min(until, own.ends_at)
    return Done(_grant(order, officer, role, until=end, own=own), [_subject(officer)], {"role": role})


@operation("access.role_ended", roles=ADMINS)
def end_role(order: Order, *, officer_id: int, role: Role) -> Done[int]:
    """Take a role back at once, with everything handed on from it; how many grants ended.

    Raises:
        SosachError: STATE-01 no such officer within reach, or the role is not held.
    """
    officer = _locked(officer_id)
    ended = _end(order, Grant.objects.filter(officer=officer, role=role).values_list("pk", flat=True))
    if not ended:
        raise _missing()
    return Done(ended, [_subject(officer)], {"role": role})


@operation("access.officer_transferred", roles=ADMINS, nationwide=True)
def transfer(order: Order, *, officer_id: int, level: Level, unit: str = "") -> Done[Officer]:
    """Move an officer to another unit: every right in the old one ends in the same moment.

    Raises:
        SosachError: STATE-01 no such officer or unit; ACCESS-02 one of the units is out of the mover's reach.
    """
    officer = _locked(officer_id)
    commune, province = _territory(level, unit, order.at)
    moves = (
        (Level(officer.level), (officer.commune_code, officer.province_code)),
        (level, (commune, province)),
    )
    for at_level, units in moves:
        if not may_grant(order.actor, officer_key=_key(officer), role=Role.CLERK, level=at_level, units=units):
            raise SosachError(
                ErrorCode.ACCESS_OUTSIDE,
                vi="Đơn vị ngoài phạm vi quản lý.",
                en="The unit lies outside your reach.",
            )
    ended = _end(order, officer.grants.values_list("pk", flat=True))
    officer.level, officer.unit, officer.commune_code, officer.province_code = level, unit, commune, province
    officer.save(update_fields=["level", "unit", "commune_code", "province_code"])
    return Done(officer, [_subject(officer)], {"ended": ended})


@operation("access.officer_suspended", roles=ADMINS)
def suspend(order: Order, *, officer_id: int) -> Done[Officer]:
    """Close an account: nothing more is possible with it from this moment.

    Raises:
        SosachError: STATE-01 no such officer within reach.
    """
    officer = _locked(officer_id)
    ended = _end(order, officer.grants.values_list("pk", flat=True))
    officer.is_active = False
    officer.save(update_fields=["is_active"])
    return Done(officer, [_subject(officer)], {"ended": ended})


@operation("access.password_given", roles=ADMINS)
def give_password(order: Order, *, officer_id: int) -> Done[Given]:
    """Draw a password for somebody who forgot the own one: it has to be changed at the next sign-in; open sessions end.

    Raises:
        SosachError: STATE-01 no such open account within reach; ACCESS-01 the own account, or one whose roles the giver could not
            give: who resets a password could act with them.
    """
    officer = _found(Officer.objects.select_for_update().filter(is_active=True), officer_id)
    level, units = Level(officer.level), (officer.commune_code, officer.province_code)
    held = {Role(role) for role in holding(officer.grants.all(), at=order.at).values_list("role", flat=True)}
    if not all(
        may_grant(order.actor, officer_key=_key(officer), role=role, level=level, units=units)
        for role in held | {Role.CLERK}
    ):
        raise _denied("Không được cấp lại mật khẩu cho tài khoản này.", "You may not reset this account's password.")
    given = Given(officer.user_name, officer.display_name, drawn_password(), order.at + GIVEN_LASTS)
    _set_password(officer, given.password, until=given.until)
    return Done(given, [_subject(officer)])


@operation("access.password_changed", roles=frozenset({Role.SYSTEM}))
def change_password(order: Order, *, officer_id: int, password: str) -> Done[None]:
    """Put another password in the place of the old one; every session of the account ends.

    Args:
        order: of the door, which has asked for the old one.
        officer_id: whose.
        password: the new one.

    Raises:
        SosachError: STATE-01 no such open account; STATE-04 it is short, or the old one again.
    """
    del order
    officer = _found(Officer.objects.select_for_update().filter(is_active=True), officer_id)
    _refuse_short(password)
    if check_password(password, officer.password):
        raise _incomplete("Mật khẩu mới phải khác mật khẩu cũ.", "The new password has to differ from the old one.")
    was_given = officer.password_given_until is not None
    _set_password(officer, password, until=None)
    return Done(None, [_subject(officer)], {"was_given": was_given})


@operation("access.officer_identified", roles=ADMINS)
def identify(order: Order, *, officer_id: int, person_id: int) -> Done[Officer]:
    """Say who an officer is in the population register: from then on the own record is left to colleagues.

    Raises:
        SosachError: STATE-01 no such officer within reach; ACCESS-01 the own account; STATE-03 the person has another account
            that is open.
    """
    officer = _locked(officer_id)
    if order.actor.is_also(_key(officer)):
        raise _denied("Việc này do người khác ghi nhận.", "Somebody else has to note this.")
    officer.person_id = person_id
    try:
        with transaction.atomic():
            officer.save(update_fields=["person_id"])
    except IntegrityError as taken:  # the other account may lie out of reach
        raise SosachError(
            ErrorCode.CONFLICT, vi="Người này đã có tài khoản khác.", en="The person has another account already."
        ) from taken
    return Done(officer, [_subject(officer)])


def _grant(order: Order, officer: Officer, role: Role, *, until: datetime | None, own: Grant | None = None) -> Grant:
    held = holding(officer.grants.filter(role=role, level=officer.level, unit=officer.unit), at=order.at)
    if held.exists():
        raise SosachError(ErrorCode.CONFLICT, vi="Đã có vai trò này.", en="The role is held already.")
    return Grant.objects.create(
        officer=officer,
        role=role,
        level=officer.level,
        unit=officer.unit,
        commune_code=officer.commune_code,
        province_code=officer.province_code,
        begins_at=order.at,
        ends_at=until,
        granted_by=order.actor.key,
        delegated_by=own,
        act=order.act,
    )


def _end(order: Order, keys: QuerySet[Grant, int]) -> int:
    """End grants that hold, and what was handed on from them."""
    holding_now = holding(Grant.objects.filter(pk__in=keys), at=order.at)
    ids = set(holding_now.values_list("pk", flat=True))
    handed_on = set(holding(Grant.objects.filter(delegated_by__in=ids), at=order.at).values_list("pk", flat=True))
    return Grant.objects.filter(pk__in=ids | handed_on).update(ends_at=order.at)


def _set_password(officer: Officer, password: str, *, until: datetime | None) -> None:
    """In one transaction with the end of every session: whoever came in with the old one is out."""
    officer.password, officer.password_given_until = make_password(password), until
    officer.save(update_fields=["password", "password_given_until"])
    drop_sessions_of(_key(officer))


def _refuse_short(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise _incomplete(
            f"Mật khẩu cần ít nhất {SHORTEST_PASSWORD} ký tự.",
            f"A password needs at least {SHORTEST_PASSWORD} characters.",
        )


def _locked(officer_id: int) -> Officer:
    return _found(Officer.objects.select_for_update(), officer_id)


def _found(officers: QuerySet[Officer], officer_id: int) -> Officer:
    officer = officers.filter(pk=officer_id).first()
    if officer is None:
        raise _missing()
    return officer


def _territory(level: Level, unit: str, at: datetime) -> tuple[str | None, str | None]:
    """Commune and province of a unit that exists on that day."""
    if level is Level.NATION and not unit:
        return None, None
    found = unit_on(level=level, code=unit, at=day_of(at)) if level in {Level.PROVINCE, Level.COMMUNE} else None
    if found is None:
        raise _incomplete(f"Không có đơn vị {unit}.", f"There is no unit {unit}.")
    return (found.code if level is Level.COMMUNE else None), found.province_code


def _key(officer: Officer) -> str:
    return account_key(ActorKind.OFFICER, officer.pk)


def _subject(officer: Officer) -> Subject:
    return Subject("officer", str(officer.pk), officer.unit)


def _incomplete(vi: str, en: str) -> SosachError:
    return SosachError(ErrorCode.INPUT_INCOMPLETE, vi=vi, en=en)


def _denied(vi: str, en: str) -> SosachError:
    return SosachError(ErrorCode.ACCESS_DENIED, vi=vi, en=en)


def _missing() -> SosachError:
    return SosachError(ErrorCode.NOT_FOUND, vi="Không có tài khoản như vậy.", en="There is no such account.")
