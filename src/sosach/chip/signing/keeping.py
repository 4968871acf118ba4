"""Where signing keys are kept, by label: a folder of encrypted files, or a token."""

from pathlib import Path
from typing import Protocol

from sosach.chip.signing.ports import KeyKind, Signer
from sosach.chip.signing.software import SoftwareSigner
from sosach.chip.signing.token import Token, TokenSigner


class Keys(Protocol):
    """Keys by label; a label is used once."""

    def make(self, label: str, kind: KeyKind) -> Signer:
        """A new key.

        Raises:
            SosachError: KEY-01 there is one of that label, or it cannot be kept.
        """
        ...

    def open(self, label: str) -> Signer:
        """A key.

        Raises:
            SosachError: KEY-01 there is none, or it does not open.
        """
        ...

    def holds(self, label: str) -> bool:
        """Whether there is a key of that label."""
        ...

    def destroy(self, label: str) -> None:
        """Destroy a key for ever."""
        ...


class FileKeys:
    """Keys in a folder, encrypted under one passphrase."""

    def __init__(self, folder: Path, *, passphrase: bytes) -> None:
        self._folder = folder
        self._passphrase = passphrase

    def make(self, label: str, kind: KeyKind) -> Signer:
        """A new key; see `Keys`."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        signer = SoftwareSigner.make(kind)
        signer.save(self._file(label), passphrase=self._passphrase)
        return signer

    def open(self, label: str) -> Signer:
        """A key; see `Keys`."""
        return SoftwareSigner.load(self._file(label), passphrase=self._passphrase)

    def holds(self, label: str) -> bool:
        """Whether there is one; see `Keys`."""
        return self._file(label).exists()

    def destroy(self, label: str) -> None:
        """Remove its file; see `Keys`."""
        self._file(label).unlink(missing_ok=True)

    def _file(self, label: str) -> Path:
        return self._folder / f"{label}.pem"


class TokenKeys:
    """Keys in a token, which they never leave."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def make(self, label: str, kind: KeyKind) -> Signer:
        """A new key; see `Keys`."""
        return TokenSigner.make(self._token, label, kind)

    def open(self, label: str) -> Signer:
        """A key; see `Keys`."""
        return TokenSigner(self._token, label)

    def holds(self, label: str) -> bool:
        """Whether there is one; see `Keys`."""
        return self._token.holds(label)

    def destroy(self, label: str) -> None:
        """Destroy it in the token; see `Keys`."""
        self._token.destroy(label)
