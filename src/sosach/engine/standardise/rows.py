"""Writes the table `rows_<register>`: every row of a register in the order of the input, as given and as it was read.

Its columns are worked out in passes over a few of them each, written beside each other and then put together: so only
the dictionaries of one pass have to be in memory at a time, and no pass carries text it does not look at.
"""

from pathlib import Path

from sosach.base.registers import Register, column_names
from sosach.engine.parquet_splice import Taken, splice
from sosach.engine.standardise.field_findings import REMARK, remarked
from sosach.engine.standardise.fields import FieldSpec, made, standard_columns
from sosach.engine.standardise.kinds import KINDS, over
from sosach.engine.workspace import Workspace

# Before the name of a column that holds cells as they were given.
GIVEN = "given_"
RECORD_ID = {Register.POPULATION: "pin", Register.VEHICLES: "record_id", Register.LICENCES: "record_id"}
# The kinds with the largest dictionaries are looked up in passes of their own; the last pass takes all others.
_PASSES: tuple[tuple[str, ...], ...] = (("name",), ("place", "commune_code"))


def write_rows(workspace: Workspace, register: Register, specs: tuple[FieldSpec, ...], path: Path) -> int:
    """Write row, record_id, the cells as `given_<column>`, the standardised columns and `remark_<column>`.

    Returns:
        How many rows it wrote.
    """
    cells = path.with_suffix(".cells")
    parts = [cells]
    rows = workspace.write_rows(_cells_sql(register), cells)
    taken = [Taken(cells, name, name) for name in ("row", "record_id", *_cells(register))]
    holds: dict[str, Path] = {}
    for number, some in enumerate(_passes(specs)):
        columns = _columns(register, specs, some)
        part = path.with_suffix(f".{number}")
        workspace.write_rows(meant_sql(register, some, columns), part)
        parts.append(part)
        holds |= dict.fromkeys([*columns, *(REMARK + spec.column for spec in some)], part)
    taken += [Taken(holds[column], column, column) for column in standard_columns(register, specs)]
    taken += [Taken(holds[REMARK + spec.column], REMARK + spec.column, REMARK + spec.column) for spec in specs]
    splice(path, taken)
    for part in parts:
        part.unlink()
    return rows


def _cells(register: Register) -> list[str]:
    return [GIVEN + column for column in column_names(register) if column != "record_id"]


def _cells_sql(register: Register) -> str:
    record = f"""coalesce(nullif(trim("{RECORD_ID[register]}"), ''), '#' || (row + 1)) AS record_id"""
    cells = [f'"{cell.removeprefix(GIVEN)}" AS {cell}' for cell in _cells(register)]
    return f"SELECT row, {', '.join([record, *cells])} FROM given_{register}"


def _passes(specs: tuple[FieldSpec, ...]) -> list[tuple[FieldSpec, ...]]:
    """The fields of each pass, in their order."""
    apart = {kind for kinds in _PASSES for kind in kinds}
    found = [tuple(spec for spec in specs if spec.kind in kinds) for kinds in _PASSES]
    return [*(some for some in found if some), tuple(spec for spec in specs if spec.kind not in apart)]


def _columns(register: Register, specs: tuple[FieldSpec, ...], some: tuple[FieldSpec, ...]) -> list[str]:
    """Standardised columns a pass gives: those of its fields, and what is made of them; the last pass the rest."""
    gives = {column for spec in some for column in spec.gives}
    last = some == _passes(specs)[-1]
    makes = {name for name, how in made(register).items() if gives.issuperset(how.of) and (how.of or last)}
    return [column for column in standard_columns(register, specs) if column in gives | makes]


def meant_sql(register: Register, specs: tuple[FieldSpec, ...], columns: list[str]) -> str:
    """SELECT of row and standardised columns, which these fields give or which are made of what they give."""
    makes = {name: how for name, how in made(register).items() if name in columns}
    inner = [f'g."{column}" AS given_{column}' for column in sorted({c for how in makes.values() for c in how.given})]
    joins: list[str] = []
    for number, spec in enumerate(specs):
        value = over(spec.through, f'g."{spec.column}"')
        key = f"CASE WHEN {_only(spec)} THEN {value} END" if spec.same_as else value
        joins.append(f"LEFT JOIN {remarked(f'dict_{spec.kind}')} d{number} ON d{number}.raw = {key}")
        twin = next((at for at, other in enumerate(specs) if other.column == spec.same_as), None)
        meanings = {column: (_meaning(spec, source, number, value), source) for column, source in spec.gives.items()}
        meanings[REMARK + spec.column] = (f"d{number}.remark", "remark")
        for column, (own, source) in meanings.items():
            meaning = own if twin is None else f"CASE WHEN {_only(spec)} THEN {own} ELSE d{twin}.{source} END"
            inner.append(f'{meaning} AS "{column}"')
    outer = [f'{makes[name].sql} AS "{name}"' if name in makes else f'"{name}"' for name in columns]
    outer += [f'"{REMARK}{spec.column}"' for spec in specs]
    return (
        f"SELECT row, {', '.join(outer)} FROM (SELECT {', '.join(['g.row', *inner])} "
        f"FROM given_{register} g {' '.join(joins)})"
    )


def _only(spec: FieldSpec) -> str:
    """SQL: the value has to be read by itself, it is not the same text as its twin."""
    return f'g."{spec.column}" IS DISTINCT FROM g."{spec.same_as}"'


def _meaning(spec: FieldSpec, source: str, number: int, value: str) -> str:
    """SQL of one standardised column: what the dictionary says, or what an ordinary value plainly means."""
    kind = KINDS[spec.kind]
    if kind.plain is None:
        return f"d{number}.{source}"
    plain = over(kind.plain_sql[source], value) if source in kind.plain_sql else "NULL"
    return f"CASE WHEN d{number}.raw IS NOT NULL THEN d{number}.{source} WHEN {value} IS NOT NULL THEN {plain} END"
