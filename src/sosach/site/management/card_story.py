"""The story of one card, told by the verbs everybody uses: from a person in the register to a card in their hand.

Nobody of it exists: the person, the officers, the authority whose keys live as long as the command.
"""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.applet.inspection import Reading, inspect
from sosach.chip.applet.passwords import Password
from sosach.chip.content import CardContent
from sosach.chip.files import zone
from sosach.chip.files.folder import write_folder
from sosach.chip.line.machine import Machine, Production, simulate
from sosach.chip.pki import SYNTHETIC, Authority, crl, csca, document_signer
from sosach.chip.printed.faces import draw_faces
from sosach.chip.printed.layouts import Layout
from sosach.chip.profiles import profile_named
from sosach.chip.signing.ports import KeyKind
from sosach.chip.signing.software import SoftwareSigner
from sosach.chip.verifying.evidence import Trust
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look, acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.idcards.models import Application, Card, Doubt
from sosach.domain.idcards.operations.applying import apply_for_card
from sosach.domain.idcards.operations.blanks import receive_blanks
from sosach.domain.idcards.operations.capturing import capture
from sosach.domain.idcards.operations.deciding import approve
from sosach.domain.idcards.operations.delivery import arrive, dispatch
from sosach.domain.idcards.operations.handing_over import hand_over
from sosach.domain.idcards.operations.jobs import Press, plan_job, release_job, sign_job
from sosach.domain.idcards.operations.keys import register_machine, register_signer
from sosach.domain.idcards.operations.preparing import prepare
from sosach.domain.idcards.operations.quality import close_job, read_back
from sosach.domain.idcards.operations.reports import take_report
from sosach.domain.idcards.operations.screening import judge_doubt, screen
from sosach.domain.idcards.queries.pictures import PURPOSE, content_of
from sosach.domain.idcards.queries.production import package_of
from sosach.domain.idcards.rules.applications import Ground, Kind, Wanted
from sosach.domain.idcards.rules.endings import OldCard
from sosach.domain.idcards.rules.enrolment import IRISES, Absence, Shot
from sosach.domain.idcards.states.cards import CardState
from sosach.domain.idcards.states.doubts import Verdict as Judgement
from sosach.domain.idcards.states.wording import CARDS
from sosach.domain.places.queries import units
from sosach.domain.population.models import Person
from sosach.domain.population.operations.collected import Collected, register_collected
from sosach.domain.population.rules.days import day_of
from sosach.domain.population.rules.words import Kin, Spell
from sosach.site.management.administrator import administrator

Say = Callable[[str, str], None]
"""Tells one line: Vietnamese, English."""


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """Keys of a whole issuer and its machine, made for one run and forgotten.

    Attributes:
        certificate: of the authority.
        revoked: its revocation list.
        signing: certificate of the document signer.
        signer: its key.
        sender: signs packages.
        machine: the simulated machine.
        transport_key: packages are encrypted to.
    """

    certificate: bytes
    revoked: bytes
    signing: bytes
    signer: SoftwareSigner
    sender: SoftwareSigner
    machine: Machine
    transport_key: bytes

    @classmethod
    def made(cls, at: datetime) -> "Keys":
        """Fresh ones."""
        begins = at - timedelta(hours=1)
        root, signer, sender = (SoftwareSigner.make(kind) for kind in (KeyKind.P384, KeyKind.P256, KeyKind.P256))
        authority = Authority(csca(root, SYNTHETIC, at=begins), root)
        key = generate_private_key(SECP256R1())
        private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return cls(
            certificate=authority.certificate,
            revoked=crl(authority, (), number=1, at=begins),
            signing=document_signer(authority, signer, SYNTHETIC, name="DS demo", at=begins),
            signer=signer,
            sender=sender,
            machine=Machine(f"demo-{uuid4().hex[:8]}", SoftwareSigner.make(KeyKind.P256), private, bytes(range(32))),
            transport_key=key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        )


