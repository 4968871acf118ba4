"""Every pattern of the catalogue can be planted, changes what it is planted into, and is written down."""

from importlib import import_module
from operator import attrgetter
from pathlib import Path
from random import Random

import pyarrow.parquet as pq
import pytest

from sosach.base.registers import Register, column_names
from sosach.synth import SynthPlan, generate
from sosach.synth.dirt.planting import Loss, Planting
from sosach.synth.dirt.table import OWN_CODES, PLANTINGS, SITUATIONS
from sosach.synth.lettering import rows

PATTERNS = [row["code"] for row in rows("dirty_patterns.csv")]
PLANTED_IN_CELLS = sorted({planting.code for planting in PLANTINGS})


def test_every_pattern_has_a_planter() -> None:
    assert len(PATTERNS) == 62
    assert set(PATTERNS) <= set(PLANTED_IN_CELLS) | set(SITUATIONS)
    assert not set(PLANTED_IN_CELLS) & set(SITUATIONS), "a pattern is made in one place"
    assert set(PLANTED_IN_CELLS) | set(SITUATIONS) <= set(PATTERNS) | set(OWN_CODES)


def test_situations_name_the_function_that_makes_them() -> None:
    for where in SITUATIONS.values():
        module, *path = where.split(".")
        if module == "dirt":
            module, path = f"dirt.{path[0]}", path[1:]
        attrgetter(".".join(path))(import_module(f"sosach.synth.{module}"))


def test_plantings_name_canonical_columns() -> None:
    for planting in PLANTINGS:
        for register, columns in planting.columns.items():
            assert set(columns) <= set(column_names(register)), planting.code
        assert 0 < planting.usual < 1


@pytest.fixture(scope="module")
def planted_by_pattern(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, str]]]:
    """All patterns, one set of registers for each round of patterns that do not compete for a column.

    What changes cells is planted at rate 1; situations, which compete for people and things, at 0.3.
    """
    found: dict[str, list[dict[str, str]]] = {}
    waiting = list(dict.fromkeys([*PATTERNS, *OWN_CODES]))
    while waiting:
        together = _compatible(waiting)
        waiting = [code for code in waiting if code not in together]
        out = tmp_path_factory.mktemp("dirt")
        rates = dict.fromkeys(PLANTED_IN_CELLS, 0.0) | dict.fromkeys(SITUATIONS, 0.0) | dict.fromkeys(together, 1.0)
        rates |= {code: 0.3 for code in together if code not in PLANTED_IN_CELLS and code != "VIN_SWAP"}
        generate(SynthPlan(600, out, seed=3, provinces=("75", "01", "79", "66"), formats=("parquet",), rates=rates))
        for row in pq.read_table(out / "truth" / "planted.parquet").to_pylist():
            found.setdefault(row["pattern"], []).append({**row, "out": str(out)})
    return found


def _compatible(codes: list[str]) -> set[str]:
    chosen: set[str] = set()
    taken: set[tuple[Register, str]] = set()
    for code in codes:
        columns = {
            (register, column)
            for planting in PLANTINGS
            if planting.code == code
            for register, names in planting.columns.items()
            for column in names
        }
        if code == "VIN_SWAP":
            columns |= {(Register.VEHICLES, "chassis_number"), (Register.VEHICLES, "engine_number")}
        if not columns & taken:
            chosen.add(code)
            taken |= columns
    return chosen


@pytest.mark.slow
@pytest.mark.parametrize("code", [*PATTERNS, *OWN_CODES])
def test_pattern_is_planted_and_written_down(code: str, planted_by_pattern: dict[str, list[dict[str, str]]]) -> None:
    rows_ = planted_by_pattern.get(code, [])
    assert rows_, f"{code} was planted nowhere"
    for row in rows_[:40]:
        table = pq.read_table(Path(row["out"]) / f"{row['register']}.parquet", columns=[row["field"]])
        assert table[row["field"]][row["row"]].as_py() == row["planted"], "the register shows what the truth says"
        if code in PLANTED_IN_CELLS or code == "VIN_SWAP":
            assert row["original"] is not None
            assert row["planted"] != row["original"]


@pytest.mark.parametrize("planting", PLANTINGS, ids=lambda planting: f"{planting.code}-{planting.plant.__name__}")
def test_planters_never_fail_and_never_return_the_impossible(planting: Planting) -> None:
    words = Random(5)
    for value in (
        "",
        "A",
        "0",
        "NGUYỄN VĂN A",
        "H' Hoa",
        "001099000001",
        "012345678",
        "1965",
        "29/02/2000",
        "29-B1 1234",
        "Phường 1, X",
    ):
        for aux in ("", "2020"):
            dirty = planting.plant(value, aux, words)
            assert dirty is None or isinstance(dirty, str)


def test_losses_are_told() -> None:
    lossless = {planting.plant.__name__ for planting in PLANTINGS if planting.loss is Loss.NOTHING}
    assert {"lose_zeros", "without_marks", "month_first", "as_float"} <= lossless
    assert not {"scientific", "one_digit_wrong", "mistyped", "year_only"} & lossless
