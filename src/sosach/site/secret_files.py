"""Secrets that are made once and kept in a file closed to others."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def kept_secret(file: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(48)) -> str:
    """The secret in a file, made at the first call; two who make it at once get the same one."""
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(make())
        with suppress(FileExistsError):  # somebody else was first
            file.hardlink_to(fresh)
        fresh.unlink()
    return file.read_text("utf-8")
