"""As whom the embedded server runs: never as root."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from sosach.base.errors import ErrorCode, SosachError

FALLBACKS = ("postgres", "sosach", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the operating system.

    Attributes:
        uid: its number.
        gid: its group.
        drops: whether processes have to be started under it, because we are root.
        name: its name, for messages.
    """

    uid: int
    gid: int
    drops: bool
    name: str = ""

    def process(self) -> dict[str, object]:
        """Arguments of `subprocess` that start a program as this account, without further groups."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.drops else {}

    def own(self, path: Path, mode: int = 0o700) -> None:
        """Make a folder, owned by the account and closed to others."""
        path.mkdir(parents=True, exist_ok=True)
        self.take(path)
        path.chmod(mode)

    def take(self, path: Path) -> None:
        """Give a file or folder of ours to the account."""
        if self.drops:
            os.chown(path, self.uid, self.gid)

    def blocked_at(self, path: Path) -> Path | None:
        """The first folder above a path that the account cannot walk through; None when it reaches the path."""
        for folder in reversed(path.absolute().parents):
            try:
                found = folder.stat()
            except FileNotFoundError:
                return None  # not made yet: we make it, open to the account
            if self.uid == 0 or self._walks(found):
                continue
            return folder
        return None

    def _walks(self, found: os.stat_result) -> bool:
        if found.st_uid == self.uid:
            return bool(found.st_mode & stat.S_IXUSR)
        groups = {self.gid} if self.drops else {self.gid, *os.getgroups()}
        return bool(found.st_mode & (stat.S_IXGRP if found.st_gid in groups else stat.S_IXOTH))


def server_account() -> Account:
    """The account the server runs as: ours, or for root the first of `postgres`, `sosach`, `nobody` that exists.

    Raises:
        SosachError: DB-03, we are root and there is none of them.
    """
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), drops=False)
    for name in FALLBACKS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, drops=True, name=name)
    raise SosachError(
        ErrorCode.DATABASE_RIGHTS,
        vi="PostgreSQL không chạy dưới quyền root và máy không có tài khoản postgres, sosach hoặc nobody.",
        en="PostgreSQL does not run as root, and there is no account postgres, sosach or nobody on this machine.",
        hint_vi="Tạo một tài khoản: useradd --system sosach",
        hint_en="Make one: useradd --system sosach",
    )


def require_reach(account: Account, path: Path) -> None:
    """Refuse a place the server's account cannot get to.

    Raises:
        SosachError: DB-03.
    """
    blocked = account.blocked_at(path)
    if blocked is None:
        return
    raise SosachError(
        ErrorCode.DATABASE_RIGHTS,
        vi=f"Tài khoản {account.name or account.uid} chạy cơ sở dữ liệu không vào được thư mục {blocked}, "
        f"nên không dùng được {path}.",
        en=f"The account {account.name or account.uid} that runs the database cannot enter the folder {blocked}, "
        f"so {path} cannot be used.",
        hint_vi="Đặt SOSACH_STATE ở nơi khác (mặc định của root: /var/lib/sosach), hoặc chạy sosach bằng tài khoản thường. "
        "Sosach không tự mở quyền của thư mục.",
        hint_en="Set SOSACH_STATE to another place (root's default: /var/lib/sosach), or run sosach as an ordinary user. "
        "Sosach does not open folders by itself.",
    )
