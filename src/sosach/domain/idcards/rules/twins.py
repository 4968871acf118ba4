"""Digital twins: how long offers and twins live, how often, the codes that redeem an offer, and places in status lists.

Codes are made of the offer's key and a secret of the installation: nothing of them is stored, so a copy of the database
redeems no offer.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sosach.domain.population.rules.days import VIETNAM

OFFER_LIVES = timedelta(minutes=10)  # between the page and the wallet in the same hand
TOKEN_LIVES = timedelta(minutes=10)
NONCE_LIVES = timedelta(minutes=5)
TRIES = 5  # of the transaction code; then the offer is dead
OFFERS_A_DAY = 10
COPIES = 4  # in one answer: a wallet that shows each copy once cannot be followed by it
ALIVE = 40  # twins of one kind per person
TWIN_LIVES = timedelta(days=180)
DIGITS = 6
LIST_BITS = 16
LIST_SIZE = 1 << LIST_BITS
_ROUNDS = 4
_HALF = LIST_BITS // 2
_MASK = (1 << _HALF) - 1
_SEPARATOR = "."


def code_of(secret: bytes, key: UUID) -> str:
    """The pre-authorized code of an offer (OpenID4VCI § 3.5): its key, and what only we can have made of it."""
    return f"{key.hex}{_SEPARATOR}{_mac(secret, 'code', key).hex()}"


def token_of(secret: bytes, key: UUID) -> str:
    """The access token an offer is redeemed for."""
    return f"{key.hex}{_SEPARATOR}{_mac(secret, 'token', key).hex()}"


def transaction_code_of(secret: bytes, key: UUID) -> str:
    """The six digits the citizen types into the wallet: seen on the page, not in the QR code.

    >>> transaction_code_of(b"secret", UUID(int=7))
    '639548'
    """
    return f"{int.from_bytes(_mac(secret, 'digits', key), 'big') % 10**DIGITS:0{DIGITS}d}"


def offer_of_code(secret: bytes, told: str) -> UUID | None:
    """Key of the offer a pre-authorized code is of; None: we did not make it."""
    return _key_of(told, lambda key: code_of(secret, key))


def offer_of_token(secret: bytes, told: str) -> UUID | None:
    """Key of the offer an access token is of; None: we did not make it."""
    return _key_of(told, lambda key: token_of(secret, key))


def same_digits(secret: bytes, key: UUID, told: str) -> bool:
    """Whether somebody typed the transaction code of an offer."""
    return hmac.compare_digest(transaction_code_of(secret, key).encode(), told.strip().encode())


def nonce_of(secret: bytes, at: datetime, drawn: bytes) -> str:
    """A nonce for a proof (OpenID4VCI § 7): the moment and some bytes drawn by lot, and what only we can have made of them."""
    head = f"{int(at.timestamp()):x}{_SEPARATOR}{drawn.hex()}"
    return f"{head}{_SEPARATOR}{_tag(secret, 'nonce', head).hex()}"


def is_fresh(secret: bytes, nonce: str, at: datetime) -> bool:
    """Whether we made a nonce, not long ago."""
    head, _, tag = nonce.rpartition(_SEPARATOR)
    made, _, _ = head.partition(_SEPARATOR)
    if not hmac.compare_digest(_tag(secret, "nonce", head).hex().encode(), tag.encode()):
        return False
    return timedelta() <= at - datetime.fromtimestamp(int(made, 16), at.tzinfo) <= NONCE_LIVES


def proof_of(nonce: str, thumbprint: str) -> str:
    """What a proof is known by afterwards: its key signed its nonce. Another proof of the same key needs another nonce."""
    return hashlib.sha256(f"{nonce} {thumbprint}".encode()).hexdigest()


def place_of(secret: bytes, number: int) -> tuple[int, int]:
    """List and place of the twin of a number, by a permutation nobody can follow (four rounds of Feistel, keyed).

    Neighbours in a list were not issued one after the other, and no two twins share a place.

    >>> len({place_of(b"secret", number) for number in range(1000)})
    1000
    """
    whole, rest = divmod(number, LIST_SIZE)
    left, right = rest >> _HALF, rest & _MASK
    for turn in range(_ROUNDS):
        left, right = right, left ^ (_tag(secret, "place", f"{whole}/{turn}/{right}")[0] & _MASK)
    return whole, left << _HALF | right


def twin_ends(at: datetime, *, last_day: date | None) -> datetime:
    """Until when a twin is valid: half a year, at most the last day of what it is a twin of."""
    usual = (at + TWIN_LIVES).replace(microsecond=0)
    if last_day is None:
        return usual
    return min(usual, datetime.combine(last_day, time(23, 59, 59), VIETNAM))


def _key_of(told: str, made: Callable[[UUID], str]) -> UUID | None:
    name = told.partition(_SEPARATOR)[0]
    if len(name) != len(UUID(int=0).hex) or not name.isascii() or not name.isalnum():
        return None
    try:
        key = UUID(hex=name)
    except ValueError:
        return None
    return key if hmac.compare_digest(made(key).encode(), told.encode()) else None


def _mac(secret: bytes, purpose: str, key: UUID) -> bytes:
    return _tag(secret, purpose, key.hex)


def _tag(secret: bytes, purpose: str, text: str) -> bytes:
    return hmac.digest(secret, f"twins/{purpose}/{text}".encode(), hashlib.sha256)
