"""A whole run: the same in, the same out; killed and continued; folders it refuses; what it leaves behind."""

import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook
from tests.engine.running import read, run, settings
from tests.engine.soundness import assert_sound

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.registers import Register
from sosach.engine.clean import Run, clean, plan_text
from sosach.engine.plan import Silence, StageRecord
from sosach.engine.settings import Settings
from sosach.engine.workspace import HIDDEN, Workspace
from sosach.synth import SynthPlan, generate

pytestmark = pytest.mark.slow

P, V, L = Register.POPULATION, Register.VEHICLES, Register.LICENCES
STAGES = ("load", "profile", "standardise", "check", "match", "judge", "report")
PARQUET = ("population", "vehicles", "licences", "findings", "candidates", "duplicates")
REPOSITORY = Path(__file__).parents[2]


class Stopped(Exception):  # noqa: N818 - no error, a stop
    """Somebody stopped the run."""


class StopBehind(Silence):
    """A watcher that stops the run behind a stage."""

    def __init__(self, stage: str) -> None:
        self._stage = stage
        self.records: list[StageRecord] = []

    def end(self, record: StageRecord) -> None:
        """Stop."""
        self.records.append(record)
        if record.stage == self._stage:
            raise Stopped


def make(folder: Path, persons: int) -> dict[Register, Path]:
    generate(SynthPlan(persons, folder, seed=3, provinces=("38",), formats=("parquet",)))
    return {register: folder / f"{register}.parquet" for register in Register}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> dict[Register, Path]:
    return make(tmp_path_factory.mktemp("registers"), 300)


