"""A card from application to destruction over the pages of the desk, as browsers without scripts send it; nobody is real."""

import re
import zipfile
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from io import BytesIO
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.domain.idcards.office import person
from tests.web.figures.reading import officer
from tests.web.frame.people import browser

from sosach.chip.applet.inspection import inspect
from sosach.chip.applet.passwords import Password
from sosach.chip.files.folder import NAMES
from sosach.chip.line.machine import Machine, Production, Troubles, simulate
from sosach.chip.signing.ports import KeyKind
from sosach.chip.signing.software import SoftwareSigner
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.idcards.models import Application, Card, Job, Parcel
from sosach.domain.population.models import Person
from sosach.synth import faces
from sosach.vn import mrz

CARDS = "/ban-lam-viec/the/"
HERE, PROFILE = "00004", "VN-CC-2024"
SYSTEM = Actor(ActorKind.SYSTEM, "test", Level.NATION, roles=frozenset({Role.SYSTEM, Role.CARD_STOCK}))
TOKEN = re.compile(r'name="_once" value="([^"]+)"')
_KEPT: dict[str, Any] = {}


def machine() -> tuple[Machine, bytes]:
    """A simulated machine and the key packages for it are encrypted to; made once."""
    if not _KEPT:
        key = ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        _KEPT["machine"] = Machine("M1", SoftwareSigner.make(KeyKind.P256), private, b"\x07" * 32), public
    made: tuple[Machine, bytes] = _KEPT["machine"]
    return made


@dataclass(eq=False)
class Desk:
    """Somebody at the desk, who comes in when first needed.

    Attributes:
        name: of the account.
        roles: held.
        level: of the account.
        unit: commune, of an account of one.
    """

    name: str
    roles: tuple[Role, ...]
    level: Level = Level.COMMUNE
    unit: str = HERE

    @cached_property
    def number(self) -> int:
        """The account."""
        unit = self.unit if self.level is Level.COMMUNE else ""
        return officer(self.name, *self.roles, level=self.level, unit=unit)

    @cached_property
    def client(self) -> Client:
        """A browser, come in by the door of the demo."""
        made = browser()
        assert made.post("/dung-thu/", {"officer": self.number}).status_code == 302
        return made

    def page(self, address: str, *, status: int = 200) -> str:
        """A page, as it is told."""
        response = self.client.get(CARDS + address)
        assert response.status_code == status, (address, response.status_code, response.content.decode()[:2000])
        return response.content.decode()

    def send(self, address: str, lam: str, *, status: int = 303, **told: Any) -> str:
        """A form of a page, sent; where it leads, or what the page says instead."""
        token = TOKEN.search(self.page(address))
        assert token, address
        named = {f"{lam}-{name}" if name[0] != "_" else name[1:]: value for name, value in told.items()}
        response = self.client.post(CARDS + address, {"_once": token[1], "lam": lam, **named})
        assert response.status_code == status, (address, lam, response.status_code, _said(response.content.decode()))
        return str(response.headers.get("Location", "")) or response.content.decode()

    def file(self, address: str) -> bytes:
        """A file of a page."""
        response = self.client.get(CARDS + address)
        assert response.status_code == 200, address
        return bytes(response.content)


def _said(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text[text.find("<main") :]).split())[:1500]


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def shots(number: int) -> dict[str, Any]:
    """A face and ten fingers of a number, and no camera for irises: as the capture form sends them."""
    told: dict[str, Any] = {"_face": upload("face.jpg", faces.face(number))}
    for position in range(1, 11):
        told[f"_finger-{position}"] = upload(f"{position}.wsq", faces.finger(number, position))
    for side in ("right", "left"):
        told[f"_absent-iris-{side}"] = "no_device"
    return told | {"_features": "nốt ruồi ở má trái", "_device": "cam-1"}


