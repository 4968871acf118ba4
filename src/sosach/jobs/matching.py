"""Asks a biometric matcher elsewhere (OSIA ABIS 1.6.0) to put captures in, to look for them, and to forget them.

What it does not answer at once, it answers by call-back to an address that names the capture by a secret. When it is silent for long
it is asked how far it is, and to say its answer again.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import requests
from django.conf import settings
from urllib3.exceptions import HTTPError

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.queries import Look
from sosach.domain.exchange.operations.matching import MATCHER, Due, Said, note_said, note_waiting, take_due
from sosach.domain.exchange.rules.matching import (
    GALLERY,
    TO_REDELIVER,
    Stage,
    encounter_body,
    encounter_key,
    person_key,
)
from sosach.domain.idcards.queries.pictures import PURPOSE, pictures_of_packet

NAME = "osia-abis"
ANSWERS = "/exchange/osia/abis/v1/answers/"
AT_MOST = 50  # captures of one job; what is left is the next one's
CONNECT_SECONDS, SILENT_SECONDS = 5.0, 20.0
LARGEST_ANSWER = 1_000_000
LONGEST_TASK = 200
MOST_CANDIDATES = 100
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_FAILURES = (requests.RequestException, HTTPError, OSError, ValueError)


def _session() -> requests.Session:
    made = requests.Session()
    made.trust_env = False  # no proxy, no stored password of the surroundings
    return made


@dataclass(frozen=True, slots=True)
class Matcher:
    """A matcher, and how it is reached.

    Attributes:
        address: of its interface: `https://…`; plain HTTP on this machine only.
        url: under which it reaches us.
        token: file of the bearer token it gave us; None: it asks for none.
        threshold: from which score on it finds people alike, as it counts.
        session: keeps the connection between questions.
    """

    address: str
    url: str
    token: Path | None
    threshold: float
    session: requests.Session = field(default_factory=_session)

    def __post_init__(self) -> None:
        """Refuse an address that would send pictures in the clear, and a threshold that is none.

        Raises:
            SosachError: STATE-04.
        """
        parts = urlsplit(self.address)
        plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not parts.hostname or not (parts.scheme == "https" or plain) or not 0 < self.threshold < math.inf:
            raise SosachError(
                ErrorCode.INPUT_INCOMPLETE,
                vi="Địa chỉ hệ thống so trùng phải là https://…, ngưỡng là số dương.",
                en="The address of the matcher has to be https://…, its threshold a positive number.",
                hint_vi="Xem lại SOSACH_ABIS_URL, SOSACH_ABIS_THRESHOLD.",
                hint_en="Look at SOSACH_ABIS_URL and SOSACH_ABIS_THRESHOLD again.",
            )

    def ask(self, due: Due, *, at: datetime) -> Said:
        """Ask what is to be asked about a capture. Whatever happens at the other side is something it said."""
        try:
            if due.task and (said := self._how_far(due)) is not None:
                return said
            return self._asked(due, at)
        except _FAILURES as failure:
            return Said(error="time-out" if isinstance(failure, requests.Timeout) else "unreached")

    def _asked(self, due: Due, at: datetime) -> Said:
        person, encounter = person_key(due.person_id), encounter_key(due.packet_id)
        path = f"v1/persons/{person}/encounters/{encounter}"
        if due.stage is Stage.REMOVE:
            return _said(self._call("DELETE", path, due), done={200, 204, 404})
        if due.stage is Stage.INSERT:
            seen = pictures_of_packet(Look(MATCHER, PURPOSE, at, due.ticket), packet_id=due.packet_id)
            body = encounter_body([(one.slot, one.media, one.content) for one in seen])
            return _said(self._call("POST", path, due, body), done={200, 409})  # 409: it holds it already
        query = {"threshold": repr(self.threshold), "maxNbCand": str(MOST_CANDIDATES)}
        return _said(
            self._call("POST", f"v1/identify/{GALLERY}/{person}/encounters/{encounter}", due, {}, query), done={200}
        )

    def _how_far(self, due: Due) -> Said | None:
        """What became of something it works on; None: it knows nothing of it, so it is to be asked again."""
        status, told = self._call("GET", f"v1/tasks/{quote(due.task, safe='')}/status", due)
        if status == 404:
            return None
        if status == 200 and told in TO_REDELIVER:
            status, _ = self._call("POST", f"v1/tasks/{quote(due.task, safe='')}/redeliver", due)
            return None if status == 404 else Said(task=due.task)
        return Said(task=due.task)

    def _call(
        self, method: str, path: str, due: Due, body: Any = None, query: Mapping[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and content of an answer; redirections are answers like any other."""
        callback = f"{self.url.rstrip('/')}{ANSWERS}{due.secret}"
        with self.session.request(
            method,
            f"{self.address.rstrip('/')}/{path}",
            params={"transactionId": due.transaction, "callback": callback, **(query or {})},
            json=body,
            headers=self._proof(),
            timeout=(CONNECT_SECONDS, SILENT_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as told:
            content = told.raw.read(LARGEST_ANSWER + 1, decode_content=True)
            if len(content) > LARGEST_ANSWER:
                raise ValueError("too much")
            answered = told.status_code in {200, 202}
            return told.status_code, json.loads(content) if answered and content else None

    def _proof(self) -> dict[str, str]:
        return {} if self.token is None else {"Authorization": f"Bearer {self.token.read_text('utf-8').strip()}"}


def _said(answer: tuple[int, Any], *, done: set[int]) -> Said:
    status, told = answer
    if status == 202:
        task = told.get("taskId") if isinstance(told, dict) else None
        return Said(task=task) if isinstance(task, str) and 0 < len(task) <= LONGEST_TASK else Said(error="no-task")
    if status in done:
        return Said(answer=told if told is not None else {})
    return Said(error=f"status-{status}")


def ask_matcher(matcher: Matcher, *, clock: Callable[[], datetime], most: int = AT_MOST) -> int:
    """Ask about every capture whose turn it is; how many were asked about.

    Args:
        matcher: whom.
        clock: tells the moment of every question.
        most: at most so many.
    """
    note_waiting(at=clock())
    for count in range(most):
        due = take_due(at=clock())
        if due is None:
            return count
        said = matcher.ask(due, at=clock())
        note_said(Order(MATCHER, clock()), due=due, said=said, threshold=matcher.threshold)
    return most


def ask_when_set(at: datetime) -> int:
    """Ask the matcher of the settings; nobody where our own engine compares."""
    if settings.SOSACH_CARD_MATCHER != NAME:
        return 0
    told = settings.SOSACH_ABIS
    token = Path(told["token"]) if told["token"] else None
    return ask_matcher(Matcher(told["address"], settings.SOSACH_URL, token, told["threshold"]), clock=lambda: at)
