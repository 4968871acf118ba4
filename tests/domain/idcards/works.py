"""A factory of cards for tests: people, approved applications, blanks, keys, a machine; nobody and nothing of it exists."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.applet.inspection import inspect
from sosach.chip.applet.passwords import Password
from sosach.chip.content import CardContent
from sosach.chip.files import zone
from sosach.chip.line.machine import Machine, Production, Troubles, simulate
from sosach.chip.pki import SYNTHETIC, Authority, crl, csca, document_signer
from sosach.chip.signing.ports import KeyKind
from sosach.chip.signing.software import SoftwareSigner
from sosach.chip.verifying.evidence import Trust
from sosach.domain.access.operations import Done, Order, operation
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level, Subject
from sosach.domain.idcards.models import Application, ApplicationStep, Card, Job, Packet
from sosach.domain.idcards.operations.blanks import receive_blanks
from sosach.domain.idcards.operations.delivery import arrive, dispatch
from sosach.domain.idcards.operations.handing_over import hand_over
from sosach.domain.idcards.operations.jobs import Press, plan_job, release_job, sign_job
from sosach.domain.idcards.operations.keys import register_machine, register_signer
from sosach.domain.idcards.operations.quality import close_job, read_back
from sosach.domain.idcards.operations.reports import take_report
from sosach.domain.idcards.queries.production import package_of
from sosach.domain.idcards.rules.endings import OldCard
from sosach.domain.idcards.states.applications import State, Step
from sosach.domain.idcards.states.packets import PacketState
from sosach.domain.population.models import Person
from sosach.domain.provenance.operations import make_record

COMMUNE, PROVINCE, ELSEWHERE = "00004", "01", "02650"
TODAY = date(2026, 11, 20)
PROFILE = "VN-CC-2024"
_COUNT = itertools.count(1)


def officer(name: str, *roles: Role, commune: bool = False, person_id: int | None = None) -> Actor:
    level, unit = (Level.COMMUNE, COMMUNE) if commune else (Level.NATION, "")
    return Actor(ActorKind.OFFICER, name, level, unit, frozenset(roles), person_id)


STOCK, SECOND = officer("officer-1", Role.CARD_STOCK), officer("officer-2", Role.CARD_STOCK)
QUALITY, APPROVER = officer("officer-3", Role.CARD_QUALITY), officer("officer-4", Role.CARD_APPROVER)
OFFICE = officer("officer-5", Role.CARDS, commune=True)
FAR_OFFICE = Actor(ActorKind.OFFICER, "officer-6", Level.COMMUNE, ELSEWHERE, frozenset({Role.CARDS}))
CALENDAR = Actor(ActorKind.SYSTEM, "calendar", Level.NATION, roles=frozenset({Role.SYSTEM}))
PARTNER = Actor(ActorKind.PARTNER, "partner-1", Level.NATION, roles=frozenset({Role.PARTNER}))
REGISTRAR = officer("officer-7", Role.POPULATION)


def citizen(person_id: int) -> Actor:
    return Actor(ActorKind.CITIZEN, f"person-{person_id}", Level.PERSON, roles=frozenset({Role.CITIZEN}))


def moment(day: date = TODAY) -> datetime:
    """Ten in the morning in Viet Nam."""
    return datetime.combine(day, time(3), UTC)


def order(actor: Actor, day: date = TODAY, *, reason: str = "thử", **evidence: str) -> Order:
    return Order(actor, moment(day), evidence, reason)


def look(actor: Actor, day: date = TODAY) -> Look:
    return Look(actor, "card-keeping", moment(day), "HS-1")


@operation("population.birth_registered", roles=frozenset({Role.POPULATION}))
def _person(order: Order, /, **columns: str) -> Done[Person]:
    values = {"commune_code": COMMUNE, "province_code": PROVINCE, **columns}
    person = make_record(order, Person, values, procedure="register")
    return Done(person, [Subject("person", str(person.pk), COMMUNE)])


def person(birth_date: str = "1990-05-01", sex: str = "M") -> Person:
    pin = f"0010900{next(_COUNT):05d}"
    return _person(order(REGISTRAR), full_name="NGUYỄN VĂN AN", birth_date=birth_date, sex=sex, pin=pin)


def application(who: Person, *, kind: str = "first", ground: str = "none_yet", day: date = TODAY) -> Application:
    """An approved application, as the desk leaves it."""
    with acting(CALENDAR):
        made = Application.objects.create(
            number=f"CC-{next(_COUNT):08d}",
            key=uuid4(),
            person=who,
            kind=kind,
            ground=ground,
            profile=PROFILE,
            channel="office",
            delivery="counter",
            state=State.APPROVED,
            commune_code=COMMUNE,
            province_code=PROVINCE,
            received_at=moment(day),
            received_on=day,
            due_on=day + timedelta(days=12),
            opened_by="officer-8",
            captured_by="officer-8",
            approved_by="officer-9",
            approved_at=moment(day),
        )
        ApplicationStep.objects.create(
            application=made, at=moment(day), act=uuid4(), step=Step.APPROVE, state=State.APPROVED, actor_kind="officer"
        )
        Packet.objects.create(
            application=made, person=who, state=PacketState.GOOD, captured_by="officer-8", begun_at=moment(day)
        )
    return made


def lives(person_id: int, **columns: object) -> None:
    """What the population register says of somebody, written down directly."""
    with acting(CALENDAR):
        Person.objects.filter(pk=person_id).update(**columns)


def content(order: Order, application: Application, serial: str) -> CardContent:
    """What a card says, without pictures: what the chip's own tests try is not tried here."""
    who = application.person
    return CardContent(
        pin=who.pin or "",
        full_name=who.full_name,
        birth=date.fromisoformat(who.birth_date),
        sex=who.sex,
        ethnicity="Kinh",
        religion="Không",
        origin="Huế",
        residence="số 7, phố Thử",
        birth_place="Huế",
        marks="",
        issued=order.at.date(),
        expires=date(2030, 5, 1),
        reference=serial,
    )


