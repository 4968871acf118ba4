"""Roles come from above, never from oneself; who is moved or suspended has nothing left."""

from datetime import UTC, datetime, timedelta

import pytest

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.models import Officer
from sosach.domain.access.operations import Order
from sosach.domain.access.operations.clients import create_client, end_client, renew_key
from sosach.domain.access.operations.officers import (
    create_officer,
    delegate,
    end_role,
    grant_role,
    identify,
    plain_user_name,
    suspend,
    transfer,
)
from sosach.domain.access.queries.officers import client_actor, officer_actor
from sosach.domain.access.rules import Role
from sosach.domain.access.rules.granting import may_grant
from sosach.domain.audit.rules import Actor, ActorKind, Level

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
SYSTEM = Actor(ActorKind.SYSTEM, "setup", Level.NATION, roles=frozenset({Role.SYSTEM}))
BA_DINH, HA_NOI, LAO_CAI = ("00004", "01"), (None, "01"), (None, "15")
PASSWORD = "mật khẩu đủ dài"  # noqa: S105 - of synthetic accounts


def admin(level: Level, unit: str = "") -> Actor:
    return Actor(ActorKind.OFFICER, "officer-99", level, unit, frozenset({Role.ADMIN}))


@pytest.mark.parametrize(
    ("granter", "role", "level", "units", "allowed"),
    [
        (admin(Level.NATION), Role.CLERK, Level.PROVINCE, HA_NOI, True),
        (admin(Level.NATION), Role.AUDITOR, Level.NATION, (None, None), True),
        (admin(Level.NATION), Role.CLERK, Level.NATION, (None, None), False),  # not from above
        (admin(Level.PROVINCE, "01"), Role.CLERK, Level.COMMUNE, BA_DINH, True),
        (admin(Level.PROVINCE, "01"), Role.CLERK, Level.PROVINCE, HA_NOI, False),
        (admin(Level.PROVINCE, "01"), Role.ADMIN, Level.COMMUNE, BA_DINH, False),  # the nation alone
        (admin(Level.PROVINCE, "15"), Role.CLERK, Level.COMMUNE, BA_DINH, False),  # another province
        (admin(Level.COMMUNE, "00004"), Role.CLERK, Level.COMMUNE, BA_DINH, False),
        (admin(Level.NATION), Role.SYSTEM, Level.PROVINCE, HA_NOI, False),
        (admin(Level.NATION), Role.CITIZEN, Level.COMMUNE, BA_DINH, False),
        (SYSTEM, Role.ADMIN, Level.NATION, (None, None), True),
    ],
)
def test_who_may_give_what(
    granter: Actor, role: Role, level: Level, units: tuple[str | None, str | None], *, allowed: bool
) -> None:
    assert may_grant(granter, officer_key="officer-1", role=role, level=level, units=units) is allowed
    assert not may_grant(granter, officer_key=granter.key, role=role, level=level, units=units), "never to oneself"


@pytest.mark.parametrize("text", ["nguyen.an", "NGUYEN.AN", " Nguyễn.Án ", "ｎｇｕｙｅｎ.an", "nguye\u0302\u0303n.an"])
def test_accents_case_and_width_make_no_other_account(text: str) -> None:
    assert plain_user_name(text) == "nguyen.an"


def opened(name: str, level: Level = Level.COMMUNE, unit: str = "00004") -> Officer:
    return create_officer(
        Order(SYSTEM, AT), user_name=name, display_name=name, password=PASSWORD, level=level, unit=unit
    )


def acts_as(officer: Officer, at: datetime = LATER) -> Actor:
    found = officer_actor(officer.pk, at=at)
    assert found is not None
    return found


@pytest.mark.usefixtures("db")
def test_an_account_without_grant_may_nothing() -> None:
    assert acts_as(opened("an")).roles == frozenset()


@pytest.mark.usefixtures("db")
def test_a_password_is_long_and_a_name_is_taken_once() -> None:
    opened("Nguyễn.An")
    for name, password, code in (
        ("nguyen.an", PASSWORD, ErrorCode.CONFLICT),
        ("binh", "ngắn", ErrorCode.INPUT_INCOMPLETE),
    ):
        with pytest.raises(SosachError) as refused:
            create_officer(Order(SYSTEM, AT), user_name=name, display_name=name, password=password, level=Level.NATION)
        assert refused.value.code is code
    assert PASSWORD not in Officer(password="").password


