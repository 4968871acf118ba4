"""A subscriber of the tests: takes notices over HTTP, each once in effect, and behaves as badly as it is told to."""

import json
import random
import threading
from base64 import b64decode
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sosach.domain.exchange.rules.notices import signed_text

# What it may do with a request: take it and say so; refuse it; take it and say nothing; cut before it took it; drip; send elsewhere.
MISCHIEF = ("500", "cut_after", "cut_before", "redirect", "busy", "500_after")


@dataclass
class Subscriber:
    """What arrived.

    Attributes:
        behave: what to do with the next request; `ok` is to take it.
        requests: message ids in the order of their requests, repeated ones as well.
        taken: message id → message, each once, in the order they took effect.
        bodies: message id → every body that came under it.
        key: public key told with the confirmation.
        tokens: that confirm subscriptions, in the order they came.
        elsewhere: requests to another address than the one it has.
    """

    behave: Callable[[], str] = lambda: "ok"
    requests: list[str] = field(default_factory=list)
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    bodies: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    key: str = ""
    tokens: list[str] = field(default_factory=list)
    elsewhere: int = 0

    def __enter__(self) -> Self:
        """Listen."""
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}/tin"

    def news(self) -> list[dict[str, Any]]:
        """What took effect, as the messages say it, in the order it did."""
        found = [told for told in self.taken.values() if told["type"] == "Notification"]
        return [json.loads(told["message"]) for told in found]

    def take(self, message_id: str, body: bytes, headers: Any) -> None:
        """Let a message take effect, unless it has."""
        told = json.loads(body)
        with self._lock:
            self.bodies[message_id].add(body)
            if told["type"] == "SubscriptionConfirmation":
                self.key = json.loads(told["message"])["public_key"]
                self.tokens.append(told["token"])
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.key))
            key.verify(b64decode(headers["signature"]), signed_text(message_id, body))
            assert told["messageId"] == message_id
            self.taken.setdefault(message_id, told)


def _handler(subscriber: Subscriber) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if self.path != "/tin":
                subscriber.elsewhere += 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            message = self.headers["message-id"]
            subscriber.requests.append(message)
            what = subscriber.behave()
            if what in {"ok", "cut_after", "500_after"}:
                subscriber.take(message, body, self.headers)
            if what.startswith("cut"):
                self.close_connection = True
                return
            self.send_response({"ok": 200, "redirect": 307, "busy": 503}.get(what, 500))
            if what == "redirect":
                self.send_header("Location", subscriber.address + "/khac")
            if what == "busy":
                self.send_header("Retry-After", "3")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name the base class gives it
            del format, args

    return Handler


def bad(seed: int, share: float, kinds: Sequence[str] = MISCHIEF) -> Callable[[], str]:
    """Mischief in a share of the requests, the same for the same seed."""
    drawn = random.Random(seed)
    lock = threading.Lock()

    def what() -> str:
        with lock:
            return drawn.choice(list(kinds)) if drawn.random() < share else "ok"

    return what
