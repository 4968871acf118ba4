"""Signatures as JOSE and COSE want them, by any signer of ours; and the certificates that go with them."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.signing.ports import KeyKind, Signer
from sosach.chip.twins.holder import encoded, encoded_bytes


@dataclass(frozen=True, slots=True)
class Algorithm:
    """How twins are signed with a kind of key.

    Attributes:
        jose: name in JOSE (RFC 7518).
        cose: number in COSE (RFC 9053).
        size: bytes of r and of s.
    """

    jose: str
    cose: int
    size: int


# ISO/IEC 18013-5 table 22 allows more, wallets in the field read these.
_ALGORITHMS = {KeyKind.P256: Algorithm("ES256", -7, 32), KeyKind.P384: Algorithm("ES384", -35, 48)}


@dataclass(frozen=True, slots=True)
class Issuer:
    """A key that signs twins, and its certificates.

    Attributes:
        signer: the key: P-256 or P-384.
        chain: DER, the signer's own first, without the root everybody trusts already.
    """

    signer: Signer
    chain: tuple[bytes, ...]

    def __post_init__(self) -> None:
        """The key is of a kind wallets read, and has a certificate.

        Raises:
            SosachError: KEY-01.
        """
        if self.signer.kind not in _ALGORITHMS or not self.chain:
            raise SosachError(
                ErrorCode.KEY_UNUSABLE,
                vi="Khóa ký giấy tờ điện tử phải là P-256 hoặc P-384 và có chứng thư.",
                en="The key that signs digital credentials has to be P-256 or P-384, with a certificate.",
                hint_vi="Xem docs/operations/card-keys.md",
                hint_en="See docs/operations/card-keys.md",
            )

    @property
    def algorithm(self) -> Algorithm:
        """How it signs."""
        return _ALGORITHMS[self.signer.kind]

    def sign(self, message: bytes) -> bytes:
        """The signature as r and s beside each other."""
        r, s = decode_dss_signature(self.signer.sign(message))
        size = self.algorithm.size
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def jws_head(self, kind: str) -> bytes:
        """The protected header of a token of a kind, encoded: the same for every token of this key (RFC 7515 § 4.1.6)."""
        return _head(kind, self.algorithm.jose, self.chain)

    def jws(self, head: bytes, claims: Mapping[str, Any]) -> str:
        """A signed token, compact."""
        signed = head + b"." + json_part(claims)
        return f"{signed.decode('ascii')}.{encoded(self.sign(signed))}"


@lru_cache(maxsize=16)
def _head(kind: str, algorithm: str, chain: tuple[bytes, ...]) -> bytes:
    told = [base64.b64encode(each).decode("ascii") for each in chain]
    return json_part({"alg": algorithm, "typ": kind, "x5c": told})


# As tokens carry it: no spaces, no escapes but those JSON asks for. Made once, since making one costs more than using it.
json_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def json_part(value: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """JSON as tokens carry it: no spaces, UTF-8, base64url."""
    return encoded_bytes(json_text(value).encode())