@dataclass
class Bureau:
    """Everybody a card needs, and one for whom it is made."""

    clerk: Desk
    approver: Desk
    second: Desk
    stock: Desk
    release: Desk
    quality: Desk
    who: Person
    number: int = 7

    @classmethod
    def opened(cls) -> "Bureau":
        nation = Level.NATION
        return cls(
            Desk("thu.nhan", (Role.CARDS,)),
            Desk("duyet", (Role.CARD_APPROVER,)),
            Desk("duyet.hai", (Role.CARD_APPROVER,)),
            Desk("kho", (Role.CARD_STOCK,), nation),
            Desk("kho.hai", (Role.CARD_STOCK,), nation),
            Desk("chat.luong", (Role.CARD_QUALITY,), nation),
            person(),
        )

    def applied(self, **more: str) -> int:
        """An application, taken in over the page."""
        pin = more.pop("pin", self.who.pin or "")
        told = {"_pin": pin, "_ground": "none_yet", "_delivery": "counter", "_profile": PROFILE}
        address = self.clerk.send("ho-so/moi/", "open", **told, **{f"_{name}": text for name, text in more.items()})
        return int(address.rstrip("/").rpartition("/")[2])

    def cleared(self, number: int = 7, **more: str) -> int:
        """Captured and compared."""
        key = self.applied(**more)
        self.clerk.send(f"ho-so/{key}/thu-nhan/", "finish", **shots(number))
        self.clerk.send(f"ho-so/{key}/", "screen")
        return key

    def approved(self, number: int = 7, **more: str) -> int:
        key = self.cleared(number, **more)
        self.approver.send(f"ho-so/{key}/", "approve")
        return key

    def supplied(self, count: int = 5) -> None:
        """Blanks, a machine, a signer."""
        self.stock.send(
            "phoi/",
            "receive",
            number="GN-1",
            supplier="Nhà in Thử",
            profile=PROFILE,
            first_serial="VN00000000000001",
            last_serial=f"VN{count:014d}",
        )
        made, public = machine()
        self.stock.send(
            "lenh/",
            "machine",
            name="M1",
            transport_key=upload("a.der", public),
            report_key=upload("b.der", made.signer.public_key),
        )
        self.stock.send("lenh/", "signer")

    def released(self) -> int:
        """A job with the machine."""
        page = self.stock.page("lenh/")
        chosen = re.search(r'<option value="(\d+)"[^>]*>M1<', page)
        assert chosen
        address = self.stock.send("lenh/", "plan", machine_id=chosen[1], profile=PROFILE, limit="10", read_one_in="1")
        job = int(address.rstrip("/").rpartition("/")[2])
        self.stock.send(f"lenh/{job}/", "sign")
        self.release.send(f"lenh/{job}/", "release")
        return job

    def run(self, job: int, troubles: Troubles | None = None) -> Production:
        """What the machine makes of the package of a job."""
        made, _public = machine()
        return simulate(
            self.stock.file(f"lenh/{job}/goi/"),
            machine=made,
            issuer_key=self.stock.file("lenh/nguoi-gui/"),
            at=stored(Job, pk=job).planned_at,
            seed=1,
            troubles=troubles or Troubles(),
        )

    def reported(self, job: int, produced: Production) -> None:
        self.stock.send(f"lenh/{job}/", "report", report=upload("report.bin", produced.report))

    def reading(self, produced: Production, serial: str) -> bytes:
        """What the station's reader reads off a card, as it writes it down."""
        card = stored(Card, blank_id=serial)
        who = stored(Person, pk=card.person_id)
        zone = mrz.write(
            pin=who.pin,
            full_name=who.full_name,
            birth=date.fromisoformat(who.birth_date),
            sex=who.sex,
            expires=card.expires_on,
        )
        reading = inspect(produced.chips[serial].answer, Password.of_zone(zone))
        assert reading.chip_authentic
        return zipped(reading.files.by_identifier())

    def read(self, produced: Production, serial: str, *, authentic: bool = True) -> None:
        """Read a card and send what was read."""
        told = {"serial": serial, "reading": upload("the.zip", self.reading(produced, serial))}
        self.quality.send("chat-luong/", "read", **told, **({"authentic": "on"} if authentic else {}))

    def at_counter(self) -> int:
        """A card that waits for its holder; its id."""
        self.supplied()
        job = self.released()
        produced = self.run(job)
        self.reported(job, produced)
        for serial in produced.chips:
            self.read(produced, serial)
        self.quality.send(f"lenh/{job}/", "close")
        self.stock.send("chuyen/", "send", commune_code=HERE, number="G-1", carrier="Bưu chính")
        parcel = stored(Parcel, number="G-1").pk
        card = stored(Card, job_id=job)
        self.clerk.send("chuyen/", f"arrive-{parcel}", serials=card.blank_id)
        return int(card.pk)


def zipped(files: dict[int, bytes]) -> bytes:
    """Files of a chip as a reader writes them."""
    told, names = BytesIO(), {identifier: name for name, identifier in NAMES.items()}
    with zipfile.ZipFile(told, "w") as archive:
        for identifier, content in files.items():
            if identifier in names:
                archive.writestr(names[identifier], content)
    return told.getvalue()


def stored(model: Any, **wanted: Any) -> Any:
    """A row, as it stands."""
    with acting(SYSTEM):
        return model.objects.get(**wanted)


__all__ = ["Application", "Bureau", "Desk", "machine", "shots", "stored"]
