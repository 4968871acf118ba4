"""How the two levels know each other's requests and answers: what is signed, how old it may be, how long to wait after a failure."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

WINDOW = timedelta(minutes=5)  # clocks of two installations may differ by this much
FIRST_REST, LONGEST_REST = timedelta(seconds=2), timedelta(minutes=5)
LINK, SENT, NONCE, SIGNATURE = "X-Sosach-Link", "X-Sosach-Sent", "X-Sosach-Nonce", "X-Sosach-Signature"
_NONCE = re.compile(r"[0-9a-f]{32}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")
_PROVINCE = re.compile(r"[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Call:
    """One request of the province to the nation: everything the signature holds together.

    Attributes:
        province: code of the province that calls.
        method: of HTTP.
        target: path and query.
        body: what is sent.
        sent_at: when, by the caller's clock.
        nonce: 32 hexadecimal digits, another one for every try.
    """

    province: str
    method: str
    target: str
    body: bytes
    sent_at: datetime
    nonce: str

    def text(self) -> bytes:
        """What the caller signs."""
        lines = ("sosach/call/1", self.province, self.method, self.target, _digest(self.body), _told(self.sent_at))
        return "\n".join((*lines, self.nonce)).encode()

    def answer_text(self, status: int, body: bytes, sent_at: datetime) -> bytes:
        """What whoever answers this very call signs: an answer to another call, or of another day, is no answer."""
        lines = ("sosach/answer/1", self.province, self.nonce, str(status), _digest(body), _told(sent_at))
        return "\n".join(lines).encode()

    def headers(self, signature: bytes) -> dict[str, str]:
        """The call beside its body."""
        return {LINK: self.province, SENT: _told(self.sent_at), NONCE: self.nonce, SIGNATURE: signature.hex()}


def call_told(headers: Mapping[str, str], *, method: str, target: str, body: bytes) -> tuple[Call, bytes] | None:
    """The call a request says it is, with its signature; None when it says nothing that could be true."""
    province, nonce = headers.get(LINK, ""), headers.get(NONCE, "")
    signature, sent_at = headers.get(SIGNATURE, ""), moment_of(headers.get(SENT, ""))
    whole = _PROVINCE.fullmatch(province) and _NONCE.fullmatch(nonce) and _SIGNATURE.fullmatch(signature)
    if not whole or sent_at is None:
        return None
    return Call(province, method, target, body, sent_at, nonce), bytes.fromhex(signature)


def answer_headers(signature: bytes, sent_at: datetime) -> dict[str, str]:
    """What an answer carries beside its body."""
    return {SENT: _told(sent_at), SIGNATURE: signature.hex()}


def answer_is_genuine(
    call: Call, headers: Mapping[str, str], *, status: int, body: bytes, key: bytes, at: datetime
) -> bool:
    """Whether an answer is the other side's, to this call, and of now."""
    signature, sent_at = headers.get(SIGNATURE, ""), moment_of(headers.get(SENT, ""))
    if sent_at is None or not _SIGNATURE.fullmatch(signature) or not timely(sent_at, at):
        return False
    return signed_by(key, bytes.fromhex(signature), call.answer_text(status, body, sent_at))


def signed_by(key: bytes, signature: bytes, text: bytes) -> bool:
    """Whether a text carries the Ed25519 signature of a key.

    >>> signed_by(bytes(32), bytes(64), b"")
    False
    """
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def timely(sent_at: datetime, at: datetime) -> bool:
    """Whether something was sent just now, as far as clocks agree."""
    return abs(at - sent_at) <= WINDOW


def rest(failures: int, chance: float) -> timedelta:
    """How long to wait after so many failures in a row: a drawn part of a bound that doubles, so that nobody comes together.

    >>> rest(1, 1.0), rest(3, 0.5), rest(50, 1.0)
    (datetime.timedelta(seconds=2), datetime.timedelta(seconds=4), datetime.timedelta(seconds=300))

    Args:
        failures: how many in a row, at least one.
        chance: between 0 and 1, drawn by the caller.
    """
    bound = min(FIRST_REST * 2 ** min(failures - 1, 16), LONGEST_REST)
    return bound * chance


def moment_of(told: str) -> datetime | None:
    """A moment as headers tell it.

    >>> moment_of("2026-11-22T09:00:00.000001Z")
    datetime.datetime(2026, 11, 22, 9, 0, 0, 1, tzinfo=datetime.timezone.utc)
    >>> moment_of("yesterday")
    """
    try:
        return datetime.strptime(told, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _told(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
