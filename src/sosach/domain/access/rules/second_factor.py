"""One-time codes of officers: the secret sealed at rest, a code good once, recovery codes for a lost device."""

import base64
import hashlib
import secrets
from datetime import datetime

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

STEP = 30  # seconds; what every authenticator app assumes (RFC 6238)
DRIFT = 1  # steps a clock may be off, either way
RECOVERY_CODES = 10
_NONCE = 12
# no letters that are mistaken for digits or each other
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def seal_secret(secret: str, *, key: str, about: str) -> str:
    """A secret as the database keeps it: useless without the key, and in another account's row.

    >>> open_secret(seal_secret("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", key="k", about="officer-1"), key="k", about="officer-1")
    'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
    """
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(_key(key)).encrypt(nonce, secret.encode(), about.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def open_secret(sealed: str, *, key: str, about: str) -> str | None:
    """The secret; None when it was sealed with another key or for another account."""
    try:
        raw = base64.urlsafe_b64decode(sealed)
        return AESGCM(_key(key)).decrypt(raw[:_NONCE], raw[_NONCE:], about.encode()).decode()
    except (ValueError, InvalidTag):
        return None


def step_of_code(code: str, *, secret: str, at: datetime, after: int) -> int | None:
    """The step of time a code was made in; None when it is wrong, too old, or was used before.

    Args:
        code: as typed.
        secret: of the account.
        at: now.
        after: step of the last code that was used: a code seen over a shoulder opens nothing.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    >>> code = pyotp.TOTP("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").at(noon)
    >>> step = step_of_code(code, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", at=noon, after=0)
    >>> step, step_of_code(code, secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", at=noon, after=step or 0)
    (59844960, None)
    """
    typed = "".join(code.split())
    if len(typed) != 6 or not (typed.isascii() and typed.isdecimal()):
        return None
    now, maker = int(at.timestamp()) // STEP, pyotp.TOTP(secret)
    fitting = [
        step
        for step in range(now - DRIFT, now + DRIFT + 1)
        if secrets.compare_digest(maker.generate_otp(step), typed) and step > after
    ]
    return fitting[0] if fitting else None


def new_recovery_codes() -> list[str]:
    """Codes to print and lock away, each 50 bits."""
    drawn = ["".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    return [f"{code[:5]}-{code[5:]}" for code in drawn]


def recovery_digest(code: str) -> str:
    """What the database keeps of a recovery code; they are drawn at random, so no slow hash is needed.

    >>> recovery_digest("ABCDE fghjk") == recovery_digest("abcde-fghjk")
    True
    """
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def _key(text: str) -> bytes:
    return hashlib.blake2b(b"second factor", key=text.encode()[:64], digest_size=32).digest()
