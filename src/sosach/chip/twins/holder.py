"""The key in the holder's wallet a digital twin is bound to: P-256, as JWK (RFC 7517) and as COSE key (RFC 9052)."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from sosach.base.errors import ErrorCode, SosachError

_SIZE = 32
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_KTY, _CRV, _X, _Y = 1, -1, -2, -3  # labels of a COSE key
_EC2, _P256 = 2, 1


@dataclass(frozen=True, slots=True)
class HolderKey:
    """A public key on P-256.

    Attributes:
        x: first coordinate, 32 bytes.
        y: second coordinate, 32 bytes.
    """

    x: bytes
    y: bytes

    @classmethod
    def of_jwk(cls, jwk: Mapping[str, Any]) -> "HolderKey":
        """Read the JWK of a proof.

        Raises:
            SosachError: REQUEST-01 another kind of key, a private one, or no point of the curve.
        """
        if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256" or "d" in jwk:
            raise _refused("only public keys on P-256 hold a credential")
        found = cls(_coordinate(jwk.get("x")), _coordinate(jwk.get("y")))
        try:
            found.public_key()
        except ValueError as off:
            raise _refused("the key is no point of P-256") from off
        return found

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """The key to verify with.

        Raises:
            ValueError: it is no point of the curve.
        """
        x, y = int.from_bytes(self.x, "big"), int.from_bytes(self.y, "big")
        return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()

    def jwk(self) -> dict[str, str]:
        """As JWK: the members its thumbprint is made of, nothing else."""
        return {"crv": "P-256", "kty": "EC", "x": encoded(self.x), "y": encoded(self.y)}

    def cose(self) -> dict[int, int | bytes]:
        """As COSE key (RFC 9053 § 7.1.1)."""
        return {_KTY: _EC2, _CRV: _P256, _X: self.x, _Y: self.y}

    def thumbprint(self) -> str:
        """Its name: SHA-256 over the canonical JWK (RFC 7638)."""
        text = json.dumps(self.jwk(), separators=(",", ":"), sort_keys=True)
        return encoded(hashlib.sha256(text.encode()).digest())


def encoded(content: bytes) -> str:
    r"""Bytes as base64url without padding.

    >>> encoded(b"\xff\xfe")
    '__4'
    """
    return encoded_bytes(content).decode("ascii")


def encoded_bytes(content: bytes) -> bytes:
    """The same, as bytes."""
    return binascii.b2a_base64(content, newline=False).translate(_URL_SAFE).rstrip(b"=")


def _coordinate(told: object) -> bytes:
    """A coordinate of exactly 32 bytes: shorter ones are another encoding of the same key (RFC 7518 § 6.2.1.2)."""
    if not isinstance(told, str):
        raise _refused("the key lacks a coordinate")
    try:
        found = base64.b64decode(told + "=" * (-len(told) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as wrong:
        raise _refused("a coordinate is not base64url") from wrong
    if len(found) != _SIZE or encoded(found) != told:
        raise _refused("a coordinate has not 32 bytes")
    return found


def _refused(why: str) -> SosachError:
    return SosachError(
        ErrorCode.REQUEST_INVALID,
        vi="Khóa của ví không dùng được: chỉ nhận khóa công khai trên đường cong P-256.",
        en=f"The wallet's key cannot be used: {why}.",
    )
