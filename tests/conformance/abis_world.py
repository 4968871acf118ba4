"""A synthetic biometric matcher that speaks OSIA ABIS 1.6.0: it holds every request against the file, and answers now, later or not at all."""

import base64
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from tests.conformance.scenarios import document, fits

TOKEN = "mã-của-hệ-thống-so-trùng".encode().hex()
ENCOUNTER = ("components", "schemas", "Encounter")


@dataclass
class Abis:
    """The matcher.

    Attributes:
        later: whether it takes requests and answers by call-back.
        failing: status it answers everything with; 0: it works.
        held: encounter → its person and its pictures.
        owed: call-backs it has not made yet: address, query, content.
        words: what it says of a task.
        asked: method and path of every request.
        faults: requests that are not as the file describes them.
    """

    later: bool = False
    failing: int = 0
    held: dict[str, tuple[str, list[bytes]]] = field(default_factory=dict)
    owed: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    words: str = "PENDING"
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Listen."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def found(self, encounter: str) -> list[dict[str, Any]]:
        """Whoever has one picture more in common with that encounter."""
        _, pictures = self.held[encounter]
        return [
            {
                "personId": person,
                "rank": 1,
                "score": 4000,
                "scores": [{"score": 4000, "encounterId": key, "biometricType": "FACE"}],
            }
            for key, (person, others) in self.held.items()
            if key != encounter and set(pictures) & set(others)
        ]

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """Status and content."""
        self.asked.append(f"{method} {path}")
        if self.failing:
            return self.failing, None
        parts = path.strip("/").split("/")
        if parts[1] == "tasks":
            return (200, self.words) if method == "GET" else (204, None)
        if "transactionId" not in query or not query.get("callback", "").startswith("http"):
            self.faults.append(path)
            return 400, {"code": 1, "message": "parameters"}
        status, told = self._done(method, parts, body)
        if self.later and status == 200:
            task = f"task-{len(self.asked)}"
            self.owed.append((query["callback"], {"transactionId": query["transactionId"], "taskId": task}, told))
            return 202, {"taskId": task}
        return status, told

    def _done(self, method: str, parts: list[str], body: Any) -> tuple[int, Any]:
        encounter = parts[-1]
        if parts[1] == "identify":
            return (200, self.found(encounter)) if encounter in self.held else (404, None)
        if method == "DELETE":
            return (204, None) if self.held.pop(encounter, None) else (404, None)
        try:
            fits(document("osia", "abis.yaml"), ENCOUNTER, {"encounterId": encounter, **body})
        except Exception as fault:  # noqa: BLE001 - told by the test, which is not in this thread
            self.faults.append(str(fault))
        if encounter in self.held:
            return 409, None
        self.held[encounter] = (parts[2], [base64.b64decode(one["image"]) for one in body["biometricData"]])
        return 200, {"personId": parts[2], "encounterId": encounter}


def _handler(abis: Abis) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                abis.faults.append("no token")
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            status, told = abis.answer(self.command, parts.path, query, json.loads(body) if body else None)
            content = b"" if told is None else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - names of the standard library

        def log_message(self, *told: object) -> None:
            """Say nothing."""

    return Handler