@pytest.fixture(scope="module")
def kept(inputs: dict[Register, Path], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run in a folder with a difficult name, intermediate tables kept."""
    return clean(settings(inputs, tmp_path_factory.mktemp("kept") / "kết quả năm 1", keep=True))


@pytest.fixture(scope="module")
def expected(kept: Run) -> dict[str, Any]:
    return contents(kept.out)


def contents(out: Path) -> dict[str, Any]:
    """Every table of a run, rows in order, and every cell of its work lists."""
    found: dict[str, Any] = {
        name: read(out / f"{name}.parquet") for name in PARQUET if (out / f"{name}.parquet").exists()
    }
    for path in sorted(out.glob("worklists/**/*.xlsx")):
        book = CalamineWorkbook.from_path(str(path))
        found[str(path.relative_to(out))] = {
            name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names
        }
    return found


def kill(inputs: dict[Register, Path], out: Path, moment: str) -> None:
    """A run in a process of its own that is killed at the moment."""
    arguments = [sys.executable, "-m", "tests.engine.killed_run", str(inputs[P].parent), str(out), moment]
    done = subprocess.run(arguments, cwd=REPOSITORY, capture_output=True, timeout=120, check=False)
    assert done.returncode == -9, done.stderr.decode()


def stop(inputs: dict[Register, Path], out: Path, stage: str, **changes: Any) -> list[StageRecord]:
    """A run that is stopped behind a stage; returns what it did until then."""
    watcher = StopBehind(stage)
    with pytest.raises(Stopped):
        clean(settings(inputs, out, **changes), watcher=watcher)
    return watcher.records


def resumed(run: Run) -> list[str]:
    return [record.stage for record in run.records if record.resumed]


# the same in, the same out -------------------------------------------------------------------------------------------


def test_what_a_run_promises(inputs: dict[Register, Path], kept: Run) -> None:
    assert_sound(kept.out, {register: pq.read_table(path).to_pylist() for register, path in inputs.items()})


def test_the_same_registers_give_the_same_tables_whatever_the_limits(
    inputs: dict[Register, Path], expected: dict[str, Any], tmp_path: Path
) -> None:
    again = contents(clean(settings(inputs, tmp_path / "out", threads=1, memory_mb=1_024)).out)
    assert again.keys() == expected.keys()
    for name, rows in expected.items():
        assert again[name] == rows, name
    assert any(name.endswith(".xlsx") for name in expected)
    assert not (tmp_path / "out" / HIDDEN).exists(), "intermediate tables go unless they are to be kept"


def test_kept_tables_can_be_looked_at(kept: Run) -> None:
    for stage in STAGES:
        note = json.loads((kept.out / HIDDEN / f"{stage}.json").read_text("utf-8"))
        assert note["record"]["stage"] == stage
    tables = [*(kept.out / HIDDEN).rglob("*.parquet")]
    assert {"match", "standardise", "judge", "check"} <= {
        path.relative_to(kept.out / HIDDEN).parts[0] for path in tables
    }
    assert all(pq.read_metadata(path).num_columns for path in tables)


def test_a_kept_run_is_not_done_twice(inputs: dict[Register, Path], kept: Run, expected: dict[str, Any]) -> None:
    again = clean(settings(inputs, kept.out, keep=True))
    assert resumed(again) == list(STAGES)
    assert contents(kept.out) == expected


def test_outputs_stand_in_the_folder_and_nothing_else(kept: Run) -> None:
    names = {path.name for path in kept.out.iterdir()}
    assert names == {*(f"{name}.parquet" for name in PARQUET), "manifest.json", "report.html", "worklists", HIDDEN}
    written = json.loads((kept.out / "manifest.json").read_text("utf-8"))
    told = json.loads(json.dumps(kept.manifest, default=str))
    for part in ("inputs", "rows", "headings", "versions"):
        assert written[part] == told[part]


# killed and continued ------------------------------------------------------------------------------------------------


def test_a_killed_run_goes_on_where_it_was(
    inputs: dict[Register, Path], expected: dict[str, Any], tmp_path: Path
) -> None:
    kill(inputs, tmp_path / "out", "in standardise")
    kill(inputs, tmp_path / "out", "end match")
    done = clean(settings(inputs, tmp_path / "out"))
    assert resumed(done) == ["load", "profile", "standardise", "check", "match"]
    assert contents(done.out) == expected


@pytest.mark.heavy
@pytest.mark.parametrize("when", ["in", "end"])
@pytest.mark.parametrize("stage", STAGES)
def test_killed_anywhere(
    stage: str, when: str, inputs: dict[Register, Path], expected: dict[str, Any], tmp_path: Path
) -> None:
    if f"{when} {stage}" == "in check":
        pytest.skip("the stage has one step: nothing happens between its first step and its end")
    kill(inputs, tmp_path / "out", f"{when} {stage}")
    done = clean(settings(inputs, tmp_path / "out"))
    place = STAGES.index(stage)
    assert resumed(done) == list(STAGES[: place + (when == "end")])
    assert contents(done.out) == expected


def test_a_run_stopped_behind_each_stage_goes_on(
    inputs: dict[Register, Path], expected: dict[str, Any], tmp_path: Path
) -> None:
    for stage in STAGES:
        stop(inputs, tmp_path / "out", stage)
    done = clean(settings(inputs, tmp_path / "out"))
    assert resumed(done) == list(STAGES)
    assert contents(done.out) == expected


def test_a_changed_register_starts_the_run_anew(inputs: dict[Register, Path], tmp_path: Path) -> None:
    changed = {register: Path(shutil.copy(path, tmp_path)) for register, path in inputs.items()}
    stop(changed, tmp_path / "out", "match")
    table = pq.read_table(changed[V])
    pq.write_table(table.slice(1), changed[V])
    done = clean(settings(changed, tmp_path / "out"))
    assert resumed(done) == []
    assert done.manifest["rows"]["vehicles"] == {"in": table.num_rows - 1, "out": table.num_rows - 1}


@pytest.mark.parametrize(
    ("changes", "goes_on"),
    [
        ({}, True),
        ({"threads": 1, "memory_mb": 1_024, "keep": True}, True),
        ({"link_at": 0.95}, False),
        ({"review_at": 0.1}, False),
        ({"as_of": date(2020, 1, 1)}, False),
    ],
    ids=str,
)
def test_what_a_run_may_go_on_with(
    changes: dict[str, Any], *, goes_on: bool, inputs: dict[Register, Path], tmp_path: Path
) -> None:
    stop(inputs, tmp_path / "out", "load")
    (again,) = stop(inputs, tmp_path / "out", "load", **changes)
    assert again.resumed == goes_on


def test_with_one_register_less_the_run_starts_anew(inputs: dict[Register, Path], tmp_path: Path) -> None:
    stop(inputs, tmp_path / "out", "load")
    (again,) = stop({V: inputs[V]}, tmp_path / "out", "load")
    assert not again.resumed
    assert again.rows.keys() == {"vehicles"}


# registers left out, small memory ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        (V,),
        (L,),
        (P,),
        (V, L),
        (P, V),
        (P, L),
    ],
    ids=" and ".join,
)
def test_any_register_may_be_left_out(given: tuple[Register, ...], tmp_path: Path) -> None:
    one = {
        P: {"pin": "038080900101", "full_name": "Lê Bá Khuyến", "birth_date": "11/02/1980"},
        V: {
            "record_id": "v1",
            "plate": "36-B1 123.45",
            "owner_name": "LÊ BÁ KHUYẾN",
            "owner_id_number": "038080900101",
        },
        L: {"record_id": "l1", "class": "A1", "full_name": "LÊ BÁ KHUYẾN", "id_number": "038080900101"},
    }
    tables = {register: [one[register]] for register in given}
    done = run(tmp_path, tables)
    rows = assert_sound(done.out, tables)
    assert {register for register in Register if (done.out / f"{register}.parquet").exists()} == set(given)
    assert (done.out / "report.html").stat().st_size > 1_000
    for register in set(given) - {P}:
        assert rows[register][0]["decision"] == ("link" if P in given else "none")


def test_little_memory_is_enough(tmp_path: Path) -> None:
    inputs = make(tmp_path / "in", 8_000)
    done = clean(settings(inputs, tmp_path / "out", memory_mb=256))
    assert sum(balance["in"] for balance in done.manifest["rows"].values()) > 19_000
    assert all(balance["in"] == balance["out"] for balance in done.manifest["rows"].values())
    assert done.manifest["settings"]["memory_mb"] == 256


# folders and inputs it refuses ---------------------------------------------------------------------------------------


def code_of(told: Settings) -> ErrorCode:
    with pytest.raises(SosachError) as caught:
        clean(told)
    assert caught.value.text("vi")
    assert caught.value.text("en")
    return caught.value.code


def test_a_folder_in_use(inputs: dict[Register, Path], tmp_path: Path) -> None:
    with Workspace(settings(inputs, tmp_path / "out")):
        assert code_of(settings(inputs, tmp_path / "out")) == ErrorCode.OUTPUT_IN_USE


def test_a_folder_of_something_else(inputs: dict[Register, Path], tmp_path: Path) -> None:
    (tmp_path / "thư.docx").write_text("mine", "utf-8")
    assert code_of(settings(inputs, tmp_path)) == ErrorCode.OUTPUT_FOREIGN
    assert [path.name for path in tmp_path.iterdir()] == ["thư.docx"]


def test_inputs_that_cannot_be_used(inputs: dict[Register, Path], tmp_path: Path) -> None:
    assert code_of(settings({}, tmp_path / "out")) == ErrorCode.INPUT_NOTHING
    assert code_of(settings({V: tmp_path / "absent.csv"}, tmp_path / "out")) == ErrorCode.INPUT_MISSING
    (tmp_path / "mapping.toml").write_text("= broken", "utf-8")
    broken = settings({V: inputs[V]}, tmp_path / "out", mapping=tmp_path / "mapping.toml")
    assert code_of(broken) == ErrorCode.INPUT_MAPPING
    assert not (tmp_path / "out").exists(), "nothing is written before the inputs are known"


def test_a_register_without_rows(tmp_path: Path) -> None:
    (tmp_path / "dan-cu.csv").write_text("Số định danh cá nhân,Họ và tên\n", "utf-8")
    assert code_of(settings({P: tmp_path / "dan-cu.csv"}, tmp_path / "out")) == ErrorCode.INPUT_EMPTY


def test_the_plan_in_words(inputs: dict[Register, Path], tmp_path: Path) -> None:
    told = {lang: plan_text(settings(inputs, tmp_path / "out"), lang) for lang in ("vi", "en")}
    for text in told.values():
        assert [line.split(".")[0] for line in text.splitlines()[::2]] == [str(n + 1) for n in range(len(STAGES))]
        assert all(f" {stage}: " in text for stage in STAGES)
    assert told["vi"] != told["en"]
    assert not (tmp_path / "out").exists()
