"""A real PostgreSQL for the tests of the registers: one server and one database per worker, one rollback per test."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection, transaction
from psycopg import sql

from sosach.site.databases import DATABASE, connection_settings
from sosach.site.embedded import EmbeddedServer

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
# Instead of the limits of a page: a slow machine is no fault, and what waits for others in a test waits until they are done.
PATIENT = "-c lock_timeout=120s -c statement_timeout=300s"
# Argon2id of Django's parameters costs a quarter of a second of one core, and tests make accounts and open doors by the hundred:
# in their own process the same hash, cheap. Processes they begin pay the whole price.
WHOLE = {name: getattr(Argon2PasswordHasher, name) for name in ("time_cost", "memory_cost", "parallelism")}
CHEAP = {"time_cost": 1, "memory_cost": 1024, "parallelism": 1}


@pytest.fixture(scope="session", autouse=True)
def cheap_hashes() -> Iterator[None]:
    """Hashes of passwords that cost little; `whole_hashes` is for tests about what they cost."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in CHEAP.items():
            patch.setattr(Argon2PasswordHasher, name, value)
        yield


@pytest.fixture
def whole_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes of passwords that cost what they cost those who sign in."""
    for name, value in WHOLE.items():
        monkeypatch.setattr(Argon2PasswordHasher, name, value)


def _copied(server: EmbeddedServer, name: str, template: str) -> None:
    with server.address.connect("postgres") as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))


@pytest.fixture(scope="session")
def made_state() -> Path:
    """A state folder as `sosach db up` leaves it, its server stopped: made once for all workers, copied by whoever needs a server."""
    run = Path(settings.STATE).parent
    place, whole = run / "made", run / "made.whole"
    with (run / "made.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            shutil.rmtree(place, ignore_errors=True)  # another worker failed half way
            place.mkdir(mode=0o711)
            making = EmbeddedServer(place, config=FAST)
            making.start()
            try:
                command = [sys.executable, "-m", "django", "bring_up_to_date"]
                told = {"SOSACH_STATE": str(place), "SOSACH_DB_ROLE": "owner", "PYTHONPATH": os.pathsep.join(sys.path)}
                subprocess.run(command, check=True, env=os.environ | told)
            finally:
                making.stop()
            whole.touch()
    return place


@pytest.fixture(scope="session")
def server(made_state: Path) -> Iterator[EmbeddedServer]:
    """The server of this worker, gone with everything in it at the end."""
    state = Path(settings.STATE)
    subprocess.run(["cp", "-a", f"{made_state}/.", str(state)], check=True)
    # the passwords came with the data
    connection.settings_dict["PASSWORD"] = connection_settings(settings.DB_ROLE)["PASSWORD"]
    running = EmbeddedServer(state, config=FAST)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def database(server: EmbeddedServer) -> str:
    """Name of this worker's database; the connection of the tests speaks to it as the role `web`."""
    name = f"worker_{os.getpid()}"
    _copied(server, name, DATABASE)
    connection.close()
    connection.settings_dict["NAME"] = name
    connection.settings_dict["OPTIONS"] |= {"options": PATIENT}
    return name


@pytest.fixture
def db(database: str) -> Iterator[None]:
    """What the test writes is gone afterwards. Nothing is committed: other connections do not see it."""
    del database
    with transaction.atomic():
        with connection.cursor() as cursor:  # a test thinks between its statements, a web process does not
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def committed(server: EmbeddedServer, database: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of the test's own in which commits are commits; its name."""
    name = f"own_{os.getpid()}_{abs(hash(request.node.nodeid))}"
    _copied(server, name, DATABASE)
    connection.close()
    connection.settings_dict["NAME"] = name
    yield name
    connection.close()
    connection.settings_dict["NAME"] = database
    with server.address.connect("postgres") as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def owner(server: EmbeddedServer, committed: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection with all rights to the test's own database, as an attacker or a look behind the policy needs it."""
    with server.address.connect(committed) as found:
        yield found


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole cleaning run over a synthetic commune, as of a day: what has expired is the same in every run of the tests."""
    out = tmp_path_factory.mktemp("demo")
    program = [sys.executable, "-c", "from sosach.cli.main import run; run()"]
    made, cleaned = out / "made", out / "cleaned"
    synth = ["synth", "--out", str(made), "--persons", "250", "--province", "38", "--formats", "parquet"]
    inputs = [f"--{name}={made / name}.parquet" for name in ("population", "vehicles", "licences")]
    for command in (synth, ["clean", *inputs, "--as-of", "2026-11-23", "--out", str(cleaned)]):
        subprocess.run([*program, *command], check=True, capture_output=True)
    return cleaned
