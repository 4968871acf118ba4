"""Load that is killed: writers, a worker and a sealer as processes, the database below them, and what must hold afterwards.

A writer makes numbered machine clients through the real operation, each with a job in the same transaction, and notes a
number as acknowledged only after the commit. Killed, it begins again behind the last number it noted, so a number whose
fate it does not know is tried again under the same key.
"""

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import django
import psutil
import psycopg

from sosach.site.databases import DATABASE
from sosach.site.embedded import EmbeddedServer

ROOT = Path(__file__).parents[2]
WRITERS = 2
FOLLOWED = 4  # every fourth number leaves a job, as `killed_roles` has it
DRAIN_SECONDS = 1200  # what writers left to the worker is finished, however slow the machine


def gone(process: psutil.Process) -> bool:
    """Whether a process has ended, buried or not."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # it was buried between the two questions
        return True


@dataclass
class Figures:
    """What happened, for people to read."""

    cycles: int = 0
    killed: dict[str, int] = field(default_factory=dict)
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    followed: int = 0
    not_followed: int = 0
    events: int = 0
    faults: int = 0
    recovery: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        """One line."""
        slowest = max(self.recovery, default=0.0)
        return (
            f"{self.cycles} kills -9 ({', '.join(f'{name} {count}' for name, count in sorted(self.killed.items()))}): "
            f"{self.acknowledged} acknowledged, {self.lost} lost, {self.doubled} doubled; {self.followed} jobs done, "
            f"{self.not_followed} not; {self.events} events sealed, {self.faults} faults; "
            f"database back after {slowest:.2f} s at most"
        )


class Load:
    """The processes of an installation under load, on one state folder."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.state = folder / "state"
        self.folder = folder
        self.server = EmbeddedServer(self.state)
        self.figures = Figures()
        self._random = random.Random(seed)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._environ = os.environ | {
            "SOSACH_STATE": str(self.state),
            "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
            "DJANGO_SETTINGS_MODULE": "sosach.site.settings",
        }
        self._environ.pop("SOSACH_TESTS", None)

    def prepare(self) -> None:
        """A database of its own, as durable as one of production."""
        environ = self._environ | {"SOSACH_DB_ROLE": "owner"}
        subprocess.run([sys.executable, "-m", "django", "bring_up_to_date"], env=environ, check=True)

    def start(self) -> None:
        """Start every process that does not run."""
        roles = {f"web{number}": "web" for number in range(WRITERS)} | {"worker": "jobs", "sealer": "sealer"}
        for name, role in roles.items():
            if name not in self._processes or self._processes[name].poll() is not None:
                with (self.folder / f"{name}.log").open("ab") as log:
                    self._processes[name] = subprocess.Popen(
                        [sys.executable, "-m", "tests.site.killing", name, str(self.folder)],
                        env=self._environ | {"SOSACH_DB_ROLE": role},
                        cwd=ROOT,
                        stdout=log,
                        stderr=log,
                    )

    def run(self, cycles: int) -> Figures:
        """Kill something, mend it, go on; then let everything finish and count."""
        self.start()
        self._await_progress(1)
        for number in range(cycles):
            time.sleep(self._random.uniform(0.05, 0.5))
            self._kill(("database", "web", "worker", "database", "web", "sealer")[number % 6])
            self.start()
            self.figures.cycles += 1
        self._await_progress(len(self.acknowledged()) + 5)
        self._finish()
        self._count()
        return self.figures

    def acknowledged(self) -> set[str]:
        """Names of clients whose making was acknowledged; a line cut off by a kill was not."""
        found: set[str] = set()
        for number in range(WRITERS):
            file = self.folder / f"web{number}.acknowledged"
            if file.is_file():
                found |= {f"web{number}-{line}" for line in file.read_text("ascii").split("\n")[:-1]}
        return found

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """As owner."""
        return self.server.address.connect(DATABASE)

    def _kill(self, what: str) -> None:
        self.figures.killed[what] = self.figures.killed.get(what, 0) + 1
        if what != "database":
            name = f"web{self._random.randrange(WRITERS)}" if what == "web" else what
            self._processes[name].kill()
            self._processes[name].wait()
            return
        main = psutil.Process(int((self.server.data / "postmaster.pid").read_text().split("\n")[0]))
        victims = [main, *main.children(recursive=True)] if self._random.random() < 0.5 else [main]
        for victim in victims:
            try:
                os.kill(victim.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        while not gone(main):
            time.sleep(0.01)
        started = time.monotonic()
        self.server.start()
        self.figures.recovery.append(time.monotonic() - started)

    def _await_progress(self, wanted: int) -> None:
        deadline = time.monotonic() + DRAIN_SECONDS
        while len(self.acknowledged()) < wanted:
            if time.monotonic() > deadline:
                raise TimeoutError("the writers do not get on")
            self.start()
            time.sleep(0.1)

    def _finish(self) -> None:
        """Stop the writers, let the worker take up what dead workers held, and seal the rest."""
        for number in range(WRITERS):
            self._processes[f"web{number}"].kill()
            self._processes[f"web{number}"].wait()
        deadline = time.monotonic() + DRAIN_SECONDS
        with self.connect() as owner:
            while time.monotonic() < deadline:
                self.start_worker()
                row = owner.execute(
                    "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'follow' AND status <> 'succeeded'"
                ).fetchone()
                unsealed = owner.execute(
                    "SELECT count(*) FROM audit_auditevent "
                    "WHERE xid >= coalesce((SELECT max(to_xid) FROM audit_seal), 0)"
                ).fetchone()
                if row == (0,) and unsealed == (0,):
                    break
                time.sleep(0.5)
        for process in self._processes.values():
            process.kill()
            process.wait()

    def start_worker(self) -> None:
        """Worker and sealer only."""
        writers = {name: process for name, process in self._processes.items() if name.startswith("web")}
        alive = subprocess.Popen(["sleep", "300"])
        try:
            self._processes |= dict.fromkeys(writers, alive)
            self.start()
        finally:
            self._processes |= writers
            alive.kill()
            alive.wait()

    def _count(self) -> None:
        figures, known = self.figures, self.acknowledged()
        figures.acknowledged = len(known)
        with self.connect() as owner:
            made = {
                str(name): count
                for name, count in owner.execute(
                    "SELECT name, count(*) FROM access_machineclient WHERE name LIKE 'web%' GROUP BY name"
                ).fetchall()
            }
            told = owner.execute(
                "SELECT act, count(*) FROM audit_auditevent WHERE event = 'access.client_created' GROUP BY act"
            ).fetchall()
            followed = {
                str(name).removeprefix("followed-")
                for (name,) in owner.execute(
                    "SELECT name FROM access_machineclient WHERE name LIKE 'followed-%'"
                ).fetchall()
            }
        figures.lost = len(known - set(made))
        figures.doubled = sum(count != 1 for count in made.values()) + sum(count != 1 for _, count in told)
        figures.doubled += abs(len(told) - len(made) - len(followed))
        wanted = {name for name in made if int(name.split("-")[1]) % FOLLOWED == 0}
        figures.followed, figures.not_followed = len(followed), len(wanted ^ followed)
        self._verify()

    def _verify(self) -> None:
        told = subprocess.run(
            [sys.executable, "-m", "tests.site.killing", "verify", str(self.folder)],
            env=self._environ | {"SOSACH_DB_ROLE": "auditor"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        self.figures.events, self.figures.faults = map(int, told.stdout.split())


def main(name: str, folder: Path) -> None:
    """One of the processes."""
    django.setup()
    from tests.site import killed_roles  # noqa: PLC0415 - models exist only once Django is set up

    random.seed(os.getpid())
    getattr(killed_roles, name.rstrip("0123456789"))(name, folder, datetime.now(UTC))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
