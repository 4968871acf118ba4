"""Cards for tests: synthetic people over all profiles, and an issuer with its keys made on the spot."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from io import BytesIO

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from PIL import Image

from sosach.chip.content import CardContent, Finger
from sosach.chip.files.card import CardFiles, ChipPublics, build
from sosach.chip.files.sod import SodTemplate, seal_with
from sosach.chip.pki import certificates
from sosach.chip.pki.authority import Authority
from sosach.chip.pki.names import SYNTHETIC
from sosach.chip.pki.revocation import Revoked, crl
from sosach.chip.profiles import PROFILES, Profile
from sosach.chip.signing.ports import KeyKind
from sosach.chip.signing.software import SoftwareSigner
from sosach.chip.verifying.evidence import Trust
from sosach.vn import card_validity

AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
"""The moment the cards of tests are signed."""
_SURNAMES = ("Nguyễn", "Trần", "Lê", "Đặng", "Ưng", "Y", "K’", "Công Tằng Tôn Nữ")
_GIVEN = ("Văn", "Thị", "Ánh", "Đào", "Nguyệt", "Phương", "Khuê", "Ngọc-Ánh", "Mỹ", "Bảo")
_PLACES = ("Phúc Xá, Ba Đình, Hà Nội", "Thôn Hạ, Xã Đông Sơn, Thanh Hóa", "Buôn Đôn, Đắk Lắk")
_KINDS = (KeyKind.P256, KeyKind.P384, KeyKind.RSA2048, KeyKind.BRAINPOOL384)


@cache
def portrait(side: int = 24) -> bytes:
    """A small JPEG: a grey square, nobody's face."""
    held = BytesIO()
    Image.new("L", (side, side + side // 3), 128).save(held, "JPEG", quality=40)
    return held.getvalue()


def finger(position: int, size: int = 40) -> Finger:
    """A WSQ as far as its headers go: start, frame header, nothing that could be a ridge."""
    frame = b"\xff\xa2\x00\x11\xff\x00" + (300).to_bytes(2, "big") + (250).to_bytes(2, "big") + bytes(9)
    return Finger(position, b"\xff\xa0" + frame + bytes(size) + b"\xff\xa1")


def content(seed: int) -> CardContent:
    """Somebody, by number: grown-ups, children under six, people whose cards never end, long names and long addresses."""
    chance = random.Random(seed)
    issued = date(2026, 11, 18)
    age = chance.choice((0, 3, 5, 6, 12, 14, 22, 23, 30, 39, 50, 58, 60, 95))
    birth = issued - timedelta(days=age * 365 + age // 4 + chance.randrange(1, 360))
    sex = chance.choice("MF")
    century = (birth.year // 100 - 19) * 2 + (sex == "F")
    pictured = card_validity.is_pictured(birth=birth, issued=issued)
    words = chance.choices(_GIVEN, k=chance.choice((0, 1, 2, 2, 3, 6)))
    return CardContent(
        pin=f"{chance.choice(('001', '038', '079'))}{century}{birth.year % 100:02}{chance.randrange(10**6):06}",
        full_name=" ".join((chance.choice(_SURNAMES), *words)),
        birth=birth,
        sex=sex,
        ethnicity=chance.choice(("Kinh", "Tày", "Ê Đê")),
        religion=chance.choice(("Không", "Phật giáo")),
        origin=chance.choice(_PLACES),
        residence="Số 1 " + ", ".join(chance.choices(_PLACES, k=chance.choice((1, 1, 1, 4)))),
        birth_place=chance.choice(_PLACES),
        marks=chance.choice(("Nốt ruồi cách 1 cm dưới trước cánh mũi phải", "Không")),
        issued=issued,
        expires=card_validity.expires(birth=birth, issued=issued),
        father=chance.choice(("", "Nguyễn Văn Bố")),
        mother=chance.choice(("", "Trần Thị Mẹ")),
        spouse="Lê Thị Vợ" if age > 20 and chance.random() < 0.5 else "",
        old_id=f"{chance.randrange(10**9):09}" if age > 25 else "",
        reference=f"VN{seed:014d}",
        portrait=portrait() if pictured else b"",
        fingers=(finger(2), finger(7)) if pictured else (),
    )


@cache
def chip_key(name: str) -> ec.EllipticCurvePrivateKey:
    """A key of a chip; the name keeps two apart."""
    del name
    return ec.generate_private_key(ec.SECP256R1())


def publics(profile: Profile) -> ChipPublics:
    """The public keys a profile asks for."""
    keys = {
        name: chip_key(name).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        for name in ("active", "agreement")
    }
    return ChipPublics(keys["active"] if profile.active else b"", keys["agreement"] if profile.agreement else b"")


@dataclass(frozen=True)
class Issuing:
    """An authority with one document signer, and what a verifier is told to trust.

    Attributes:
        authority: the CSCA.
        signer: key of the document signer.
        certificate: its certificate.
        crl: a fresh list with nobody on it.
    """

    authority: Authority
    signer: SoftwareSigner
    certificate: bytes
    crl: bytes

    @property
    def trust(self) -> Trust:
        """What a verifier believes an hour after the cards were signed."""
        return Trust((self.authority.certificate,), (self.crl,), AT + timedelta(hours=1))

    def template(self, profile: Profile) -> SodTemplate:
        """The template of the cards of a profile."""
        return SodTemplate(
            certificate=self.certificate,
            algorithm=self.signer.algorithm,
            lds=profile.lds,
            digest=profile.digest,
            signed_at=AT,
        )

    def card(self, said: CardContent, profile: Profile) -> CardFiles:
        """A card, signed."""
        return seal_with(build(said, profile, publics(profile)), self.template(profile), self.signer)


@cache
def issuing(kind: KeyKind = KeyKind.P256, root: KeyKind = KeyKind.P384) -> Issuing:
    """An issuer whose document signer has a key of some kind."""
    made = AT - timedelta(days=30)
    top = SoftwareSigner.make(root)
    authority = Authority(certificates.csca(top, SYNTHETIC, at=made), top)
    signer = SoftwareSigner.make(kind)
    certificate = certificates.document_signer(authority, signer, SYNTHETIC, name=f"DS {kind}", at=made)
    return Issuing(authority, signer, certificate, crl(authority, [], number=1, at=made))


def revoked(issuer: Issuing, serial: int) -> bytes:
    """A newer list with one certificate on it."""
    return crl(issuer.authority, [Revoked(serial, AT)], number=2, at=AT)


SMALL = replace(
    content(1),
    full_name="Lê Y",
    birth=date(1990, 5, 20),
    expires=date(2030, 5, 20),
    origin="Hà Nội",
    residence="Hà Nội",
    birth_place="Hà Nội",
    marks="Không",
    portrait=portrait(8),
    fingers=(finger(2, 4),),
)


def small(issuer: Issuing | None = None) -> CardFiles:
    """A card as small as they come, for runs over every bit of it."""
    return (issuer or issuing()).card(SMALL, PROFILES["VN-CC-2024"])
