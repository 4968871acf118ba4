"""Whoever sits at the machine: acts for the installation itself, under the name of the account of the system."""

import os
import pwd
from collections.abc import Iterator
from datetime import datetime

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.models import Officer
from sosach.domain.access.operations.officers import Given, plain_user_name
from sosach.domain.access.queries import acting
from sosach.domain.access.queries.entering import officer_by_password
from sosach.domain.access.queries.officers import holding, officer_actor
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.vn.working_days import VIETNAM

LEVELS = {0: Level.NATION, 2: Level.PROVINCE, 5: Level.COMMUNE}


def administrator() -> Actor:
    """The installation, named after the account that types: the log tells who it was."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = str(os.getuid())
    return Actor(
        ActorKind.SYSTEM, f"cli:{os.environ.get('SUDO_USER', name)}"[:64], Level.NATION, roles=frozenset({Role.SYSTEM})
    )


def whoever(user_name: str, password: str, *, at: datetime) -> Actor:
    """The installation, or the officer of that name with the rights of the account and no others.

    Raises:
        SosachError: ACCESS-03, name and password do not fit, or the account is closed; ACCESS-01 somebody else gave the password and
            it is not changed yet.
    """
    if not user_name:
        return administrator()
    found = officer_by_password(plain_user_name(user_name), password, at=at)
    actor = officer_actor(found.officer_id, at=at) if found is not None else None
    if found is None or actor is None:
        raise SosachError(
            ErrorCode.ACCESS_UNKNOWN,
            vi="Sai tên đăng nhập hoặc mật khẩu, hoặc tài khoản đã khóa.",
            en="User name and password do not fit, or the account is closed.",
        )
    if found.given:
        raise SosachError(
            ErrorCode.ACCESS_DENIED,
            vi="Mật khẩu này do người khác cấp, phải đổi trước khi dùng.",
            en="Somebody else gave this password; it has to be changed first.",
            hint_vi="Đăng nhập trên trang web để đổi.",
            hint_en="Sign in on the pages to change it.",
        )
    return actor


def level_of(unit: str) -> Level:
    """Level of a unit, by the length of its code.

    Raises:
        SosachError: STATE-04, no unit has such a code.
    """
    if len(unit) in LEVELS and (not unit or unit.isdecimal()):
        return LEVELS[len(unit)]
    raise SosachError(
        ErrorCode.INPUT_INCOMPLETE,
        vi=f"“{unit}” không phải mã đơn vị: xã 5 số, tỉnh 2 số, trống là toàn quốc.",
        en=f"“{unit}” is no code of a unit: 5 digits a commune, 2 a province, empty the nation.",
    )


def role_of(text: str) -> Role:
    """The role of that name.

    Raises:
        SosachError: STATE-04, there is none.
    """
    try:
        return Role(text.lower())
    except ValueError:
        names = ", ".join(Role)
        raise SosachError(
            ErrorCode.INPUT_INCOMPLETE,
            vi=f"Không có vai trò “{text}”. Có: {names}",
            en=f"There is no role “{text}”. There are: {names}",
        ) from None


def officer_of(user_name: str) -> int:
    """Id of an account.

    Raises:
        SosachError: STATE-01.
    """
    with acting(administrator()):
        found = Officer.objects.filter(user_name=plain_user_name(user_name)).values_list("pk", flat=True).first()
    if found is None:
        raise SosachError(
            ErrorCode.NOT_FOUND, vi=f"Không có tài khoản “{user_name}”.", en=f"There is no account “{user_name}”."
        )
    return int(found)


def accounts(unit: str, *, at: datetime) -> Iterator[tuple[str, str, str, str, str]]:
    """Accounts with what they hold now: user name, name, unit, roles, active."""
    with acting(administrator()):
        chosen = Officer.objects.filter(unit=unit) if unit else Officer.objects.all()
        for officer in chosen.order_by("unit", "user_name"):
            roles = holding(officer.grants.all(), at=at).values_list("role", flat=True)
            yield (
                officer.user_name,
                officer.display_name,
                officer.unit or "–",
                ", ".join(roles) or "–",
                "+" if officer.is_active else "–",
            )


def told_once(given: Given) -> dict[str, str]:
    """A password that was given, as the terminal tells it, in both languages."""
    until = f"{given.until.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
    return {
        "vi": f"Mật khẩu (chỉ hiện lần này, phải đổi khi đăng nhập, có hiệu lực đến {until}): {given.password}",
        "en": f"Password (shown this once, to be changed at sign-in, good until {until}): {given.password}",
    }
