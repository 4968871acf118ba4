"""The embedded server: one per folder, however it died, wherever it lies, whoever starts it."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psutil
import pytest
from tests.site.conftest import QUICK
from tests.site.killing import gone

from sosach.base.errors import ErrorCode, SosachError
from sosach.site.embedded import EmbeddedServer, server
from sosach.site.embedded.account import Account, server_account

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")


def quick(state: Path) -> EmbeddedServer:
    return EmbeddedServer(state, config=QUICK)


def main_pid(state: Path) -> int:
    return int((state / "data" / "postmaster.pid").read_text().splitlines()[0])


def kill(pid: int) -> None:
    """Kill -9, and wait until the process is gone."""
    process = psutil.Process(pid)
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while not gone(process) and time.monotonic() < deadline:
        time.sleep(0.01)


def ask(running: EmbeddedServer, statement: str) -> object:
    with running.address.connect("postgres") as connection:
        cursor = connection.execute(statement)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def start_and_tell(state: str) -> int:
    quick(Path(state)).start()
    return main_pid(Path(state))


@pytest.mark.slow
def test_several_starts_at_once_give_one_server(folder: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        assert len(set(pool.map(start_and_tell, [str(folder / "state")] * 4))) == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["với dấu cách và 'nháy' \"kép\" $HOME `x` 100%", "x" * 120, "a,b"])
def test_any_path_will_do(folder: Path, name: str) -> None:
    running = quick(folder / name)
    running.start()
    assert ask(running, "SELECT current_setting('data_checksums')") == "on"
    assert running.stop()
    assert not running.running()


@pytest.mark.slow
def test_it_lives_through_kills_foreign_numbers_and_left_over_sockets(folder: Path) -> None:
    running = quick(folder / "state")
    running.start()
    ask(running, "CREATE TABLE kept AS SELECT 1 AS one")
    for _ in range(2):
        pid = main_pid(running.state)
        kill(pid)
        assert not running.running()
        account = running.account
        sleeper = subprocess.Popen(["sleep", "600"], **account.process())  # type: ignore[call-overload]
        try:
            # the number of the dead server now belongs to somebody else, of the same account
            for file in (running.data / "postmaster.pid", running.socket / ".s.PGSQL.5432.lock"):
                lines = file.read_text().splitlines()
                file.write_text("\n".join([str(sleeper.pid), *lines[1:]]) + "\n")
            assert not running.running()
            running.start()
            assert running.running()
            assert ask(running, "SELECT one FROM kept") == 1
            assert sleeper.poll() is None
        finally:
            sleeper.kill()
            sleeper.wait()


@pytest.mark.slow
def test_what_a_killed_server_left_running_is_waited_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running = quick(folder / "state")
    running.start()
    running.stop()
    monkeypatch.setattr(server, "ORPHAN_SECONDS", 0.3)
    with (running.state / "running.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # as a process of a server elsewhere would
        with pytest.raises(SosachError, match="Another server") as refused:
            running.start()
    assert refused.value.code is ErrorCode.DATABASE_DOWN
    running.start()
    assert running.running()


@pytest.mark.slow
def test_why_it_does_not_start_is_told(folder: Path) -> None:
    with pytest.raises(SosachError, match="work_mem") as refused:
        EmbeddedServer(folder / "state", config={"work_mem": "nonsense"}).start()
    assert refused.value.code is ErrorCode.DATABASE_DOWN
    assert "work_mem" in refused.value.vi


@pytest.mark.slow
def test_data_of_another_branch_are_left_alone(folder: Path) -> None:
    running = quick(folder / "state")
    running.start()
    running.stop()
    (running.data / "PG_VERSION").write_text("12\n")
    with pytest.raises(SosachError, match="are of PostgreSQL 12") as refused:
        running.start()
    assert refused.value.code is ErrorCode.DATABASE_UNFIT


@pytest.mark.parametrize(("told", "code"), [("14.9", ErrorCode.DATABASE_UNFIT), ("no", ErrorCode.DATABASE_DOWN)])
def test_programs_that_do_not_fit_are_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, told: str, code: ErrorCode
) -> None:
    program = folder / "bin" / "postgres"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {told}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("SOSACH_POSTGRES", str(folder))
    with pytest.raises(SosachError) as refused:
        quick(folder / "state").start()
    assert refused.value.code is code


def test_missing_programs_are_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOSACH_POSTGRES", str(folder / "nowhere"))
    with pytest.raises(SosachError, match="There is no PostgreSQL"):
        quick(folder / "state").start()


@ROOT_ONLY
@pytest.mark.parametrize("kind", ["folder", "link"])
def test_a_socket_folder_of_somebody_else_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setattr(server, "SHORT", folder)
    running = quick(folder / ("x" * 120))
    place = server.socket_folder(running.state, running.account)
    if kind == "folder":
        place.mkdir(mode=0o777)
        os.chown(place, 54321, 54321)
    else:
        place.symlink_to(folder)
    with pytest.raises(SosachError, match="closed to others") as refused:
        running.start()
    assert refused.value.code is ErrorCode.DATABASE_RIGHTS


@ROOT_ONLY
def test_a_folder_the_account_cannot_enter_is_named_and_left_as_it_is(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(SosachError, match=str(closed)) as refused:
        quick(closed / "state").start()
    assert refused.value.code is ErrorCode.DATABASE_RIGHTS
    assert closed.stat().st_mode & 0o777 == 0o700


def test_who_may_walk_where(folder: Path) -> None:
    folder.chmod(0o700)
    other = Account(54321, 54321, drops=True)
    assert other.blocked_at(folder / "x") == folder
    assert Account(os.getuid(), os.getgid(), drops=False).blocked_at(folder / "x") is None
    folder.chmod(0o711)
    assert other.blocked_at(folder / "x") is None


@ROOT_ONLY
@pytest.mark.slow
def test_an_ordinary_account_runs_its_own(folder: Path) -> None:
    account = server_account()
    home = folder / "home"
    account.own(home)
    EmbeddedServer(folder / "prepared", config=QUICK).start()  # by root: copies the programs to where all can read them
    programs = EmbeddedServer(folder / "prepared").programs
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setgid(account.gid)
            os.setuid(account.uid)
            os.environ["SOSACH_POSTGRES"] = str(programs)
            mine = quick(home / "state")
            mine.start()
            status = 0 if ask(mine, "SELECT 7") == 7 and mine.stop() else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert (home / "state" / "data").stat().st_uid == account.uid


@pytest.mark.slow
def test_it_goes_on_when_whoever_started_it_is_killed(folder: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from tests.site.test_embedded import quick; "
        "quick(Path(sys.argv[1])).start(); print('up', flush=True); time.sleep(600)"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code, str(folder / "state")],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=Path(__file__).parents[2],
    )
    with starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "up\n"
        starter.kill()
    running = quick(folder / "state")
    assert running.running()
    assert running.stop()
    assert not running.running()
