"""Style sheets, scripts and pictures of our own pages: named after their content, compressed once, kept by browsers for ever."""

import gzip
import hashlib
import os
import secrets
from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path

import brotli
import django_htmx
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from whitenoise import WhiteNoise
from whitenoise.middleware import WhiteNoiseMiddleware

PREFIX = "static/"
PACKAGES = ("sosach.web.frame", "sosach.web.portal", "sosach.web.desk")
SUFFIXES = {".css", ".js", ".svg", ".png", ".webmanifest"}
HTMX = "htmx.js"


def sources() -> dict[str, bytes]:
    """Every file by name: those in `static/` of the frame, the portal and the desk, and htmx from its wheel.

    Raises:
        ValueError: two files have one name.
    """
    found = {HTMX: (resources.files(django_htmx) / "static" / "django_htmx" / "htmx-2.min.js").read_bytes()}
    for package in PACKAGES:
        folder = resources.files(package) / "static"
        for file in folder.iterdir() if folder.is_dir() else ():
            if Path(file.name).suffix not in SUFFIXES:
                continue
            if file.name in found:
                raise ValueError(f"two files are called {file.name}")
            found[file.name] = file.read_bytes()
    return found


@cache
def addresses() -> dict[str, str]:
    """Name → address: `frame.css` → `/static/frame.0d5c….css`."""
    return {name: f"/{PREFIX}{_hashed(name, content)}" for name, content in sources().items()}


def address(name: str) -> str:
    """The address of a file.

    Raises:
        KeyError: there is none of that name.
    """
    return addresses()[name]


def lay_out(folder: Path) -> None:
    """Write every file and its compressed forms into a folder, unless they are there; several processes may do it at once."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in sources().items():
        target = folder / _hashed(name, content)
        for path, written in (
            (target.with_name(target.name + ".br"), brotli.compress),
            (target.with_name(target.name + ".gz"), _zipped),
            (target, bytes),
        ):
            if not path.is_file():
                _write(path, written(content))


class Assets:
    """Middleware: answers with a file of ours, or asks the next."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        folder = Path(settings.STATE) / "static"
        lay_out(folder)
        self._served = WhiteNoise(
            None, root=str(folder), prefix=PREFIX, immutable_file_test=r"\.[0-9a-f]{12}\.", allow_all_origins=False
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        file = self._served.files.get(request.path_info)
        return self._get_response(request) if file is None else WhiteNoiseMiddleware.serve(file, request)


def _hashed(name: str, content: bytes) -> str:
    stem, _, suffix = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{suffix}"


def _zipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _write(path: Path, content: bytes) -> None:
    """Whoever reads it meanwhile gets nothing or all of it."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    fresh.write_bytes(content)
    fresh.replace(path)
