"""The load generator of `declarations.py`: requests at the moments they are due, whatever became of the ones before.

An open loop, as people are: nobody waits with declaring because somebody else's answer is late. The wait of a request counts from the
moment it was due. One process, raw HTTP/1.1 over connections that are kept.
"""

import asyncio
import itertools
import re
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

MOST_LINES = 900
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_LAST_CHUNK = b"0\r\n\r\n"
_NUMBER = re.compile(rb'"number": "([0-9A-Z-]+)"')


@dataclass(slots=True)
class Outcome:
    """What became of requests.

    Attributes:
        waits: seconds of those taken in, from the moment they were due.
        refusals: seconds of those refused with 503, from the moment they were sent.
        told_when: how many refusals said when to come again.
        numbers: of the declarations acknowledged.
        others: other statuses, and how often.
        unsent: requests for which there was no line left.
        seconds: from the first request due to the last answer of those taken in.
    """

    waits: list[float] = field(default_factory=list)
    refusals: list[float] = field(default_factory=list)
    told_when: int = 0
    numbers: list[str] = field(default_factory=list)
    others: dict[int, int] = field(default_factory=dict)
    unsent: int = 0
    seconds: float = 0.0


class Line(asyncio.Protocol):
    """One connection; a request at a time."""

    def __init__(self, idle: "deque[Line]", outcome: Outcome) -> None:
        self._idle, self._outcome = idle, outcome
        self._buffer = b""
        self._due = self._sent = 0.0
        self._transport: asyncio.Transport | None = None
        self.busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The line stands."""
        self._transport = transport  # type: ignore[assignment] # a stream's transport is a Transport

    def ask(self, request: bytes, due: float) -> None:
        """Send a request."""
        self.busy, self._due, self._sent = True, due, time.perf_counter()
        if self._transport is not None:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Wait for the whole answer, then note it."""
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        whole = body.endswith(_LAST_CHUNK) if length is None else len(body) >= int(length[1])
        if not found or not whole:
            return
        self._note(int(head[9:12]), head, body)
        self._buffer, self.busy = b"", False
        self._idle.append(self)

    def connection_lost(self, error: Exception | None) -> None:
        """Nobody knows what became of the request that was on the line."""
        del error
        if self.busy:
            self._outcome.others[0] = self._outcome.others.get(0, 0) + 1
        if self in self._idle:
            self._idle.remove(self)

    def _note(self, status: int, head: bytes, body: bytes) -> None:
        now, outcome = time.perf_counter(), self._outcome
        number = _NUMBER.search(body)
        if status == 200 and number:
            outcome.waits.append(now - self._due)
            outcome.numbers.append(number[1].decode())
        elif status == 503:
            outcome.refusals.append(now - self._sent)
            outcome.told_when += b"retry-after" in head.lower()
        else:
            outcome.others[status] = outcome.others.get(status, 0) + 1


def request_of(port: int, key: str, person: str, serial: str, plate: str) -> bytes:
    """A declaration of somebody who uses the own vehicle, as a program sends it."""
    body = (
        '{"kind": "vehicle_in_use", "answers": {"plate": "' + plate + '", "phone": "0912345678", "commitment": "yes"}}'
    )
    return (
        f"POST /api/v1/persons/{person}/declarations HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
        f"Idempotency-Key: {serial}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def offer(
    port: int, rate: float, seconds: float, keys: Sequence[str], people: Sequence[tuple[str, str]], mark: str
) -> Outcome:
    """Offer declarations at a rate for so long.

    Args:
        port: of the server.
        rate: a second.
        seconds: how long.
        keys: of programs; one after the other.
        people: reference of a person and a plate each; one after the other.
        mark: begins the idempotency keys.
    """
    return asyncio.run(
        _offer(port, rate, seconds, itertools.cycle(zip(itertools.cycle(keys), people, strict=False)), mark)
    )


async def _offer(
    port: int, rate: float, seconds: float, told: "itertools.cycle[tuple[str, tuple[str, str]]]", mark: str
) -> Outcome:
    loop, outcome = asyncio.get_running_loop(), Outcome()
    idle: deque[Line] = deque()
    lines: list[Line] = []

    async def another() -> Line:
        _, line = await loop.create_connection(lambda: Line(idle, outcome), "127.0.0.1", port)
        lines.append(line)
        return line

    for _ in range(64):
        idle.append(await another())
    begun, count = time.perf_counter(), int(rate * seconds)
    for serial in range(count):
        due = begun + serial / rate
        if (ahead := due - time.perf_counter()) > 0:
            await asyncio.sleep(ahead)
        if serial % 16 == 0:
            await asyncio.sleep(0)  # answers are read meanwhile
        key, (person, plate) = next(told)
        if not idle and len(lines) >= MOST_LINES:
            outcome.unsent += 1
            continue
        line = idle.pop() if idle else await another()
        line.ask(request_of(port, key, person, f"{mark}-{serial:012d}", plate), due)
    for _ in range(6_000):
        if not any(line.busy for line in lines):
            break
        await asyncio.sleep(0.005)
    outcome.seconds = time.perf_counter() - begun
    return outcome
