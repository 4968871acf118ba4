"""The command line: every command, from Vietnamese CSV to a finished run, errors as sentences in both languages."""

import csv
import inspect
import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from tests.engine.running import settings
from typer.testing import CliRunner, Result

from sosach import __version__
from sosach.base.registers import COLUMNS, Register
from sosach.cli import main
from sosach.cli.main import EXIT_ERROR, EXIT_INTERRUPTED, app
from sosach.cli.progress import Bars
from sosach.engine.plan import StageRecord
from sosach.engine.workspace import HIDDEN, Workspace
from sosach.synth import SynthPlan, generate

COMMANDS = (
    "clean",
    "explain",
    "checks",
    "synth",
    "demo",
    "import",
    "serve",
    "work",
    "db",
    "officer",
    "pin",
    "audit",
    "version",
)
REGISTERS = tuple(register.value for register in Register)


def sosach(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program as people start it, in a process of its own."""
    command = [sys.executable, "-c", "from sosach.cli.main import run; run()", *map(str, arguments)]
    passed = {name: text for name, text in os.environ.items() if name != "SOSACH_LANG"} | environment
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", env=passed, timeout=120, check=False
    )


def call(*arguments: str | Path) -> Result:
    """The same without a process; errors come out as exceptions."""
    return CliRunner(env={"COLUMNS": "160", "NO_COLOR": "1"}).invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("registers")
    generate(SynthPlan(200, folder, seed=5, provinces=("38",), formats=("csv",)))
    return folder


@pytest.fixture(scope="module")
def cleaned(registers: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A run over CSV files with Vietnamese headings."""
    out = tmp_path_factory.mktemp("cli") / "kết quả"
    inputs = [part for name in REGISTERS for part in (f"--{name}", registers / f"{name}.csv")]
    return out, call("clean", *inputs, "--out", out, "--as-of", "2026-11-01", "--memory-mb", "512", "--threads", "1")


# help ----------------------------------------------------------------------------------------------------------------


def test_help_names_every_command() -> None:
    told = call("--help")
    assert told.exit_code == 0
    assert all(command in told.stdout for command in COMMANDS)


@pytest.mark.parametrize("name", sorted(main.PLACES))
def test_the_list_says_what_a_command_says_of_itself(name: str) -> None:
    place = main.PLACES[name]
    first = inspect.cleandoc(place.load(name).help).partition("\n\n")[0]
    assert place.help == " ".join(first.split())


def test_a_list_of_commands_loads_none() -> None:
    told = """
import sys
from sosach.cli.main import app
app(["--help"], standalone_mode=False)
print(sorted({"duckdb", "numpy", "django", "granian"} & set(sys.modules)))
app(["db", "--help"], standalone_mode=False)
print(sorted({"duckdb", "numpy", "granian"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.count("\n[]\n") == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(command: str) -> None:
    told = call(command, "--help")
    assert told.exit_code == 0
    assert "Usage:" in told.stdout
    assert len(told.stdout.splitlines()) > 4


def test_without_a_command_help_is_shown() -> None:
    told = call()
    assert "Usage:" in told.stdout + told.stderr


def test_an_unknown_command_is_refused() -> None:
    assert call("wash").exit_code == EXIT_ERROR


def test_version() -> None:
    assert call("version").stdout.strip() == __version__


# clean ---------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_clean_from_vietnamese_csv_to_the_end(registers: Path, cleaned: tuple[Path, Result]) -> None:
    out, told = cleaned
    assert told.exit_code == 0, told.stderr
    for name in (*REGISTERS, "findings", "candidates", "duplicates"):
        assert (out / f"{name}.parquet").is_file()
    assert (out / "report.html").is_file()
    assert list(out.glob("worklists/*/*.xlsx"))
    assert not (out / HIDDEN).exists()
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert manifest["as_of"] == "2026-11-01"
    assert (manifest["settings"]["memory_mb"], manifest["settings"]["threads"]) == (512, 1)
    for register in Register:
        rows = list(csv.reader((registers / f"{register}.csv").read_text("utf-8").splitlines()))
        assert manifest["rows"][register.value] == {"in": len(rows) - 1, "out": len(rows) - 1}
        assert {m["heading"]: m["column"] for m in manifest["headings"][register.value]} == {
            column.vi: column.name for column in COLUMNS[register]
        }


@pytest.mark.slow
def test_clean_tells_what_came_out_and_where(cleaned: tuple[Path, Result]) -> None:
    out, told = cleaned
    for word in (
        "Dân cư",
        "Xe",
        "Trùng khớp",
        "Sai lệch",
        "Xong trong",
        "report.html",
        "worklists",
    ):
        assert word in told.stdout
    assert out.name in told.stdout
    assert "Đọc dữ liệu" in told.stderr, "progress goes to standard error"


@pytest.mark.slow
def test_a_record_that_is_not_there(cleaned: tuple[Path, Result]) -> None:
    told = sosach("explain", "vehicles", "XE-0", "--in", cleaned[0])
    assert told.returncode == EXIT_ERROR
    assert told.stderr.startswith("RECORD-01: ")
    assert "XE-0" in told.stderr


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("register", REGISTERS)
def test_explain_a_record_of_the_run(register: str, lang: str, cleaned: tuple[Path, Result], registers: Path) -> None:
    first = next(csv.DictReader((registers / f"{register}.csv").read_text("utf-8").splitlines()))
    record = first[COLUMNS[Register(register)][0].vi]
    told = call("explain", register, record, "--in", cleaned[0], "--lang", lang)
    assert told.exit_code == 0
    assert record in told.stdout
    assert len(told.stdout.splitlines()) > 3


def test_the_plan_is_told_without_touching_anything(tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = {
        lang: call("clean", "--vehicles", tmp_path / "x.csv", "--out", out, "--explain", "--lang", lang)
        for lang in ("vi", "en")
    }
    assert [result.exit_code for result in told.values()] == [0, 0]
    assert "1. load: Đọc dữ liệu" in told["vi"].stdout
    assert "7. report: " in told["en"].stdout
    assert told["vi"].stdout != told["en"].stdout
    assert list(tmp_path.iterdir()) == []


# errors --------------------------------------------------------------------------------------------------------------

SENTENCES = {
    "nothing given": ("INPUT-06", "Chưa cho biết cần làm sạch dữ liệu nào", "No register was given"),
    "missing file": ("INPUT-01", "Không tìm thấy tệp hoặc thư mục", "There is no file or folder"),
    "folder in use": ("OUTPUT-02", "Một lượt chạy khác đang dùng thư mục", "Another run is using"),
    "other folder": ("OUTPUT-03", "không phải kết quả của Sosach", "not a run of Sosach"),
    "no such run": ("INPUT-01", "không có kết quả của Sosach", "holds no finished run"),
}


def arguments(case: str, registers: Path, folder: Path) -> list[str | Path]:
    """What is asked for in each case."""
    out = ["--out", folder / "out"]
    if case == "nothing given":
        return ["clean", *out]
    if case == "missing file":
        return ["clean", "--vehicles", folder / "không có.csv", *out]
    if case == "no such run":
        return ["explain", "vehicles", "XE1", "--in", folder]
    if case == "other folder":
        (folder / "out").mkdir()
        (folder / "out" / "thư.docx").write_text("mine", "utf-8")
    return ["clean", "--vehicles", registers / "vehicles.csv", *out]


@pytest.mark.slow
@pytest.mark.parametrize("case", SENTENCES)
def test_errors_are_sentences_in_both_languages(case: str, registers: Path, tmp_path: Path) -> None:
    asked = arguments(case, registers, tmp_path)
    with Workspace(settings({}, tmp_path / ("out" if case == "folder in use" else "elsewhere"))):
        told = {"vi": sosach(*asked), "en": sosach(*asked, "--lang", "en")}
    code, *sentences = SENTENCES[case]
    for lang, sentence in zip(told, sentences, strict=True):
        assert told[lang].returncode == EXIT_ERROR
        assert told[lang].stderr.splitlines()[0].startswith(f"{code}: ")
        assert sentence in told[lang].stderr
        assert "Traceback" not in told[lang].stderr
        assert told[lang].stdout == ""
    assert told["vi"].stderr != told["en"].stderr


def test_the_language_may_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["sosach", "clean"])
    for lang, word in (("en", "No register was given"), ("vi", "Chưa cho biết")):
        monkeypatch.setenv("SOSACH_LANG", lang)
        with pytest.raises(SystemExit) as ended:
            main.run()
        assert ended.value.code == EXIT_ERROR
        assert word in capsys.readouterr().err


def test_lang_may_be_joined_with_its_value(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["sosach", "clean", "--lang=en"])
    with pytest.raises(SystemExit):
        main.run()
    assert "No register was given" in capsys.readouterr().err


@pytest.mark.parametrize(("raised", "code"), [(KeyboardInterrupt, EXIT_INTERRUPTED), (BrokenPipeError, 0)])
def test_an_interrupted_run_ends_quietly(
    raised: type[BaseException], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> None:
        raise raised

    monkeypatch.setattr(main, "app", interrupted)
    with pytest.raises(SystemExit) as ended:
        main.run()
    assert ended.value.code == code
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [
        ("clean", "--as-of", "01/11/2026"),
        ("clean", "--memory-mb", "1"),
        ("clean", "--threads", "0"),
        ("demo", "--persons", "3"),
        ("explain", "houses", "1", "--in", "x"),
        ("synth", "--out", "x", "--persons", "3"),
    ],
    ids=" ".join,
)
def test_wrong_options_are_refused_before_anything_is_done(
    wrong: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call(*wrong).exit_code == EXIT_ERROR
    assert list(tmp_path.iterdir()) == []


# the other commands --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_synth_writes_what_it_lists(tmp_path: Path) -> None:
    told = call(
        "synth",
        "--out",
        tmp_path / "s",
        "--persons",
        "50",
        "--seed",
        "4",
        "--province",
        "38",
        "--formats",
        "csv,parquet",
    )
    assert told.exit_code == 0
    for name in REGISTERS:
        for suffix in ("csv", "parquet"):
            assert (tmp_path / "s" / f"{name}.{suffix}").is_file()
            assert f"{name}.{suffix}" in told.stdout


@pytest.mark.parametrize("wrong", [("--province", "99"), ("--formats", "docx")], ids=" ".join)
def test_synth_refuses_what_it_cannot_make(wrong: tuple[str, str], tmp_path: Path) -> None:
    assert call("synth", "--out", tmp_path / "s", "--persons", "50", *wrong).exit_code == EXIT_ERROR


def test_the_catalogue_as_json() -> None:
    told = call("checks", "--json")
    checks = json.loads(told.stdout)
    assert len({check["code"] for check in checks}) == len(checks) > 100


@pytest.mark.slow
def test_the_demo_ends_with_a_report(tmp_path: Path) -> None:
    told = call("demo", "--persons", "300", "--no-database", "--out", tmp_path / "demo", "--lang", "en")
    assert told.exit_code == 0, told.stderr
    assert (tmp_path / "demo" / "result" / "report.html").is_file()
    assert {path.stem for path in (tmp_path / "demo" / "input").glob("*.csv")} == set(REGISTERS)
    assert " explain vehicles " in told.stdout
    assert "Linked" in told.stdout


def test_bars_are_drawn_on_a_terminal() -> None:
    console = Console(force_terminal=True, width=160, record=True, file=StringIO())
    with Bars(console, "vi") as bars:
        bars.step(0.5, "before any stage")
        bars.begin("load", "Đọc dữ liệu", 2)
        bars.step(1, "vehicles")
        bars.end(StageRecord("load", 0.2, 100, {"vehicles": 5_000}))
        bars.begin("match", "Đối chiếu với dân cư", 4)
        bars.step(1.5, "names")
    assert "Đọc dữ liệu" in console.export_text()
