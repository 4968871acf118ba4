"""A nation that does everything wrong a line and another side can do wrong, but keeps what it took in: deterministic from a seed.

What it does to each call is drawn from the seed; when, from a clock the test moves. It forgets nothing it has committed, as a real
one would not, and it counts what it was made to do.
"""

import random
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol

from sosach.domain.audit.rules.sealing import Signer
from sosach.domain.exchange.rules.calls import answer_headers, call_told, signed_by, timely

FAULTS = (
    "failed",  # 500, nothing done
    "failed_after",  # 500, although it was done
    "busy",  # 503 with Retry-After
    "silent",  # no answer in time, nothing done
    "late",  # no answer in time, although it was done
    "cut_before",  # the connection ends before anything is done
    "cut_after",  # the connection ends after it was done
    "half",  # half of the answer
    "twice",  # the network delivered the call twice
    "earlier",  # the answer to the call before
    "other_receipt",  # well signed, but the receipt of another batch
    "forged_receipt",  # well signed, but the receipt is not ours
    "short_receipt",  # well signed, but the receipt lacks its end
    "unsigned",  # right, but nobody says whose it is
    "moved",  # sent elsewhere
)


class Clock:
    """The time of a test: goes on when told to, and never back."""

    def __init__(self, at: datetime) -> None:
        self._at = at
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        with self._lock:
            self._at += timedelta(milliseconds=1)  # no two moments are the same
            return self._at

    def move(self, to: datetime) -> None:
        with self._lock:
            self._at = max(self._at, to)


class Taking(Protocol):
    """What stands behind the line: takes batches in, gives batches out."""

    def answer(self, method: str, room: str, query: Mapping[str, str], body: bytes, at: datetime) -> tuple[int, bytes]:
        """What a genuine call gets."""


@dataclass
class Hostile:
    """The other side of the line.

    Attributes:
        taking: what it does when it does right.
        signer: its key.
        peer: public key of the province.
        clock: of the test.
        seed: of what it does wrong.
        share: how many of the calls go wrong.
        outage: from when until when it is away altogether.
        silent_seconds: how long it says nothing; longer than the client waits.
        done: what it was made to do.
    """

    taking: Taking
    signer: Signer
    peer: bytes
    clock: Callable[[], datetime]
    seed: int
    share: float = 0.4
    outage: tuple[datetime, datetime] | None = None
    silent_seconds: float = 0.4
    done: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        """Begin to listen on a port of its own."""
        self._chance = random.Random(self.seed)
        self._lock = threading.Lock()
        self._last: tuple[int, dict[str, str], bytes] = (200, {}, b"")
        self._receipts: list[bytes] = []
        handler = type("Handler", (_Handler,), {"hostile": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True)
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def speak_tls(self, certificate: Path, key: Path) -> None:
        """From now on encrypted, under a certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.address = self.address.replace("http://127.0.0.1", "https://localhost")

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def fault(self) -> str:
        """What goes wrong with the next call; empty: nothing."""
        with self._lock:
            now = self.clock()
            if self.outage is not None and self.outage[0] <= now < self.outage[1]:
                return "away"
            return self._chance.choice(FAULTS) if self._chance.random() < self.share else ""

    def take(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """Do what a call asks for, and sign the answer."""
        room, _, query = target.partition("?")
        told = call_told(headers, method=method, target=target, body=body)
        at = self.clock()
        if told is None or not timely(told[0].sent_at, at) or not signed_by(self.peer, told[1], told[0].text()):
            return 401, {}, b"{}"
        with self._lock:  # as the real one locks the link
            pairs = dict(pair.split("=", 1) for pair in query.split("&") if pair)
            status, answer = self.taking.answer(method, room.rsplit("/", 1)[-1], pairs, body, at)
        if method == "POST" and status == 200 and answer:
            self._receipts.append(answer)
        return status, self.signed(told[0], status, answer), answer

    def signed(self, call: Any, status: int, answer: bytes) -> dict[str, str]:
        """Headers of an answer."""
        at = self.clock()
        return answer_headers(self.signer.sign(call.answer_text(status, answer, at)), at)

    def spoilt(self, fault: str, method: str, target: str, headers: Mapping[str, str], body: bytes) -> bytes:
        """A receipt that is not the one asked for: of another batch, forged, or cut; "" where there is none to spoil."""
        told = call_told(headers, method=method, target=target, body=body)
        status, _, answer = self.take(method, target, headers, body)
        if told is None or method != "POST" or status != 200 or not answer:
            return b""
        if fault == "other_receipt":
            others = [each for each in self._receipts if each != answer]
            return self._chance.choice(others) if others else b""
        if fault == "forged_receipt":
            return (b"1" if answer[:1] == b"0" else b"0") + answer[1:]
        return answer[: len(answer) * 2 // 3]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that has gone is no news here."""


class _Handler(BaseHTTPRequestHandler):
    hostile: Hostile
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer, or not."""
        self._answer("GET")

    def do_POST(self) -> None:
        """Answer, or not."""
        self._answer("POST")

    def _answer(self, method: str) -> None:
        self._method, self._body = method, self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.hostile.done["elsewhere"] += self.path.endswith("/elsewhere")
        fault = self.hostile.fault()
        self.hostile.done[fault or "right"] += 1
        with suppress(OSError):  # the client has gone
            getattr(self, f"_{fault or 'right'}")()

    def _taken(self) -> tuple[int, dict[str, str], bytes]:
        return self.hostile.take(self._method, self.path, self.headers, self._body)

    def _right(self) -> None:
        told = self._taken()
        self.hostile._last = told
        self._send(*told)

    def _send(self, status: int, headers: Mapping[str, str], body: bytes, *, part: float = 1.0) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: int(len(body) * part)])
        self.wfile.flush()

    def _end(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _away(self) -> None:
        self._end()

    def _failed(self) -> None:
        self._send(500, {}, b"{}")

    def _failed_after(self) -> None:
        self._taken()
        self._send(500, {}, b"{}")

    def _busy(self) -> None:
        self._send(503, {"Retry-After": "3"}, b"{}")

    def _silent(self) -> None:
        time.sleep(self.hostile.silent_seconds)
        self._end()

    def _late(self) -> None:
        told = self._taken()
        time.sleep(self.hostile.silent_seconds)
        self._send(*told)

    def _cut_before(self) -> None:
        self._end()

    def _cut_after(self) -> None:
        self._taken()
        self._end()

    def _half(self) -> None:
        self._send(*self._taken(), part=0.5)
        self._end()

    def _twice(self) -> None:
        self._taken()
        self._right()

    def _earlier(self) -> None:
        self._taken()
        self._send(*self.hostile._last)

    def _spoilt(self, fault: str) -> None:
        answer = self.hostile.spoilt(fault, self._method, self.path, self.headers, self._body)
        told = call_told(self.headers, method=self._method, target=self.path, body=self._body)
        self._send(200, self.hostile.signed(told[0], 200, answer) if told else {}, answer)

    def _other_receipt(self) -> None:
        self._spoilt("other_receipt")

    def _forged_receipt(self) -> None:
        self._spoilt("forged_receipt")

    def _short_receipt(self) -> None:
        self._spoilt("short_receipt")

    def _unsigned(self) -> None:
        status, _, answer = self._taken()
        self._send(status, {}, answer)

    def _moved(self) -> None:
        self._send(307, {"Location": f"{self.hostile.address}/elsewhere"}, b"")
