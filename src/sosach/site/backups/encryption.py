"""Folders as one file that only the holder of a private key opens: X25519, HKDF, AES-256-GCM in chunks.

Chunks are numbered and the last one is marked, so that a file cut short or reordered does not open.
"""

import tarfile
from collections.abc import Iterator
from io import RawIOBase
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from sosach.base.errors import ErrorCode, SosachError

MAGIC = b"SOSACH-BACKUP-1\n"
CHUNK = 1 << 20
TAG = 16


def encrypt_folder(folder: Path, file: Path, key: Path) -> None:
    """Write a folder as a tar, encrypted to a public key (PEM, X25519).

    Raises:
        SosachError: DB-04, the key is none of that kind.
    """
    public = public_key(key)
    ephemeral = X25519PrivateKey.generate()
    sealed = ephemeral.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    with file.open("wb") as stream:
        stream.write(MAGIC + sealed)
        out = _Encrypting(stream, _cipher(ephemeral.exchange(public), sealed))
        with tarfile.open(fileobj=out, mode="w|") as tar:
            tar.add(folder, arcname=".")
        out.finish()


def decrypt_folder(file: Path, folder: Path, key: Path) -> None:
    """Unpack what `encrypt_folder` wrote.

    Raises:
        SosachError: DB-04, the key does not open it, or it is damaged or cut short.
    """
    with file.open("rb") as stream:
        if stream.read(len(MAGIC)) != MAGIC:
            raise _damaged()
        sealed = stream.read(32)
        private = load_pem_private_key(key.read_bytes(), None)
        if not isinstance(private, X25519PrivateKey):
            raise _wrong_key()
        cipher = _cipher(private.exchange(X25519PublicKey.from_public_bytes(sealed)), sealed)
        try:
            with tarfile.open(fileobj=_Decrypting(_chunks(stream, cipher)), mode="r|") as tar:
                tar.extractall(folder, filter="data")
        except (InvalidTag, tarfile.ReadError) as failure:
            raise _damaged() from failure


def _cipher(shared: bytes, sealed: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=sealed, info=MAGIC).derive(shared))


def _nonce(number: int, last: bool) -> bytes:  # noqa: FBT001 - private, and named at both places
    return number.to_bytes(11, "big") + bytes([last])


class _Encrypting(RawIOBase):
    """Takes bytes, writes encrypted chunks; the last one when it is left."""

    def __init__(self, stream: BinaryIO, cipher: AESGCM) -> None:
        self._stream, self._cipher = stream, cipher
        self._held, self._number = bytearray(), 0

    def write(self, piece: Any) -> int:
        """Hold a piece back until a chunk is full."""
        self._held += piece
        while len(self._held) > CHUNK:
            self._emit(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]
        return len(piece)

    def _emit(self, chunk: bytes, *, last: bool) -> None:
        self._stream.write(self._cipher.encrypt(_nonce(self._number, last), chunk, None))
        self._number += 1

    def finish(self) -> None:
        """Write what is left, marked as the last."""
        self._emit(bytes(self._held), last=True)


def _chunks(stream: BinaryIO, cipher: AESGCM) -> Iterator[bytes]:
    number, piece = 0, stream.read(CHUNK + TAG)
    while True:
        following = stream.read(CHUNK + TAG)
        yield cipher.decrypt(_nonce(number, not following), piece, None)
        if not following:
            return
        number, piece = number + 1, following


class _Decrypting(RawIOBase):
    """Chunks as a stream that can be read."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._held = chunks, b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._held) < size:
            piece = next(self._chunks, b"")
            if not piece:
                break
            self._held += piece
        taken, self._held = (self._held, b"") if size < 0 else (self._held[:size], self._held[size:])
        return taken


def public_key(key: Path) -> X25519PublicKey:
    """The public key in a file.

    Raises:
        SosachError: DB-04, it is none of that kind.
    """
    try:
        found = load_pem_public_key(key.read_bytes())
    except ValueError:
        raise _wrong_key() from None
    if not isinstance(found, X25519PublicKey):
        raise _wrong_key()
    return found


def _wrong_key() -> SosachError:
    return SosachError(
        ErrorCode.BACKUP_UNUSABLE,
        vi="Khóa phải là X25519 dạng PEM.",
        en="The key has to be an X25519 key as PEM.",
        hint_vi="openssl genpkey -algorithm x25519 -out backup.key; openssl pkey -in backup.key -pubout -out backup.pub",
        hint_en="openssl genpkey -algorithm x25519 -out backup.key; openssl pkey -in backup.key -pubout -out backup.pub",
    )


def _damaged() -> SosachError:
    return SosachError(
        ErrorCode.BACKUP_UNUSABLE,
        vi="Không mở được bản sao lưu: sai khóa, hoặc tệp hỏng hay bị cắt.",
        en="The backup does not open: another key, or it is damaged or cut short.",
    )
