"""What the processes under load do: write through operations, follow up, seal, verify; killed at any moment."""

import os
import threading
import time
from datetime import datetime
from pathlib import Path

from django.db import Error, connection, transaction
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from tests.site.killing import FOLLOWED

from sosach.base.errors import ErrorCode, SosachError
from sosach.domain.access.operations import Order
from sosach.domain.access.operations.clients import create_client
from sosach.domain.access.rules import Role
from sosach.domain.audit.operations.keys import FileKey, FileWitness
from sosach.domain.audit.queries.keys import PublicKeys, witnessed
from sosach.domain.audit.queries.verification import verify as verify_log
from sosach.domain.audit.rules import Actor, ActorKind, Level
from sosach.jobs.once import act_of, once
from sosach.jobs.sealing import seal_forever

LOADER = Actor(ActorKind.SYSTEM, "load", Level.NATION, roles=frozenset({Role.SYSTEM}))


def make(name: str, at: datetime) -> None:
    order = Order(LOADER, at, act=act_of("load", name))
    create_client(order, name=name, scopes=frozenset({Role.CLERK}), level=Level.NATION)


@app.task(name="follow")
def follow(*, name: str) -> None:
    once(act_of("follow", name), lambda: make(f"followed-{name}", datetime.fromtimestamp(time.time()).astimezone()))


def web(name: str, folder: Path, at: datetime) -> None:
    """Write for ever; a number is noted after the commit of its transaction, never before."""
    file = folder / f"{name}.acknowledged"
    lines = file.read_text("ascii").split("\n")[:-1] if file.is_file() else []
    if file.is_file():
        os.truncate(file, sum(len(line) + 1 for line in lines))  # a line cut off by the kill
    number = int(lines[-1]) + 1 if lines else 0
    with file.open("ab", buffering=0) as acknowledged:
        while True:
            try:
                with transaction.atomic():
                    make(f"{name}-{number}", at)
                    if number % FOLLOWED == 0:
                        app.configure_task("follow").defer(name=f"{name}-{number}")
            except SosachError as refused:
                if refused.code is not ErrorCode.CONFLICT:  # conflict: it was done before the kill
                    connection.close()
                    time.sleep(0.02)
                    continue
            except Error:
                connection.close()
                time.sleep(0.02)
                continue
            acknowledged.write(f"{number}\n".encode())
            number += 1


def worker(name: str, folder: Path, at: datetime) -> None:
    """The queue's own worker, with a reaper that does not wait long."""
    del folder, at
    threading.Thread(target=_reap, daemon=True).start()
    with app.replace_connector(PsycopgConnector(kwargs=connector_params())) as queue:
        queue.run_worker(name=name, update_heartbeat_interval=0.5, fetch_job_polling_interval=0.5, delete_jobs="never")


def _reap() -> None:
    while True:
        time.sleep(1)
        try:
            for job in _stalled():
                app.job_manager.retry_job_by_id(job_id=job, retry_at=datetime.fromtimestamp(time.time()).astimezone())
        except Exception:  # noqa: BLE001 - the database may be away; the next second will tell
            connection.close()


def _stalled() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT j.id FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id "
            "WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - interval '3 seconds')"
        )
        return [number for (number,) in cursor.fetchall()]


def sealer(name: str, folder: Path, at: datetime) -> None:
    """Seal every tenth of a second."""
    del name, at
    seal_forever(FileKey(folder / "seal.key"), [FileWitness(folder / "witness")], threading.Event(), every=0.1)


def verify(name: str, folder: Path, at: datetime) -> None:
    """Print how many events are sealed and how many faults there are."""
    del name, at
    seen = verify_log(PublicKeys([FileKey(folder / "seal.key").public_key]), witnessed([folder / "witness"]))
    print(seen.events, len(seen.findings) + seen.unsealed)  # noqa: T201 - the answer
