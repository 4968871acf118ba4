"""What all findings about a record add up to, as one bit mask per row."""

from enum import IntFlag

from sosach.base.checks import Check, Fix
from sosach.base.decisions import Criterion
from sosach.base.findings import Severity
from sosach.base.registers import Register
from sosach.engine.workspace import Workspace
from sosach.vn.catalogue import catalogue

OVER_AGE_SLUG = "over_service_life"
FINDING_TABLES = ("source", "field", "before", "after")


class Mark(IntFlag):
    """Bits of a row's mask."""

    NOT_CORRECT = 1
    NOT_COMPLETE = 2
    NOT_CLEAN = 4
    NOT_LIVE = 8
    PROPOSES = 16
    OVER_AGE = 32
    DUPLICATE = 64


_BROKEN = {
    Criterion.CORRECT: Mark.NOT_CORRECT,
    Criterion.COMPLETE: Mark.NOT_COMPLETE,
    Criterion.CLEAN: Mark.NOT_CLEAN,
    Criterion.LIVE: Mark.NOT_LIVE,
}


def mark_of(check: Check) -> Mark:
    """What a finding of this check does to a record; a mere remark breaks no criterion."""
    mark = Mark(0)
    if check.criterion is not None and check.severity is not Severity.INFO:
        mark |= _BROKEN[check.criterion]
    if check.fix is Fix.PROPOSE and check.severity is not Severity.INFO:
        mark |= Mark.PROPOSES
    if check.slug == OVER_AGE_SLUG:
        mark |= Mark.OVER_AGE
    return mark


def show_catalogue(workspace: Workspace) -> None:
    """Make table `cat` (code, mark) of the checks that leave a mark."""
    marks = {check.code: int(mark_of(check)) for check in catalogue().values()}
    left = {code: mark for code, mark in marks.items() if mark}
    workspace.con.execute("CREATE OR REPLACE TABLE cat (code VARCHAR, mark TINYINT)")
    workspace.con.execute("INSERT INTO cat SELECT unnest(?), unnest(?)", [list(left), list(left.values())])


def findings_sql(workspace: Workspace, register: Register) -> str:
    """SELECT of all findings about a register: row, code, field, value, proposed, other."""
    tables = [f"findings_{stage}_{register}" for stage in FINDING_TABLES]
    known = {name for (name,) in workspace.con.execute("SELECT view_name FROM duckdb_views()").fetchall()}
    columns = "row, code, field, value, proposed, other"
    return " UNION ALL ".join(f"SELECT {columns} FROM {table}" for table in tables if table in known)


def make_marks(workspace: Workspace, register: Register) -> None:
    """Make table `marks` (row, mask) of the rows of a register that have any finding or duplicate."""
    workspace.con.execute(
        f"""
        CREATE OR REPLACE TABLE marks AS
        SELECT row, bit_or(mark)::TINYINT AS mask FROM (
            SELECT f.row, c.mark FROM (SELECT row, code FROM ({findings_sql(workspace, register)})) f
            JOIN cat c ON c.code = f.code
            UNION ALL SELECT row, {int(Mark.DUPLICATE)} FROM duplicates_{register})
        GROUP BY row"""
    )
