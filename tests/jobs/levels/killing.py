"""Two installations as processes under load, killed at random; what must hold once both are left alone.

Each side runs as an administrator would run it (`sosach serve`, `sosach work`), with writers of the test beside. Whatever is killed is
begun again, as a service manager would.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from tests.jobs.levels.writing import EVERY_BIRTH, PEOPLE, birth_name
from tests.site.killing import gone

from sosach.cli.sides import Side
from sosach.site.databases import DATABASE
from sosach.site.embedded import EmbeddedServer

ROOT = Path(__file__).parents[3]
PROVINCE = "01"
SETTLE_SECONDS = 600
# In turn; workers last, since what a dead one held is taken up half a minute later.
TARGETS = (
    ("province", "database"),
    ("nation", "web"),
    ("nation", "database"),
    ("nation", "web"),
    ("province", "work"),
    ("nation", "work"),
)


_QUIET = """
SELECT count(*) FILTER (WHERE state IN ('waiting', 'sent')),
       (SELECT count(*) FROM exchange_link l JOIN audit_auditevent e ON e.xid >= l.collected_to
        WHERE e.subject_kind = 'person' AND e.event LIKE 'population.%')
FROM exchange_item
"""
_STATES = "SELECT state, count(*) FROM exchange_item GROUP BY state"
_PEOPLE = "SELECT pin, full_name, sex, birth_date, commune_code FROM population_person"
_SENT = """
SELECT b.number, i.position, i.digest, i.state FROM exchange_item i JOIN exchange_batch b ON b.id = i.batch_id
"""
_RECEIVED = """
SELECT b.number, i.position, i.digest, i.outcome FROM exchange_incoming i JOIN exchange_batch b ON b.id = i.batch_id
"""
_APPLIED = """
SELECT count(*), (SELECT count(DISTINCT act) FROM audit_auditevent WHERE event = 'exchange.record_applied')
FROM exchange_incoming WHERE outcome = 'applied'
"""
_BORN = "SELECT full_name FROM population_person WHERE birth_date <> '1990-05-06'"
_NAMES = "SELECT full_name FROM population_person WHERE birth_date = '1990-05-06' ORDER BY pin"


@dataclass
class Figures:
    """What happened, for people to read."""

    killed: Counter[str] = field(default_factory=Counter)
    acknowledged: Counter[str] = field(default_factory=Counter)
    items: Counter[str] = field(default_factory=Counter)
    differing: int = 0
    lost: int = 0
    doubled: int = 0

    def __str__(self) -> str:
        """One line."""
        killed = ", ".join(f"{name} {count}" for name, count in sorted(self.killed.items()))
        told = ", ".join(f"{name} {count}" for name, count in sorted(self.items.items()))
        return (
            f"{self.killed.total()} kills -9 ({killed}): {self.acknowledged['province']} changes acknowledged at the province, "
            f"{self.acknowledged['nation']} at the nation; records told: {told}; {self.differing} persons differ, "
            f"{self.lost} changes lost, {self.doubled} doubled"
        )


class Load:
    """Two installations, their writers, and whoever kills."""

    def __init__(self, folder: Path, made: Path, *, port: int, seed: int) -> None:
        self.folder, self.figures, self._chance = folder, Figures(), random.Random(seed)
        address = {"SOSACH_NATION_URL": f"http://127.0.0.1:{port}", "SOSACH_TESTS": ""}
        at = {
            "province": {"SOSACH_LEVEL": "province", "SOSACH_PROVINCE": PROVINCE},
            "nation": {"SOSACH_LEVEL": "nation"},
        }
        self.sides = {name: Side(name, folder / name, port, told | address) for name, told in at.items()}
        self.writers: dict[str, subprocess.Popen[bytes]] = {}
        for side in self.sides.values():
            side.folder.mkdir(mode=0o711)
            subprocess.run(["cp", "-a", str(made), str(side.state)], check=True)
            EmbeddedServer(side.state).start()

    def prepare(self) -> None:
        """Exchange keys, make the people whose data will change, begin everything."""
        keys = {name: side.run("link", "key").split()[-1] for name, side in self.sides.items()}
        self.sides["province"].run("link", "open", "nation", "--key", keys["nation"])
        self.sides["nation"].run("link", "open", PROVINCE, "--key", keys["province"])
        subprocess.run(**self._writer("province", "first"), check=True)
        self.keep_running()

    def run(self, kills: int) -> Figures:
        """Kill something, mend it, go on; then let both sides finish, and count."""
        try:
            self._await("both sides to work", lambda: min(map(len, map(self._acknowledged, self.sides))) > 0)
            for number in range(kills):
                time.sleep(self._chance.uniform(0.1, 1.5))
                self._kill(*TARGETS[number % len(TARGETS)])
                self.keep_running()
            self._await("work after the last kill", self._got_on())
            (self.folder / "stop").touch()
            self._await("writers to stop", lambda: all(writer.poll() is not None for writer in self.writers.values()))
            self._await("both sides to be quiet", self._is_quiet)
            self._count()
        finally:
            self.end()
        return self.figures

    def keep_running(self) -> None:
        """Begin what does not run: a service manager would."""
        for name, process in (("nation", "web"), ("nation", "work"), ("province", "work")):
            side, running = self.sides[name], self.sides[name].begun.get(process)
            if running is None or running.poll() is not None:
                side.begin_web() if process == "web" else side.begin_work()
        for name in self.sides:
            writer = self.writers.get(name)
            if writer is None or (writer.poll() is not None and not (self.folder / "stop").exists()):
                self.writers[name] = subprocess.Popen(**self._writer(name, "on"))

    def end(self) -> None:
        """End all."""
        for writer in self.writers.values():
            writer.kill()
            writer.wait()
        for side in self.sides.values():
            side.end()

    def _writer(self, side: str, what: str) -> dict[str, Any]:
        environ = self.sides[side].environ | {
            "SOSACH_DB_ROLE": "jobs",
            "DJANGO_SETTINGS_MODULE": "sosach.site.settings",
            "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        }
        command = [sys.executable, "-m", "tests.jobs.levels.writing", what, side, str(self.folder)]
        return {"args": command, "env": environ, "cwd": ROOT}

    def _acknowledged(self, side: str) -> list[str]:
        """Numbers of changes that were committed; a line cut off by a kill was not noted."""
        file = self.folder / f"{side}.acknowledged"
        return file.read_text("ascii").split("\n")[:-1] if file.is_file() else []

    def _got_on(self) -> Callable[[], bool]:
        before = {name: len(self._acknowledged(name)) for name in self.sides}
        return lambda: all(len(self._acknowledged(name)) > count for name, count in before.items())

    def _kill(self, name: str, what: str) -> None:
        side = self.sides[name]
        self.figures.killed[f"{name} {what}"] += 1
        if what == "database":
            pid = int((side.state / "data" / "postmaster.pid").read_text().split("\n")[0])
        else:
            pid = side.begun[what].pid
        main = psutil.Process(pid)
        victims = (
            [main, *main.children(recursive=True)] if what != "database" or self._chance.random() < 0.5 else [main]
        )
        for victim in victims:
            with suppress(ProcessLookupError):
                os.kill(victim.pid, signal.SIGKILL)
        if what == "database":
            while not gone(main):
                time.sleep(0.01)
            EmbeddedServer(side.state).start()
        else:
            side.begun[what].wait()

    def _await(self, what: str, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SETTLE_SECONDS
        while not holds():
            if time.monotonic() > deadline:
                raise TimeoutError(f"waited in vain for {what}")
            self.keep_running()
            time.sleep(0.3)

    def _ask(self, side: str, sql: str) -> list[tuple[Any, ...]]:
        """As the owner of its database."""
        with EmbeddedServer(self.sides[side].state).address.connect(DATABASE) as owner:
            return owner.execute(sql).fetchall()  # type: ignore[arg-type] # our own text

    def _is_quiet(self) -> bool:
        """Whether nothing is collected, under way or to be collected on either side."""
        return all(self._ask(name, _QUIET) == [(0, 0)] for name in self.sides)

    def _count(self) -> None:
        figures = self.figures
        for name in self.sides:
            figures.acknowledged[name] = len(self._acknowledged(name))
            figures.items.update({f"{name} {state}": count for state, count in self._ask(name, _STATES)})
        people = {name: set(self._ask(name, _PEOPLE)) for name in self.sides}
        figures.differing = len(people["province"] ^ people["nation"])
        for here, there in (("province", "nation"), ("nation", "province")):
            sent, received = Counter(self._ask(here, _SENT)), Counter(self._ask(there, _RECEIVED))
            figures.lost += (sent - received).total()
            figures.doubled += (received - sent).total()
        # a change of the register for each record that came in and was applied, no more and no less
        for name in self.sides:
            ((applied, entered),) = self._ask(name, _APPLIED)
            figures.doubled += abs(applied - entered)
        self._count_changes()

    def _count_changes(self) -> None:
        """What the province's writer was told to be done stands at the nation, births once each, names no older than told."""
        births = Counter(str(name) for (name,) in self._ask("nation", _BORN))
        names = [str(name) for (name,) in self._ask("nation", _NAMES)]
        latest: dict[int, int] = {}
        for number in map(int, self._acknowledged("province")):
            if number % EVERY_BIRTH == 0:
                self.figures.lost += births[birth_name(number)] == 0
                self.figures.doubled += births[birth_name(number)] > 1
            else:
                latest[number % PEOPLE] = number
        self.figures.lost += sum(int(names[place].rpartition(" ")[2]) < number for place, number in latest.items())
