"""Cards out of the simulated machine, read byte for byte by two readers nobody here wrote, over PC/SC: libeac3 and libmrtd0."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.readers.station import DRIVER

ROOT = Path(__file__).parents[2]
READERS = {"libeac3", "libmrtd0"}
COUNT, FACE = (1_000, 1_000) if os.environ.get("CI") else (16, 4_000)
"""Continuous integration reads a thousand cards with small faces; `-m heavy` a thousand of real size."""
REAL_FACE = "19000"


def _missing() -> list[str]:
    programs = [name for name in ("pcscd", "gcc", "unshare") if shutil.which(name) is None]
    listed = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=False).stdout
    libraries = [name for name in ("libeac.so.3", "libmrtd.so.0", "libpcsclite.so.1") if name not in listed]
    drivers = [] if DRIVER.exists() else [str(DRIVER)]
    return programs + libraries + drivers or _closed_in()


def _closed_in() -> list[str]:
    """Whether namespaces may be made: by root, and not in every container."""
    tried = subprocess.run(["unshare", "--net", "--mount", "true"], capture_output=True, check=False)
    return ["the right to make namespaces"] if tried.returncode else []


MISSING = _missing()
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"reading over PC/SC needs {', '.join(MISSING)}")


def station(*words: str, seconds: int = 240) -> list[dict[str, Any]]:
    """What the station tells of every card and reader."""
    done = subprocess.run(
        ["unshare", "--net", "--mount", sys.executable, "-m", "tests.readers.station", *words],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(["src", "."])},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def judged(told: list[dict[str, Any]]) -> dict[str, int]:
    """How many cards each reader read without a fault; any fault fails."""
    assert not [line for line in told if line["fault"]]
    return {reader: len({line["serial"] for line in told if line["reader"] == reader}) for reader in READERS}


@pytest.mark.slow
def test_both_readers_read_cards_of_every_profile() -> None:
    assert judged(station(str(COUNT), str(FACE), seconds=400)) == dict.fromkeys(READERS, COUNT)


@pytest.mark.slow
def test_one_altered_bit_is_seen() -> None:
    told = station("2", REAL_FACE, "altered")
    assert {(line["reader"], line["fault"]) for line in told} == {(reader, "differing: ['010D']") for reader in READERS}


@pytest.mark.heavy
def test_both_readers_read_a_thousand_cards_of_real_size() -> None:
    told = station("1000", REAL_FACE, seconds=400)
    assert judged(told) == dict.fromkeys(READERS, 1_000)
    for reader in READERS:
        seconds = [line["seconds"] for line in told if line["reader"] == reader]
        sys.stderr.write(f"{reader}: {len(seconds) / sum(seconds):.0f} cards a second\n")
        assert len(seconds) / sum(seconds) >= 10
