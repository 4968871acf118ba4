"""Officers and citizens who come in, for the tests of the pages."""

import itertools
from datetime import datetime

from django.db import connection
from django.test import Client
from tests.web.world import OWN, SYSTEM, caller, newborn

from sosach.domain.access.operations import Order
from sosach.domain.access.operations.officers import create_officer, grant_role
from sosach.domain.access.queries import Look
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, Level
from sosach.domain.population.queries import person_by_pin
from sosach.web.frame import clock

PASSWORD = "mat-khau-rat-dai"  # noqa: S105 - of nobody
_COUNT = itertools.count(1)


def now() -> datetime:
    """The moment, as the pages have it: where a test sets their clock, officers' rights begin by the same one."""
    return clock.now()


def officer(*roles: Role, unit: str = OWN, name: str = "Nguyễn Thị Thử") -> tuple[int, str]:
    """An officer of a commune; id and user name."""
    user_name = f"can.bo.{next(_COUNT)}"
    made = create_officer(
        Order(SYSTEM, now()), user_name=user_name, display_name=name, password=PASSWORD, level=Level.COMMUNE, unit=unit
    )
    for role in roles:
        grant_role(Order(SYSTEM, now()), officer_id=made.pk, role=role)
    return made.pk, user_name


def person() -> tuple[int, str]:
    """A person of the commune; id and PIN."""
    by = caller(Role.CIVIL_STATUS, Role.POPULATION, Role.CLERK)
    pin = str(newborn(by)["pin"])
    found = person_by_pin(Look(SYSTEM, "identity-check", now()), pin=pin)
    assert found is not None
    return found.person_id, pin


def browser(*, raising: bool = True) -> Client:
    """A browser; with `raising` defects reach the test."""
    return Client(raise_request_exception=raising, SERVER_NAME="localhost")


def as_officer(*roles: Role) -> Client:
    """A browser an officer came in with, by the door of the demo."""
    client = browser()
    officer_id, _ = officer(*roles)
    assert client.post("/dung-thu/", {"officer": officer_id}).status_code == 302
    return client


def as_citizen() -> tuple[Client, int]:
    """A browser a citizen came in with, and who it is."""
    client = browser()
    person_id, pin = person()
    assert client.post("/dung-thu/", {"pin": pin}).status_code == 302
    return client, person_id


def events(*names: str) -> list[tuple[str, str, str]]:
    """What the log says of those events: event, kind and key of the subject; in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('sosach.roles', 'auditor', true)")
        cursor.execute(
            "SELECT event, subject_kind, subject_key FROM audit_auditevent WHERE event = ANY(%s) ORDER BY id",
            [list(names)],
        )
        return [(str(event), str(kind), str(key)) for event, kind, key in cursor.fetchall()]


__all__ = ["PASSWORD", "Actor", "as_citizen", "as_officer", "browser", "events", "now", "officer", "person"]
