"""The synthesis from beginning to end: draw people and things, write them chunk by chunk, then the truth."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from sosach.base.registers import Register
from sosach.synth.dirt.plant import plant
from sosach.synth.drafts import Draft, Facts
from sosach.synth.drafts.licences import draft_licences
from sosach.synth.drafts.population import draft_population
from sosach.synth.drafts.vehicles import draft_vehicles
from sosach.synth.draws import Bools, Ints, stream
from sosach.synth.holders import World
from sosach.synth.licences import draw_licences
from sosach.synth.people import draw_people
from sosach.synth.places import choose_places
from sosach.synth.plan import SynthPlan
from sosach.synth.retained import decidable, measure
from sosach.synth.truth import TruthFiles
from sosach.synth.vehicles import draw_fleet
from sosach.synth.write import TableFile, text_schema, write_csv, write_xlsx

Drafting = Callable[[Ints], Draft]
Told = Callable[[str, float], None]
"""Hears which file is being made and which share of it is done."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was made: rows of the registers and of the truth files, and the paths of the registers."""

    rows: dict[str, int]
    files: tuple[Path, ...]


@dataclass(slots=True)
class _Written:
    """A register on disk: its ids and what its records say."""

    records: pa.Array
    facts: Facts


def generate(plan: SynthPlan, *, told: Told = lambda _file, _share: None) -> Summary:
    """Write synthetic registers and their truth into `plan.out`.

    `population`, `vehicles` and `licences` in the formats of the plan; `truth/links.parquet` (register, record_id, row, pin,
    population_row, decidable), `truth/planted.parquet` (register, record_id, row, pattern, field, original, planted) and
    `truth/duplicates.parquet` (register, group_id, record_id, row, pattern). Rows count from 0. The id of a record of the
    population register is its PIN as written there. For `decidable` see `retained.decidable`. A register of size 0 gives
    files without rows. `told` hears how the work goes on.

    Raises:
        ValueError: a province that does not exist.
    """
    plan.out.mkdir(parents=True, exist_ok=True)
    places = choose_places(stream(plan.seed, "places"), plan.provinces, plan.persons)
    people, homes = draw_people(plan, places)
    world = World(plan, places, homes, people)
    truth = TruthFiles(plan.out / "truth")
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = true")
        connection.execute("SET enable_progress_bar = false")
        register = _Registers(plan, world, truth, connection, told)
        rows = {"population": register.population(), "vehicles": register.vehicles(), "licences": register.licences()}
        files = [path for name in Register for path in _formats(connection, plan, name, told)]
    return Summary({**rows, **truth.close()}, tuple(files))


class _Registers:
    """The three registers, one after the other; the population first, since the others are decided by it."""

    def __init__(
        self, plan: SynthPlan, world: World, truth: TruthFiles, connection: duckdb.DuckDBPyConnection, told: Told
    ) -> None:
        self._plan, self._world, self._truth, self._connection, self._told = plan, world, truth, connection, told

    def population(self) -> int:
        people = self._world.people
        written = self._write(
            Register.POPULATION, people.registered, lambda rows: draft_population(self._connection, self._world, rows)
        )
        self._unique = measure(self._world, written.facts)
        original = people.original[: people.registered]
        twice = original[people.planted["PERSON_DUP"]]
        self._truth.add_duplicates(Register.POPULATION, written.records, original, twice, "PERSON_DUP")
        return people.registered

    def vehicles(self) -> int:
        fleet = draw_fleet(self._world)
        count = len(fleet.source)
        written = self._write(
            Register.VEHICLES, count, lambda rows: draft_vehicles(self._connection, self._world, fleet, rows)
        )
        self._judge(Register.VEHICLES, written)
        twice = fleet.situations["DUP_VEHICLE"]
        self._truth.add_duplicates(Register.VEHICLES, written.records, fleet.source, twice, "DUP_VEHICLE")
        return count

    def licences(self) -> int:
        licences = draw_licences(self._world)
        count = len(licences.source)
        written = self._write(
            Register.LICENCES, count, lambda rows: draft_licences(self._connection, self._world, licences, rows)
        )
        self._judge(Register.LICENCES, written)
        twice = licences.situations["DUP_LICENCE"]
        self._truth.add_duplicates(Register.LICENCES, written.records, licences.source, twice, "DUP_LICENCE")
        return count

    def _write(self, register: Register, count: int, draft: Drafting) -> _Written:
        file = TableFile(_parquet(self._plan, register), text_schema(register))
        records, facts = [], []
        starts = range(0, max(count, 1), self._plan.chunk)  # an empty register has one empty chunk
        for part, start in enumerate(starts):
            self._told(f"{register}.parquet", part / len(starts))
            chunk = draft(np.arange(start, min(start + self._plan.chunk, count)))
            texts, planted = plant(self._plan, register, chunk, part)
            ids = texts.column("pin" if register is Register.POPULATION else "record_id").combine_chunks()
            file.add(texts)
            self._truth.add_planted(register, ids, start, planted)
            records.append(ids)
            facts.append(chunk.facts)
        file.close()
        return _Written(pa.concat_arrays(records), _joined(facts))

    def _judge(self, register: Register, written: _Written) -> None:
        decided: Bools = decidable(self._world, self._unique, written.facts)
        self._truth.add_links(register, self._world, written.records, written.facts, decided)


def _joined(facts: list[Facts]) -> Facts:
    return Facts(*(np.concatenate([getattr(f, name) for f in facts]) for name in Facts.__slots__))


def _parquet(plan: SynthPlan, register: Register) -> Path:
    """Where the Parquet file stands: under a passing name when nobody asked for it."""
    return plan.out / (f"{register}.parquet" if "parquet" in plan.formats else f".{register}.parquet")


def _formats(connection: duckdb.DuckDBPyConnection, plan: SynthPlan, register: Register, told: Told) -> list[Path]:
    source = _parquet(plan, register)
    files = [source] if "parquet" in plan.formats else []
    if "csv" in plan.formats:
        told(f"{register}.csv", 0.0)
        files.append(plan.out / f"{register}.csv")
        write_csv(connection, register, source, files[-1])
    if "xlsx" in plan.formats:
        told(f"{register}.xlsx", 0.0)
        files += write_xlsx(connection, register, source, plan.out / f"{register}.xlsx")
    if "parquet" not in plan.formats:
        source.unlink()
    return files
