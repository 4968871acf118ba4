"""The web process: Django's application, started only on a database that keeps what it acknowledges, asked again hourly."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from sosach.base.errors import SosachError
from sosach.site.fitness import facts, require_durable

DJANGO = get_wsgi_application()  # before the pages, which know the tables

from sosach.web.admission import Admission, Admitting  # noqa: E402 - as said above
from sosach.web.safety import MACHINES  # noqa: E402

HOUR = 3600.0
# Requests a process works on at once, and how many of them are kept for officers; the rest is refused early.
PLACES = int(os.environ.get("SOSACH_PLACES", "24"))
RESERVED = max(1, PLACES // 4)
# A refusal takes a tenth of a millisecond, but has to get at the interpreter first: whoever computes gives way this soon.
TURN = 0.0005
_WRITES = {"POST", "PUT", "PATCH", "DELETE"}
REFUSED = '{"status": 503, "code": "DB-02"}'
REFUSED_PAGE = """<!DOCTYPE html><html lang="vi"><meta charset="utf-8"><title>Sổ sạch</title>
<h1>Máy chủ tạm thời không ghi được an toàn</h1><p>Chưa có gì được ghi. Hãy thử lại sau ít phút.</p>
<h2 lang="en">The server cannot write safely at present</h2><p lang="en">Nothing was written. Try again in a few minutes.</p>
<p>DB-02</p></html>"""
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Guarded:
    """Refuses writes with 503 from the moment the server is found to lose acknowledged ones."""

    def __init__(self, inner: Application, *, every: float = HOUR) -> None:
        require_durable(facts())
        self._inner = inner
        self._every = every
        self._checked = time.monotonic()
        self._unsafe = False
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        if environ.get("REQUEST_METHOD") in _WRITES and self._refuses():
            machine = environ.get("PATH_INFO", "").startswith(MACHINES)
            kind, text = (
                ("application/problem+json", REFUSED) if machine else ("text/html; charset=utf-8", REFUSED_PAGE)
            )
            start_response("503 Service Unavailable", [("Content-Type", kind), ("Retry-After", "60")])
            return [text.encode()]
        return self._inner(environ, start_response)

    def _refuses(self) -> bool:
        with self._lock:
            if time.monotonic() - self._checked > self._every:
                self._checked = time.monotonic()
                try:
                    require_durable(facts())
                    self._unsafe = False
                except SosachError:
                    self._unsafe = True
            return self._unsafe


sys.setswitchinterval(TURN)
application = Guarded(Admitting(DJANGO, Admission(places=PLACES, reserved=RESERVED)))
