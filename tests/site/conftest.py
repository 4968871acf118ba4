"""State folders of tests: where the server's account can reach them, gone afterwards with the server in them."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sosach.site.embedded import EmbeddedServer

QUICK = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "16MB", "max_connections": "20"}
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder others can walk through; servers in it are stopped."""
    made = Path(tempfile.mkdtemp(prefix="sosach-site-"))
    made.chmod(0o711)
    yield made
    for data in [Path(root) / "data" for root, folders, _ in os.walk(made) if "data" in folders]:
        if (data / "PG_VERSION").is_file():
            EmbeddedServer(data.parent).stop()
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def sosach(folder: Path) -> Run:
    """Runs `sosach …` as a process of its own on the state folder `state`."""

    def run(*arguments: str, check: bool = True, typed: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
        told = subprocess.run(
            [sys.executable, "-m", "sosach.cli", *arguments],
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
            env=os.environ | {"SOSACH_STATE": str(folder / "state"), "PYTHONPATH": os.pathsep.join(sys.path)} | environ,
        )
        assert not check or told.returncode == 0, told.stderr
        return told

    return run


@pytest.fixture
def up(made_state: Path, folder: Path) -> EmbeddedServer:
    """The server of the test's own state folder `state`: brought up to date, and running."""
    subprocess.run(["cp", "-a", str(made_state), str(folder / "state")], check=True)
    server = EmbeddedServer(folder / "state")
    server.start()
    return server
