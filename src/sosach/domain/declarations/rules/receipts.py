"""Receipts: what was declared, when, until when it is answered; signed, so that anybody can verify one without us."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sosach.domain.audit.rules.sealing import key_id_of

ORIGIN = "sosach/declaration-receipt/1"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O, U: read out on the telephone
_LETTERS = 10


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a citizen holds in hand.

    Attributes:
        number: of the declaration.
        kind: code of its kind; leads to the next step.
        digest: hash of answers and photos.
        submitted_at: when it was taken in.
        due_on: last day to answer.
        signature: hexadecimal.
        key_id: name of the key.
    """

    number: str
    kind: str
    digest: str
    submitted_at: datetime
    due_on: date
    signature: str = ""
    key_id: str = ""

    @property
    def text(self) -> str:
        """What is signed: one line each."""
        at = self.submitted_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return f"{ORIGIN}\n{self.number}\n{self.kind}\n{self.digest}\n{at}\n{self.due_on.isoformat()}\n"


def digest_of(kind: str, answers: Mapping[str, str], photos: Sequence[str]) -> str:
    """Hash of what was declared.

    Args:
        kind: code of the kind.
        answers: as typed.
        photos: SHA-256 of each photo, in any order.
    """
    told = {"answers": dict(answers), "kind": kind, "photos": sorted(photos)}
    plain = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def number_of(year: int, seed: bytes) -> str:
    """Number of a declaration: year and ten letters drawn from a seed, none of which is mistaken for another.

    >>> number_of(2026, b"a")
    '26-AEFQ1-5B21W'
    """
    value = int.from_bytes(hashlib.sha256(seed).digest()[:8], "big")
    letters = "".join(_ALPHABET[(value >> (5 * place)) & 31] for place in range(_LETTERS))
    return f"{year % 100:02}-{letters[:5]}-{letters[5:]}"


def verify_receipt(receipt: Receipt, public_keys: Sequence[bytes]) -> bool:
    """Whether a receipt was signed by one of these keys and not changed since.

    Args:
        receipt: as shown.
        public_keys: 32 bytes each, told by somebody one trusts.
    """
    for key in public_keys:
        if key_id_of(key) != receipt.key_id:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(bytes.fromhex(receipt.signature), receipt.text.encode())
        except (InvalidSignature, ValueError):
            continue
        return True
    return False
