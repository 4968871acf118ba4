"""What several subjects' tests start from."""

import subprocess
import sys
from pathlib import Path

import pytest

REGISTERS = ("population", "vehicles", "licences")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole cleaning run over a synthetic commune."""
    out = tmp_path_factory.mktemp("demo")
    program = [sys.executable, "-c", "from sosach.cli.main import run; run()"]
    made, cleaned = out / "made", out / "cleaned"
    synth = ["synth", "--out", str(made), "--persons", "250", "--province", "38", "--formats", "parquet"]
    inputs = [f"--{name}={made / name}.parquet" for name in REGISTERS]
    for command in (synth, ["clean", *inputs, "--out", str(cleaned)]):
        subprocess.run([*program, *command], check=True, capture_output=True)
    return cleaned
