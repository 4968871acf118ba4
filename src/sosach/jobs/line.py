"""The line to the other level: one signed call at a time, to the one address of the settings, believed only when its answer is signed.

Nothing of the surroundings is followed: no proxy, no redirection, no stored password, no certificate that does not hold.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.audit.rules.sealing import Signer
from sosach.domain.exchange.rules.calls import Call, answer_is_genuine

ROOM = "/exchange/levels/"
CONNECT_SECONDS, SILENT_SECONDS, WHOLE_SECONDS = 5.0, 60.0, 180.0
LARGEST_ANSWER = 16_000_000
LONGEST_WAIT = timedelta(hours=1)  # however long the other side asks for
_PIECE = 65_536
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_LATER = frozenset({429, 503})


class LineError(Exception):
    """A call that got no answer to be believed: it may or may not have been done.

    Attributes:
        fault: what went wrong, one word: `unreached`, `cut`, `unknown` (they do not know us), `unsigned`, `busy`,
            `failed`, `refused`, `late` (the answer to something before), `forked` (the two sides have no common past).
        wait: how long the other side asks us to stay away; None: it did not say.
    """

    def __init__(self, fault: str, wait: timedelta | None = None) -> None:
        super().__init__(fault)
        self.fault, self.wait = fault, wait


def _session() -> requests.Session:
    made = requests.Session()
    made.trust_env = False
    return made


@dataclass(frozen=True, slots=True)
class Line:
    """A line to the other level.

    Attributes:
        address: where it answers: `https://host[:port]`; plain HTTP on this machine only.
        province: as whom we call.
        signer: our key.
        peer: public key of the other side.
        clock: tells the time of every call.
        authority: file of the authority whose certificates hold; "": those the system knows.
        seconds: longest silence of the other side.
        session: keeps the connection between calls.
    """

    address: str
    province: str
    signer: Signer
    peer: bytes
    clock: Callable[[], datetime]
    authority: str = ""
    seconds: float = SILENT_SECONDS
    session: requests.Session = field(default_factory=_session)

    def __post_init__(self) -> None:
        """Refuse an address that would send records in the clear.

        Raises:
            SosachError: STATE-04.
        """
        parts = urlsplit(self.address)
        plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
        whole = parts.hostname and not (parts.username or parts.query or parts.fragment or parts.path.strip("/"))
        if not whole or not (parts.scheme == "https" or plain):
            raise SosachError(
                ErrorCode.INPUT_INCOMPLETE,
                vi="Địa chỉ cấp quốc gia phải là https://máy[:cổng].",
                en="The address of the national level has to be https://host[:port].",
                hint_vi="Xem lại SOSACH_NATION_URL.",
                hint_en="Look at SOSACH_NATION_URL again.",
            )

    def get(self, room: str, **query: str) -> bytes:
        """Ask for something; empty when there is nothing.

        Raises:
            LineError: no answer to be believed.
        """
        return self._call("GET", f"{ROOM}{room}" + (f"?{urlencode(query)}" if query else ""), b"")

    def post(self, room: str, body: bytes) -> bytes:
        """Hand something over; what was answered.

        Raises:
            LineError: no answer to be believed: whether it was taken in is not known.
        """
        return self._call("POST", f"{ROOM}{room}", body)

    def _call(self, method: str, target: str, body: bytes) -> bytes:
        call = Call(self.province, method, target, body, self.clock(), secrets.token_hex(16))
        try:
            status, headers, answer = self._sent(call)
        except requests.ConnectionError as broken:
            raise LineError("unreached") from broken
        except (requests.RequestException, HTTPError, ValueError) as broken:
            raise LineError("cut") from broken
        wait = _asked_wait(headers.get("Retry-After", "")) if status in _LATER else None
        if answer_is_genuine(call, headers, status=status, body=answer, key=self.peer, at=self.clock()):
            if status in {200, 204}:
                return answer
            raise LineError("busy" if status in _LATER else "refused" if status < 500 else "failed", wait)
        # whoever is too busy to sign may still say when to come again: the worst a stranger gets by that is a pause
        plain = "unknown" if status == 401 else "failed" if status >= 500 else "unsigned"
        raise LineError("busy" if wait is not None else plain, wait)

    def _sent(self, call: Call) -> tuple[int, CaseInsensitiveDict[str], bytes]:
        own = {"Accept-Encoding": "identity", "Content-Type": "application/json"}
        with self.session.request(
            call.method,
            self.address.rstrip("/") + call.target,
            data=call.body or None,
            headers=own | call.headers(self.signer.sign(call.text())),
            timeout=(CONNECT_SECONDS, self.seconds),
            allow_redirects=False,
            stream=True,
            verify=self.authority or True,
        ) as told:
            return told.status_code, told.headers, _body(told, time.monotonic() + WHOLE_SECONDS)


def _body(told: requests.Response, until: float) -> bytes:
    """What was answered, whole, not larger than anything we would ask for, and not dripping in for ever."""
    pieces, size = [], 0
    while piece := told.raw.read(_PIECE, decode_content=False):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_ANSWER or time.monotonic() > until:
            raise ValueError("too much, or too slow")
    if size != int(told.headers.get("Content-Length", size)):
        raise ValueError("cut short")
    return b"".join(pieces)


def _asked_wait(told: str) -> timedelta | None:
    """What `Retry-After` asks for, within reason; dates are nobody's habit here.

    >>> _asked_wait("7"), _asked_wait("999999999"), _asked_wait("Sun, 22 Nov 2026 09:00:00 GMT")
    (datetime.timedelta(seconds=7), datetime.timedelta(seconds=3600), None)
    """
    if not told.isascii() or not told.isdecimal():
        return None
    return min(timedelta(seconds=min(int(told), 10**9)), LONGEST_WAIT)
