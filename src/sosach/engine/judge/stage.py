"""The stage: rules across registers, the verdict on every record, and the Parquet files of the run."""

from collections.abc import Iterable
from typing import Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.registers import Register
from sosach.engine.checks.rules import RULES_AFTER_MATCH
from sosach.engine.checks.run import rows_by_rule, run_rules
from sosach.engine.judge.findings import write_findings
from sosach.engine.judge.marks import make_marks, show_catalogue
from sosach.engine.judge.records import record_columns, verdicts_sql
from sosach.engine.match.levels import evidence_rows
from sosach.engine.parquet_splice import splice
from sosach.engine.plan import Outcome, Steps
from sosach.engine.standardise import stage as standardising
from sosach.engine.workspace import Workspace

STAGE = "judge"
RECORD_FILES = {register: f"{register}.parquet" for register in Register}


def judge(workspace: Workspace, steps: Steps, *, registers: tuple[Register, ...]) -> Outcome:
    """Write `<register>.parquet`, `findings.parquet`, `candidates.parquet` and `duplicates.parquet` of the run."""
    with steps.step("registers against each other"):
        rules = run_rules(
            workspace.con,
            RULES_AFTER_MATCH,
            registers=registers,
            as_of=workspace.settings.as_of,
            out=workspace.path(STAGE, "x").parent,
        )
        show_rule_tables(workspace, STAGE, "after", registers)
    show_catalogue(workspace)
    workspace.con.execute("CREATE OR REPLACE TABLE evidence (levels SMALLINT, words VARCHAR)")
    workspace.con.execute(
        "INSERT INTO evidence SELECT unnest(?), unnest(?)",
        [list(column) for column in zip(*evidence_rows(), strict=True)],
    )
    rows: dict[str, int] = {}
    for register in registers:
        with steps.step(f"{register}"):
            make_marks(workspace, register)
            rows[RECORD_FILES[register]] = _write_records(workspace, register)
            workspace.drop(("marks",))
    with steps.step("findings"):
        rows |= write_findings(workspace, registers)
    return Outcome(rows, {"rules": rows_by_rule(rules)})


def show_rule_tables(workspace: Workspace, stage: str, moment: str, registers: Iterable[Register]) -> None:
    """Make the findings (and, before matching, the duplicates) that rules wrote visible."""
    for register in registers:
        workspace.show(f"findings_{moment}_{register}", workspace.path(stage, f"findings_{moment}_{register}"))
        if moment == "before":
            workspace.show(f"duplicates_{register}", workspace.path(stage, f"duplicates_{register}"))


def _write_records(workspace: Workspace, register: Register) -> int:
    """Write the record file of a register in one step: it is there wholly or not at all."""
    verdicts = workspace.path(STAGE, f"verdicts_{register}")
    workspace.write_rows(verdicts_sql(register), verdicts)
    fresh = workspace.work / RECORD_FILES[register]
    table = workspace.path(standardising.STAGE, f"rows_{register}")
    rows = splice(fresh, record_columns(register, rows=table, verdicts=verdicts))
    _assert_rows(workspace, register, rows)
    verdicts.unlink()
    fresh.replace(workspace.out / RECORD_FILES[register])
    return rows


def _assert_rows(workspace: Workspace, register: Register, rows: int) -> None:
    given = workspace.count(f"given_{register}")
    if rows != given:
        raise SosachError(
            ErrorCode.ROWS_LOST,
            vi=f"Số dòng vào ({given}) khác số dòng ra ({rows}) của {register}.",
            en=f"Rows in ({given}) differ from rows out ({rows}) for {register}.",
            hint_vi="Đây là lỗi của Sosach; kết quả không dùng được. Xin gửi manifest.json.",
            hint_en="This is a defect of Sosach; the outputs are not usable. Please report it with manifest.json.",
        )


def restore(workspace: Workspace, notes: dict[str, Any], registers: tuple[Register, ...]) -> None:
    """Make the tables of a finished stage visible again."""
    del notes
    show_rule_tables(workspace, STAGE, "after", registers)
