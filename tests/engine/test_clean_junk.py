"""No rubbish stops a run or loses a row: whatever stands in the cells, every promise of the outputs holds."""

from pathlib import Path
from random import Random

import pytest
from tests.engine.junk import tables
from tests.engine.running import run
from tests.engine.soundness import assert_sound

TABLES = 40
MANY = 10_000
AT_ONCE = 500


@pytest.mark.slow
def test_rubbish_in_every_cell(tmp_path: Path) -> None:
    given = tables(Random(1), TABLES)
    assert_sound(run(tmp_path, given).out, given)


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(100, 100 + MANY // AT_ONCE))
def test_ten_thousand_tables_of_rubbish(seed: int, tmp_path: Path) -> None:
    given = tables(Random(seed), AT_ONCE)
    assert_sound(run(tmp_path, given).out, given)
