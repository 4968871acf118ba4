"""`sosach serve` speaks to the database as the role of the web, whoever prepared it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from sosach.site.databases import DATABASE
from sosach.site.embedded import EmbeddedServer

SECONDS = 120.0  # a busy machine; at rest it is three


@pytest.fixture
def served(up: EmbeddedServer, folder: Path) -> Iterator[int]:
    """The port of a web started as an administrator starts it, with the database brought up to date first."""
    del up
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = os.environ | {"SOSACH_STATE": str(folder / "state"), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "sosach.cli", "serve", "--port", str(port)]
    web = subprocess.Popen(command, cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield port
    web.terminate()
    web.wait()


def test_pages_are_served_as_the_web_alone(served: int, up: EmbeddedServer) -> None:
    """The owner, who prepares the database, is bound by no policy of rows: nobody is served as it."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{served}/", timeout=10):
                break
        except OSError:
            time.sleep(0.2)
    with up.address.connect(DATABASE) as admin:
        asked = """SELECT DISTINCT usename::text FROM pg_stat_activity
                   WHERE datname = %s AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""
        told = {name for (name,) in admin.execute(asked, [DATABASE]).fetchall()}
    assert told == {"sosach_web"}
