"""What an administrator types, from nothing to a verified log; in both languages, with exit codes scripts can use."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest
from tests.site.conftest import Run

from sosach.site.databases import DATABASE
from sosach.site.embedded import EmbeddedServer


@pytest.mark.slow
def test_from_nothing_to_a_verified_log(sosach: Run, folder: Path) -> None:
    assert sosach("db", "status", check=False).returncode == 2
    up = sosach("db", "up", "--lang", "en")
    assert "SYNTHETIC DATA ONLY" in up.stderr
    status = sosach("db", "status", "--lang", "en")
    assert "Durable\tyes" in status.stdout
    assert "synthetic" in status.stdout
    made = sosach("officer", "create", "Nguyễn.Án", "--unit", "00004", "--role", "clerk", "--lang", "en")
    assert "nguyen.an" in made.stdout
    assert "shown this once" in made.stdout
    again = sosach("officer", "create", "nguyen.an", "--unit", "00004", check=False)
    assert (again.returncode, again.stderr[:8]) == (2, "STATE-03")
    sosach("officer", "grant", "nguyen.an", "chief", "--until", "2999-01-31")
    assert "chief, clerk" in sosach("officer", "list").stdout or "clerk, chief" in sosach("officer", "list").stdout
    sosach("officer", "grant", "nguyen.an", "chief", "--end")
    assert "chief" not in sosach("officer", "list").stdout
    for told, code in ((("00004", "king"), "STATE-04"), (("7", "clerk"), "STATE-04"), (("99", "clerk"), "STATE-04")):
        refused = sosach("officer", "create", "other", "--unit", told[0], "--role", told[1], check=False)
        assert (refused.returncode, refused.stderr[:8]) == (2, code)
    never = sosach("audit", "verify", "--lang", "en", check=False)
    assert "Nothing is sealed yet" in never.stdout
    assert never.returncode == int("should have been sealed" in never.stdout)  # a slow machine is a minute late by now
    sosach("audit", "seal")
    assert "0 faults" in sosach("audit", "verify", "--lang", "en").stdout
    key_id, key = sosach("audit", "key").stdout.split()
    assert len(key_id) == 16
    export = folder / "log"
    sosach("audit", "export", str(export))
    assert len(json.loads((export / "seals.jsonl").read_text().splitlines()[0])["signature"]) == 128
    _tamper(folder / "state")
    found = sosach("audit", "verify", "--key", key, "--lang", "en", check=False)
    assert found.returncode == 1
    assert "changed\t0\t1" in found.stdout
    assert sosach("db", "down", "--lang", "en").stdout == "Stopped.\n"
    gone = sosach("officer", "list", check=False)
    assert (gone.returncode, gone.stderr[:5]) == (2, "DB-01")


def _tamper(state: Path) -> None:
    with EmbeddedServer(state).address.connect(DATABASE) as owner:
        owner.execute(
            "UPDATE audit_auditevent SET actor_key = 'nobody' "
            "WHERE id = (SELECT id FROM audit_auditevent ORDER BY xid, id OFFSET 1 LIMIT 1)"
        )


@pytest.mark.slow
def test_the_embedded_server_never_takes_real_data(sosach: Run) -> None:
    refused = sosach("db", "up", "--data", "real", "--lang", "en", check=False)
    assert refused.returncode == 2
    assert refused.stderr.startswith("DB-02")
    assert "synthetic data only" in refused.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("up")
def test_pages_tell_what_data_they_show_and_come_from_this_machine_only(folder: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {"SOSACH_STATE": str(folder / "state"), "PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "sosach.cli", "serve", "--port", str(port), "--no-prepare"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            assert _header(port) == "synthetic"
            listening = {
                found.laddr.ip for found in psutil.net_connections("tcp") if found.laddr and found.laddr.port == port
            }
            assert listening == {"127.0.0.1"}
        finally:
            server.terminate()


def _header(port: int) -> str | None:
    deadline = time.monotonic() + 120
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/nothing-is-here", timeout=60)
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.headers["X-Sosach-Data"]
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
