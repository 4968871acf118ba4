"""Planting: chooses the values, makes them dirty, keeps what they were."""

from dataclasses import dataclass, field
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sosach.base.registers import Register, column_names
from sosach.synth.dirt.planting import Loss, Planting
from sosach.synth.dirt.table import PLANTINGS
from sosach.synth.drafts import Draft, Facts
from sosach.synth.draws import Bools, Ints, stream
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
        self, row: list[int], pattern: str, column: str, original: list[str | None] | None, planted: list[str | None]
    ) -> None:
        """Add values of one pattern and column; without `original` nothing was there to compare with."""
        self.row += row
        self.pattern += [pattern] * len(row)
        self.column += [column] * len(row)
        self.original += original if original is not None else [None] * len(row)
        self.planted += planted


@dataclass(slots=True)
class _Chunk:
    """A chunk being made dirty: its columns, what they say, what was planted, a stream for the planters."""

    columns: dict[str, pa.Array]
    facts: Facts
    planted: Planted
    words: Random

    def texts(self, column: str, rows: Ints) -> list[str | None]:
        """The values of a column in some rows."""
        return list(self.columns[column].take(pa.array(rows)).to_pylist())

    def replace(self, column: str, changed: dict[int, str | None]) -> None:
        """Put new values into rows of a column."""
        mask = np.zeros(len(self.columns[column]), dtype=bool)
        mask[list(changed)] = True
        new = pa.array([changed[row] for row in sorted(changed)], pa.string())
        self.columns[column] = pc.replace_with_mask(self.columns[column], pa.array(mask), new)


def plant(plan: SynthPlan, register: Register, draft: Draft, part: int) -> tuple[pa.Table, Planted]:
    """The chunk as the register shows it, and what was planted; takes from `draft.facts` what can no longer be told."""
    lots = stream(plan.seed, "dirt", register, part)
    words = Random(f"{plan.seed}/{register}/{part}")  # noqa: S311  # nosec B311  # repeatable lots, not secret ones
    columns = {name: draft.texts[name].combine_chunks() for name in draft.texts.column_names}
    chunk = _Chunk(columns, draft.facts, Planted(), words)
    swapped = _swap_numbers(lots, plan, chunk) if register is Register.VEHICLES else np.zeros(len(draft.doubles), bool)
    for column in column_names(register):
        candidates = [p for p in PLANTINGS if column in p.columns.get(register, ()) and _rate(plan, register, p) > 0]
        if candidates:
            free = np.array(columns[column].is_valid(), dtype=bool)
            if column in _SWAP:
                free &= ~swapped
            hit, which = _choose(lots, [_rate(plan, register, p) for p in candidates], free, draft.doubles)
            _make_dirty(chunk, column, [(p, hit[which == index]) for index, p in enumerate(candidates)])
    for code, (rows, column) in draft.situations.items():
        chunk.planted.add(rows.tolist(), code, column, None, chunk.texts(column, rows))
    return pa.table({name: columns[name] for name in column_names(register)}), chunk.planted


def _rate(plan: SynthPlan, register: Register, planting: Planting) -> float:
    usual = planting.usual * (_POPULATION_SHARE if register is Register.POPULATION else 1)
    return plan.rate(planting.code, usual)


def _choose(lots: np.random.Generator, rates: list[float], free: Bools, doubles: Bools) -> tuple[Ints, Ints]:
    """Rows to make dirty and which rate chose each: at most one, the commonest first when together they pass certainty."""
    order = np.argsort([-rate for rate in rates], kind="stable")
    limits = np.cumsum(np.array(rates)[order])
    lot = lots.random(len(free))
    lot = np.where(doubles & (limits[-1] < 1), lot / _DOUBLE_BOOST, lot)
    hit = np.flatnonzero((lot < limits[-1]) & free)
    return hit, order[np.searchsorted(limits, lot[hit], side="right")]


def _make_dirty(chunk: _Chunk, column: str, chosen: list[tuple[Planting, Ints]]) -> None:
    changed: dict[int, str | None] = {}
    for planting, rows in chosen:
        before = chunk.texts(column, rows)
        aux = planting.aux.get(column)
        beside = chunk.texts(aux, rows) if aux else [""] * len(rows)
        after = [
            planting.plant(value or "", other or "", chunk.words) for value, other in zip(before, beside, strict=True)
        ]
        kept = [at for at, value in enumerate(after) if value is not None and value != before[at]]
        new = [after[at] or None for at in kept]
        real = rows[kept]
        chunk.planted.add(real.tolist(), planting.code, column, [before[at] for at in kept], new)
        changed.update(zip(real.tolist(), new, strict=True))
        _take(chunk.facts, column, real, planting.loss)
    if changed:
        chunk.replace(column, changed)


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


def _swap_numbers(lots: np.random.Generator, plan: SynthPlan, chunk: _Chunk) -> Bools:
    """VIN_SWAP: chassis and engine number in each other's column; returns the rows, which get no other dirt there."""
    both = np.logical_and.reduce([np.asarray(chunk.columns[name].is_valid()) for name in _SWAP])
    swapped: Bools = both & (lots.random(len(both)) < plan.rate("VIN_SWAP", 0.003))
    rows = np.flatnonzero(swapped)
    values = [chunk.texts(name, rows) for name in _SWAP]
    for column, before, after in zip(_SWAP, values, reversed(values), strict=True):
        chunk.replace(column, dict(zip(rows.tolist(), after, strict=True)))
        chunk.planted.add(rows.tolist(), "VIN_SWAP", column, before, after)
    return swapped