@dataclass(frozen=True, slots=True)
class Bench:
    """Keys of a whole issuer.

    Attributes:
        press: makes data of cards.
        certificate: of its document signer.
        trust: for whoever reads.
        machine: of the line.
        transport_key: packages for it are encrypted to.
    """

    press: Press
    certificate: bytes
    trust: Trust
    machine: Machine
    transport_key: bytes


@cache
def bench() -> Bench:
    """Keys, made once."""
    begins = moment(TODAY - timedelta(days=10))
    root = SoftwareSigner.make(KeyKind.P384)
    authority = Authority(csca(root, SYNTHETIC, at=begins), root)
    signer, sender = SoftwareSigner.make(KeyKind.P256), SoftwareSigner.make(KeyKind.P256)
    certificate = document_signer(authority, signer, SYNTHETIC, name="thử", at=begins)
    revoked = crl(authority, (), number=1, at=begins)
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    machine = Machine("M1", SoftwareSigner.make(KeyKind.P256), private, b"\x07" * 32)
    trust = Trust((authority.certificate,), (revoked,), moment())
    return Bench(Press(content, signer, sender), certificate, trust, machine, public)


@dataclass
class Works:
    """A factory set up: its machine and the blanks of the first delivery."""

    machine_id: int

    @classmethod
    def opened(cls, *, blanks: int = 20) -> "Works":
        there = bench()
        made = register_machine(
            order(STOCK), name="M1", transport_key=there.transport_key, report_key=there.machine.signer.public_key
        )
        register_signer(order(STOCK), certificate=there.certificate)
        works = cls(made.pk)
        works.deliver(1, blanks)
        return works

    def deliver(self, first: int, count: int, *, number: str = "") -> None:
        receive_blanks(
            order(STOCK),
            number=number or f"GN-{first}",
            supplier="Nhà in",
            profile=PROFILE,
            first_serial=serial(first),
            last_serial=serial(first + count - 1),
        )

    def planned(self, limit: int = 10, *, read_one_in: int = 1) -> Job:
        return plan_job(order(STOCK), machine_id=self.machine_id, profile=PROFILE, limit=limit, read_one_in=read_one_in)

    def released(self, limit: int = 10, *, read_one_in: int = 1) -> Job:
        job = self.planned(limit, read_one_in=read_one_in)
        sign_job(order(STOCK), job_id=job.pk, press=bench().press)
        return release_job(order(SECOND), job_id=job.pk)

    def run(self, job: Job, troubles: Troubles | None = None, *, seed: int = 0) -> Production:
        """What the machine makes of a job."""
        package = package_of(look(STOCK), job_id=job.pk)
        press = bench().press
        return simulate(
            package,
            machine=bench().machine,
            issuer_key=press.sender.public_key,
            at=moment(),
            seed=seed,
            troubles=troubles or Troubles(),
        )

    def report(self, report: bytes) -> Job:
        return take_report(order(STOCK), machine_id=self.machine_id, report=report)

    def check(self, produced: Production, number: str) -> bool:
        """Read a card back; whether it was let go."""
        card = card_of(number)
        reading = inspect(produced.chips[number].answer, Password.of_zone(zone_of(card)))
        verdict = read_back(
            order(QUALITY),
            serial=number,
            files=reading.files.by_identifier(),
            chip_authentic=bool(reading.chip_authentic),
            trust=bench().trust,
        )
        return verdict.accepted

    def finished(self, limit: int = 10) -> list[Card]:
        """Cards of a job that went well, accepted."""
        job = self.released(limit)
        produced = self.run(job)
        self.report(produced.report)
        for number in produced.chips:
            assert self.check(produced, number)
        close_job(order(QUALITY), job_id=job.pk)
        return cards(job=job)

    def at_office(self, number: str = "GT-1") -> list[Card]:
        """Cards of a job that went well, at the office that hands them over."""
        made = self.finished()
        parcel = dispatch(order(STOCK), number=number, carrier="Bưu điện", commune_code=COMMUNE)
        arrive(order(OFFICE), parcel_id=parcel.pk, serials=[card.blank_id for card in made])
        return cards(parcel=parcel)


def holding(works: Works, who: Person, parcel: str = "GT-1") -> Card:
    """Somebody's first card, handed over."""
    application(who)
    (card,) = works.at_office(parcel)
    return hand_over(order(OFFICE, receipt="PT 1"), card_id=card.pk, old_card=OldCard.NONE)


@contextmanager
def refused(code: ErrorCode) -> Iterator[None]:
    """What is tried is refused for that reason, and leaves nothing."""
    with pytest.raises(SosachError) as found:
        yield
    assert found.value.code is code, found.value


def zone_of(card: Card) -> str:
    """What is printed for machines, which opens the chip."""
    return zone.read(zone.write(content(order(STOCK), card.application, card.blank_id)))


def serial(number: int) -> str:
    return f"VN{number:014d}"


def card_of(number: str) -> Card:
    with acting(CALENDAR):
        return Card.objects.select_related("application__person").exclude(state="void").get(blank_id=number)


def cards(**wanted: object) -> list[Card]:
    with acting(CALENDAR):
        return list(Card.objects.filter(**wanted).order_by("pk"))
