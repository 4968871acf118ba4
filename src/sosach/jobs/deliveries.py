"""Guaranteed delivery: notes who is to be told of what is new, and sends what is due, again and again until it arrives.

News is read from the evidence log below the horizon of running transactions, as reactions are. A notice is taken and committed
before it is sent, and noted after: whoever is killed in between has it sent again, under the same message id.
"""

import random
import socket
import ssl
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Timer
from typing import Any

from django.db import connection, transaction

from sosach.domain.access.operations import Order
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.operations.keys import FileKey
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.domain.exchange.operations.delivering import Outcome, Parcel, note_outcomes, take_due
from sosach.domain.exchange.operations.publishing import news_between, note_news
from sosach.domain.exchange.operations.telling import Confirm
from sosach.domain.exchange.rules.addresses import Target, may_be_called, target_of
from sosach.domain.exchange.rules.notices import signed_text

TELLING = Actor(ActorKind.SYSTEM, "notices", Level.NATION, roles=frozenset({Role.SYSTEM, Role.AUDITOR}))
LOCK_KEY = 7309944  # of the advisory lock: one reads the log for news at a time
CONFIRM_PATH = "/exchange/osia/notification/v1/subscriptions/confirm"
AT_ONCE, PER_TURN = 8, 64
LANES = 4  # of one address at a time: one that answers slowly does not hold up the others
TURNS = 20  # of one job; what is left is the next one's
STEP_SECONDS, WHOLE_SECONDS = 5.0, 15.0  # how long one step of an answer may take, and all of it
_SILENT = frozenset({502, 503, 504})  # somebody in between answered
_LONGEST_TOLD = 4  # digits of seconds in Retry-After


def note_new(at: datetime) -> int:
    """Note a notice for everybody who is to be told of what was committed since the last look; how many."""
    with acting(TELLING), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK_KEY])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(
            "SELECT to_xid, pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM installation.news_read"
        )
        start, horizon = cursor.fetchone()
        found = news_between(start, horizon)
        noted = note_news(Order(TELLING, at), found=found) if found else 0
        cursor.execute("UPDATE installation.news_read SET to_xid = %s", [horizon])
    return noted


@dataclass(frozen=True, slots=True)
class Sender:
    """How messages leave the house.

    Attributes:
        signer: key of this installation for notices.
        url: under which others reach it.
        loopback: whether this very machine may be called.
    """

    signer: FileKey
    url: str
    loopback: bool = False

    def send(self, parcel: Parcel) -> Outcome:
        """Send one message; what became of it. Nothing is raised: whatever happens at the other side is an outcome."""
        try:
            target = target_of(parcel.address, loopback=self.loopback)
            number = self._resolved(target) if target is not None else ""
            if target is None or not number:
                return Outcome(parcel.message_id, "private-address" if target else "address")
            return _answered(parcel, *self._post(target, number, parcel))
        except (OSError, HTTPException, ValueError) as failure:
            return Outcome(parcel.message_id, _fault(failure), silent=True)

    def send_all(self, parcels: Sequence[Parcel]) -> list[Outcome]:
        """Send messages to one address one after the other; once nobody answers there, the rest go back untried."""
        found: list[Outcome] = []
        for parcel in parcels:
            silent = bool(found) and (found[-1].silent or found[-1].untried)
            found.append(Outcome(parcel.message_id, untried=True) if silent else self.send(parcel))
        return found

    def _resolved(self, target: Target) -> str:
        """The number of the machine, asked for once; "" where one of its numbers may not be called."""
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        numbers = [str(each[4][0]) for each in found]
        return numbers[0] if all(may_be_called(one, loopback=self.loopback) for one in numbers) else ""

    def _post(self, target: Target, number: str, parcel: Parcel) -> tuple[int, str]:
        """Status of the answer, and for how long it asks to be left alone. Redirects are answers like any other."""
        line = _line(target, socket.create_connection((number, target.port), timeout=STEP_SECONDS))
        ended = Event()
        guard = Timer(WHOLE_SECONDS, _shut, [line.sock, ended])
        guard.start()
        try:
            if isinstance(line.sock, ssl.SSLSocket):
                line.sock.do_handshake()
            line.request("POST", target.path, parcel.body, self._headers(parcel))
            answer = line.getresponse()
            if ended.is_set():  # by us: the answer says no more than what had come by then
                raise TimeoutError
            return answer.status, answer.headers.get("Retry-After", "")
        finally:
            guard.cancel()
            line.close()

    def _headers(self, parcel: Parcel) -> dict[str, str]:
        message = str(parcel.message_id)
        signature = self.signer.sign(signed_text(message, parcel.body))
        return {
            "Content-Type": "application/json",
            "message-type": parcel.sort,
            "subscription-id": str(parcel.subscription),
            "message-id": message,
            "topic-id": str(parcel.topic),
            "signature": b64encode(signature).decode("ascii"),
            "key-id": self.signer.key_id,
            "Connection": "close",
        }


