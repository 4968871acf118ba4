"""The plan of a run: named stages, what each needs and makes; runs those not finished yet and records what they cost."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import psutil

from sosach.engine.workspace import Workspace

SAMPLE_SECONDS = 0.1


class Watcher(Protocol):
    """Who is told how a run goes on (the command line shows bars with rate and time left)."""

    def begin(self, stage: str, title: str, steps: int) -> None:
        """A stage starts and will take that many steps."""

    def step(self, done: float, label: str) -> None:
        """So many steps are done (a fraction inside a step counts), and this is being worked on."""

    def end(self, record: "StageRecord") -> None:
        """The stage is finished, or was found finished."""


class Silence:
    """A watcher that tells nobody."""

    def begin(self, stage: str, title: str, steps: int) -> None:
        """Say nothing."""

    def step(self, done: float, label: str) -> None:
        """Say nothing."""

    def end(self, record: "StageRecord") -> None:
        """Say nothing."""


@dataclass(slots=True)
class StageRecord:
    """What a stage did: rows per table it made, seconds, highest memory of the process in MB while it ran."""

    stage: str
    seconds: float
    peak_mb: int
    rows: dict[str, int]
    notes: dict[str, Any] = field(default_factory=dict)
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the plan.

    Attributes:
        name: folder of its tables and name in the manifest.
        vi: title in Vietnamese.
        en: title in English.
        steps: how many steps it reports.
        run: does the work; returns rows per table and notes for the manifest and later stages.
        restore: makes its tables visible again when it is found finished.
    """

    name: str
    vi: str
    en: str
    does: str
    steps: int
    run: "Callable[[Workspace, Steps], Outcome]"
    restore: Callable[[Workspace, dict[str, Any]], None]


@dataclass(slots=True)
class Outcome:
    """What a stage returns: row counts per table, and notes."""

    rows: dict[str, int]
    notes: dict[str, Any] = field(default_factory=dict)


class Steps:
    """Reports the steps of a stage; a sampler thread adds the progress of the running query and watches memory."""

    def __init__(self, workspace: Workspace, watcher: Watcher) -> None:
        self._workspace = workspace
        self._watcher = watcher
        self._done = 0
        self._label = ""
        self.peak_bytes = 0

    @contextmanager
    def step(self, label: str) -> Iterator[None]:
        """One step of the stage."""
        self._label = label
        self._watcher.step(self._done, label)
        yield
        self._done += 1
        self._watcher.step(self._done, label)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Sample memory and query progress while the block runs."""
        stop = threading.Event()
        thread = threading.Thread(target=self._sample, args=(stop,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _sample(self, stop: threading.Event) -> None:
        process = psutil.Process()
        while True:
            self.peak_bytes = max(self.peak_bytes, _resident(process))
            inside = self._workspace.con.query_progress()
            if 0 < inside < 100:
                self._watcher.step(self._done + inside / 100, self._label)
            if stop.wait(SAMPLE_SECONDS):
                return


def _resident(process: psutil.Process) -> int:
    """Resident bytes of the process and its children."""
    total = 0
    for member in (process, *process.children(recursive=True)):
        try:
            total += member.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def run_plan(
    workspace: Workspace, stages: tuple[Stage, ...], *, fingerprint: str, watcher: Watcher, lang: str = "vi"
) -> list[StageRecord]:
    """Run the stages in order, skipping those an interrupted run with the same fingerprint has finished.

    Args:
        workspace: open workspace.
        stages: the plan.
        fingerprint: stands for inputs, settings and version; a note with another one is not trusted.
        watcher: is told.
        lang: language of the titles told to the watcher.

    Returns:
        A record per stage.
    """
    records = []
    fresh = False
    for stage in stages:
        watcher.begin(stage.name, stage.vi if lang == "vi" else stage.en, stage.steps)
        note = None if fresh else workspace.read_note(stage.name)
        if note is not None and note.get("fingerprint") == fingerprint:
            record = StageRecord(**note["record"])
            record.resumed = True
            stage.restore(workspace, record.notes)
        else:
            fresh = True
            record = _run_stage(workspace, stage, watcher)
            workspace.write_note(stage.name, {"fingerprint": fingerprint, "record": asdict(record)})
        watcher.end(record)
        records.append(record)
    return records


def _run_stage(workspace: Workspace, stage: Stage, watcher: Watcher) -> StageRecord:
    steps = Steps(workspace, watcher)
    started = time.perf_counter()
    with steps.watched():
        outcome = stage.run(workspace, steps)
    return StageRecord(
        stage=stage.name,
        seconds=round(time.perf_counter() - started, 3),
        peak_mb=steps.peak_bytes // 2**20,
        rows=outcome.rows,
        notes=outcome.notes,
    )


def explain_plan(stages: tuple[Stage, ...], lang: str) -> str:
    """The plan in words: one paragraph per stage."""
    lines = []
    for number, stage in enumerate(stages, start=1):
        lines += [f"{number}. {stage.name}: {stage.vi if lang == 'vi' else stage.en}", f"   {stage.does}"]
    return "\n".join(lines)
