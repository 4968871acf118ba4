"""QR codes of cards as they are written: our reader and a decoder nobody here wrote find what was put in."""

import shutil
import subprocess
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.chip.cards import content

from sosach.base.errors import SosachError
from sosach.vn.card_text import parse_qr, qr_text

GENERATIONS: tuple[Literal["2021", "2024"], ...] = ("2021", "2024")


@settings(deadline=None)
@given(seed=st.integers(0, 5_000), generation=st.sampled_from(GENERATIONS))
def test_what_is_written_is_read_back(seed: int, generation: Literal["2021", "2024"]) -> None:
    said = content(seed)
    read = parse_qr(qr_text(said, generation=generation))
    assert read.faults == ()
    assert (read.pin, read.old_id or "", read.full_name) == (said.pin, said.old_id, said.full_name)
    assert (read.birth, read.sex, read.issued_on, read.generation) == (said.birth, said.sex, said.issued, generation)
    assert read.address == said.residence


def test_the_code_of_2024_names_parents_of_children_only() -> None:
    child = replace(content(1), birth=date(2012, 11, 19), expires=None, father="Nguyễn Văn B", mother="Trần Thị C")
    assert qr_text(child, generation="2024").split("|")[7:] == ["", "", "Nguyễn Văn B", "Trần Thị C"]
    grown = replace(child, birth=child.birth - timedelta(days=1))
    assert qr_text(grown, generation="2024", cancelled_pin="001090000001").split("|")[7:] == [
        "",
        "001090000001",
        "",
        "",
    ]
    assert qr_text(child, generation="2021").count("|") == 6


def test_a_separator_in_a_text_is_refused() -> None:
    with pytest.raises(SosachError, match="VALUE-01"):
        qr_text(replace(content(1), residence="Hà Nội|x"), generation="2021")


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbarimg (zbar-tools) is not installed")
@pytest.mark.parametrize("generation", GENERATIONS)
def test_zbar_reads_what_we_wrote(generation: Literal["2021", "2024"], tmp_path: Path) -> None:
    texts = [qr_text(content(seed), generation=generation) for seed in range(6)]
    for number, text in enumerate(texts):
        segno.make_qr(text, error="m", encoding="utf-8").save(str(tmp_path / f"{number}.png"), scale=4)
    pictures = sorted(map(str, tmp_path.iterdir()))
    told = subprocess.run(["zbarimg", "--raw", "-q", *pictures], capture_output=True, check=True, timeout=60)
    assert told.stdout.decode().splitlines() == texts
