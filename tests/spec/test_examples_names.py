"""The example names of the specification, read by `names.explain`: a good one has no finding, a bad one tells what is wrong."""

import csv
from pathlib import Path

import pytest

from sosach.vn import names

with (Path(__file__).parent / "examples.csv").open(encoding="utf-8", newline="") as lines:
    EXAMPLES = [row for row in csv.DictReader(lines) if row["kind"] == "name"]

# What each bad example must be found to be.
CODES = {
    "trailing space / NFD: auto-fix": {"NAM-02", "NAM-03"},
    "TCVN3 bytes shown as Latin-1": {"ENC-01"},
    "VNI-Windows text": {"ENC-01"},
    "UTF-8 read as Windows-1252": {"ENC-02"},
}


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row["value"])
def test_example(row: dict[str, str]) -> None:
    reading = names.explain(row["value"])
    assert reading.kind == "person"
    assert reading.display == "NGUYỄN VĂN A"
    found = {finding.code for finding in reading.findings}
    if row["valid"] == "1":
        assert found == set()
    else:
        assert found
        assert found <= CODES[row["explanation"]]


def test_there_are_good_and_bad_examples() -> None:
    assert {row["valid"] for row in EXAMPLES} == {"0", "1"}
