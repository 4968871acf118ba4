"""Progress of a run on the terminal: a bar per stage with rate and time left, one plain line each where no terminal is."""

import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from sosach.engine.plan import StageRecord


class Bars:
    """Shows the stages of a run as they go; a context manager.

    The rate is rows of the run per second: the share of the stage that is done, of all rows read.
    """

    def __init__(self, console: Console, lang: str) -> None:
        self._lang = lang
        self._console = console
        self._rows = 0
        self._started = 0.0
        self._task: TaskID | None = None
        self._title = ""
        self._progress = Progress(
            TextColumn("{task.description:<28}"),
            BarColumn(bar_width=28),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[rate]:>16}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[label]}"),
            console=console,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> "Bars":  # noqa: PYI034  # a final class by use
        """Start drawing."""
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop drawing."""
        self._progress.stop()

    def begin(self, stage: str, title: str, steps: int) -> None:
        """A stage starts."""
        del stage
        self._title = title
        self._started = time.monotonic()
        self._task = self._progress.add_task(title, total=max(steps, 1), rate="", label="")

    def step(self, done: float, label: str) -> None:
        """A stage goes on."""
        if self._task is None:
            return
        task = self._progress.tasks[self._progress.task_ids.index(self._task)]
        seconds = time.monotonic() - self._started
        share = min(1.0, done / (task.total or 1))
        rate = f"{grouped(round(self._rows * share / seconds), self._lang)}/s" if self._rows and seconds > 0.5 else ""
        self._progress.update(self._task, completed=done, rate=rate, label=label)

    def end(self, record: StageRecord) -> None:
        """A stage is finished."""
        if record.stage == "load":
            self._rows = sum(record.rows.values())
        if self._task is not None:
            task = self._progress.tasks[self._progress.task_ids.index(self._task)]
            self._progress.update(self._task, completed=task.total, label="")
        if not self._console.is_terminal:
            again = {"vi": " (đã xong từ trước)", "en": " (finished before)"}[self._lang] if record.resumed else ""
            self._console.print(f"{self._title}: {record.seconds:.1f} s, {record.peak_mb} MB{again}")


def grouped(number: int, lang: str) -> str:
    """A whole number with its digits grouped: dots in Vietnamese, commas in English.

    >>> grouped(1234567, "vi"), grouped(1234567, "en")
    ('1.234.567', '1,234,567')
    """
    text = f"{number:,}"
    return text.replace(",", ".") if lang == "vi" else text
