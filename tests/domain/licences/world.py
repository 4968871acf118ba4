"""People, officers and papers for the tests of licences; nobody of them exists."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level, Subject
from sosach.domain.licences.models import Licence, LicenceCard, LicenceClass, LicenceHalf
from sosach.domain.licences.operations import enter_from_ledger, issue, link_holder
from sosach.domain.licences.queries.records import licence_record
from sosach.domain.licences.queries.views import LicenceView
from sosach.domain.licences.rules.applications import Application, PassedClass
from sosach.domain.licences.rules.classes import ClassFact, Group
from sosach.domain.licences.rules.procedures import Exam, HolderData
from sosach.domain.licences.states.happenings import CardFact, Material
from sosach.domain.population.models import Person
from sosach.domain.provenance.operations import make_record

COMMUNE, PROVINCE = "00004", "01"
TODAY, OLD_DAY = date(2026, 11, 20), date(2019, 3, 1)
BOTH = frozenset(Group)
UNLIMITED, LIMITED = frozenset({Group.UNLIMITED}), frozenset({Group.LIMITED})

KEEPER = Actor(ActorKind.OFFICER, "keeper", Level.PROVINCE, PROVINCE, frozenset({Role.LICENCES}))
CLERK = Actor(ActorKind.OFFICER, "clerk", Level.COMMUNE, COMMUNE, frozenset({Role.CLERK}))
SYSTEM = Actor(ActorKind.SYSTEM, "calendar", Level.NATION, roles=frozenset({Role.SYSTEM}))
REGISTRAR = Actor(ActorKind.OFFICER, "registrar", Level.NATION, roles=frozenset({Role.POPULATION}))


def moment(day: date) -> datetime:
    """Ten in the morning in Viet Nam."""
    return datetime.combine(day, time(3), UTC)


def order(day: date = TODAY, actor: Actor = KEEPER, **evidence: str) -> Order:
    """An order with every paper there may be."""
    papers = {"decision": "QĐ 1", "health_check": "SK 1", "test": "KT 1", "ledger": "SC 1"} | evidence
    return Order(actor, moment(day), papers, "test")


def look(day: date = TODAY, actor: Actor = KEEPER) -> Look:
    return Look(actor, "case", moment(day))


@operation("population.birth_registered", roles=frozenset({Role.POPULATION}))
def _person(order: Order, /, **columns: str) -> Done[Person]:
    values = {"commune_code": COMMUNE, "province_code": PROVINCE, **columns}
    person = make_record(order, Person, values, procedure="register")
    return Done(person, [Subject("person", str(person.pk), COMMUNE)])


def person(full_name: str = "NGUYỄN VĂN AN", birth_date: str = "1990-05-01", sex: str = "M", **columns: str) -> Person:
    return _person(Order(REGISTRAR, moment(TODAY)), full_name=full_name, birth_date=birth_date, sex=sex, **columns)


def stated(who: Person) -> HolderData:
    return HolderData(who.full_name, who.birth_date, who.commune_code or "", who.nationality)


def pet(serial: str, groups: frozenset[Group] = BOTH) -> CardFact:
    return CardFact(Material.PET, serial, groups, TODAY, "Phòng CSGT")


def application(
    who: Person,
    day: date = TODAY,
    *,
    groups: frozenset[Group] = frozenset(),
    choices: Mapping[str, str] | None = None,
    exams: frozenset[Exam] = frozenset(),
) -> Application:
    return Application(day, stated(who), groups, choices or {}, exams)


def passed(*names: str, day: date = TODAY) -> tuple[PassedClass, ...]:
    return tuple(PassedClass(name, day) for name in names)


def licensed(who: Person, *names: str, day: date = TODAY, number: str | None = None) -> Licence:
    """Somebody with classes of today's law on one card."""
    facts = [ClassFact(name, "2024", None, None) for name in names]
    groups = frozenset(fact.group for fact in facts)
    return issue(
        order(day),
        person_id=who.pk,
        classes=passed(*names, day=day),
        cards=(pet(f"P{day:%y%m%d}{'-'.join(names)}", groups),),
        received_on=day - timedelta(days=3),
        number=number,
    )


@dataclass(frozen=True)
class Rows:
    """What the tables say."""

    held: set[str]
    cards: list[tuple[str, str, bool, bool]]
    halves: dict[str, tuple[str, int]]
    status: str


def rows(licence: Licence) -> Rows:
    """What the tables say about a licence."""
    with acting(KEEPER, level=Level.NATION):
        licence.refresh_from_db()
        held = LicenceClass.objects.filter(licence=licence, state="held").values_list("name", flat=True)
        cards = LicenceCard.objects.filter(licence=licence, state="active")
        halves = LicenceHalf.objects.filter(licence=licence)
        return Rows(
            set(held),
            sorted(cards.values_list("medium", "serial", "for_unlimited", "for_limited")),
            {half.group: (half.status, half.points) for half in halves if half.status != "none"},
            licence.status,
        )


def paper(
    who: Person | None, *facts: ClassFact, number: str = "AB123456", material: Material = Material.PAPER
) -> Licence:
    """A licence from the ledger, with one card."""
    groups = frozenset(fact.group for fact in facts)
    licence = enter_from_ledger(
        order(),
        licence_number=number,
        holder=HolderData(who.full_name, who.birth_date, COMMUNE)
        if who
        else HolderData("TRẦN THỊ BÌNH", "1965", COMMUNE),
        province_code=PROVINCE,
        classes=facts,
        cards=(CardFact(material, "S1", groups, OLD_DAY),),
    )
    return link_holder(order(), licence_id=licence.pk, person_id=who.pk) if who else licence


def old(name: str, expires_on: date | None = None) -> ClassFact:
    return ClassFact(name, "2008", OLD_DAY, expires_on, OLD_DAY)


def seen(licence: Licence, day: date = TODAY) -> LicenceView:
    found = licence_record(look(day), licence_id=licence.pk)
    assert found is not None
    return found


def refused(code: ErrorCode = ErrorCode.STATE_FORBIDS, match: str = "") -> "pytest.RaisesExc[SosachError]":
    return pytest.raises(SosachError, match=f"{code}.*{match}")


def card_of(licence: Licence) -> str:
    return next(card.origin for card in seen(licence).cards if card.state == "active")
