"""Rings of wrapping keys: one that is used now, older ones that still open. A purpose (`pictures`, `templates`) has its own.

Keys are numbered: `pictures/1`, `pictures/2` … The highest is the one in use; rotation makes the next one, wraps every data key
anew, and only then may the older ones be destroyed.
"""

from pathlib import Path
from typing import Protocol

from sosach.chip.signing.ports import Wrapper
from sosach.chip.signing.refusals import does_not_open
from sosach.chip.signing.software import SoftwareWrapper
from sosach.chip.signing.token import Token, TokenWrapper

_SUFFIX = ".kek"


class KeyRing(Protocol):
    """Where wrapping keys lie: `FileRing`, `TokenRing`."""

    def current(self, purpose: str) -> Wrapper:
        """The key in use; the first one is made at the first use.

        Raises:
            SosachError: KEY-01 it cannot be made or used.
        """
        ...

    def named(self, key_id: str) -> Wrapper:
        """A key by its name, to open what it wrapped.

        Raises:
            SosachError: KEY-02 there is no such key any more.
        """
        ...

    def renew(self, purpose: str) -> Wrapper:
        """Make the next key, which is the one in use from now on.

        Raises:
            SosachError: KEY-01 it cannot be made.
        """
        ...


class FileRing:
    """Keys in files of a folder, closed to others: for trials and small issuers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: dict[str, Wrapper] = {}

    def current(self, purpose: str) -> Wrapper:
        """See `KeyRing`."""
        return self._opened_as(f"{purpose}/{max(self._numbers(purpose), default=1)}")

    def named(self, key_id: str) -> Wrapper:
        """See `KeyRing`."""
        purpose, _, number = key_id.partition("/")
        if not number.isdecimal() or int(number) not in self._numbers(purpose):
            raise does_not_open()
        return self._opened_as(key_id)

    def renew(self, purpose: str) -> Wrapper:
        """See `KeyRing`."""
        return self._opened_as(f"{purpose}/{max(self._numbers(purpose), default=0) + 1}")

    def _numbers(self, purpose: str) -> list[int]:
        names = [file.stem.rpartition("-") for file in self._folder.glob(f"{purpose}-*{_SUFFIX}")]
        return [int(number) for told, _, number in names if told == purpose and number.isdecimal()]

    def _opened_as(self, key_id: str) -> Wrapper:
        file = self._folder / f"{key_id.replace('/', '-')}{_SUFFIX}"
        if key_id not in self._opened or not file.exists():
            self._opened[key_id] = SoftwareWrapper(file, key_id=key_id)
        return self._opened[key_id]


class TokenRing:
    """Keys in a token (PKCS#11), which never leave it."""

    def __init__(self, token: Token) -> None:
        self._token = token
        self._opened: dict[str, Wrapper] = {}

    def current(self, purpose: str) -> Wrapper:
        """See `KeyRing`."""
        last = self._last(purpose)
        return self.named(f"{purpose}/{last}") if last else self.renew(purpose)

    def named(self, key_id: str) -> Wrapper:
        """See `KeyRing`."""
        if key_id not in self._opened:
            if not self._token.holds(key_id):
                raise does_not_open()
            self._opened[key_id] = TokenWrapper(self._token, key_id)
        return self._opened[key_id]

    def renew(self, purpose: str) -> Wrapper:
        """See `KeyRing`."""
        return TokenWrapper.make(self._token, f"{purpose}/{self._last(purpose) + 1}")

    def _last(self, purpose: str) -> int:
        """Number of the newest key; 0 when there is none."""
        told = [label.partition("/") for label in self._token.labels()]
        return max((int(number) for name, _, number in told if name == purpose and number.isdecimal()), default=0)
