"""Runs of the engine on a handful of records: registers written from plain dictionaries, outputs read back as such."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from sosach.base.registers import Register, column_names
from sosach.engine.clean import Run, clean
from sosach.engine.match.stage import match
from sosach.engine.plan import Silence, Steps
from sosach.engine.settings import Settings
from sosach.engine.standardise.stage import standardise
from sosach.engine.workspace import Workspace

AS_OF = date(2026, 11, 1)
MEMORY_MB = 512

Given = Mapping[str, str | None]
Table = Sequence[Given]
Tables = Mapping[Register, Table]
# Record id → decision, row of the person, probability.
Decided = dict[str, tuple[str, int, float]]


def as_table(register: Register, rows: Table) -> pa.Table:
    """Rows as a table of all canonical columns of the register, as text; what a row leaves out is empty.

    Raises:
        KeyError: a row has a column the register has not.
    """
    columns = column_names(register)
    for row in rows:
        if unknown := set(row) - set(columns):
            raise KeyError(f"{register} has no {', '.join(sorted(unknown))}")
    return pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in columns})


def write_tables(folder: Path, tables: Tables) -> dict[Register, Path]:
    """Write each register as a Parquet file; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {register: folder / f"{register}.parquet" for register in tables}
    for register, rows in tables.items():
        pq.write_table(as_table(register, rows), paths[register])
    return paths


def settings(inputs: Mapping[Register, Path], out: Path, **changes: Any) -> Settings:
    """Settings of a small run on a fixed day."""
    return Settings(
        **{"inputs": dict(inputs), "out": out, "as_of": AS_OF, "memory_mb": MEMORY_MB, "threads": 2} | changes
    )


def run(folder: Path, tables: Tables, **changes: Any) -> Run:
    """Clean registers given as dictionaries; inputs stand in `folder/in`, outputs in `folder/out`."""
    return clean(settings(write_tables(folder / "in", tables), folder / "out", **changes))


def read(path: Path) -> list[dict[str, Any]]:
    """Rows of a Parquet file, in its order."""
    with duckdb.connect() as con:
        cursor = con.execute("SELECT * FROM read_parquet(?)", [str(path)])
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]


def by_record(out: Path, register: Register) -> dict[str, dict[str, Any]]:
    """Record id → row of a record file; ids must not repeat."""
    rows = read(out / f"{register}.parquet")
    found = {row["record_id"]: row for row in rows}
    assert len(found) == len(rows), "record ids repeat"
    return found


def decide(folder: Path, tables: Tables) -> dict[Register, Decided]:
    """Only standardise and match; records for whom nobody was found are left out."""
    registers = tuple(register for register in Register if register in tables)
    with Workspace(settings(write_tables(folder / "in", tables), folder / "out")) as workspace:
        loaded = {}
        for register in registers:
            columns = ", ".join(f'"{name}"' for name in column_names(register))
            source = folder / "in" / f"{register}.parquet"
            loaded[register] = (
                f"SELECT file_row_number::INTEGER AS row, {columns} FROM read_parquet('{source}', file_row_number = true)"
            )
        steps = Steps(workspace, Silence())
        standardise(workspace, steps, loaded=loaded, orders={})
        match(workspace, steps, registers=registers)
        with closing(workspace.con.cursor()) as cursor:
            return {
                register: {
                    record: (decision, person, probability)
                    for record, decision, person, probability in cursor.execute(
                        "SELECT s.record_id, l.decision, l.p_row, l.probability FROM links l "
                        f"JOIN std_{register} s ON s.row = l.row WHERE l.register = '{register}' ORDER BY s.row"
                    ).fetchall()
                }
                for register in registers
                if register is not Register.POPULATION
            }
