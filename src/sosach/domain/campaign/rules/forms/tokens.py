"""The code on a printed form: which cases it belongs to, sealed so that nobody can make one up; nothing about a person.

`S1-` and letters and digits of base 32, so that a QR code needs few modules: campaign and cases as numbers, then 80 bits of a
keyed hash. Whoever scans it learns numbers of cases; only this installation can say what they mean, to whom may know.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

MOST_CASES: Final = 24
"""On one form; a household with more gets another page."""

_START: Final = "S1-"
_TOKEN: Final = re.compile(r"S1-([A-Z2-7]{20,400})")
_SEAL: Final = 10  # bytes: one guess in 10²⁴ is right, and every guess is a request in the log
_LARGEST: Final = 1 << 63


@dataclass(frozen=True, slots=True)
class FormToken:
    """What a printed form belongs to.

    Attributes:
        campaign_id: campaign.
        case_ids: cases, in the order they stand on the form.
    """

    campaign_id: int
    case_ids: tuple[int, ...]


def token_of(form: FormToken, key: bytes) -> str:
    """The text of a form's QR code.

    Args:
        form: what it belongs to.
        key: of this installation.

    Raises:
        ValueError: no case, too many, or a number that is none.
    """
    numbers = (form.campaign_id, *form.case_ids)
    if not 1 <= len(form.case_ids) <= MOST_CASES or not all(0 < number < _LARGEST for number in numbers):
        raise ValueError("a form belongs to one case or some")
    body = b"".join(map(_packed, numbers))
    return _written(body + _seal(body, key))


def read_token(text: str, key: bytes) -> FormToken | None:
    """What a scanned code belongs to; None for any code that is not one of ours, whatever it holds."""
    found = _TOKEN.fullmatch(text.strip())
    if found is None:
        return None
    try:
        sealed = base64.b32decode(found[1] + "=" * (-len(found[1]) % 8))
    except (binascii.Error, ValueError):
        return None
    body, seal = sealed[:-_SEAL], sealed[-_SEAL:]
    if _written(sealed) != found[0]:  # one code has one spelling
        return None
    if not hmac.compare_digest(_seal(body, key), seal):
        return None
    campaign, *cases = _numbers(body)
    return FormToken(campaign, tuple(cases))


def tokens_in(codes: Iterable[str], key: bytes) -> tuple[FormToken, ...]:
    """The codes on a scan that are of forms, each once: an uncut page has two."""
    return tuple(dict.fromkeys(form for text in codes if (form := read_token(text, key)) is not None))


def _written(sealed: bytes) -> str:
    return _START + base64.b32encode(sealed).decode().rstrip("=")


def _seal(body: bytes, key: bytes) -> bytes:
    return blake2b(body, key=key[:64], digest_size=_SEAL, person=b"sosach form").digest()


def _packed(number: int) -> bytes:
    """Seven bits in a byte, the lowest first, the top bit while more follow."""
    packed = bytearray()
    while number > 0x7F:
        packed.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*packed, number))


def _numbers(body: bytes) -> list[int]:
    numbers, number, shift = [], 0, 0
    for byte in body:
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            numbers.append(number)
            number = shift = 0
    return numbers
