"""Runs the judges written in JavaScript, where Node and their libraries are installed."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "js"
LONGEST = 120  # seconds


def node() -> str:
    """The program; skips the test where it or the libraries are missing."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("node is not installed")
    if not (FOLDER / "node_modules").is_dir():
        pytest.skip("the libraries of tests/judges/js are not installed (npm ci)")
    return program


def judged(script: str, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a script says of each case."""
    command = [node(), str(FOLDER / script)]
    done = subprocess.run(
        command, check=False, input=json.dumps(cases), capture_output=True, text=True, timeout=LONGEST
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: list[dict[str, Any]] = json.loads(done.stdout)
    assert len(found) == len(cases)
    return found
