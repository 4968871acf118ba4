"""Synthetic people whose digital twins the tests issue, keys of their wallets, and an issuer nobody trusts outside the tests."""

import base64
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from sosach.chip.pki import SYNTHETIC, Authority, csca, twin_signer
from sosach.chip.signing import KeyKind, SoftwareSigner
from sosach.chip.twins.content import Driving, Holder, Identity, Privilege
from sosach.chip.twins.holder import HolderKey
from sosach.chip.twins.mdoc import Terms
from sosach.chip.twins.signatures import Issuer

PORTRAIT = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8
TODAY = date(2026, 11, 22)
DAO = Holder(pin="001199000017", full_name="Nguyễn Thị Đào", birth=date(1999, 1, 15), sex="F", portrait=PORTRAIT)
IDENTITY = Identity(
    holder=DAO,
    nationality="VN",
    residence="Số 1 phố Thử, phường Mẫu, thành phố Hà Nội",
    birth_place="Phường Mẫu, thành phố Hà Nội",
    issued=date(2026, 1, 5),
    expires=date(2039, 1, 15),
    document_number="AA00000000000017",
)
DRIVING = Driving(
    holder=DAO,
    licence_number="790199000017",
    issued=date(2025, 6, 1),
    privileges=(
        Privilege(name="A1", law="2024", issued=date(2025, 6, 1), expires=None),
        Privilege(name="B", law="2024", issued=date(2025, 6, 1), expires=date(2035, 6, 1)),
    ),
)


@dataclass(frozen=True)
class Wallet:
    """A key as a wallet has it.

    Attributes:
        private: JWK with the private part.
        key: what the issuer sees.
    """

    private: dict[str, str]
    key: HolderKey


def wallet() -> Wallet:
    """A new one."""
    numbers = ec.generate_private_key(ec.SECP256R1()).private_numbers()
    public = numbers.public_numbers
    key = HolderKey(public.x.to_bytes(32, "big"), public.y.to_bytes(32, "big"))
    secret = base64.urlsafe_b64encode(numbers.private_value.to_bytes(32, "big")).rstrip(b"=").decode()
    return Wallet(key.jwk() | {"d": secret}, key)


def issuer(at: datetime, kind: KeyKind = KeyKind.P256) -> tuple[Issuer, str]:
    """Who signs, and the root as PEM."""
    root = SoftwareSigner.make(KeyKind.P384)
    authority = Authority(csca(root, SYNTHETIC, at=at - timedelta(days=2)), root)
    signer = SoftwareSigner.make(kind)
    certificate = twin_signer(authority, signer, SYNTHETIC, name="Twins", at=at - timedelta(days=1))
    pem = x509.load_der_x509_certificate(authority.certificate).public_bytes(Encoding.PEM).decode()
    return Issuer(signer, (certificate,)), pem


def terms(key: HolderKey, at: datetime, place: int = 7) -> Terms:
    """Half a year, one place in the list."""
    return Terms(key, at, at + timedelta(days=180), ("https://issuer.example/status/0", place))