def _line(target: Target, sock: socket.socket) -> HTTPConnection:
    """A connection that goes where the name was resolved to, and nowhere else; TLS is proved for the name."""
    line: Any
    if target.secure:
        line = HTTPSConnection(target.host, target.port)
        context = ssl.create_default_context()
        line.sock = context.wrap_socket(sock, server_hostname=target.host, do_handshake_on_connect=False)
    else:
        line = HTTPConnection(target.host, target.port)
        line.sock = sock
    return line


def _shut(sock: socket.socket, ended: Event) -> None:
    """End an answer that drips."""
    ended.set()
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        sock.close()


def _fault(failure: Exception) -> str:
    """What went wrong, in a word."""
    kinds = {
        TimeoutError: "time-out",
        socket.gaierror: "unknown-host",
        ssl.SSLError: "tls",
        ConnectionRefusedError: "refused",
    }
    return next((word for kind, word in kinds.items() if isinstance(failure, kind)), "cut")


def _answered(parcel: Parcel, status: int, wait: str) -> Outcome:
    if 200 <= status < 300:
        return Outcome(parcel.message_id)
    seconds = int(wait) if wait.isascii() and wait.isdecimal() and len(wait) <= _LONGEST_TOLD else 0
    silent = status in _SILENT or status == 429
    return Outcome(parcel.message_id, f"status-{status}", silent=silent, wait=timedelta(seconds=seconds))


def deliver(sender: Sender, *, clock: Callable[[], datetime], turns: int = TURNS) -> int:
    """Send what is due, turn after turn until nothing is; how many messages arrived.

    Args:
        sender: how messages leave the house.
        clock: tells the moment of every turn.
        turns: at most so many.
    """
    arrived = 0
    confirm = Confirm(sender.url.rstrip("/") + CONFIRM_PATH, sender.signer.public_key.hex())
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="notice") as pool:
        for _ in range(turns):
            parcels = take_due(TELLING, at=clock(), most=PER_TURN, confirm=confirm)
            if not parcels:
                break
            outcomes = [one for each in pool.map(sender.send_all, _lanes(parcels)) for one in each]
            drawn = [random.random() for _ in outcomes]  # noqa: S311 # nosec B311 - spreads load, no secret
            note_outcomes(TELLING, outcomes, at=clock(), chance=drawn)
            arrived += sum(not (outcome.error or outcome.untried) for outcome in outcomes)
    return arrived


def _lanes(parcels: Sequence[Parcel]) -> list[list[Parcel]]:
    """Messages by address, those of one address in a few lanes. No two are about the same record: their order is kept."""
    found: dict[tuple[str, int], list[Parcel]] = defaultdict(list)
    for position, parcel in enumerate(parcels):
        found[parcel.address, position % LANES].append(parcel)
    return list(found.values())
