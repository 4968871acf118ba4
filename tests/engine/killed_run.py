"""`python -m tests.engine.killed_run IN OUT MOMENT`: a run that kills itself at a moment (`begin match`, `end check`)."""

import os
import signal
import sys
from pathlib import Path

from tests.engine.running import settings

from sosach.base.registers import Register
from sosach.engine.clean import clean
from sosach.engine.plan import StageRecord


class Killer:
    """A watcher that ends the process the hard way, as a power cut would."""

    def __init__(self, moment: str) -> None:
        self._moment = moment
        self._stage = ""

    def begin(self, stage: str, title: str, steps: int) -> None:
        """Remember the stage."""
        del title, steps
        self._stage = stage

    def step(self, done: float, label: str) -> None:
        """Die inside the stage, once its first step is done."""
        del label
        if done >= 1:
            self._die(f"in {self._stage}")

    def end(self, record: StageRecord) -> None:
        """Die behind the stage."""
        self._die(f"end {record.stage}")

    def _die(self, moment: str) -> None:
        if moment == self._moment:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    source, out, when = sys.argv[1:]
    inputs = {register: Path(source) / f"{register}.parquet" for register in Register}
    clean(settings(inputs, Path(out)), watcher=Killer(when))
