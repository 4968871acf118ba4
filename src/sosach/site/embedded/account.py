"""As whom the embedded server runs: never as root."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

FALLBACKS = ("postgres", "sosach", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the operating system.

    Attributes:
        uid: its number.
        gid: its group.
        drops: whether processes have to be started under it, because we are root.
    """

    uid: int
    gid: int
    drops: bool

    def process(self) -> dict[str, object]:
        """Arguments of `subprocess.run` that start a program as this account, without further groups."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.drops else {}

    def own(self, path: Path, mode: int = 0o700) -> None:
        """Make a folder, owned by the account and closed to others."""
        path.mkdir(parents=True, exist_ok=True)
        if self.drops:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)


def server_account() -> Account:
    """The account the server runs as: ours, or for root the first of `postgres`, `sosach`, `nobody` that exists."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), drops=False)
    for name in FALLBACKS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, drops=True)
    raise LookupError("there is no account to run the database as")
