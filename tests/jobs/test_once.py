"""Acts that are done exactly once, reactions that follow events of the log, and a queue whose dead workers cost nothing."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from tests.site.conftest import folder, up  # noqa: F401 - fixtures

from sosach.domain.access.operations import Order
from sosach.domain.access.operations.clients import create_client
from sosach.domain.access.queries import acting
from sosach.domain.access.rules import Role
from sosach.domain.audit.operations import Act, record
from sosach.domain.audit.operations.keys import FileKey
from sosach.domain.audit.rules import Actor, ActorKind, Level, Subject
from sosach.jobs.once import act_of, once
from sosach.jobs.reactions import Reaction, follow_up, react
from sosach.jobs.schedule import SCHEDULE
from sosach.jobs.sealing import seal_forever
from sosach.site.databases import DATABASE, DbRole, role_name, role_passwords, state_folder
from sosach.site.embedded import EmbeddedServer

AT = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
CLERK = Actor(ActorKind.OFFICER, "7", Level.COMMUNE, "00004", frozenset({Role.CLERK}))
Owner = psycopg.Connection[tuple[object, ...]]


def client(name: str) -> None:
    actor = Actor(ActorKind.SYSTEM, "test", Level.NATION, roles=frozenset({Role.SYSTEM}))
    create_client(Order(actor, AT), name=name, scopes=frozenset({Role.CLERK}), level=Level.NATION)


def clients(owner: Owner) -> list[str]:
    return [str(name) for (name,) in owner.execute("SELECT name FROM access_machineclient ORDER BY name").fetchall()]


@pytest.mark.usefixtures("jobs")
def test_an_act_is_done_once_and_a_failed_one_not_at_all(owner: Owner) -> None:
    act = act_of("test", 1)
    with pytest.raises(ZeroDivisionError):
        once(act, lambda: (client("half"), 1 // 0))
    assert not clients(owner)
    assert once(act, lambda: client("whole"))
    assert not once(act, lambda: client("again"))
    assert clients(owner) == ["whole"]


@pytest.mark.usefixtures("jobs")
def test_of_two_at_the_same_time_one_does_it(owner: Owner) -> None:
    done: list[bool] = []

    def one(number: int) -> None:
        done.append(once(act_of("race"), lambda: client(f"client {number}")))
        connection.close()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, False, True]
    assert len(clients(owner)) == 1


def look(key: str) -> None:
    with acting(CLERK):
        record(Act("population.person_read", CLERK, AT), [Subject("person", key, "00004")], key=UUID(int=1))


@pytest.mark.usefixtures("jobs")
def test_every_event_is_followed_up_once_and_none_before_it_is_certain(owner: Owner) -> None:
    seen: list[str] = []
    table = (Reaction("population.person_read", "tell", lambda order, event: seen.append(f"{event.key} {order.act}")),)
    follow_up(table)
    look("1")
    with psycopg.connect(owner.info.dsn, password=owner.info.password) as slow:
        slow.execute("SELECT pg_current_xact_id()")  # a transaction that could still write an earlier event
        look("2")
        assert follow_up(table) <= 1
    assert follow_up(table) >= 1
    assert follow_up(table) == 0
    waiting = owner.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'react' ORDER BY id").fetchall()
    assert len(waiting) == 2
    for (args,) in waiting:
        assert isinstance(args, dict)
        assert set(args) == {"event_id", "reaction"}, "ids only"
        assert react(args["event_id"], args["reaction"], AT, table)
        assert not react(args["event_id"], args["reaction"], AT, table)
    assert [text.split()[0] for text in seen] == ["1", "2"]
    with pytest.raises(LookupError):
        react(1, "unknown", AT, table)


@pytest.mark.usefixtures("jobs")
def test_a_long_line_of_events_is_followed_up_a_portion_at_a_time(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = (Reaction("population.person_read", "tell", lambda *_: None),)
    portions: list[int] = []
    monkeypatch.setattr("sosach.jobs.reactions.note_owed", lambda owed: portions.append(len(owed)))
    follow_up(table)
    portions.clear()
    for key in range(5):
        look(str(key))
    with transaction.atomic():  # more than a portion in one transaction: not to be parted
        for key in range(5, 9):
            look(str(key))
    look("9")
    assert follow_up(table, most=3) == 10
    assert max(portions) == 4
    assert len([size for size in portions if size]) > 2
    waiting = owner.execute("SELECT args ->> 'event_id' FROM procrastinate_jobs WHERE task_name = 'react'").fetchall()
    assert len(set(waiting)) == 10
    assert follow_up(table, most=3) == 0


@pytest.mark.usefixtures("jobs")
def test_what_is_rolled_back_is_not_followed_up(owner: Owner) -> None:
    with transaction.atomic():
        app.configure_task("react").defer(event_id=1, reaction="none")
        transaction.set_rollback(True)
    assert owner.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (0,)


def test_scheduled_verbs_have_names_of_their_own() -> None:
    assert len({entry.name for entry in SCHEDULE}) == len(SCHEDULE)
    periodic = {task.task.name for task in app.periodic_registry.periodic_tasks.values()}
    assert periodic >= {"follow_up", "reap", "forget"}


def _events(owner: Owner) -> int:
    row = owner.execute("SELECT count(*) FROM audit_auditevent").fetchone()
    assert row is not None
    return int(str(row[0]))


@pytest.mark.slow
def test_the_sealer_seals_within_its_second(owner: Owner, committed: str, tmp_path: Path) -> None:
    before = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    password = role_passwords(state_folder())[DbRole.SEALER]
    stop, ready, sealed = threading.Event(), threading.Event(), []

    def work() -> None:
        connection.settings_dict.update(NAME=committed, USER=role_name(DbRole.SEALER), PASSWORD=password)
        connection.ensure_connection()
        connection.settings_dict.update(before)  # the settings are one for all threads, the connection is its own
        ready.set()
        seal_forever(FileKey(tmp_path / "key"), [], stop, every=0.1, sealed=sealed.append)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    assert ready.wait(60)
    try:
        for key in range(3):
            look(str(key))
            for _ in range(600):  # one seal for each, however long it takes
                if sum(sealed) == _events(owner):
                    break
                time.sleep(0.1)
    finally:
        stop.set()
        thread.join()
    assert sum(sealed) == _events(owner)
    assert len(sealed) >= 3


@pytest.mark.slow
@pytest.mark.usefixtures("up")
def test_a_job_of_a_killed_worker_is_taken_up_again(folder: Path) -> None:  # noqa: F811 - a fixture
    environ = os.environ | {"SOSACH_STATE": str(folder / "state"), "PYTHONPATH": os.pathsep.join(sys.path)}
    with EmbeddedServer(folder / "state").address.connect(DATABASE) as owner:
        # a worker that took a job and was killed a while ago
        row = owner.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '2 minutes') RETURNING id"
        ).fetchone()
        assert row is not None
        owner.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id, attempts) "
            "VALUES ('default', 'reap', '{\"timestamp\": 0}', 'doing', %s, 1)",
            [row[0]],
        )
        # one with a lock, and the next of its kind behind it
        for state, holder in (("doing", row[0]), ("todo", None)):
            owner.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, worker_id, lock, queueing_lock) "
                "VALUES ('default', 'follow_up', '{\"timestamp\": 0}', %s::procrastinate_job_status, %s, 'follow_up', 'follow_up')",
                [state, holder],
            )
        with subprocess.Popen([sys.executable, "-m", "sosach.cli", "work"], env=environ, cwd=folder) as worker:
            deadline = time.monotonic() + 180
            statuses: list[str] = []
            wanted = ["succeeded", "aborted", "succeeded"]
            while statuses != wanted and time.monotonic() < deadline:
                time.sleep(0.5)
                rows = owner.execute("SELECT status::text FROM procrastinate_jobs ORDER BY id LIMIT 3").fetchall()
                statuses = [str(status) for (status,) in rows]
            worker.send_signal(signal.SIGTERM)
    assert statuses == wanted