class Story:
    """One card: `tell` goes through all of it, saying what happens, and leaves documents in a folder."""

    def __init__(self, *, out: Path, shots: Mapping[str, bytes], profile: str, say: Say) -> None:
        self._out, self._shots, self._profile, self._say = out, shots, profile, say
        self._at = datetime.now(UTC)
        self._keys = Keys.made(self._at)
        with acting(administrator()):
            communes = units(level="commune", at=day_of(self._at)).order_by("code")
            self._commune, self._province = communes.values_list("code", "province_code")[0]
        self._desk = self._officer("desk", Role.CARDS, commune=self._commune)
        self._approver = self._officer("approver", Role.CARD_APPROVER)
        self._second_approver = self._officer("approver-2", Role.CARD_APPROVER)
        self._keeper = self._officer("stock", Role.CARD_STOCK)
        self._second_keeper = self._officer("stock-2", Role.CARD_STOCK)
        self._quality = self._officer("quality", Role.CARD_QUALITY)
        self._contents: dict[str, CardContent] = {}

    def tell(self) -> None:
        """From the application to the card in its holder's hand.

        Raises:
            SosachError: what a verb refuses; CARD-01, the chip does not read back.
        """
        person = self._person()
        application = self._applied(person)
        job_id, production = self._made()
        with acting(administrator()):
            card = Card.objects.get(application=application)
        reading = self._read_back(job_id, production, card)
        self._documents(card, reading)
        self._handed_over(card)

    @staticmethod
    def _officer(name: str, role: Role, *, commune: str = "") -> Actor:
        level = Level.COMMUNE if commune else Level.NATION
        return Actor(ActorKind.OFFICER, f"demo-card.{name}", level, commune, frozenset({role}))

    def _order(self, actor: Actor, **evidence: str) -> Order:
        return Order(actor, self._at, evidence, "demo")

    def _person(self) -> Person:
        """A grown-up nobody is, registered with everything a card says."""
        told = Collected(
            full_name="Nguyễn Thị Minh Châu",
            birth_date="1990-05-19",
            sex="F",
            commune_code=self._commune,
            columns={
                "birth_registration_place": "Phường Giả Định",
                "hometown": "Xã Thử Nghiệm",
                "ethnicity": "Kinh",
                "religion": "Không",
                "nationality": "VNM",
            },
            addresses={Spell.PERMANENT: "Số 7, ngõ 12, phố Giả Định"},
            kin={Kin.FATHER: ("Nguyễn Văn Bình", ""), Kin.MOTHER: ("Lê Thị Hoa", "")},
        )
        registrar = replace(administrator(), roles=frozenset({Role.POPULATION, Role.SYSTEM}))
        (key,) = register_collected(self._order(registrar, decision="demo"), people=[told])
        with acting(administrator()):
            person = Person.objects.get(pk=key)
        self._say(
            f"Người giả định trong sổ dân cư: {person.full_name}, số định danh {person.pin}",
            f"A person nobody is, in the population register: {person.full_name}, PIN {person.pin}",
        )
        return person

    def _applied(self, person: Person) -> Application:
        """Taken in, captured, compared with everybody, approved by somebody else."""
        wanted = Wanted(Kind.FIRST, Ground.NONE_YET, profile=self._profile)
        opened = apply_for_card(self._order(self._desk), pin=person.pin or "", wanted=wanted)
        pictures = [prepare(Shot(slot, content)) for slot, content in self._shots.items()]
        capture(
            self._order(self._desk),
            application_id=opened.pk,
            pictures=pictures,
            absent=dict.fromkeys(IRISES, Absence.NO_DEVICE),
            features="Nốt ruồi cách 1 cm dưới đuôi mắt trái",
            device="demo",
        )
        self._say(
            f"Hồ sơ {opened.number}, thu nhận {len(pictures)} ảnh đạt yêu cầu, niêm phong trước khi ghi",
            f"Application {opened.number}, {len(pictures)} good pictures captured, sealed before they are stored",
        )
        screen(self._order(self._desk), application_id=opened.pk)
        self._judged(opened.pk)
        approved = approve(self._order(self._approver), application_id=opened.pk)
        self._say(
            "Đã so trùng với mọi người; được phê duyệt bởi cán bộ không tiếp nhận, không thu nhận",
            "Compared with everybody; approved by an officer who neither took it in nor captured",
        )
        return approved

    def _judged(self, application_id: int) -> None:
        """Drawn faces can look alike: then two people say that these are not one person."""
        with acting(administrator()):
            doubts = list(Doubt.objects.filter(application_id=application_id, outcome="").values_list("pk", flat=True))
        for doubt in doubts:
            for who in (self._approver, self._second_approver):
                judge_doubt(self._order(who), doubt_id=doubt, says=Judgement.DIFFERENT)
        if doubts:
            self._say(
                f"Giống ảnh của {len(doubts)} người khác: hai cán bộ kết luận là khác nhau",
                f"Looks like {len(doubts)} others: two officers judged that they are different people",
            )

    def _made(self) -> tuple[int, Production]:
        """Blanks, a job, its package, the machine, its report."""
        keys = self._keys
        machine = register_machine(
            self._order(self._keeper),
            name=keys.machine.machine_id,
            transport_key=keys.transport_key,
            report_key=keys.machine.signer.public_key,
        )
        register_signer(self._order(self._keeper), certificate=keys.signing)
        first = int(self._at.timestamp())
        serials = [f"VN24{number:012d}" for number in (first, first + 4)]
        receive_blanks(
            self._order(self._keeper),
            number=f"GN-{first}",
            supplier="Nhà in giả định",
            profile=self._profile,
            first_serial=serials[0],
            last_serial=serials[1],
        )
        job = plan_job(self._order(self._keeper), machine_id=machine.pk, profile=self._profile)
        sign_job(self._order(self._keeper), job_id=job.pk, press=Press(self._content, keys.signer, keys.sender))
        release_job(self._order(self._second_keeper), job_id=job.pk)
        package = package_of(Look(self._keeper, "card-keeping", self._at, f"job {job.pk}"), job_id=job.pk)
        production = simulate(package, machine=keys.machine, issuer_key=keys.sender.public_key, at=self._at)
        take_report(self._order(self._keeper), machine_id=machine.pk, report=production.report)
        (self._out / "package.jose").write_bytes(package)
        (self._out / "report.jws").write_bytes(production.report)
        self._say(
            f"Lệnh {job.pk}: gói {len(package)} byte đã ký và mã hóa; máy ảo ghi {len(production.chips)} chip bằng lệnh thật",
            f"Job {job.pk}: package of {len(package)} bytes, signed and encrypted; "
            f"the simulated machine wrote {len(production.chips)} chips by real commands",
        )
        return job.pk, production

    def _content(self, order: Order, application: Application, serial: str) -> CardContent:
        """What a card says: sealed pictures are opened for the job, with its number as the ticket."""
        look = Look(order.actor, PURPOSE, order.at, f"job of {serial}")
        found = content_of(look, application_id=application.pk, issued=day_of(order.at), reference=serial)
        self._contents[serial] = found
        return found

    def _read_back(self, job_id: int, production: Production, card: Card) -> Reading:
        """Every card of the job through the reader of the quality station."""
        trust = Trust((self._keys.certificate,), (self._keys.revoked,), self._at)
        readings = {}
        for serial, chip in production.chips.items():
            printed = zone.read(zone.write(self._contents[serial]))
            readings[serial] = reading = inspect(chip.answer, Password.of_zone(printed))
            verdict = read_back(
                self._order(self._quality),
                serial=serial,
                files=reading.files.by_identifier(),
                chip_authentic=bool(reading.chip_authentic),
                trust=trust,
            )
            if not verdict.accepted:
                raise SosachError(
                    ErrorCode.CARD_UNREADABLE,
                    vi=f"Thẻ {serial} không đạt: {', '.join(verdict.faults)}",
                    en=f"The card {serial} is refused: {', '.join(verdict.faults)}",
                )
        close_job(self._order(self._quality), job_id=job_id)
        reading = readings[card.blank_id]
        kept = ", ".join(f"DG{number} {word:04X}" for number, word in reading.refused.items())
        self._say(
            f"Trạm kiểm tra đọc lại bằng {reading.opened_by}: chip thật {_mark(reading.chip_authentic)}, chip giữ kín {kept}",
            f"Read back at the quality station by {reading.opened_by}: chip authentic {_mark(reading.chip_authentic)}, kept by the chip {kept}",
        )
        return reading

    def _documents(self, card: Card, reading: Reading) -> None:
        """Files off the chip, whom to trust, the printed face."""
        shutil.rmtree(self._out / "card", ignore_errors=True)  # of an earlier run: another card
        write_folder(reading.files, self._out / "card")
        trust = self._out / "trust"
        trust.mkdir(exist_ok=True)
        (trust / "csca.cer").write_bytes(self._keys.certificate)
        (trust / "revoked.crl").write_bytes(self._keys.revoked)
        layout = Layout(profile_named(self._profile).texts)
        faces = draw_faces(self._contents[card.blank_id], layout=layout)
        for name, content in (("face.pdf", faces.document), ("front.svg", faces.front), ("back.svg", faces.back)):
            (self._out / name).write_bytes(content)

    def _handed_over(self, card: Card) -> None:
        """Sent to the office, handed over: active from then on."""
        number = f"GT-{card.blank_id}"
        parcel = dispatch(
            self._order(self._keeper), number=number, carrier="Bưu điện giả định", commune_code=self._commune
        )
        with acting(administrator()):
            sent = list(Card.objects.filter(parcel=parcel).values_list("blank_id", flat=True))
        arrive(self._order(self._desk), parcel_id=parcel.pk, serials=sent)
        given = hand_over(self._order(self._desk, receipt="CC02 demo"), card_id=card.pk, old_card=OldCard.NONE)
        vi, en = CARDS[CardState(given.state)]
        self._say(
            f"Thẻ {card.blank_id} đã trả cho công dân: {vi}",
            f"Card {card.blank_id} was handed over: {en}",
        )


def _mark(proved: bool | None) -> str:  # noqa: FBT001 - a value to show
    return {True: "✓", False: "✗", None: "–"}[proved]
