"""`sosach checks`: table, one check, JSON, reference page, unknown codes."""

import json

import pytest
import typer
from typer.testing import CliRunner, Result

from sosach.cli.checks import checks
from sosach.engine.checks.reference import reference
from sosach.vn.catalogue import catalogue

app = typer.Typer()
app.command()(checks)


def _run(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1"}).invoke(app, arguments)


def test_table_lists_every_code() -> None:
    result = _run()
    assert result.exit_code == 0
    assert all(code in result.stdout for code in catalogue())


def test_markdown_is_the_reference_page() -> None:
    assert _run("--markdown").stdout == reference(catalogue().values())


def test_json_holds_the_entries_whole() -> None:
    (entry,) = json.loads(_run("--json", "VEH-60").stdout)
    check = catalogue()["VEH-60"]
    assert entry["title"] == check.title
    assert entry["explanation"] == check.explanation
    assert entry["patterns"] == ["PLATE_DUP"]
    assert entry["legal"][0]["valid_from"] == "2025-01-01"


@pytest.mark.parametrize(("lang", "text"), [("vi", "Một biển số trên hai xe"), ("en", "One plate on two vehicles")])
def test_one_code_is_told_in_full(lang: str, text: str) -> None:
    result = _run("veh-60", "--lang", lang)
    assert text in result.stdout
    assert catalogue()["VEH-60"].explanation[lang].split("“")[0] in result.stdout


def test_prefix_chooses_its_codes() -> None:
    codes = [entry["code"] for entry in json.loads(_run("--json", "MIS").stdout)]
    assert codes == [code for code in catalogue() if code.startswith("MIS-")]


@pytest.mark.parametrize("arguments", [("XXX-99",), ("--json", "--markdown"), ("--lang", "fr")])
def test_wrong_use_is_refused(arguments: tuple[str, ...]) -> None:
    assert _run(*arguments).exit_code == 2
