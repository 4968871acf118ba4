"""The stage: collect distinct values, read them, join what they mean to every row, show the field findings."""

from typing import Any

from sosach.base.registers import Register
from sosach.engine.plan import Outcome, Steps
from sosach.engine.standardise.dictionaries import Source, begin_dictionary, finish_dictionary, readers, show_dictionary
from sosach.engine.standardise.field_findings import REMARK, save_remarks, show_field_findings, show_remarks
from sosach.engine.standardise.fields import FieldSpec, fields
from sosach.engine.standardise.kinds import KINDS, over
from sosach.engine.standardise.rows import GIVEN, write_rows
from sosach.engine.workspace import Workspace

STAGE = "standardise"
# Below this many rows starting processes costs more than it saves.
PROCESSES_FROM = 60_000
# The longest dictionaries first, so that the others are collected while they are read.
_FIRST = {"name": 0, "place": 1}


DateOrders = dict[Register, dict[str, str]]


def standardise(workspace: Workspace, steps: Steps, *, loaded: dict[Register, str], orders: DateOrders) -> Outcome:
    """Read the registers given as SELECTs (`loaded`) into tables `rows_<register>`; show `findings_field_<register>`.

    Rows in = rows out: the table holds every row of the register once, in its order, as given and as meant; the views
    `raw_<register>` and `std_<register>` show the one and the other.
    """
    specs = {register: fields(register, orders.get(register, {})) for register in loaded}
    for register, sql in loaded.items():
        workspace.con.execute(f"CREATE OR REPLACE VIEW given_{register} AS {sql}")
    counts = _read_dictionaries(workspace, steps, specs)
    rows: dict[str, int] = {}
    for register in loaded:
        with steps.step(f"{register}"):
            path = workspace.path(STAGE, f"rows_{register}")
            rows[f"std_{register}"] = write_rows(workspace, register, specs[register], path)
            _show_rows(workspace, register)
            show_field_findings(workspace, register, specs[register])
    return Outcome(rows, {"distinct": counts, "orders": {str(k): v for k, v in orders.items()}})


def restore(workspace: Workspace, notes: dict[str, Any], registers: tuple[Register, ...]) -> None:
    """Make the tables of a finished stage visible again."""
    for kind in notes["distinct"]:
        show_dictionary(workspace, KINDS[kind])
    show_remarks(workspace, STAGE, notes["distinct"])
    _show_names(workspace)
    for register in registers:
        _show_rows(workspace, register)
        show_field_findings(workspace, register, fields(register, notes["orders"].get(register.value, {})))


def _read_dictionaries(
    workspace: Workspace, steps: Steps, specs: dict[Register, tuple[FieldSpec, ...]]
) -> dict[str, int]:
    sources: dict[str, list[Source]] = {}
    for register, register_specs in specs.items():
        for spec in register_specs:
            where = f'"{spec.column}" IS NOT NULL'
            if spec.same_as:
                where += f' AND "{spec.column}" IS DISTINCT FROM "{spec.same_as}"'
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
            save_remarks(workspace, STAGE, counts)
    _show_names(workspace)
    return counts


def _show_names(workspace: Workspace) -> None:
    workspace.con.execute(
        "CREATE OR REPLACE VIEW names AS SELECT id AS name_id, display, k1, k2, kind, accented FROM dict_name"
    )


def _show_rows(workspace: Workspace, register: Register) -> None:
    """Show what the rows mean as `std_<register>` and the cells as `raw_<register>`."""
    workspace.show(f"rows_{register}", workspace.path(STAGE, f"rows_{register}"))
    meant = f"SELECT COLUMNS(lambda c: NOT starts_with(c, '{GIVEN}') AND NOT starts_with(c, '{REMARK}')) FROM rows_{register}"
    workspace.con.execute(f"CREATE OR REPLACE VIEW std_{register} AS {meant}")
    workspace.con.execute(f"CREATE OR REPLACE VIEW raw_{register} AS SELECT * FROM given_{register}")
