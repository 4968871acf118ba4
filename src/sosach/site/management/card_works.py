"""`sosach demo`: a small works of ID cards for children of one commune, who need no pictures: cards in every state, a job under way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from sosach.base.errors import SosachError
from sosach.chip.applet.inspection import inspect
from sosach.chip.applet.passwords import Password
from sosach.chip.content import CardContent
from sosach.chip.files import zone
from sosach.chip.line.machine import Machine, Troubles, simulate
from sosach.chip.signing.ports import KeyKind
from sosach.chip.signing.software import SoftwareSigner
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.audit.rules import Actor
from sosach.domain.idcards.models import Application, Card, Job
from sosach.domain.idcards.operations.applying import open_application
from sosach.domain.idcards.operations.blanks import list_for_destruction, move_blanks, receive_blanks
from sosach.domain.idcards.operations.deciding import approve
from sosach.domain.idcards.operations.delivery import arrive, dispatch
from sosach.domain.idcards.operations.handing_over import hand_over
from sosach.domain.idcards.operations.jobs import Press, plan_job, release_job, sign_job
from sosach.domain.idcards.operations.keys import register_machine, register_signer
from sosach.domain.idcards.operations.life import hold, report
from sosach.domain.idcards.operations.quality import close_job, read_back
from sosach.domain.idcards.operations.reports import take_report
from sosach.domain.idcards.queries.production import package_of
from sosach.domain.idcards.rules.applications import Ground, Kind, Wanted
from sosach.domain.idcards.rules.endings import Complaint, HoldGround, OldCard
from sosach.domain.idcards.states.applications import State
from sosach.domain.idcards.states.blanks import BlankStep
from sosach.domain.idcards.states.cards import CardState
from sosach.domain.population.models import Person
from sosach.domain.population.rules.days import day_of
from sosach.domain.population.rules.words import PARENTS, Life
from sosach.site.management.administrator import administrator
from sosach.web.desk.cards import house

PROFILE = "VN-CC-2024"
CHILDREN, ADULTS, BLANKS = 20, 3, 60
FIRST_JOB, SECOND_JOB = 9, 3
_YEARS = 5  # younger than six on any day of the year


@dataclass(frozen=True, slots=True)
class Hands:
    """Accounts of the demonstration.

    Attributes:
        desk: takes applications and hands cards over, in the commune.
        approver: approves.
        keeper: keeps blanks, plans and signs.
        second: releases.
        quality: reads back.
    """

    desk: Actor
    approver: Actor
    keeper: Actor
    second: Actor
    quality: Actor


class Works:
    """Everything that happens, at one moment."""

    def __init__(self, hands: Hands, commune: str, at: datetime) -> None:
        self._hands, self._commune, self._at = hands, commune, at
        self._contents: dict[str, CardContent] = {}

    def run(self) -> Mapping[CardState, int]:
        """Applications, two jobs, a parcel, cards handed over; how many cards are where."""
        for number, (child, parent) in enumerate(self._families()):
            opened = self._apply(child, parent)
            if opened is not None and opened.state == State.CLEAR and number % 7:  # some wait for their approval
                approve(self._order(self._hands.approver), application_id=opened.pk)
        for adult in self._adults():
            self._apply(adult, "")
        machine, machine_id = self._stock()
        self._first_job(machine, machine_id)
        self._released(machine_id, SECOND_JOB)
        with acting(administrator()):
            states = list(Card.objects.values_list("state", flat=True))
        return {state: states.count(state) for state in CardState if state in states}

    def _order(self, actor: Actor, **evidence: str) -> Order:
        return Order(actor, self._at, evidence, "demo")

    def _families(self) -> Iterator[tuple[Person, str]]:
        """Young children of the commune, each with the number of a parent."""
        born = f"{day_of(self._at).year - _YEARS}-01-01"
        with acting(administrator()):
            rows = Person.objects.filter(commune_code=self._commune, life_status=Life.ALIVE, birth_date__gte=born)
            rows = rows.filter(pin__isnull=False, relation_rows__kind__in=[kin.value for kin in PARENTS])
            found = list(rows.distinct().order_by("pk")[:CHILDREN])
            parents = [
                child.relation_rows.filter(kind__in=[kin.value for kin in PARENTS])
                .exclude(pin="", other__pin__isnull=True)
                .values_list("pin", "other__pin")
                .first()
                for child in found
            ]
        for child, parent in zip(found, parents, strict=True):
            if parent is not None:
                yield child, parent[0] or parent[1]

    def _adults(self) -> Sequence[Person]:
        """Grown-ups who have to come to be captured."""
        with acting(administrator()):
            rows = Person.objects.filter(commune_code=self._commune, life_status=Life.ALIVE, pin__isnull=False)
            return list(rows.filter(birth_date__range=("1980-01-01", "2000-12-31")).order_by("pk")[:ADULTS])

    def _apply(self, person: Person, parent: str) -> Application | None:
        """Take an application in; None where the invented record does not allow it."""
        wanted = Wanted(Kind.FIRST, Ground.NONE_YET, PROFILE, office=self._commune, representative_pin=parent)
        try:
            return open_application(self._order(self._hands.desk), pin=person.pin or "", wanted=wanted)
        except SosachError:
            return None

    def _stock(self) -> tuple[Machine, int]:
        """Blanks, a machine, the signer of the house; the machine's keys are forgotten afterwards."""
        keeper = self._hands.keeper
        first = int(sha256(self._commune.encode()).hexdigest()[:8], 16) * 1000
        serials = [f"VN{number:014d}" for number in range(first, first + BLANKS)]
        told = {"supplier": "Nhà in giả định", "profile": PROFILE}
        number = f"GN-{self._commune}"
        receive_blanks(self._order(keeper), number=number, first_serial=serials[0], last_serial=serials[-1], **told)
        move_blanks(self._order(keeper), serials=serials[-2:], step=BlankStep.SPOIL)
        list_for_destruction(self._order(keeper), serials=serials[-2:])
        key = generate_private_key(SECP256R1())
        private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        machine = Machine(f"demo-{uuid4().hex[:8]}", SoftwareSigner.make(KeyKind.P256), private, bytes(range(32)))
        report_key = machine.signer.public_key
        made = register_machine(
            self._order(keeper), name=machine.machine_id, transport_key=public, report_key=report_key
        )
        register_signer(self._order(keeper), certificate=house.certificate(self._at))
        return machine, made.pk

    def _released(self, machine_id: int, limit: int) -> Job:
        job = plan_job(self._order(self._hands.keeper), machine_id=machine_id, profile=PROFILE, limit=limit)
        press = house.press(self._at)

        def content(order: Order, application: Application, serial: str) -> CardContent:
            self._contents[serial] = press.content(order, application, serial)
            return self._contents[serial]

        sign_job(self._order(self._hands.keeper), job_id=job.pk, press=Press(content, press.signer, press.sender))
        return release_job(self._order(self._hands.second), job_id=job.pk)

    def _first_job(self, machine: Machine, machine_id: int) -> None:
        """A job that is over: one card spoiled, most of the others in their holders' hands."""
        job = self._released(machine_id, FIRST_JOB)
        package = package_of(Look(self._hands.keeper, "card-keeping", self._at), job_id=job.pk)
        sender = house.sender(self._at)
        made = simulate(
            package,
            machine=machine,
            issuer_key=sender.public_key,
            at=self._at,
            seed=4,
            troubles=Troubles(spoils=0.1),
        )
        take_report(self._order(self._hands.keeper), machine_id=machine_id, report=made.report)
        for serial, chip in made.chips.items():
            reading = inspect(chip.answer, Password.of_zone(zone.read(zone.write(self._contents[serial]))))
            read_back(
                self._order(self._hands.quality),
                serial=serial,
                files=reading.files.by_identifier(),
                chip_authentic=bool(reading.chip_authentic),
                trust=house.trust(self._at),
            )
        close_job(self._order(self._hands.quality), job_id=job.pk)
        self._lives()

    def _lives(self) -> None:
        """Sent, counted, handed over; one of them lost, one held, one still at the office."""
        told = {"number": f"GT-{self._commune}", "carrier": "Bưu điện", "commune_code": self._commune}
        parcel = dispatch(self._order(self._hands.keeper), **told)
        desk = self._hands.desk
        with acting(administrator()):
            sent = dict(Card.objects.filter(parcel=parcel).order_by("pk").values_list("pk", "blank_id"))
        keys = list(sent)
        arrive(self._order(desk), parcel_id=parcel.pk, serials=sorted(sent.values()))
        for key in keys[1:]:
            hand_over(self._order(desk, receipt="PT demo"), card_id=key, old_card=OldCard.NONE)
        for key in keys[1:2]:
            report(self._order(desk), card_id=key, what=Complaint.LOST)
        for key in keys[2:3]:
            order = self._order(self._hands.approver, decision="QĐ demo")
            hold(order, card_id=key, ground=HoldGround.COMPULSORY_FACILITY)
