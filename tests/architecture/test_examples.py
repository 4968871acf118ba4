"""What the documents show, done: the tour's record is found and explained, the mapping files are read."""

import contextlib
import doctest
import io
import re
from pathlib import Path

import duckdb
import pytest
from tests.architecture.tree import ROOT
from typer.testing import CliRunner

from sosach.base.registers import Register
from sosach.cli.main import app
from sosach.engine.load import read_mapping

DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> list[str]:
    """Code blocks of a page in one language."""
    return [code for name, code in BLOCK.findall(page.read_text(encoding="utf-8")) if name == language]


@pytest.mark.slow
def test_the_record_of_the_tour_goes_its_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = CliRunner().invoke(app, ["demo", "--persons", "1000", "--no-database"])
    assert made.exit_code == 0, made.output
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(blocks(DOCS / "tour.md", "python")[0], {})  # noqa: S102  # our own page
    query = re.search(r'"""(.+?)"""', blocks(DOCS / "tour.md", "python")[0], re.DOTALL)
    assert query
    record, given, pin, evidence, result, _, commune = duckdb.sql(query[1]).fetchall()[0]
    assert str(record) in shown.getvalue()
    assert pin == given.zfill(12)
    assert evidence.startswith("id=pin_repair;name=")
    assert result == "discrepancy"
    assert len(list(Path("demo/result/worklists").glob(f"*/{commune}-*.xlsx"))) == 1
    told = CliRunner().invoke(app, ["explain", "vehicles", record, "--in", "demo/result", "--lang", "en"])
    assert "PIN-02" in told.output
    assert pin in told.output


def test_values_read_on_the_tour_are_read_so() -> None:
    result = doctest.testfile(str(DOCS / "tour.md"), module_relative=False, encoding="utf-8")
    assert result.attempted
    assert not result.failed


def test_mapping_files_of_the_page_are_read(tmp_path: Path) -> None:
    page = DOCS / "howto" / "map-headings.md"
    (tmp_path / "mapping.toml").write_text(blocks(page, "toml")[0], encoding="utf-8")
    (tmp_path / "mapping.csv").write_text(blocks(page, "")[0], encoding="utf-8")
    assert read_mapping(tmp_path / "mapping.toml").for_register(Register.VEHICLES)["#7"] == "owner_id_number"
    assert read_mapping(tmp_path / "mapping.toml").for_register(Register.POPULATION) == {"Mã công dân": "pin"}
    assert "plate" in read_mapping(tmp_path / "mapping.csv").for_register(Register.VEHICLES).values()
