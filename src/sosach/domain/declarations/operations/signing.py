"""The key receipts are signed with: another one than the seals', since whoever serves the web holds it."""

import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sosach.domain.audit.operations.keys import FileKey


@cache
def receipt_signer(file: Path) -> FileKey:
    """The key in a file closed to others; made at the first use, once, however many ask at the same time.

    Its public half is noted beside it (`.pub`), one line per key, for whoever verifies a receipt.
    """
    if not file.is_file():
        _make(file)
    key = FileKey(file)
    known, line = file.with_suffix(".pub"), key.public_key.hex()
    if not known.is_file() or line not in known.read_text("ascii").split():
        with known.open("a", encoding="ascii") as stream:
            stream.write(line + "\n")
    return key


def receipt_keys(file: Path) -> list[bytes]:
    """Public keys receipts were ever signed with here."""
    receipt_signer(file)
    return [bytes.fromhex(line) for line in file.with_suffix(".pub").read_text("ascii").split()]


def _make(file: Path) -> None:
    """Write a key aside and give it the name only if nobody else has: nobody ever reads half a key."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.{uuid4().hex}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(Ed25519PrivateKey.generate().private_bytes_raw())
    with suppress(FileExistsError):
        file.hardlink_to(aside)
    aside.unlink()
