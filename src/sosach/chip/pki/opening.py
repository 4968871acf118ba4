"""Opening an authority's house as an installation keeps it: keys in files under a passphrase, or in a token."""

from dataclasses import dataclass
from pathlib import Path

from sosach.chip.pki.house import House
from sosach.chip.signing.keeping import FileKeys, Keys, TokenKeys
from sosach.chip.signing.refusals import unusable
from sosach.chip.signing.token import Token, opened_token


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPlace:
    """Where keys are: a token when its module is named, else files under a passphrase.

    Attributes:
        passphrase_file: holds the passphrase of keys in files.
        module: library of the token (PKCS#11).
        label: of the token.
        pin_file: holds the PIN of the token.
    """

    passphrase_file: Path | None = None
    module: Path | None = None
    label: str = ""
    pin_file: Path | None = None

    def token_session(self) -> Token:
        """Log in to the token.

        Raises:
            SosachError: KEY-01 nothing is named, or it does not open.
        """
        if self.module is None or self.pin_file is None:
            raise unusable("no token is named", vi="chưa nêu thiết bị giữ khóa")
        return opened_token(self.module, self.label, secret_in(self.pin_file))

    def keys(self, folder: Path) -> Keys:
        """The keys.

        Raises:
            SosachError: KEY-01 neither passphrase nor token is named, or they do not open.
        """
        if self.module is not None:
            return TokenKeys(self.token_session())
        if self.passphrase_file is None:
            raise unusable("neither a passphrase nor a token is named", vi="chưa nêu mật khẩu hoặc thiết bị giữ khóa")
        return FileKeys(folder / "keys", passphrase=secret_in(self.passphrase_file).encode())


def open_house(folder: Path, place: KeyPlace) -> House:
    """The house in a folder.

    Raises:
        SosachError: KEY-01 its keys cannot be reached.
    """
    return House(folder, place.keys(folder))


def secret_in(file: Path) -> str:
    """A passphrase or PIN from a file, without what editors put at its end.

    Raises:
        SosachError: KEY-01 the file cannot be read, or is empty.
    """
    try:
        secret = file.read_text("utf-8").strip()
    except OSError as failure:
        raise unusable(f"{file.name}: {failure.strerror}") from failure
    if not secret:
        raise unusable(f"{file.name} is empty", vi=f"{file.name} trống")
    return secret
