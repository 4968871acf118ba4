"""Signed lines between issuer and machine: JWS in compact form (RFC 7515), signed wherever the key lies."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.signing.ports import KeyKind, Signer
from sosach.chip.signing.public_keys import kind_of

_NAMES = {
    KeyKind.P256: "ES256",
    KeyKind.P384: "ES384",
    KeyKind.RSA2048: "RS256",
    KeyKind.RSA3072: "RS256",
}
"""Names of the signatures in JOSE (RFC 7518 § 3.1); it has none for the curves of Brainpool."""


class _Lines(JWSRegistry):
    """A report of a whole job is longer than the 128 kB the library takes."""

    max_payload_length = 8_000_000


def signed(payload: Mapping[str, Any], *, kind: str, signer: Signer) -> bytes:
    """One line: what is said, signed.

    Raises:
        SosachError: STATE-04, JOSE has no name for this kind of key.
    """
    name = _NAMES.get(signer.kind)
    if name is None:
        raise _refused("packages are signed by P-256, P-384 or RSA", "gói phải được ký bằng khóa P-256, P-384 hoặc RSA")
    header = {"alg": name, "kid": signer.key_id, "typ": kind}
    message = _line(header) + b"." + _line(payload)
    signature = signer.sign(message)
    if name.startswith("ES"):
        size = int(name[2:]) // 8
        signature = b"".join(number.to_bytes(size) for number in decode_dss_signature(signature))
    return message + b"." + _encoded(signature)


def proved(line: bytes, *, kind: str, public_key: bytes) -> dict[str, Any]:
    """What a signed line says, once the signature of this key (SubjectPublicKeyInfo DER) is proved.

    Raises:
        SosachError: STATE-04, not signed by this key, or another kind of line.
    """
    name, key = _verifier(public_key)
    try:
        token = jws.deserialize_compact(line, key, registry=_Lines(algorithms=[name]))
        payload = json.loads(token.payload)
    except (JoseError, ValueError, RecursionError):
        raise _refused("its signature is not that of the sender", "chữ ký không phải của bên gửi") from None
    if token.headers().get("typ") != kind or not isinstance(payload, dict):
        raise _refused("it is another kind of message", "đây là loại thông điệp khác")
    return payload


def kind_of_key(public_key: bytes) -> KeyKind:
    """Which kind of key it is (SubjectPublicKeyInfo DER), of those JOSE has a name for.

    Raises:
        SosachError: STATE-04, none, or of another kind.
    """
    try:
        key = load_der_public_key(public_key)
    except (ValueError, UnsupportedAlgorithm):
        raise _refused("the key is none", "khóa không hợp lệ") from None
    kind = _kind(key) if isinstance(key, EllipticCurvePublicKey | RSAPublicKey) else None
    if kind not in _NAMES:
        raise _refused("keys of senders are P-256, P-384 or RSA", "khóa của bên gửi phải là P-256, P-384 hoặc RSA")
    return kind


def _kind(key: EllipticCurvePublicKey | RSAPublicKey) -> KeyKind | None:
    try:
        return kind_of(key)
    except SosachError:
        return None


def _verifier(public_key: bytes) -> tuple[str, ECKey | RSAKey]:
    """The one algorithm a key is good for, and the key: the line itself is not asked."""
    name = _NAMES[kind_of_key(public_key)]
    pem = load_der_public_key(public_key).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return name, (RSAKey if name == "RS256" else ECKey).import_key(pem)


def _line(content: Mapping[str, Any]) -> bytes:
    return _encoded(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


def _encoded(content: bytes) -> bytes:
    return urlsafe_b64encode(content).rstrip(b"=")


def _refused(en: str, vi: str) -> SosachError:
    return SosachError(ErrorCode.INPUT_INCOMPLETE, vi=f"Bị từ chối: {vi}.", en=f"Refused: {en}.")
