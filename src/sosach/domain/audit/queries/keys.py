"""Public keys of the log, and what witnesses hold."""

from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sosach.domain.audit.rules.sealing import key_id_of


class PublicKeys:
    """The keys the log was ever signed with, told by somebody one trusts, never by the log itself."""

    def __init__(self, keys: Iterable[bytes]) -> None:
        self._keys = {key_id_of(key): Ed25519PublicKey.from_public_bytes(key) for key in keys}

    def valid(self, key_id: str, message: bytes, signature: bytes) -> bool:
        """Whether the key is known and the signature is its."""
        key = self._keys.get(key_id)
        if key is None:
            return False
        try:
            key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


def witnessed(files: Iterable[Path]) -> dict[int, list[str]]:
    """What witness files hold: number of batches → roots. A line cut off by a crash at the end is left out.

    Raises:
        ValueError: a line that is none of a witness.
    """
    found: dict[int, list[str]] = {}
    for file in files:
        *lines, rest = file.read_text("ascii").split("\n")
        for line in lines:
            size, root, _, _ = line.split(" ")
            found.setdefault(int(size), []).append(root)
        del rest
    return found
