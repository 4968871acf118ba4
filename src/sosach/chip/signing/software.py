"""Keys in files: encrypted PEM closed to others for signing, 32 bytes closed to others for wrapping. For trials and small issuers."""

import os
from pathlib import Path
from typing import Any, Self

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from sosach.base.errors import SosachError
from sosach.chip.signing.ports import KeyKind, SignatureAlgorithm
from sosach.chip.signing.public_keys import CURVES, EXPONENT, RSA_BITS, key_id_of, kind_of, spki_of
from sosach.chip.signing.refusals import does_not_open, unusable

NONCE = 12  # bytes, as NIST SP 800-38D § 8.2.2 wants them from a random source
KEK_BYTES = 32
HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


class SoftwareSigner:
    """A key held in memory; `make` or `load` it."""

    def __init__(self, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
        public = key.public_key()
        self.kind: KeyKind = kind_of(public)
        self.algorithm: SignatureAlgorithm = self.kind.algorithm
        self.key_id: str = key_id_of(public)
        self.public_key: bytes = spki_of(public)
        self._key = key
        digest = HASHES[self.algorithm.digest]
        curve = isinstance(key, ec.EllipticCurvePrivateKey)
        self._how: tuple[Any, ...] = (ec.ECDSA(digest),) if curve else (padding.PKCS1v15(), digest)
        self._order = key.curve.group_order if isinstance(key, ec.EllipticCurvePrivateKey) else 0
        self._half = self._order // 2

    @classmethod
    def make(cls, kind: KeyKind) -> Self:
        """A new key, in memory only."""
        if kind in CURVES:
            return cls(ec.generate_private_key(CURVES[kind]))
        return cls(rsa.generate_private_key(EXPONENT, RSA_BITS[kind]))

    @classmethod
    def load(cls, file: Path, *, passphrase: bytes) -> Self:
        """The key in a file `save` wrote.

        Raises:
            SosachError: KEY-01 no such file, not a key that signs documents, or another passphrase.
        """
        try:
            key = load_pem_private_key(file.read_bytes(), passphrase)
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as failure:
            raise unusable(f"{file.name}: {failure}") from failure
        if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise unusable(file.name)
        return cls(key)

    def save(self, file: Path, *, passphrase: bytes) -> None:
        """Write the key, encrypted, into a new file closed to others.

        Raises:
            SosachError: KEY-01 there is a file of that name, the passphrase is empty, or the disk refuses.
        """
        if not passphrase:
            raise unusable(f"{file.name}: empty passphrase", vi=f"{file.name}: mật khẩu trống")
        _write_closed(
            file, self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase))
        )

    def sign(self, message: bytes) -> bytes:
        """Sign; see `Signer`."""
        signature: bytes = self._key.sign(message, *self._how)
        if not self._order:
            return signature
        first, second = decode_dss_signature(signature)
        return signature if second <= self._half else encode_dss_signature(first, self._order - second)


class SoftwareWrapper:
    """A key that wraps, in a file closed to others; made at the first use."""

    def __init__(self, file: Path, *, key_id: str) -> None:
        """Open the key in a file, or make it.

        Raises:
            SosachError: KEY-01 the file cannot be read or made, or holds something else.
        """
        if not file.exists():
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                _write_closed(file, os.urandom(KEK_BYTES))
            except SosachError:
                if not file.exists():  # else another process was first
                    raise
        try:
            key = file.read_bytes()
        except OSError as failure:
            raise unusable(f"{file.name}: {failure}") from failure
        if len(key) != KEK_BYTES:
            raise unusable(file.name)
        self.key_id: str = key_id
        self._cipher = AESGCM(key)

    def wrap(self, key: bytes, *, bound_to: bytes) -> bytes:
        """Wrap a data key; see `Wrapper`."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, key, bound_to)

    def unwrap(self, wrapped: bytes, *, bound_to: bytes) -> bytes:
        """The data key; see `Wrapper`."""
        try:
            return self._cipher.decrypt(wrapped[:NONCE], wrapped[NONCE:], bound_to)
        except (InvalidTag, ValueError) as failure:
            raise does_not_open() from failure


def _write_closed(file: Path, content: bytes) -> None:
    """Write a new file only its owner reads: whole and on disk, or not there at all.

    Raises:
        SosachError: KEY-01 there is one of that name, or the disk refuses.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        try:
            file.hardlink_to(draft)
        finally:
            draft.unlink()
    except OSError as failure:
        raise unusable(f"{file.name}: {failure}") from failure
