"""Who signs and who keeps: a key in a file closed to others, and witnesses that are files elsewhere."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sosach.domain.audit.rules.sealing import key_id_of


class FileKey:
    """An Ed25519 key in a file; made at the first use. Production keeps the key in a token instead."""

    def __init__(self, file: Path) -> None:
        if not file.is_file():
            file.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
                stream.write(Ed25519PrivateKey.generate().private_bytes_raw())
        self._key = Ed25519PrivateKey.from_private_bytes(file.read_bytes())

    @property
    def public_key(self) -> bytes:
        """The 32 bytes of the public key."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def key_id(self) -> str:
        """Name of the key."""
        return key_id_of(self.public_key)

    def sign(self, message: bytes) -> bytes:
        """Ed25519 signature."""
        return self._key.sign(message)


class FileWitness:
    """Keeps checkpoints in a file that only grows; it should lie on another machine, kept by somebody else."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def keep(self, checkpoint: str, signature: str, key_id: str) -> None:
        """Append one line: size, root, key, signature; on disk when it returns."""
        _, size, root, *_ = checkpoint.split("\n")
        with self._file.open("a", encoding="ascii") as stream:
            stream.write(f"{size} {root} {key_id} {signature}\n")
            stream.flush()
            os.fsync(stream.fileno())
