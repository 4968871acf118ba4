"""The addresses of the example table, through the public functions."""

import csv
from datetime import date
from pathlib import Path

import pytest

from sosach.vn import places
from sosach.vn.addresses import resolve

ROWS = list(csv.DictReader((Path(__file__).parent / "examples.csv").read_text(encoding="utf-8").splitlines()))
OLD = [row["value"] for row in ROWS if row["kind"] == "address_old"]
NEW = [row["value"] for row in ROWS if row["kind"] == "address_new"]
EXPECTED = {
    "Phường Bến Nghé, Quận 1, TP.HCM": ("ok", "26740", ()),
    "Phường Dịch Vọng Hậu, Quận Cầu Giấy, Hà Nội": ("ambiguous", None, ("00160", "00166")),
    "Xã Kim Chung, Huyện Đông Anh, Hà Nội": ("ok", "00493", ()),
    "Phường Long Thành, Thành phố Đồng Nai": ("ok", "26368", ()),
}


@pytest.mark.parametrize("text", [*OLD, *NEW])
def test_example(text: str) -> None:
    read = resolve(text)
    assert (read.status, read.commune, read.candidates) == EXPECTED[text]
    assert read.era == ("old" if text in OLD else "new")


def test_all_examples_are_covered() -> None:
    assert set(EXPECTED) == {*OLD, *NEW}


def test_long_thanh_became_a_ward_in_2026() -> None:
    kinds = [unit.kind for day in (date(2026, 4, 29), date(2026, 4, 30)) if (unit := places.commune("26368", at=day))]
    assert kinds == ["xa", "phuong"]
