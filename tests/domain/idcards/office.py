"""An office that takes applications for cards, and people nobody is: for the tests of applications."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PIL import Image

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.images.measuring import measured
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.models import AuditEvent
from sosach.domain.audit.rules import Actor, ActorKind, Level, Subject, account_key
from sosach.domain.idcards.models import Application, Packet
from sosach.domain.idcards.operations.applying import apply_for_card
from sosach.domain.idcards.operations.capturing import capture
from sosach.domain.idcards.operations.deciding import approve
from sosach.domain.idcards.operations.preparing import Picture
from sosach.domain.idcards.operations.screening import screen
from sosach.domain.idcards.rules.applications import Ground, Kind, Wanted
from sosach.domain.idcards.rules.enrolment import FACE, FINGERS, IRISES, Absence, Media
from sosach.domain.population.models import Card, Person, Relation, Residence
from sosach.domain.provenance.operations import make_record
from sosach.synth import faces

T = TypeVar("T")
COMMUNE, PROVINCE, ELSEWHERE = "00004", "01", "00008"
TODAY = date(2026, 11, 20)
FIRST = Wanted(Kind.FIRST, Ground.NONE_YET)
EXCHANGE = Wanted(Kind.EXCHANGE, Ground.CHANGED)
REISSUE = Wanted(Kind.REISSUE, Ground.LOST)
NO_CAMERA = dict.fromkeys(IRISES, Absence.NO_DEVICE)
_COUNT = itertools.count(1)


def officer(number: int, *roles: Role, unit: str = COMMUNE, person_id: int | None = None) -> Actor:
    level = Level.COMMUNE if unit else Level.NATION
    return Actor(ActorKind.OFFICER, f"officer-{number}", level, unit, frozenset(roles), person_id)


CLERK = officer(21, Role.CARDS)
OTHER_CLERK = officer(22, Role.CARDS)
FAR_CLERK = officer(23, Role.CARDS, unit=ELSEWHERE)
BOTH = officer(24, Role.CARDS, Role.CARD_APPROVER)  # captures and approves, never the same person
APPROVER = officer(25, Role.CARD_APPROVER)
SECOND = officer(26, Role.CARD_APPROVER)
THIRD = officer(27, Role.CARD_APPROVER)
STOCK = officer(28, Role.CARD_STOCK, unit="")
CHIEF = officer(29, Role.CHIEF)
REGISTRAR = Actor(ActorKind.SYSTEM, "registrar", Level.NATION, roles=frozenset({Role.POPULATION, Role.SYSTEM}))
SYSTEM = Actor(ActorKind.SYSTEM, "calendar", Level.NATION, roles=frozenset({Role.SYSTEM}))


def citizen(person_id: int) -> Actor:
    key = account_key(ActorKind.CITIZEN, person_id)
    return Actor(ActorKind.CITIZEN, key, Level.PERSON, roles=frozenset({Role.CITIZEN}))


def moment(day: date = TODAY) -> datetime:
    """Ten in the morning in Viet Nam."""
    return datetime.combine(day, time(3), UTC)


def order(actor: Actor = CLERK, day: date = TODAY, *, reason: str = "", **evidence: str) -> Order:
    return Order(actor, moment(day), evidence, reason)


def look(actor: Actor = CLERK, day: date = TODAY, *, purpose: str = "card-keeping", ticket: str = "") -> Look:
    return Look(actor, purpose, moment(day), ticket)


def opening(actor: Actor, ticket: str = "HS-1") -> Look:
    """A look that opens sealed pictures."""
    return look(actor, purpose="card-biometrics", ticket=ticket)


@operation("population.birth_registered", roles=frozenset({Role.POPULATION}))
def _born(order: Order, /, **columns: str) -> Done[Person]:
    values = {"commune_code": COMMUNE, "province_code": PROVINCE, **columns}
    person = make_record(order, Person, values, procedure="register")
    return Done(person, [Subject("person", str(person.pk), COMMUNE)])


def person(birth_date: str = "1990-05-01", *, residence: str = "Số 7, phố Thử, Hà Nội", **columns: str) -> Person:
    told = {
        "full_name": "NGUYỄN VĂN AN",
        "sex": "M",
        "pin": f"0010900{next(_COUNT):05d}",
        "ethnicity": "Kinh",
        "religion": "Không",
        "hometown": "Huế",
        "birth_registration_place": "Hà Nội",
        **columns,
    }
    made = _born(order(REGISTRAR), birth_date=birth_date, **told)
    if residence:
        with acting(REGISTRAR):
            Residence.objects.create(
                person=made,
                origin="entry",
                key=0,
                position=0,
                slot="permanent",
                address=residence,
                commune_code=COMMUNE,
            )
    return made


def with_card(who: Person, *, expires_on: date | None = date(2030, 5, 1), number: str = "0" * 12) -> Person:
    """The register knows a card of somebody."""
    with acting(REGISTRAR):
        Card.objects.create(
            person=who,
            origin="entry",
            key=0,
            position=9,
            slot="cccd",
            kind="cccd",
            number=number,
            expires_on=expires_on,
        )
    return who


def child_of(parent: Person, birth_date: str = "2018-03-01") -> Person:
    child = person(birth_date, full_name="NGUYỄN THỊ CHỒI", sex="F")
    with acting(REGISTRAR):
        Relation.objects.create(
            person=child, origin="entry", key=0, position=1, slot="father", kind="father", other=parent, full_name=""
        )
    return child


@cache
def _face(number: int, shot: int) -> tuple[bytes, bytes]:
    """A face and its coarse copy, as a jailed child would hand them over."""
    content = faces.face(number, shot=shot)
    return content, measured(Image.open(BytesIO(content)).convert("RGB")).coarse


def pictures(number: int, *, shot: int = 0, fingers: Sequence[int] = range(1, 11)) -> list[Picture]:
    """Good pictures of a number."""
    content, coarse = _face(number, shot)
    taken = [Picture(FACE, content, Media.JPEG, (), "test", coarse)]
    for position in fingers:
        bits = faces.vector(number, position, shot=shot)
        taken.append(
            Picture(FINGERS[position - 1], faces.finger(number, position, shot=shot), Media.WSQ, (), "test", bits)
        )
    return taken


def applied(
    who: Person, wanted: Wanted = FIRST, *, actor: Actor = CLERK, day: date = TODAY, **more: Any
) -> Application:
    return apply_for_card(order(actor, day), pin=who.pin or "", wanted=wanted, **more)


def captured(
    application: Application, number: int, *, shot: int = 0, actor: Actor = CLERK, day: date = TODAY
) -> Packet:
    return capture(
        order(actor, day),
        application_id=application.pk,
        pictures=pictures(number, shot=shot),
        absent=NO_CAMERA,
        features="nốt ruồi ở má trái",
        device="cam-1",
    )


def cleared(who: Person, number: int, *, shot: int = 0, day: date = TODAY) -> Application:
    """An application that waits for its approval."""
    application = applied(who, day=day)
    captured(application, number, shot=shot, day=day)
    return screen(order(day=day), application_id=application.pk)


def approved(who: Person, number: int, *, day: date = TODAY) -> Application:
    application = cleared(who, number, day=day)
    return approve(order(APPROVER, day), application_id=application.pk)


def fresh(application: Application) -> Application:
    with acting(SYSTEM):
        return Application.objects.get(pk=application.pk)


def refused(code: ErrorCode, act: Callable[[], T]) -> SosachError:
    """The error an act ends in."""
    with pytest.raises(SosachError) as told:
        act()
    assert told.value.code is code, told.value
    return told.value


def events(name: str) -> list[AuditEvent]:
    """What the log has of an event."""
    auditor = replace(SYSTEM, key="auditor", roles=frozenset({Role.AUDITOR}))
    with acting(auditor):
        return list(AuditEvent.objects.filter(event=name).order_by("pk"))


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Wrapping keys of this test alone."""
    folder = tmp_path / "card-keys"
    monkeypatch.setattr("django.conf.settings.SOSACH_CARD_KEYS", folder)
    return folder
