"""Closed catalogues: every error code is raised, every check and data file is described, every page of reference is today's."""

import csv
import re
import tomllib

import pytest
from tests.architecture.tree import ROOT, SOURCE, modules

from sosach.base.errors import ErrorCode
from sosach.base.registers import COLUMNS
from sosach.cli.reference import MEANINGS, errors_page
from sosach.engine.match.levels import SHOWN
from sosach.vn.wording import ACTIONS

REFERENCE = ROOT / "docs" / "reference"
DATA = SOURCE / "vn" / "data"
ROW = re.compile(r"^\| `([\w/.]+)` \| ([\d.]+) \|", re.MULTILINE)


@pytest.mark.parametrize("code", ErrorCode)
def test_every_error_is_raised_and_described(code: ErrorCode) -> None:
    raisers = [
        path
        for path in modules("src")
        if path.name != "reference.py" and f"ErrorCode.{code.name}" in path.read_text("utf-8")
    ]
    assert raisers, f"{code.name} is raised nowhere"
    assert all((MEANINGS[code].vi, MEANINGS[code].en, MEANINGS[code].do_vi, MEANINGS[code].do_en))


def test_the_page_of_errors_is_todays() -> None:
    assert (REFERENCE / "errors.md").read_text("utf-8") == errors_page(), "run `make docs`"


def test_every_check_stands_in_the_reference() -> None:
    entries = [tomllib.loads(file.read_text("utf-8"))["check"] for file in (DATA / "checks").glob("*.toml")]
    codes = [check["code"] for checks in entries for check in checks]
    page = (REFERENCE / "checks.md").read_text("utf-8")
    assert codes
    assert len(codes) == len(set(codes))
    assert not [code for code in codes if f'<a id="{code.lower()}"></a>' not in page]


def rows(name: str) -> int:
    """Entries of a data file."""
    text = (DATA / name).read_text("utf-8")
    if name.endswith(".csv"):
        return sum(1 for _ in csv.DictReader(text.splitlines()))
    return sum(len(entries) for entries in tomllib.loads(text).values())


def test_every_data_file_is_described_with_its_size() -> None:
    described = {
        name: int(count.replace(".", "")) for name, count in ROW.findall((DATA / "README.md").read_text("utf-8"))
    }
    there = {path.name for path in DATA.iterdir() if path.suffix in {".csv", ".toml"}}
    assert set(described) == there
    assert {name: rows(name) for name in there} == described


def cells(page: str) -> list[list[str]]:
    """Rows of the tables of a page, without heads."""
    lines = [line for line in page.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]


def test_every_glossary_word_has_a_place_in_code() -> None:
    words = cells((ROOT / "docs" / "glossary.md").read_text("utf-8"))[1:]
    code = "\n".join(f"{path.stem}\n{path.read_text('utf-8')}" for path in modules("src"))
    assert len(words) > 40
    assert not [word for word in words if len(word) != 6 or not all(word)]
    names = {
        name.split(".")[-1].split("<")[0].rstrip("/_") for word in words for name in re.findall(r"`([^`]+)`", word[2])
    }
    assert not [name for name in names if not re.search(rf"(?<![A-Za-z]){re.escape(name)}", code)]
    assert not [
        folder for word in words for folder in re.findall(r"`([^`]+)`", word[4]) if not (SOURCE / folder).is_dir()
    ]


def test_the_reference_names_the_columns_of_the_registers() -> None:
    rows = {row[0]: row[1] for row in cells((REFERENCE / "README.md").read_text("utf-8")) if len(row) == 2}
    for register, columns in COLUMNS.items():
        shown = [f"**{column.name}**" if column.mandatory else column.name for column in columns]
        assert rows[register] == ", ".join(shown)


def test_the_reference_names_levels_and_actions() -> None:
    rows = {row[0]: row[1] for row in cells((REFERENCE / "README.md").read_text("utf-8")) if len(row) == 2}
    for feature, levels in SHOWN.items():
        assert re.sub(r" \([^)]*\)", "", rows[feature]).split(", ") == list(levels)
    assert set(re.findall(r"`(\w+)`", rows["`action`"])) == set(ACTIONS)