@pytest.mark.usefixtures("db")
def test_a_transfer_ends_every_right_in_the_same_moment() -> None:
    officer = opened("an")
    grant_role(Order(SYSTEM, AT), officer_id=officer.pk, role=Role.CLERK)
    assert acts_as(officer).roles == {"clerk"}
    transfer(Order(SYSTEM, LATER), officer_id=officer.pk, level=Level.COMMUNE, unit="00008")
    moved = acts_as(officer)
    assert (moved.unit, moved.roles) == ("00008", frozenset())
    grant_role(Order(SYSTEM, LATER), officer_id=officer.pk, role=Role.VERIFIER)
    assert acts_as(officer).roles == {"verifier"}


@pytest.mark.usefixtures("db")
def test_what_was_handed_on_ends_with_what_it_came_from() -> None:
    chief, stand_in = opened("chief"), opened("stand-in")
    grant_role(Order(SYSTEM, AT), officer_id=chief.pk, role=Role.CHIEF)
    until = AT + timedelta(days=7)
    delegate(Order(acts_as(chief), LATER), officer_id=stand_in.pk, role=Role.CHIEF, until=until)
    assert acts_as(stand_in).roles == {"chief"}
    assert acts_as(stand_in, until + timedelta(seconds=1)).roles == frozenset(), "it ends by itself"
    end_role(Order(SYSTEM, LATER), officer_id=chief.pk, role=Role.CHIEF)
    assert acts_as(stand_in, LATER + timedelta(minutes=1)).roles == frozenset()


@pytest.mark.usefixtures("db")
def test_nobody_hands_on_to_another_unit_or_what_is_not_held() -> None:
    chief, stranger, colleague = opened("chief"), opened("stranger", unit="00008"), opened("colleague")
    grant_role(Order(SYSTEM, AT), officer_id=chief.pk, role=Role.CHIEF)
    for officer, role in ((stranger, Role.CHIEF), (colleague, Role.VERIFIER), (chief, Role.CHIEF)):
        with pytest.raises(SosachError) as refused:
            delegate(Order(acts_as(chief), LATER), officer_id=officer.pk, role=role, until=LATER + timedelta(days=1))
        assert refused.value.code in {ErrorCode.ACCESS_DENIED, ErrorCode.NOT_FOUND}


@pytest.mark.usefixtures("db")
def test_a_suspended_account_is_nobody() -> None:
    officer = opened("an")
    grant_role(Order(SYSTEM, AT), officer_id=officer.pk, role=Role.CLERK)
    suspend(Order(SYSTEM, LATER), officer_id=officer.pk)
    assert officer_actor(officer.pk, at=LATER) is None


@pytest.mark.usefixtures("db")
def test_the_key_of_a_machine_is_told_once_and_ends_at_once() -> None:
    scopes = frozenset({Role.CIVIL_STATUS})
    made = create_client(Order(SYSTEM, AT), name="Hộ tịch", scopes=scopes, level=Level.NATION)
    found = client_actor(made.key, at=LATER)
    assert found is not None
    assert (found.kind, found.roles) == (ActorKind.MACHINE, scopes)
    assert client_actor(made.key[:-1] + "?", at=LATER) is None
    renewed = renew_key(Order(SYSTEM, LATER), client_id=made.client_id)
    assert client_actor(made.key, at=LATER) is None
    end_client(Order(SYSTEM, LATER), client_id=made.client_id)
    assert client_actor(renewed.key, at=LATER) is None


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("scope", [Role.SYSTEM, Role.ADMIN, Role.AUDITOR, Role.CITIZEN])
def test_no_machine_is_an_administrator(scope: Role) -> None:
    with pytest.raises(SosachError) as refused:
        create_client(Order(SYSTEM, AT), name="x", scopes=frozenset({scope}), level=Level.NATION)
    assert refused.value.code is ErrorCode.INPUT_INCOMPLETE


@pytest.mark.usefixtures("db")
def test_an_account_says_who_the_officer_is_and_nobody_has_two() -> None:
    officer, other = opened("an"), opened("an-too", unit="00008")
    identify(Order(SYSTEM, AT), officer_id=officer.pk, person_id=7)
    known = acts_as(officer)
    assert (known.key, known.number, known.person_id) == (f"officer-{officer.pk}", officer.pk, 7)
    assert known.is_also("person-7")
    assert not known.is_also("person-8")
    with pytest.raises(SosachError) as refused:
        identify(Order(SYSTEM, AT), officer_id=other.pk, person_id=7)
    assert refused.value.code is ErrorCode.CONFLICT
    suspend(Order(SYSTEM, AT), officer_id=officer.pk)
    assert identify(Order(SYSTEM, AT), officer_id=other.pk, person_id=7).person_id == 7
