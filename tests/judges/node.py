"""Runs the judges written in JavaScript, where Node and their libraries are installed."""

import json
import shutil
import subprocess
from collections.abc import Callable
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


def spoken_with(
    script: str, told: dict[str, Any], answer: Callable[[dict[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    """Let a script work that asks for things on the way, one line of JSON each; its last line says what came of it."""
    command = [node(), str(FOLDER / script)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        said: dict[str, Any] = told
        while True:
            running.stdin.write(json.dumps(said) + "\n")
            running.stdin.flush()
            line = running.stdout.readline()
            assert line, "the script ended without a word"
            asked: dict[str, Any] = json.loads(line)
            if "url" not in asked:
                return asked
            said = answer(asked)
