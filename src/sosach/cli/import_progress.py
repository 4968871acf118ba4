"""Progress of an import on the terminal: a bar per register and phase with its rate, one plain line each where no terminal is."""

import threading
import time
from collections.abc import Mapping

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from sosach.cli.progress import grouped

_REGISTERS: Mapping[str, Mapping[str, str]] = {
    "vi": {"population": "Dân cư", "vehicles": "Xe", "licences": "GPLX"},
    "en": {"population": "Population", "vehicles": "Vehicles", "licences": "Licences"},
}
_PHASES: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "planning": "dò bản ghi",
        "records": "ghi bản ghi",
        "raised": "ghi phát hiện",
        "settling": "xử lý từng bản ghi",
    },
    "en": {
        "planning": "finding records",
        "records": "writing records",
        "raised": "writing findings",
        "settling": "settling one by one",
    },
}


def register_name(register: str, lang: str) -> str:
    """What people call a register."""
    return _REGISTERS[lang].get(register, register)


class ImportBars:
    """Shows the phases of an import as they go; a context manager. Several registers may report at once."""

    def __init__(self, console: Console, lang: str) -> None:
        self._console = console
        self._lang = lang
        self._alone = threading.Lock()
        self._tasks: dict[tuple[str, str], TaskID] = {}
        self._since: dict[tuple[str, str], float] = {}
        self._progress = Progress(
            TextColumn("{task.description:<34}"),
            BarColumn(bar_width=28),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[rate]:>16}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> "ImportBars":  # noqa: PYI034  # a final class by use
        """Start drawing."""
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop drawing."""
        self._progress.stop()

    def told(self, register: str, phase: str, done: int, of: int) -> None:
        """A phase of a register goes on; with the last row it ends."""
        with self._alone:
            now = time.monotonic()
            if (register, phase) not in self._tasks:
                self._since[register, phase] = now
                title = f"{register_name(register, self._lang)}: {_PHASES[self._lang].get(phase, phase)}"
                self._tasks[register, phase] = self._progress.add_task(title, total=max(of, 1), rate="")
            task = self._tasks[register, phase]
            seconds = now - self._since[register, phase]
            rate = f"{grouped(round(done / seconds), self._lang)}/s" if done and seconds > 0 else ""
            self._progress.update(task, completed=done, rate=rate)
            if done >= of > 0:
                self._end(task, of, seconds, rate)

    def _end(self, task: TaskID, rows: int, seconds: float, rate: str) -> None:
        if not self._console.is_terminal:
            title = self._progress.tasks[self._progress.task_ids.index(task)].description
            self._console.print(f"{title}: {grouped(rows, self._lang)}, {seconds:.1f} s, {rate}", highlight=False)
