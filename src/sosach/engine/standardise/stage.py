"""The stage: collect distinct values, read them, join what they mean to every row, write the field findings."""

from collections.abc import Sequence
from typing import Any

from sosach.base.registers import Register
from sosach.engine.plan import Outcome, Steps
from sosach.engine.standardise.dictionaries import Source, begin_dictionary, finish_dictionary, readers, show_dictionary
from sosach.engine.standardise.field_findings import field_findings_sql
from sosach.engine.standardise.fields import FieldSpec, fields, made, standard_columns
from sosach.engine.standardise.kinds import KINDS, over
from sosach.engine.workspace import Workspace

STAGE = "standardise"
# Below this many rows starting processes costs more than it saves.
PROCESSES_FROM = 60_000
# The longest dictionaries first, so that the others are collected while they are read.
_FIRST = {"name": 0, "place": 1}
RECORD_ID = {Register.POPULATION: "pin", Register.VEHICLES: "record_id", Register.LICENCES: "record_id"}

DateOrders = dict[Register, dict[str, str]]


def standardise(workspace: Workspace, steps: Steps, *, loaded: dict[Register, str], orders: DateOrders) -> Outcome:
    """Read the registers given as SELECTs (`loaded`) into tables `std_<register>` and `findings_field_<register>`.

    Rows in = rows out: the table holds every row of the register once, in its order.
    """
    specs = {register: fields(register, orders.get(register, {})) for register in loaded}
    for register, sql in loaded.items():
        workspace.con.execute(f"CREATE OR REPLACE VIEW given_{register} AS {sql}")
    counts = _read_dictionaries(workspace, steps, specs)
    rows: dict[str, int] = {}
    for register in loaded:
        with steps.step(f"{register}"):
            sql = read_sql(register, specs[register], standard_columns(register, specs[register]))
            with workspace.in_order():
                rows[f"std_{register}"] = workspace.save(STAGE, f"std_{register}", sql)
            _show_raw(workspace, register)
            # a table: all its joins at once, beside the sorting of the findings file, would not fit in memory
            table = f"findings_field_{register}"
            rows[table] = workspace.save(STAGE, table, field_findings_sql(register, specs[register]))
    return Outcome(rows, {"distinct": counts, "orders": {str(k): v for k, v in orders.items()}})


def restore(workspace: Workspace, notes: dict[str, Any], registers: tuple[Register, ...]) -> None:
    """Make the tables of a finished stage visible again."""
    for kind in notes["distinct"]:
        show_dictionary(workspace, KINDS[kind])
    _show_names(workspace)
    for register in registers:
        for table in (f"std_{register}", f"findings_field_{register}"):
            workspace.show(table, workspace.path(STAGE, table))
        _show_raw(workspace, register)


def _read_dictionaries(
    workspace: Workspace, steps: Steps, specs: dict[Register, tuple[FieldSpec, ...]]
) -> dict[str, int]:
    sources: dict[str, list[Source]] = {}
    for register, register_specs in specs.items():
        for spec in register_specs:
            where = f'"{spec.column}" IS NOT NULL AND {_only(spec, "")}'
            source = Source(f"given_{register}", over(spec.through, f'"{spec.column}"'), where)
            sources.setdefault(spec.kind, []).append(source)
    rows = sum(workspace.count(f"given_{register}") for register in specs)
    processes = workspace.settings.threads if rows >= PROCESSES_FROM else 1
    with readers(processes) as pool:
        begun = []
        for kind, kind_sources in sorted(sources.items(), key=lambda item: _FIRST.get(item[0], 2)):
            with steps.step(kind):
                begun.append(begin_dictionary(workspace, pool, KINDS[kind], kind_sources))
        with steps.step("dictionaries"):
            counts = {one.kind.name: finish_dictionary(workspace, one) for one in begun}
    _show_names(workspace)
    return counts


def _show_names(workspace: Workspace) -> None:
    workspace.con.execute(
        "CREATE OR REPLACE VIEW names AS SELECT id AS name_id, display, k1, k2, kind, accented FROM dict_name"
    )


def read_sql(
    register: Register, specs: tuple[FieldSpec, ...], columns: Sequence[str], *, given: Sequence[str] = ()
) -> str:
    """SELECT of row, record_id and the wanted standardised columns, in the order of the input.

    Args:
        register: which register.
        specs: its fields.
        columns: standardised columns wanted; only the dictionaries they need are joined.
        given: canonical columns wanted as they were given, each as `given_<column>`.
    """
    makes = {name: how for name, how in made(register).items() if name in columns}
    read = (set(columns) - set(makes)).union(*(how.of for how in makes.values()))
    taken = [*given, *sorted({column for how in makes.values() for column in how.given} - set(given))]
    inner = [f'g."{column}" AS given_{column}' for column in taken]
    joins: list[str] = []
    for number, spec in enumerate(specs):
        wanted = {column: source for column, source in spec.gives.items() if column in read}
        if wanted:
            value = over(spec.through, f'g."{spec.column}"')
            key = f"CASE WHEN {_only(spec, 'g.')} THEN {value} END" if spec.same_as else value
            joins.append(f"LEFT JOIN dict_{spec.kind} d{number} ON d{number}.raw = {key}")
            twin = next((at for at, other in enumerate(specs) if other.column == spec.same_as), None)
            for column, source in wanted.items():
                meaning = _meaning(spec, source, number, value)
                if twin is not None:
                    meaning = f"CASE WHEN {_only(spec, 'g.')} THEN {meaning} ELSE d{twin}.{source} END"
                inner.append(f'{meaning} AS "{column}"')
    record = f"""coalesce(nullif(trim(g."{RECORD_ID[register]}"), ''), '#' || (g.row + 1)) AS record_id"""
    outer = [f"given_{column}" for column in given]
    outer += [f'{makes[column].sql} AS "{column}"' if column in makes else f'"{column}"' for column in columns]
    return (
        f"SELECT row, record_id, {', '.join(outer)} FROM "
        f"(SELECT g.row, {', '.join([record, *inner])} FROM given_{register} g {' '.join(joins)})"
    )


def _only(spec: FieldSpec, alias: str) -> str:
    """SQL: the value has to be read by itself, it is not the same text as its twin."""
    return f'{alias}"{spec.column}" IS DISTINCT FROM {alias}"{spec.same_as}"' if spec.same_as else "true"


def _meaning(spec: FieldSpec, source: str, number: int, value: str) -> str:
    """SQL of one standardised column: what the dictionary says, or what an ordinary value plainly means."""
    kind = KINDS[spec.kind]
    if kind.plain is None:
        return f"d{number}.{source}"
    plain = over(kind.plain_sql[source], value) if source in kind.plain_sql else "NULL"
    return f"CASE WHEN d{number}.raw IS NOT NULL THEN d{number}.{source} WHEN {value} IS NOT NULL THEN {plain} END"


def _show_raw(workspace: Workspace, register: Register) -> None:
    workspace.con.execute(f"CREATE OR REPLACE VIEW raw_{register} AS SELECT * FROM given_{register}")
