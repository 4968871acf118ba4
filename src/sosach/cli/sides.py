"""Two installations on one machine: each with its own state folder, settings, database and processes."""

import os
import subprocess  # nosec B404 - ourselves, without a shell
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import typer

GENTLE_SECONDS = 20
_PROGRAM = (sys.executable, "-m", "sosach.cli")


class Side:
    """One of two installations. What it began ends with it.

    Args:
        name: shown and used for the folder: `province`, `nation`.
        folder: holds the state folder and the logs of the processes.
        port: of its web process, on this machine only.
        settings: environment beside the state folder.
    """

    def __init__(self, name: str, folder: Path, port: int, settings: Mapping[str, str]) -> None:
        self.name, self.folder, self.port = name, folder.absolute(), port
        self.state = self.folder / "state"
        self.environ = {**os.environ, **settings, "SOSACH_STATE": str(self.state)}
        self.begun: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def address(self) -> str:
        """Where its pages and its API are."""
        return f"http://127.0.0.1:{self.port}/"

    def run(self, *arguments: str) -> str:
        """Run a command of `sosach` there; what it said.

        Raises:
            typer.Exit: it failed, and said why.
        """
        done = subprocess.run(  # noqa: S603 - ourselves  # nosec B603
            [*_PROGRAM, *arguments], env=self.environ, check=False, text=True, stdout=subprocess.PIPE
        )
        if done.returncode != 0:
            typer.echo(done.stdout, nl=False, err=True)
            raise typer.Exit(done.returncode)
        return done.stdout

    def begin(self, name: str, *arguments: str) -> None:
        """Begin a process of it, or begin it again; what it says goes into a file beside the state folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{name}.log").open("ab") as log:
            self.begun[name] = subprocess.Popen(  # noqa: S603 - ourselves  # nosec B603
                [*_PROGRAM, *arguments], env=self.environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def begin_web(self) -> None:
        """Begin to serve."""
        self.begin("web", "serve", "--port", str(self.port), "--no-prepare")

    def begin_work(self) -> None:
        """Begin background work."""
        self.begin("work", "work")

    def begin_all(self) -> None:
        """Begin to serve, to work and to seal."""
        self.begin_web()
        self.begin_work()
        self.begin("seal", "audit", "seal", "--forever")

    def answers(self) -> bool:
        """Whether its web process answers."""
        try:
            with urlopen(f"{self.address}api/v1/health", timeout=5) as told:  # noqa: S310 - our own address  # nosec B310
                return bool(told.status == 200)
        except (URLError, OSError):
            return False

    def end(self) -> None:
        """End the processes, then the database."""
        for each in self.begun.values():
            each.terminate()
        for each in self.begun.values():
            try:
                each.wait(GENTLE_SECONDS)
            except subprocess.TimeoutExpired:
                each.kill()
                each.wait()
        self.begun.clear()
        if (self.state / "data").is_dir():
            subprocess.run(  # noqa: S603 - ourselves  # nosec B603
                [*_PROGRAM, "db", "down"], env=self.environ, check=False, stdout=subprocess.DEVNULL
            )
