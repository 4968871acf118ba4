"""Who is let in while more is asked than can be done: the rest is told at once when to come again, officers keep room of their own."""

import json
import random
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sosach.base.errors import ErrorCode
from sosach.web.safety import LEVELS, MACHINES

Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]

# Addresses of officers; without a session they lead to the door, which costs next to nothing.
DESK = ("/ban-lam-viec/", "/dang-nhap/can-bo/")
# Answered from memory: a page that was let in is useless without its style, and a watchdog must see a busy server alive.
ALWAYS = ("/static/", "/api/v1/health")
FIRST_WAIT, LAST_WAIT = 2, 12  # seconds; drawn, so that those refused together do not come again together
_TITLE_EN, _TITLE_VI = "The server is busy; nothing was done.", "Máy chủ đang quá tải; chưa có gì được ghi nhận."
_PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Đang có nhiều người dùng</title></head><body><main><h1>Đang có rất nhiều người dùng</h1>
<p>Yêu cầu vừa rồi chưa được nhận. Những gì đã lưu vẫn còn. Hãy thử lại sau {wait} giây.</p>
<h2 lang="en">Many people are here at present</h2>
<p lang="en">This request was not taken in. What you saved is kept. Try again in {wait} seconds.</p></main></body></html>"""


class Admission:
    """Counts who is inside. Up to `places` at once, of which `reserved` are for officers only.

    Of the rest, `batches` are the most the other level may hold: a backlog that pours in leaves room for everybody else.
    Waiting in line helps nobody when the line grows: whoever finds no place is refused before anything is read, so that those inside
    are answered in time.

    Args:
        places: requests worked on at once.
        reserved: of them, kept free for officers.
        batches: the most for the other level; 0: a sixth, at least one.
    """

    def __init__(self, *, places: int, reserved: int, batches: int = 0) -> None:
        if not 0 <= reserved < places:
            raise ValueError("somebody else than officers has to find a place, too")
        self._places, self._open = places, places - reserved
        self._batches = batches or max(1, places // 6)
        self._inside = self._carrying = 0
        self._lock = threading.Lock()

    @contextmanager
    def place(self, path: str) -> Iterator[bool]:
        """Whether there is a place for a request to that address; held until the end of the block."""
        if path.startswith(ALWAYS):
            yield True
            return
        most = self._places if path.startswith(DESK) else self._open
        batch = path.startswith(LEVELS)
        with self._lock:
            found = self._inside < most and not (batch and self._carrying >= self._batches)
            self._inside += found
            self._carrying += found and batch
        try:
            yield found
        finally:
            if found:
                with self._lock:
                    self._inside -= 1
                    self._carrying -= batch


class Admitting:
    """An application nobody gets into without a place.

    Args:
        inner: the application.
        admission: counts.
    """

    def __init__(self, inner: Application, admission: Admission) -> None:
        self._inner, self._admission = inner, admission

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        """Answer a request, or refuse it."""
        path = environ.get("PATH_INFO", "")
        with self._admission.place(path) as found:
            return self._inner(environ, start_response) if found else _refused(path, environ, start_response)


def _refused(path: str, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """503 with the time to come again; made by hand, for there may be thousands of them a second."""
    wait = str(random.randint(FIRST_WAIT, LAST_WAIT))  # noqa: S311 # nosec B311 - spreads load, no secret
    if path.startswith(MACHINES):
        vietnamese = environ.get("HTTP_ACCEPT_LANGUAGE", "").lower().startswith("vi")
        code = ErrorCode.SERVER_BUSY
        told = {
            "type": f"urn:sosach:error:{code.lower()}",
            "title": _TITLE_VI if vietnamese else _TITLE_EN,
            "status": 503,
            "code": code,
            "request": "",
        }
        kind, text = "application/problem+json", json.dumps(told, ensure_ascii=False)
    else:
        kind, text = "text/html; charset=utf-8", _PAGE.format(wait=wait)
    body = text.encode()
    headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Retry-After", wait)]
    start_response(
        "503 Service Unavailable", [*headers, ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")]
    )
    return [body]
