"""The plan: stages in order, finished ones not done again, costs recorded, watchers told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.engine.running import settings

from sosach.engine.plan import Outcome, Silence, Stage, StageRecord, Steps, explain_plan, run_plan
from sosach.engine.workspace import HIDDEN, Workspace

NAMES = ("gather", "sort", "tell")


@dataclass
class Watched:
    """A watcher that remembers."""

    told: list[str] = field(default_factory=list)
    done: list[float] = field(default_factory=list)

    def begin(self, stage: str, title: str, steps: int) -> None:
        self.told.append(f"begin {stage} {title} {steps}")

    def step(self, done: float, label: str) -> None:
        self.told.append(f"step {label}")
        self.done.append(done)

    def end(self, record: StageRecord) -> None:
        self.told.append(f"end {record.stage} {'again' if record.resumed else 'new'}")


@dataclass
class Work:
    """Three stages that note what they are asked to do; the one named in `fails` raises."""

    asked: list[str] = field(default_factory=list)
    fails: str = ""

    def stages(self) -> tuple[Stage, ...]:
        return tuple(self._stage(name) for name in NAMES)

    def _stage(self, name: str) -> Stage:
        def run(workspace: Workspace, steps: Steps) -> Outcome:
            self.asked.append(f"run {name}")
            for label in ("first", "second"):
                with steps.step(label):
                    workspace.con.execute("SELECT 1")
            if name == self.fails:
                raise RuntimeError(name)
            return Outcome({f"table_{name}": 3}, {"noted": name})

        def restore(_: Workspace, notes: dict[str, Any]) -> None:
            self.asked.append(f"restore {notes['noted']}")

        return Stage(name, f"Việc {name}", f"Work {name}", f"What {name} does.", 2, run, restore)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace(settings({}, tmp_path / "out")) as workspace:
        yield workspace


def go(room: Workspace, work: Work, fingerprint: str = "a", watcher: Watched | None = None) -> list[StageRecord]:
    return run_plan(room, work.stages(), fingerprint=fingerprint, watcher=watcher or Silence())


def test_stages_run_in_order_and_are_recorded(room: Workspace) -> None:
    work = Work()
    records = go(room, work)
    assert work.asked == ["run gather", "run sort", "run tell"]
    assert [(record.stage, record.rows, record.notes, record.resumed) for record in records] == [
        (name, {f"table_{name}": 3}, {"noted": name}, False) for name in NAMES
    ]
    assert all(record.seconds >= 0 and record.peak_mb > 0 for record in records)


def test_what_is_finished_is_restored(room: Workspace) -> None:
    first = go(room, Work())
    work = Work()
    again = go(room, work)
    assert work.asked == ["restore gather", "restore sort", "restore tell"]
    assert all(record.resumed for record in again)
    assert [record.seconds for record in again] == [record.seconds for record in first]


def test_a_run_goes_on_behind_the_last_finished_stage(room: Workspace) -> None:
    with pytest.raises(RuntimeError, match="sort"):
        go(room, Work(fails="sort"))
    work = Work()
    records = go(room, work)
    assert work.asked == ["restore gather", "run sort", "run tell"]
    assert [record.resumed for record in records] == [True, False, False]


def test_another_fingerprint_starts_anew(room: Workspace) -> None:
    go(room, Work())
    work = Work()
    go(room, work, fingerprint="b")
    assert work.asked == ["run gather", "run sort", "run tell"]


@pytest.mark.parametrize("broken", ["", "{", '{"fingerprint": "a"', "null"])
def test_behind_a_broken_note_everything_is_done_again(room: Workspace, broken: str) -> None:
    go(room, Work())
    (room.out / HIDDEN / "sort.json").write_text(broken, "utf-8")
    work = Work()
    go(room, work)
    assert work.asked == ["restore gather", "run sort", "run tell"]


def test_the_watcher_hears_everything_once(room: Workspace) -> None:
    watched = Watched()
    go(room, Work(), watcher=watched)
    heard = [told for told in watched.told if not told.startswith("step")]
    assert heard == [word for name in NAMES for word in (f"begin {name} Việc {name} 2", f"end {name} new")]
    assert {"step first", "step second"} <= set(watched.told)
    assert min(watched.done) == 0
    assert max(watched.done) == 2
    again = Watched()
    run_plan(room, Work().stages(), fingerprint="a", watcher=again, lang="en")
    assert again.told == [word for name in NAMES for word in (f"begin {name} Work {name} 2", f"end {name} again")]


def test_a_plan_in_words() -> None:
    stages = Work().stages()
    vi, en = explain_plan(stages, "vi"), explain_plan(stages, "en")
    assert vi.splitlines()[:2] == ["1. gather: Việc gather", "   What gather does."]
    assert [line[:2] for line in en.splitlines()[::2]] == ["1.", "2.", "3."]
    assert "Work tell" in en
