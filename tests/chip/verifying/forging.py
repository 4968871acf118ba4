"""Tools of a forger: files sealed anew, certificates issued anew, parts of EF.SOD put together otherwise."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from tests.chip.cards import AT, Issuing, issuing

from sosach.chip.files import sod
from sosach.chip.files.card import CardFiles
from sosach.chip.profiles import PROFILES
from sosach.chip.signing.software import SoftwareSigner
from sosach.chip.verifying.evidence import Evidence, RegisterWord, Trust

PROFILE = PROFILES["VN-CC-2024"]
ORDER_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ORDER_P384 = int("F" * 48 + "C7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973", 16)
MADE = AT - timedelta(days=30)


def evidence(files: CardFiles, trust: Trust | None = None, *, active: bool = True, chip: bool = True) -> Evidence:
    """A card as it stands before a verifier who asked chip and register, too."""
    word = RegisterWord(active, hashlib.sha256(files.sod).digest())
    return Evidence(files, trust or issuing().trust, word, chip)


def sealed(files: CardFiles, issuer: Issuing | None = None, *, at: datetime = AT) -> CardFiles:
    """Files signed anew, as somebody with the signer's key would."""
    by = issuer or issuing()
    template = by.template(PROFILE)
    moved = sod.SodTemplate(
        certificate=by.certificate,
        algorithm=by.signer.algorithm,
        lds=template.lds,
        digest=template.digest,
        signed_at=at,
    )
    return sod.seal_with(files, moved, by.signer)


def reissued(
    *,
    issuer: Issuing | None = None,
    by: SoftwareSigner | None = None,
    without: Iterable[str] = (),
    put: Mapping[x509.ExtensionType, bool] | None = None,
    begins: datetime | None = None,
    ends: datetime | None = None,
) -> Issuing:
    """The issuer with a document signer certificate that differs from the right one in some points; always low-s."""
    base = issuer or issuing()
    by = by or base.authority.signer  # type: ignore[assignment]  # the signer of tests is in software
    assert by is not None
    good = x509.load_der_x509_certificate(base.certificate)
    builder = (
        x509.CertificateBuilder()
        .subject_name(good.subject)
        .issuer_name(good.issuer)
        .serial_number(x509.random_serial_number())
        .public_key(load_der_public_key(base.signer.public_key))  # type: ignore[arg-type]  # an EC key
        .not_valid_before(begins or good.not_valid_before_utc)
        .not_valid_after(ends or good.not_valid_after_utc)
    )
    changed = {each.oid for each in put or {}} | {x509.ObjectIdentifier(oid) for oid in without}
    for each in good.extensions:
        if each.oid not in changed:
            builder = builder.add_extension(each.value, critical=each.critical)
    for value, critical in (put or {}).items():
        builder = builder.add_extension(value, critical=critical)
    while True:
        made = builder.sign(by._key, hashes.SHA384())  # type: ignore[arg-type]  # an EC key
        if decode_dss_signature(made.signature)[1] <= ORDER_P384 // 2:
            return replace(base, certificate=made.public_bytes(Encoding.DER))


def changed(files: CardFiles, group: int, value: bytes) -> CardFiles:
    """The files with one group put in place of another."""
    return CardFiles({**files.groups, group: value}, files.com, files.card_access, files.sod)


def with_sod(files: CardFiles, change: Callable[[sod.SodParts], sod.SodParts]) -> CardFiles:
    """The files with an EF.SOD written anew from altered parts."""
    return replace(files, sod=sod.write(change(sod.read(files.sod))))


def high_s(signature: bytes, order: int) -> bytes:
    """The other signature that verifies."""
    first, second = decode_dss_signature(signature)
    return encode_dss_signature(first, order - second)


def usage(**allowed: bool) -> x509.KeyUsage:
    """What a key may do: what is named, nothing else."""
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    others = ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: allowed.get(name, False) for name in (*names, *others)})
