"""An installation of a province with something on every page of the exchange: told, refused and contradicted, undelivered, agreed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.domain.vehicles.town import Town
from tests.web.exchange.agency import Agency, agency

from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.exchange.models import CivilNotice, Delivery, Following, Partner, ReactionLine, Subscription
from sosach.domain.exchange.models.batches import Batch, Incoming, Item
from sosach.domain.exchange.models.links import Link
from sosach.domain.exchange.operations.links import open_link
from sosach.domain.exchange.rules.batches import FIRST
from sosach.domain.vehicles.models import Vehicle
from sosach.web.frame import clock

COMMUNE, PROVINCE = "00004", "01"
ADDRESS = "https://tin.cong-chung.example/nhan"
OPENER = Actor(ActorKind.OFFICER, "officer-901", Level.NATION, roles=frozenset({Role.STEWARD}))

MAKER = Actor(ActorKind.SYSTEM, "ground", Level.NATION, roles=frozenset(Role))


@dataclass
class Ground:
    """What there is.

    Attributes:
        car: refused by the nation.
        other: changed by both sides.
        items: state → id of the record on its way.
        notary: the partner.
        letter: a notice that did not arrive.
    """

    car: Vehicle
    other: Vehicle
    items: dict[str, int]
    notary: Agency
    letter: UUID


def furnished() -> Ground:
    """Furnish it, as of the present moment of the pages."""
    now = clock.now()
    town = Town.founded()
    car, other, third = (town.registered(town.an) for _ in range(3))
    open_link(Order(OPENER, now), province=PROVINCE, upward=True, peer_key="ab" * 32)
    notary = agency(
        "cong-chung",
        scopes=["registers", "notification"],
        attributes={"vehicles": ["plate_display", "kind", "registration"]},
        questions=["owner_is", "vehicle_pledged"],
        topics=["vehicle-changed"],
        addresses=[ADDRESS],
    )
    with acting(MAKER):
        items = _told(now, {"refused": car, "conflict": other, "applied": third})
        letter = _undelivered(now, notary, car)
        _followed(now, car)
        _noticed(now)
    return Ground(car, other, items, notary, letter)


def _told(now: datetime, cars: dict[str, Vehicle]) -> dict[str, int]:
    link = Link.objects.get()
    chain = {"link": link, "previous": FIRST, "chain": "c" * 64, "body": b"{}", "act": uuid4()}
    made_at = now - timedelta(hours=2)
    sent = Batch.objects.create(direction="out", number=1, count=3, made_at=made_at, answered_at=now, **chain)
    came = Batch.objects.create(direction="in", number=1, count=1, made_at=made_at, answered_at=now, **chain)
    Link.objects.update(sent_number=1, received_number=1, received_at=now)
    why: dict[str, dict[str, Any]] = {
        "refused": {
            "code": "STATE-03",
            "reason_vi": "Biển số đã thuộc xe khác.",
            "reason_en": "Another vehicle has it.",
        },
        "conflict": {"theirs": {"paint_colour": "Đỏ đô"}},
    }
    found = {}
    for place, (state, car) in enumerate(cars.items()):
        item = Item.objects.create(
            link=link,
            register="vehicles",
            record_id=car.pk,
            commune_code=COMMUNE,
            province_code=PROVINCE,
            day=now.date(),
            act=uuid4(),
            state=state,
            collected_at=now - timedelta(hours=3),
            batch=sent,
            position=place,
            key=f"{PROVINCE}:vehicle:{place}",
            told={"paint_colour": ["Trắng", "Xanh lục"], "brand": ["TOYOTA", "TOYOTA"]},
            digest="d" * 64,
            answered_at=now,
            **why.get(state, {}),
        )
        found[state] = int(item.pk)
    told = {"link": link, "batch": came, "position": 0, "register": "vehicles", "record_id": cars["applied"].pk}
    Incoming.objects.create(
        **told, key="vn:1", commune_code=COMMUNE, day=now.date(), digest="d" * 64, outcome="applied", act=uuid4()
    )
    return found


def _undelivered(now: datetime, notary: Agency, car: Vehicle) -> UUID:
    told = {
        "uuid": uuid4(),
        "partner": Partner.objects.get(key=notary.key),
        "topic": "vehicle-changed",
        "address": ADDRESS,
    }
    wish = Subscription.objects.create(
        **told, purpose="agency-task", state="confirmed", since_xid=1, created_at=now, confirmed_at=now
    )
    letter = Delivery.objects.create(
        uuid=uuid4(),
        subscription=wish,
        sort="change",
        record_kind="vehicle",
        record_key=car.pk,
        number=1,
        happened_at=now - timedelta(days=3),
        noted_at=now - timedelta(days=3),
        state="dead",
        tries=9,
        next_try_at=now,
        ended_at=now,
        error="status-500",
    )
    return UUID(str(letter.uuid))


def _followed(now: datetime, car: Vehicle) -> None:
    line = ReactionLine.objects.order_by("position").first()
    assert line is not None, "the table of reactions is written down when the database is brought up to date"
    Following.objects.create(
        event_id=1,
        reaction=line.name,
        event=line.event,
        record_kind="vehicle",
        record_key=str(car.pk),
        happened_at=now - timedelta(hours=30),
        state="failed",
        tries=8,
        error="STATE-02",
        changed_at=now,
    )


def _noticed(now: datetime) -> None:
    CivilNotice.objects.create(
        partner="tu-phap",
        message_id="KS-1",
        kind="birth",
        digest="e" * 64,
        commune_code=COMMUNE,
        province_code=PROVINCE,
        state="applied",
        act=uuid4(),
        received_at=now,
        changed_at=now,
    )
