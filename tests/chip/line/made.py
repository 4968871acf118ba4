"""Synthetic cards as a job makes them: content drawn by a seed, files signed by a document signer of a trial authority."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

from sosach.chip.content import CardContent, Finger
from sosach.chip.files.card import build
from sosach.chip.files.sod import SodTemplate, seal_with
from sosach.chip.line.chip_keys import make_chip_keys
from sosach.chip.line.sheet import CardRecord
from sosach.chip.pki import SYNTHETIC, Authority, csca, document_signer
from sosach.chip.profiles import PROFILES, Profile
from sosach.chip.signing.ports import KeyKind
from sosach.chip.signing.software import SoftwareSigner

AT = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
SHORTEST_FACE = 600
_FACE_HEAD = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0001108028001e003012200021101031101")
_FINGER_HEAD = bytes.fromhex("ffa0ffa20011000000020002000000000000000000")
_NAMES = ("Nguyễn Thị Đào", "Trần Văn Ổi", "Đặng Hoàng Phương Quỳnh Như Nguyễn Thị", "Lê A", "Ya Đuck Thị")


@dataclass(frozen=True, slots=True)
class Issuing:
    """Who signs: the certificate of the authority, that of the document signer, and its key."""

    authority: bytes
    certificate: bytes
    signer: SoftwareSigner


@cache
def issuing(kind: KeyKind = KeyKind.P256) -> Issuing:
    """One authority and one document signer for a whole run of tests."""
    top = SoftwareSigner.make(KeyKind.P384)
    authority = Authority(csca(top, SYNTHETIC, at=AT - timedelta(days=1)), top)
    key = SoftwareSigner.make(kind)
    certificate = document_signer(authority, key, SYNTHETIC, name="DS 1", at=AT - timedelta(hours=1))
    return Issuing(authority.certificate, certificate, key)


def content(number: int, *, face: int = 2_000, finger: int = 900, infant: bool = False) -> CardContent:
    """What a card says of a person nobody is; the same number gives the same card."""
    draw = random.Random(number)
    sex = draw.choice("MF")
    birth = date(2022 if infant else 1960 + draw.randrange(48), 1 + draw.randrange(12), 1 + draw.randrange(28))
    digit = "MF".index(sex) + (2 if birth.year >= 2000 else 0)
    return CardContent(
        pin=f"001{digit}{birth:%y}{draw.randrange(10**6):06d}",
        full_name=draw.choice(_NAMES),
        birth=birth,
        sex=sex,
        ethnicity="Kinh",
        religion="Không",
        origin="Phúc Xá, Ba Đình, Hà Nội",
        residence=f"Số {draw.randrange(1, 300)}, ngõ {draw.randrange(1, 90)}, Hồng Hà, Hà Nội",
        birth_place="Hồng Hà, Hà Nội",
        marks="Nốt ruồi C: 1 cm dưới đuôi mắt trái",
        issued=date(2026, 11, 2),
        expires=None if birth.year < 1967 else date(2036, 11, 2),
        reference=f"VN24{number:012d}",
        portrait=b"" if infant else _FACE_HEAD + draw.randbytes(face) + b"\xff\xd9",
        fingers=() if infant else tuple(Finger(p, _FINGER_HEAD + draw.randbytes(finger) + b"\xff\xa1") for p in (1, 6)),
    )


def record(number: int, profile: Profile, *, infant: bool = False, face: int = 2_000) -> CardRecord:
    """One card of a job, its files signed."""
    secrets, publics = make_chip_keys(profile)
    by = issuing()
    template = SodTemplate(
        certificate=by.certificate,
        algorithm=by.signer.algorithm,
        lds=profile.lds,
        digest=profile.digest,
        signed_at=AT,
    )
    told = content(number, infant=infant, face=face)
    files = seal_with(build(told, profile, publics), template, by.signer)
    return CardRecord(
        serial=f"PH{number:09d}",
        card_reference=told.reference,
        files=files.by_identifier(),
        secrets=secrets,
        printed={"full_name": told.full_name},
    )


def records(
    count: int, *, profiles: Sequence[Profile] = tuple(PROFILES.values()), face: int = 2_000
) -> tuple[CardRecord, ...]:
    """Cards over all profiles, every eighth of somebody under six."""
    return tuple(record(n, profiles[n % len(profiles)], infant=n % 8 == 7, face=face) for n in range(count))
