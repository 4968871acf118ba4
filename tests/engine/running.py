"""Runs of the engine on a handful of records: registers written from plain dictionaries, outputs read back as such."""

from collections.abc import Mapping, Sequence
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
        return _rows(con.execute("SELECT * FROM read_parquet(?)", [str(path)]))


def by_record(out: Path, register: Register) -> dict[str, dict[str, Any]]:
    """Record id → row of a record file; ids must not repeat."""
    rows = read(out / f"{register}.parquet")
    found = {row["record_id"]: row for row in rows}
    assert len(found) == len(rows), "record ids repeat"
    return found


def loaded(folder: Path, tables: Tables) -> dict[Register, str]:
    """Registers written to disk, each as the SELECT that loading would hand on."""
    selects = {}
    for register, path in write_tables(folder / "in", tables).items():
        columns = ", ".join(f'"{name}"' for name in column_names(register))
        source = f"read_parquet('{path}', file_row_number = true)"
        selects[register] = f"SELECT file_row_number::INTEGER AS row, {columns} FROM {source}"
    return selects


def standardised(folder: Path, tables: Tables, **orders: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    """Only standardise: rows of `std_<register>` and `findings_field_<register>`; `orders` by register."""
    with Workspace(settings({}, folder / "out")) as workspace:
        selects = loaded(folder, tables)
        ordered = {Register(name): order for name, order in orders.items()}
        standardise(workspace, Steps(workspace, Silence()), loaded=selects, orders=ordered)
        names = [f"{kind}_{register}" for register in tables for kind in ("std", "findings_field")]
        return {name: _rows(workspace.con.execute(f"SELECT * FROM {name} ORDER BY row")) for name in names}


def decide(folder: Path, tables: Tables) -> dict[Register, Decided]:
    """Only standardise and match; records for whom nobody was found are left out."""
    registers = tuple(register for register in Register if register in tables)
    found: dict[Register, Decided] = {}
    with Workspace(settings({}, folder / "out")) as workspace:
        steps = Steps(workspace, Silence())
        standardise(workspace, steps, loaded=loaded(folder, tables), orders={})
        match(workspace, steps, registers=registers)
        for register in registers:
            if register is not Register.POPULATION:
                cursor = workspace.con.execute(
                    "SELECT s.record_id, l.decision, l.p_row, l.probability FROM links l "
                    f"JOIN std_{register} s ON s.row = l.row WHERE l.register = '{register}' ORDER BY s.row"
                )
                found[register] = {
                    row["record_id"]: (row["decision"], row["p_row"], row["probability"]) for row in _rows(cursor)
                }
    return found


def _rows(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
