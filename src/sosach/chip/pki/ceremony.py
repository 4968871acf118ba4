"""The log of key ceremonies: who was there, what was made, every line linked to the one before, and sealed by the authority's key.

A line is JSON with its keys in order; `previous` is the SHA-256 of the line before it. A seal is a line with a signature over the
hash of all that stands above. Whoever alters, drops or moves a line breaks the chain or a seal; whoever cuts the end off is
found by the certificates and lists that no line names any more.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sosach.base.errors import ErrorCode, SosachError
from sosach.chip.signing.checking import is_signed
from sosach.chip.signing.ports import Signer

FIRST = "0" * 64
SEAL = "seal"
SHOWN = 8  # characters of a fingerprint a witness reads and types
_DOMAIN = b"sosach-ceremony-1 "

Facts = Mapping[str, str]
Confirm = Callable[[str, str], str]
"""Asks a witness for the first characters of a fingerprint: name of the witness, fingerprint as shown → what was typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Who is in the room; nobody holds two roles.

    Attributes:
        leader: leads through the steps.
        custodian: holds the token or the passphrase.
        witnesses: see that it is done as written.
    """

    leader: str
    custodian: str
    witnesses: tuple[str, ...]

    def require(self, witnesses: int) -> None:
        """Ask for as many witnesses, and for different people in all roles.

        Raises:
            SosachError: STATE-04 too few, or somebody twice.
        """
        people = [" ".join(name.split()).casefold() for name in (self.leader, self.custodian, *self.witnesses)]
        if len(self.witnesses) < witnesses or "" in people or len(set(people)) != len(people):
            raise SosachError(
                ErrorCode.INPUT_INCOMPLETE,
                vi=f"Nghi thức khóa cần người chủ trì, người giữ khóa và ít nhất {witnesses} người chứng kiến, không ai giữ hai vai",
                en=f"A key ceremony needs a leader, a custodian and at least {witnesses} witnesses, nobody in two roles",
            )

    @property
    def facts(self) -> dict[str, str]:
        """As the log tells it."""
        return {"leader": self.leader, "custodian": self.custodian, "witnesses": "; ".join(self.witnesses)}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log, read."""

    step: str
    facts: Facts


class CeremonyLog:
    """A log in a file that only grows; lock the folder around it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, step: str, facts: Facts, *, at: datetime) -> None:
        """Append a line; on disk when it returns. Half a line, left by a crash, goes: nobody was told it stands."""
        lines = self._whole_lines()
        entry = {
            "number": len(lines) + 1,
            "previous": _digest(lines[-1]) if lines else FIRST,
            "at": at.astimezone(UTC).isoformat(timespec="seconds"),
            "step": step,
            "facts": dict(facts),
        }
        text = json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        with self._file.open("ab") as stream:
            stream.write(text.encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())

    def seal(self, signer: Signer, *, at: datetime) -> None:
        """Sign all that stands in the log."""
        signature = signer.sign(_DOMAIN + _digest(self._lines()[-1]).encode())
        self.add(SEAL, {"key_id": signer.key_id, "signature": signature.hex()}, at=at)

    def read(self) -> list[Line]:
        """Every line that is one, unchecked; `faults` tells of the others."""
        lines = []
        for entry in map(_parsed, self._lines()):
            facts = entry.get("facts")
            if isinstance(facts, dict):
                lines.append(Line(str(entry.get("step")), {str(key): str(value) for key, value in facts.items()}))
        return lines

    def faults(self, authorities: Mapping[str, bytes]) -> list[str]:
        """What is wrong with the log; `authorities` are public keys by key id. Empty: nothing."""
        lines, found, previous = self._lines(), [], FIRST
        for number, line in enumerate(lines, 1):
            entry = _parsed(line)
            if entry.get("number") != number or entry.get("previous") != previous:
                found.append(f"line {number}: does not follow the line before")
            if entry.get("step") == SEAL and not _is_sealed(entry.get("facts"), previous, authorities):
                found.append(f"line {number}: the seal is not an authority's")
            previous = _digest(line)
        if not lines or _parsed(lines[-1]).get("step") != SEAL:
            found.append("the end of the log is not sealed")
        return found

    def _whole_lines(self) -> list[bytes]:
        text = self._file.read_bytes() if self._file.exists() else b""
        whole = text.rfind(b"\n") + 1
        if whole != len(text):
            os.truncate(self._file, whole)
        return self._lines()

    def _lines(self) -> list[bytes]:
        return self._file.read_bytes().splitlines() if self._file.exists() else []


def confirmed(witnesses: Iterable[str], fingerprint: str, confirm: Confirm) -> bool:
    """Whether every witness typed the beginning of the fingerprint."""
    return all(confirm(name, fingerprint).strip().lower() == fingerprint[:SHOWN] for name in witnesses)


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


def _parsed(line: bytes) -> dict[str, object]:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _is_sealed(facts: object, previous: str, authorities: Mapping[str, bytes]) -> bool:
    if not isinstance(facts, dict):
        return False
    key = authorities.get(str(facts.get("key_id")))
    try:
        signature = bytes.fromhex(str(facts.get("signature")))
    except ValueError:
        return False
    return key is not None and is_signed(_DOMAIN + previous.encode(), signature, public_key=key)
