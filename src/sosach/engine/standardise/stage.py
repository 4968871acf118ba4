"""The stage: collect distinct values, read them, join what they mean to every row, write the field findings."""

from typing import Any

from sosach.base.registers import Register, column_names
from sosach.engine.plan import Outcome, Steps
from sosach.engine.standardise.dictionaries import Source, make_dictionary, readers, show_dictionary
from sosach.engine.standardise.fields import FieldSpec, derived, fields
from sosach.engine.standardise.kinds import KINDS, over
from sosach.engine.workspace import Workspace

STAGE = "standardise"
RECORD_ID = {Register.POPULATION: "pin", Register.VEHICLES: "record_id", Register.LICENCES: "record_id"}

DateOrders = dict[Register, dict[str, str]]


def standardise(workspace: Workspace, steps: Steps, *, loaded: dict[Register, str], orders: DateOrders) -> Outcome:
    """Read the registers given as SELECTs (`loaded`) into tables `wide_<register>` and `findings_field_<register>`.

    Rows in = rows out: the wide table holds every row of the register once, in its order.
    """
    specs = {register: fields(register, orders.get(register, {})) for register in loaded}
    for register, sql in loaded.items():
        workspace.con.execute(f"CREATE OR REPLACE VIEW given_{register} AS {sql}")
    counts = _read_dictionaries(workspace, steps, specs)
    rows: dict[str, int] = {}
    for register in loaded:
        with steps.step(f"{register}"):
            rows[f"wide_{register}"] = workspace.save(STAGE, f"wide_{register}", _wide_sql(register, specs[register]))
            show_register(workspace, register, specs[register])
            rows[f"findings_field_{register}"] = workspace.save(
                STAGE, f"findings_field_{register}", _findings_sql(register, specs[register])
            )
    return Outcome(rows, {"distinct": counts, "orders": {str(k): v for k, v in orders.items()}})


def restore(workspace: Workspace, notes: dict[str, Any], registers: tuple[Register, ...]) -> None:
    """Make the tables of a finished stage visible again."""
    for kind in notes["distinct"]:
        show_dictionary(workspace, KINDS[kind])
    _show_names(workspace)
    for register in registers:
        order = notes["orders"].get(register, {})
        for table in (f"wide_{register}", f"findings_field_{register}"):
            workspace.show(table, workspace.path(STAGE, table))
        show_register(workspace, register, fields(register, order))


def _read_dictionaries(
    workspace: Workspace, steps: Steps, specs: dict[Register, tuple[FieldSpec, ...]]
) -> dict[str, int]:
    sources: dict[str, list[Source]] = {}
    for register, register_specs in specs.items():
        for spec in register_specs:
            source = Source(f"given_{register}", over(spec.through, f'"{spec.column}"'))
            sources.setdefault(spec.kind, []).append(source)
    counts = {}
    with readers(workspace.settings.threads) as pool:
        for kind, kind_sources in sorted(sources.items(), key=lambda item: item[0] != "name"):
            with steps.step(kind):
                counts[kind] = make_dictionary(workspace, pool, KINDS[kind], kind_sources)
    _show_names(workspace)
    return counts


def _show_names(workspace: Workspace) -> None:
    workspace.con.execute(
        "CREATE OR REPLACE VIEW names AS SELECT id AS name_id, display, k1, k2, kind, accented FROM dict_name"
    )


def _wide_sql(register: Register, specs: tuple[FieldSpec, ...]) -> str:
    """Every row with its given values (`given_<column>`) and what they mean."""
    given = [f'g."{column}" AS given_{column}' for column in column_names(register)]
    read: list[str] = []
    joins: list[str] = []
    for number, spec in enumerate(specs):
        kind = KINDS[spec.kind]
        value = over(spec.through, f'g."{spec.column}"')
        joins.append(f"LEFT JOIN dict_{spec.kind} d{number} ON d{number}.raw = {value}")
        for column, source in spec.gives.items():
            plain = kind.plain_sql.get(source)
            if kind.plain is None:
                read.append(f"d{number}.{source} AS {column}")
            else:
                meant = over(plain, value) if plain else "NULL"
                read.append(f"CASE WHEN d{number}.raw IS NULL THEN {meant} ELSE d{number}.{source} END AS {column}")
    made = [f"{sql} AS {name}" for name, sql in derived(register).items()]
    record = f"""coalesce(nullif(trim(given_{RECORD_ID[register]}), ''), '#' || (row + 1)) AS record_id"""
    return (
        f"SELECT *, {', '.join([record, *made])} FROM "
        f"(SELECT g.row, {', '.join(given + read)} FROM given_{register} g {' '.join(joins)})"
    )


def show_register(workspace: Workspace, register: Register, specs: tuple[FieldSpec, ...]) -> None:
    """Show `raw_<register>` (values as given) and `std_<register>` (what they mean) over the wide table."""
    given = ", ".join(f'given_{column} AS "{column}"' for column in column_names(register))
    meant = [column for spec in specs for column in spec.gives] + list(derived(register))
    con = workspace.con
    con.execute(f"CREATE OR REPLACE VIEW raw_{register} AS SELECT row, {given} FROM wide_{register}")
    columns = ", ".join(f'"{column}"' for column in meant)
    con.execute(f"CREATE OR REPLACE VIEW std_{register} AS SELECT row, record_id, {columns} FROM wide_{register}")


def _findings_sql(register: Register, specs: tuple[FieldSpec, ...]) -> str:
    """Findings of single values, given to each row that holds the value."""
    parts = []
    for spec in specs:
        value = over(spec.through, f"w.given_{spec.column}")
        parts.append(
            f"SELECT w.row, d.f.code AS code, '{spec.column}' AS field, w.given_{spec.column} AS value, "
            f"d.f.proposed AS proposed, NULL::VARCHAR AS other FROM wide_{register} w JOIN "
            f"(SELECT raw, unnest(findings) AS f FROM dict_{spec.kind} WHERE len(findings) > 0) d ON d.raw = {value}"
        )
    return " UNION ALL ".join(parts)
