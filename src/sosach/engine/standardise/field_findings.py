"""What the dictionaries remark about single values, given to every row that holds the value.

A row of `rows_<register>` names for each field the value its cell was read as, where there is something to remark about
it (`remark_<column>`); what that is, the small table `remarks_<kind>` says once.
"""

from collections.abc import Iterable

from sosach.base.registers import Register
from sosach.engine.standardise.fields import FieldSpec
from sosach.engine.workspace import Workspace

# Before the name of a column that names the remarks about a cell.
REMARK = "remark_"


def remarked(dictionary: str) -> str:
    """SQL of a dictionary to be joined to rows: its columns, and `remark`, its id where there are remarks."""
    return f"(SELECT * EXCLUDE (findings), CASE WHEN len(findings) > 0 THEN id END AS remark FROM {dictionary})"


def save_remarks(workspace: Workspace, stage: str, kinds: Iterable[str]) -> None:
    """Write for each kind the table `remarks_<kind>`: id (of the value), code, proposed."""
    for kind in kinds:
        remarks = f"SELECT id, unnest(findings) AS f FROM dict_{kind} WHERE len(findings) > 0"
        sql = f"SELECT id, f.code AS code, f.proposed AS proposed FROM ({remarks})"
        workspace.save(stage, f"remarks_{kind}", sql)


def show_remarks(workspace: Workspace, stage: str, kinds: Iterable[str]) -> None:
    """Make the tables of remarks that were written before visible."""
    for kind in kinds:
        workspace.show(f"remarks_{kind}", workspace.path(stage, f"remarks_{kind}"))


def show_field_findings(workspace: Workspace, register: Register, specs: tuple[FieldSpec, ...]) -> None:
    """Show the findings of single values as `findings_field_<register>`: row, code, field, value, proposed, other."""
    parts = (
        f"SELECT w.row, d.code, '{spec.column}' AS field, w.given_{spec.column} AS value, d.proposed, "
        f"NULL::VARCHAR AS other FROM rows_{register} w JOIN remarks_{spec.kind} d ON d.id = w.{REMARK}{spec.column} "
        f"WHERE w.{REMARK}{spec.column} IS NOT NULL"
        for spec in specs
    )
    workspace.con.execute(f"CREATE OR REPLACE VIEW findings_field_{register} AS {' UNION ALL '.join(parts)}")
