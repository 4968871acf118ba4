"""Secrets that are made once and kept in a file closed to others."""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO


def kept_secret(file: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(48)) -> str:
    """The secret in a file, made at the first call; two who make it at once get the same one."""
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(make())
            to_disk(stream)
        with suppress(FileExistsError):  # somebody else was first
            file.hardlink_to(fresh)
        fresh.unlink()
        _folder_to_disk(file.parent)
    return file.read_text("utf-8")


def to_disk(stream: IO[str]) -> None:
    """See that what was written survives a power cut."""
    stream.flush()
    os.fsync(stream.fileno())


def _folder_to_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
