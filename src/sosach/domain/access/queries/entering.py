"""At the officers' door: who a name and password belong to, and whether a second factor is enrolled. Before anybody acts."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password

from sosach.domain.access.models import Officer, RecoveryCode, SecondFactor
from sosach.domain.access.queries.gate import acting
from sosach.domain.access.queries.officers import DOOR


@dataclass(frozen=True, slots=True)
class AtTheDoor:
    """An account whose password was told.

    Attributes:
        officer_id: id of the account.
        user_name: its name.
        display_name: name of its officer.
        unit: code of its unit.
        given: whether somebody else gave the password: it has to be changed before anything opens.
        mark: of the password that is set; another one after it was changed.
    """

    officer_id: int
    user_name: str
    display_name: str
    unit: str
    given: bool
    mark: str


@dataclass(frozen=True, slots=True)
class Factor:
    """The second factor of an account.

    Attributes:
        sealed_secret: what its codes are made of, sealed.
        last_step: step of time of the last code that was used.
        recovery_codes: how many are left.
    """

    sealed_secret: str
    last_step: int
    recovery_codes: int


def officer_by_password(user_name: str, password: str, *, at: datetime) -> AtTheDoor | None:
    """The account, when it is open and the password is its own. A name nobody has costs as much work as one somebody has."""
    with acting(DOOR):
        officer = Officer.objects.filter(user_name=user_name).first()
    if officer is None:
        make_password(password)  # the same hash once, so that the time tells nothing
        return None
    until = officer.password_given_until
    if not check_password(password, officer.password) or not officer.is_active or (until is not None and until <= at):
        return None
    return _at_the_door(officer)


def account_at_the_door(officer_id: int) -> AtTheDoor | None:
    """The account of somebody between the password and the code, unless it was closed meanwhile."""
    with acting(DOOR):
        officer = Officer.objects.filter(pk=officer_id, is_active=True).first()
    return _at_the_door(officer) if officer else None


def is_password_of(officer_id: int, password: str) -> bool:
    """Whether the password of an account is that one."""
    with acting(DOOR):
        kept = Officer.objects.filter(pk=officer_id).values_list("password", flat=True).get()
    return check_password(password, kept)


def _at_the_door(officer: Officer) -> AtTheDoor:
    mark = hashlib.sha256(officer.password.encode()).hexdigest()  # of the slow, salted hash
    given = officer.password_given_until is not None
    return AtTheDoor(officer.pk, officer.user_name, officer.display_name, officer.unit, given, mark)


def second_factor(officer_id: int) -> Factor | None:
    """The second factor of an account; None: it has to enrol one first."""
    with acting(DOOR):
        row = SecondFactor.objects.filter(pk=officer_id).first()
        left = RecoveryCode.objects.filter(officer_id=officer_id, used_at__isnull=True).count()
    return Factor(row.sealed_secret, row.last_step, left) if row is not None else None
