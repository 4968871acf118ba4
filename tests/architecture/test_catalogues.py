"""Closed catalogues: every error code is raised, every check and data file is described, every page of reference is today's."""

import csv
import re
import tomllib

import pytest
from tests.architecture.tree import ROOT, SOURCE, modules

from sosach.base.errors import ErrorCode
from sosach.cli.reference import MEANINGS, errors_page

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


def test_every_glossary_word_has_a_place_in_code() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    lines = [line.split("|") for line in text.splitlines() if line.startswith("| ")]
    words = [[cell.strip() for cell in line[1:-1]] for line in lines if "---" not in line[1]]
    assert len(words) > 40
    assert not [word for word in words if len(word) != 6 or not all(word)]
