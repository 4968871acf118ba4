"""Public keys: which kind one is, how it is named, and the half of its curve in which signatures must lie."""

import hashlib

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sosach.chip.signing.ports import KeyKind
from sosach.chip.signing.refusals import unusable

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

CURVES: dict[KeyKind, ec.EllipticCurve] = {
    KeyKind.P256: ec.SECP256R1(),
    KeyKind.P384: ec.SECP384R1(),
    KeyKind.BRAINPOOL384: ec.BrainpoolP384R1(),
    KeyKind.BRAINPOOL512: ec.BrainpoolP512R1(),
}
RSA_BITS = {KeyKind.RSA2048: 2048, KeyKind.RSA3072: 3072}
EXPONENT = 65537
_CURVE_NAMES = {curve.name: kind for kind, curve in CURVES.items()}
_SIZES = {bits: kind for kind, bits in RSA_BITS.items()}


def kind_of(key: PublicKey) -> KeyKind:
    """Which kind of key it is.

    Raises:
        SosachError: KEY-01 of a kind that signs no documents here.
    """
    if isinstance(key, ec.EllipticCurvePublicKey):
        kind = _CURVE_NAMES.get(key.curve.name)
    else:  # a small exponent would forgive much in how a signature is filled up
        kind = _SIZES.get(key.key_size) if key.public_numbers().e == EXPONENT else None
    if kind is None:
        raise unusable("keys of this kind sign no documents", vi="loại khóa này không ký giấy tờ")
    return kind


def spki_of(key: PublicKey) -> bytes:
    """SubjectPublicKeyInfo, in DER; curves by name."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def spki_of_certificate(certificate: bytes) -> bytes:
    """SubjectPublicKeyInfo of a certificate's key, in DER."""
    return (
        x509.load_der_x509_certificate(certificate)
        .public_key()
        .public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )


def key_id_of_certificate(certificate: bytes) -> str:
    """Subject key identifier a certificate states, in hexadecimal."""
    extensions = x509.load_der_x509_certificate(certificate).extensions
    return extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest.hex()


def authority_key_id(certificate: bytes) -> str:
    """Key identifier of who signed a certificate, as it states it, in hexadecimal."""
    extensions = x509.load_der_x509_certificate(certificate).extensions
    return (extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier or b"").hex()


def key_id_of(key: PublicKey) -> str:
    """Subject key identifier in hexadecimal: 160 bits of SHA-256 over the key's bits (RFC 7093 § 2, method 1)."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        bits = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    else:
        bits = key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    return hashlib.sha256(bits).hexdigest()[:40]
