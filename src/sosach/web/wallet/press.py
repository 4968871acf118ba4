"""With what twins are made here: the signer's key, in a token or a folder, its certificates, and the installation's secret.

An installation of its own embedded server holds synthetic people only; there an authority nobody else trusts is made at the
first use. Everywhere else `sosach card pki` makes the key, and its ceremony the certificate.
"""

import os
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.urls import reverse

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.pki import SYNTHETIC, Authority, csca, twin_signer
from sosach.chip.signing import FileKeys, KeyKind, Keys, SoftwareSigner, TokenKeys
from sosach.chip.signing.public_keys import spki_of_certificate
from sosach.chip.signing.token import opened_token
from sosach.chip.twins.signatures import Issuer
from sosach.domain.idcards.operations.twins import Press

CHAIN, ROOT = "chain.pem", "root.pem"


def issuer() -> Issuer:
    """The key that signs twins, with its certificates.

    Raises:
        SosachError: KEY-01 there is none, it does not open, or the certificate is of another key.
    """
    return _opened(Path(settings.SOSACH_TWINS), bool(settings.SOSACH_DEMO))


def secret() -> bytes:
    """What codes, tokens and places in status lists are made of."""
    return str(settings.SOSACH_WALLET_KEY).encode()


def press() -> Press:
    """Key, secret, and where status lists are."""
    base = str(settings.SOSACH_URL).rstrip("/")
    return Press(issuer(), secret(), lambda number: base + reverse("wallet:status", kwargs={"number": number}))


def made_at() -> datetime:
    """From when a synthetic signer's certificate holds."""
    return datetime.now(UTC)


@lru_cache(maxsize=4)
def _opened(folder: Path, demo: bool) -> Issuer:  # noqa: FBT001 - a setting
    if demo and not (folder / CHAIN).is_file():
        _made(folder, made_at())
    try:
        chain = x509.load_pem_x509_certificates((folder / CHAIN).read_bytes())
    except (OSError, ValueError) as failure:
        raise _without_key() from failure
    signer = _keys(folder).open(str(settings.SOSACH_TWINS_KEY))
    certificates = tuple(each.public_bytes(Encoding.DER) for each in chain)
    # else wallets would take what no verifier accepts
    if spki_of_certificate(certificates[0]) != signer.public_key:
        raise _without_key()
    return Issuer(signer, certificates)


def _keys(folder: Path) -> Keys:
    """Where the key lies: in a token when one is named, else in an encrypted file beside its certificate."""
    token = settings.SOSACH_TWINS_TOKEN
    if token["module"]:
        return TokenKeys(opened_token(Path(token["module"]), token["label"], token["pin"]))
    return FileKeys(folder, passphrase=str(settings.SOSACH_TWINS_PASSPHRASE).encode())


def _without_key() -> SosachError:
    return SosachError(
        ErrorCode.KEY_UNUSABLE,
        vi="Chưa có khóa ký giấy tờ điện tử với chứng thư của chính khóa đó.",
        en="There is no key with its own certificate to sign digital credentials.",
        hint_vi="Xem docs/howto/digital-credentials.md",
        hint_en="See docs/howto/digital-credentials.md",
    )


def _made(folder: Path, at: datetime) -> None:
    """A synthetic authority, whose key is forgotten at once, and a signer under it; two who make them at once get the same."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.lockf(lock, os.F_LOCK, 0)
        if (folder / CHAIN).is_file():
            return
        keys, label = _keys(folder), str(settings.SOSACH_TWINS_KEY)
        if keys.holds(label):  # begun and not finished
            keys.destroy(label)
        root = SoftwareSigner.make(KeyKind.P384)
        authority = Authority(csca(root, SYNTHETIC, at=at), root)
        signer = keys.make(label, KeyKind.P256)
        (folder / ROOT).write_bytes(_pem(authority.certificate))
        fresh = folder / f"{CHAIN}.new"
        fresh.write_bytes(_pem(twin_signer(authority, signer, SYNTHETIC, name="Twins Sosach synthetic", at=at)))
        fresh.rename(folder / CHAIN)
    finally:
        os.close(lock)


def _pem(certificate: bytes) -> bytes:
    return x509.load_der_x509_certificate(certificate).public_bytes(Encoding.PEM)
