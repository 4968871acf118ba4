"""People who live somewhere, cards in several states, and pictures as a synthetic camera takes them."""

import base64
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.idcards.models import Application, Blank, BlankDelivery, Card, Job, Machine
from sosach.domain.idcards.rules.applications import Ground, Kind
from sosach.domain.idcards.states.applications import State
from sosach.domain.idcards.states.cards import BLANK_OF, CardState
from sosach.domain.population.models import Person
from sosach.domain.population.operations.births import Birth, ParentTold, register_births
from sosach.domain.population.operations.residence import Place, move_in
from sosach.domain.population.rules.words import Kin
from sosach.synth import faces
from sosach.web.frame import clock

COMMUNE, PROVINCE = "00004", "01"
ISSUED, EXPIRES = date(2026, 1, 5), date(2040, 1, 5)
EVERYONE = Actor(
    ActorKind.OFFICER,
    "officer-77",
    Level.NATION,
    roles=frozenset(
        {
            Role.CIVIL_STATUS,
            Role.POPULATION,
            Role.CARDS,
            Role.CARD_APPROVER,
            Role.CARD_STOCK,
            Role.CARD_QUALITY,
            Role.SYSTEM,
        }
    ),
)
FINGERS = tuple(
    f"{hand}_{each}" for hand in ("RIGHT", "LEFT") for each in ("THUMB", "INDEX", "MIDDLE", "RING", "LITTLE")
)


def now() -> datetime:
    """This moment."""
    return clock.now()


def people(count: int, *, first: int) -> list[str]:
    """Grown-up synthetic people who live somewhere; their numbers."""
    told = [
        Birth(
            message_id=f"card-{number}",
            full_name=f"Lê Thị Mẫu {number}",
            birth_date=f"1985-03-{number:02d}",
            sex="F",
            commune_code=COMMUNE,
            birth_place="Hà Nội",
            hometown="Nam Định",
            ethnicity="Kinh",
            parents=(ParentTold(Kin.MOTHER, "Trần Thị Mẫu"),),
        )
        for number in range(first, first + count)
    ]
    pins = [one.pin for one in register_births(Order(EVERYONE, now(), {"paper": "1"}), births=told)]
    for pin in pins:
        housed(pin)
    return pins


def housed(pin: str) -> int:
    """Let somebody live in a commune; the person."""
    person = person_of(pin)
    move_in(Order(EVERYONE, now(), {"paper": "1"}), person_id=person, to=Place(COMMUNE, "Số 1 phố Mẫu"))
    return person


def person_of(pin: str) -> int:
    """The person of a number."""
    with acting(EVERYONE):
        return int(Person.objects.get(pin=pin).pk)


def stock(count: int) -> list[str]:
    """Blanks; their serials."""
    serials = [f"VN{number:014d}" for number in range(1, count + 1)]
    with acting(EVERYONE):
        delivery = BlankDelivery.objects.create(
            number="GN-1",
            supplier="Nhà in mẫu",
            profile="VN-CC-2024",
            first_serial=serials[0],
            last_serial=serials[-1],
            count=count,
            received_at=now(),
            actor_key=EVERYONE.key,
            act=uuid4(),
        )
        Blank.objects.bulk_create([Blank(serial=one, delivery=delivery, changed_at=now()) for one in serials])
    return serials


def card(person_id: int, serial: str, state: CardState) -> Card:
    """A card in some state, with all that hangs on it, as if it had been made."""
    at, act = now(), UUID(int=7)
    with acting(EVERYONE):
        machine, _ = Machine.objects.get_or_create(
            name="Máy mẫu", defaults={"transport_key": b"", "report_key": b"", "registered_at": at, "act": act}
        )
        job = Job.objects.create(profile="VN-CC-2024", machine=machine, planned_by="officer-1", planned_at=at, act=act)
        made = Application.objects.create(
            number=f"HS-{serial[-6:]}",
            key=uuid4(),
            person_id=person_id,
            kind=Kind.FIRST.value,
            ground=Ground.NONE_YET.value,
            profile="VN-CC-2024",
            channel="office",
            delivery="counter",
            state=State.DONE.value,
            commune_code=COMMUNE,
            province_code=PROVINCE,
            received_at=at,
            received_on=ISSUED,
            opened_by="officer-1",
            captured_by="officer-1",
            approved_by="officer-2",
            approved_at=at,
            closed_at=at,
        )
        Blank.objects.filter(serial=serial).update(state=BLANK_OF[state].value)
        return Card.objects.create(
            application=made,
            person_id=person_id,
            blank_id=serial,
            job=job,
            state=state.value,
            number=Person.objects.get(pk=person_id).pin,
            issued_on=ISSUED,
            expires_on=EXPIRES,
            sod_digest="0" * 64,
            commune_code=COMMUNE,
            province_code=PROVINCE,
            changed_at=at,
            handed_over_on=ISSUED,
        )


def back(cards: dict[str, CardState]) -> None:
    """Let cards be in the states they are to be in, whatever befell them."""
    with acting(EVERYONE):
        there = dict(Card.objects.filter(blank_id__in=cards).values_list("blank_id", "state"))
        for serial, state in cards.items():
            if there[serial] != state:
                Card.objects.filter(blank_id=serial).update(state=state.value)


def pictures(number: int, *, shot: int = 0) -> list[dict[str, Any]]:
    """`biometricData` of one synthetic person: a face, ten fingers, both irises."""

    def item(kind: str, part: str, content: bytes) -> dict[str, Any]:
        told = {"biometricType": kind, "biometricSubType": part, "captureDevice": "TRAM-07"}
        return told | {"image": base64.b64encode(content).decode()}

    return [
        item("FACE", "PORTRAIT", faces.face(number, shot=shot)),
        *(item("FINGER", part, faces.finger(number, at, shot=shot)) for at, part in enumerate(FINGERS, 1)),
        item("IRIS", "EYE_RIGHT", faces.iris(number, "right", shot=shot)),
        item("IRIS", "EYE_LEFT", faces.iris(number, "left", shot=shot)),
    ]
