"""Planting: chooses the values, makes them dirty, keeps what they were."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sosach.base.registers import Register, column_names
from sosach.synth.dirt.planting import Loss, Planting
from sosach.synth.dirt.table import PLANTINGS
from sosach.synth.draws import Bools, Ints, stream
from sosach.synth.drafts import Draft, Facts
from sosach.synth.holders import NO_NUMBER, OLD_ID, PIN
from sosach.synth.households import NOBODY
from sosach.synth.people import YEAR_ONLY
from sosach.synth.plan import SynthPlan

_POPULATION_SHARE = 0.2  # the population register is kept better than the others
_DOUBLE_BOOST = 6.0  # the second record of a thing was typed by somebody else
_SWAP = ("chassis_number", "engine_number")


@dataclass(slots=True)
class Planted:
    """What was planted, in parallel columns: row in the chunk, pattern, column, value before, value now."""

    row: list[int] = field(default_factory=list)
    pattern: list[str] = field(default_factory=list)
    column: list[str] = field(default_factory=list)
    original: list[str | None] = field(default_factory=list)
    planted: list[str | None] = field(default_factory=list)

    def add(
        self,
        row: Sequence[int],
        pattern: str,
        column: str,
        original: Sequence[str | None] | None,
        planted: Sequence[str | None],
    ) -> None:
        """Add values of one pattern and column; without `original` nothing was there to compare with."""
        self.row += row
        self.pattern += [pattern] * len(row)
        self.column += [column] * len(row)
        self.original += original if original is not None else [None] * len(row)
        self.planted += planted


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The rows of one column a planting was chosen for."""

    rows: Ints
    which: Ints


def plant(plan: SynthPlan, register: Register, draft: Draft, part: int) -> tuple[pa.Table, Planted]:
    """The chunk as the register shows it, and what was planted; takes from `draft.facts` what can no longer be told."""
    planted = Planted()
    lots, words = stream(plan.seed, "dirt", register, part), Random(f"{plan.seed}/{register}/{part}")  # noqa: S311 - not for secrets
    columns = {name: draft.texts[name].combine_chunks() for name in draft.texts.column_names}
    for code, (rows, column) in draft.situations.items():
        planted.add(rows.tolist(), code, column, None, columns[column].take(pa.array(rows)).to_pylist())
    for column in column_names(register):
        candidates = [p for p in PLANTINGS if column in p.columns.get(register, ()) and _rate(plan, register, p) > 0]
        if candidates:
            chosen = _choose(lots, [_rate(plan, register, p) for p in candidates], columns[column], draft.doubles)
            columns[column] = _dirty(words, candidates, chosen, columns, column, draft.facts, planted)
    if register is Register.VEHICLES:
        _swap_numbers(lots, plan, columns, planted)
    return pa.table({name: columns[name] for name in column_names(register)}), planted


def _rate(plan: SynthPlan, register: Register, planting: Planting) -> float:
    usual = planting.usual * (_POPULATION_SHARE if register is Register.POPULATION else 1)
    return plan.rate(planting.code, usual)


def _choose(lots: np.random.Generator, rates: list[float], values: pa.Array, doubles: Bools) -> _Chosen:
    """At most one planting for each value, the commonest first when together they are more than certain."""
    order = np.argsort([-rate for rate in rates], kind="stable")
    limits = np.cumsum(np.array(rates)[order])
    lot = lots.random(len(values))
    lot = np.where(doubles & (limits[-1] < 1), lot / _DOUBLE_BOOST, lot)
    hit = np.flatnonzero((lot < limits[-1]) & np.asarray(values.is_valid()))
    return _Chosen(hit, order[np.searchsorted(limits, lot[hit], side="right")])


def _dirty(
    words: Random, candidates: list[Planting], chosen: _Chosen, columns: dict[str, pa.Array], column: str, facts: Facts, planted: Planted
) -> pa.Array:  # fmt: skip
    values = columns[column]
    mask = np.zeros(len(values), dtype=bool)
    changed: dict[int, str | None] = {}
    for index, planting in enumerate(candidates):
        rows = chosen.rows[chosen.which == index]
        before = values.take(pa.array(rows)).to_pylist()
        aux = planting.aux.get(column)
        beside = columns[aux].take(pa.array(rows)).to_pylist() if aux else [""] * len(rows)
        after = [planting.plant(value, other or "", words) for value, other in zip(before, beside, strict=True)]
        kept = [at for at, value in enumerate(after) if value is not None and value != before[at]]
        real = rows[kept]
        planted.add(
            real.tolist(), planting.code, column, [before[at] for at in kept], [after[at] or None for at in kept]
        )
        changed.update((int(row), after[at] or None) for row, at in zip(real, kept, strict=True))
        _take(facts, column, real, planting.loss)
        mask[real] = True
    if not changed:
        return values
    replacement = pa.array([changed[row] for row in sorted(changed)], pa.string())
    return pc.replace_with_mask(values, pa.array(mask), replacement)


def _take(facts: Facts, column: str, rows: Ints, loss: Loss) -> None:
    """Take from the facts what a planting made unreadable."""
    if column.endswith("name"):
        facts.name[rows] &= loss is Loss.NOTHING
    elif column.endswith("birth_date"):
        if loss is Loss.YEAR_LEFT:
            facts.birth[rows] = np.minimum(facts.birth[rows], YEAR_ONLY)
        elif loss is Loss.ALL:
            facts.birth[rows] = 0
    elif column in ("pin", "owner_id_number", "id_number"):
        if loss is Loss.OLD_ID_LEFT:
            facts.number[rows] = np.where(facts.number[rows] == PIN, OLD_ID, facts.number[rows])
        elif loss is Loss.ALL:
            facts.number[rows] = NO_NUMBER
    elif column.endswith("address") and loss in (Loss.ALL, Loss.PLACE_IF_SPLIT):
        gone = rows if loss is Loss.ALL else rows[facts.split[rows]]
        facts.place[gone] = NOBODY


def _swap_numbers(lots: np.random.Generator, plan: SynthPlan, columns: dict[str, pa.Array], planted: Planted) -> None:
    """VIN_SWAP: chassis and engine number in each other's column."""
    chassis, engine = (columns[name] for name in _SWAP)
    both = np.asarray(chassis.is_valid()) & np.asarray(engine.is_valid())
    hit = both & (lots.random(len(both)) < plan.rate("VIN_SWAP", 0.003))
    rows = np.flatnonzero(hit)
    chassis_values, engine_values = (array.take(pa.array(rows)) for array in (chassis, engine))
    columns["chassis_number"] = pc.replace_with_mask(chassis, pa.array(hit), engine_values)
    columns["engine_number"] = pc.replace_with_mask(engine, pa.array(hit), chassis_values)
    for column, before, after in zip(
        _SWAP, (chassis_values, engine_values), (engine_values, chassis_values), strict=True
    ):
        planted.add(rows.tolist(), "VIN_SWAP", column, before.to_pylist(), after.to_pylist())
