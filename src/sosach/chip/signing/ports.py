"""What signs and what wraps, wherever the key lies: the doors through which the chip's package reaches its keys."""

from enum import StrEnum
from typing import Protocol


class SignatureAlgorithm(StrEnum):
    """How signatures are made; the digest is part of it."""

    ECDSA_SHA256 = "ecdsa-with-SHA256"
    ECDSA_SHA384 = "ecdsa-with-SHA384"
    ECDSA_SHA512 = "ecdsa-with-SHA512"
    RSA_SHA256 = "sha256WithRSAEncryption"

    @property
    def digest(self) -> str:
        """The digest by its name in `hashlib`."""
        return _DIGESTS[self]

    @property
    def identifier(self) -> bytes:
        """The AlgorithmIdentifier, in DER (RFC 5758 § 3.2, RFC 8017 appendix C)."""
        return bytes.fromhex(_IDENTIFIERS[self])


_DIGESTS = {
    SignatureAlgorithm.ECDSA_SHA256: "sha256",
    SignatureAlgorithm.ECDSA_SHA384: "sha384",
    SignatureAlgorithm.ECDSA_SHA512: "sha512",
    SignatureAlgorithm.RSA_SHA256: "sha256",
}
_IDENTIFIERS = {
    SignatureAlgorithm.ECDSA_SHA256: "300a06082a8648ce3d040302",
    SignatureAlgorithm.ECDSA_SHA384: "300a06082a8648ce3d040303",
    SignatureAlgorithm.ECDSA_SHA512: "300a06082a8648ce3d040304",
    SignatureAlgorithm.RSA_SHA256: "300d06092a864886f70d01010b0500",
}


class KeyKind(StrEnum):
    """The keys an authority or a document signer may have (Doc 9303-12 § 4.4), each with its one algorithm."""

    P256 = "P-256"
    P384 = "P-384"
    BRAINPOOL384 = "brainpoolP384r1"
    BRAINPOOL512 = "brainpoolP512r1"
    RSA2048 = "RSA-2048"
    RSA3072 = "RSA-3072"

    @property
    def algorithm(self) -> SignatureAlgorithm:
        """How it signs."""
        return _ALGORITHMS[self]


_ALGORITHMS = {
    KeyKind.P256: SignatureAlgorithm.ECDSA_SHA256,
    KeyKind.P384: SignatureAlgorithm.ECDSA_SHA384,
    KeyKind.BRAINPOOL384: SignatureAlgorithm.ECDSA_SHA384,
    KeyKind.BRAINPOOL512: SignatureAlgorithm.ECDSA_SHA512,
    KeyKind.RSA2048: SignatureAlgorithm.RSA_SHA256,
    KeyKind.RSA3072: SignatureAlgorithm.RSA_SHA256,
}


class Signer(Protocol):
    """A key that signs: `SoftwareSigner`, or `TokenSigner` for a key that never leaves its token."""

    @property
    def kind(self) -> KeyKind:
        """Which key it is."""
        ...

    @property
    def algorithm(self) -> SignatureAlgorithm:
        """How it signs."""
        ...

    @property
    def key_id(self) -> str:
        """Name of the key: its subject key identifier, in hexadecimal."""
        ...

    @property
    def public_key(self) -> bytes:
        """SubjectPublicKeyInfo, in DER."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Sign; ECDSA as DER of (r, s) with s in the lower half, RSA by PKCS #1 v1.5."""
        ...


class Wrapper(Protocol):
    """A key that wraps data keys: `SoftwareWrapper`, or `TokenWrapper` for a key that never leaves its token."""

    @property
    def key_id(self) -> str:
        """Name of the key, for example `kek/2026-11`."""
        ...

    def wrap(self, key: bytes, *, bound_to: bytes) -> bytes:
        """Wrap a data key so that it opens only beside the same associated data."""
        ...

    def unwrap(self, wrapped: bytes, *, bound_to: bytes) -> bytes:
        """The data key.

        Raises:
            SosachError: KEY-02 wrapped by another key, bound to something else, or altered.
        """
        ...
