"""The stage: rules across registers, the verdict on every record, and the Parquet files of the run."""

from collections.abc import Iterable
from typing import Any

from sosach.base.errors import ErrorCode, SosachError
from sosach.base.registers import Register
from sosach.engine.arrow_store import store
from sosach.engine.checks.rules import RULES_AFTER_MATCH
from sosach.engine.checks.run import rows_by_rule, run_rules
from sosach.engine.judge.marks import findings_sql, make_marks, show_catalogue
from sosach.engine.judge.records import records_sql, verdicts_sql
from sosach.engine.match.levels import LEVELS_SQL, evidence_rows
from sosach.engine.match.stage import SUBJECTS
from sosach.engine.plan import Outcome, Steps
from sosach.engine.standardise.fields import fields
from sosach.engine.standardise.stage import DateOrders
from sosach.engine.workspace import Workspace

STAGE = "judge"
RECORD_FILES = {register: f"{register}.parquet" for register in Register}


def judge(workspace: Workspace, steps: Steps, *, registers: tuple[Register, ...], orders: DateOrders) -> Outcome:
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
            workspace.con.execute(f"CREATE OR REPLACE TABLE verdicts AS {verdicts_sql(register)}")
            file = RECORD_FILES[register]
            sql = records_sql(register, fields(register, orders.get(register, {})))
            with workspace.in_order():
                rows[file] = _write(workspace, file, sql)
            _assert_rows(workspace, register, rows[file])
            workspace.drop(("marks", "verdicts"))
    with steps.step("findings"):
        rows["findings.parquet"] = _write(workspace, "findings.parquet", _findings_file(workspace, registers))
        rows["candidates.parquet"] = _write(workspace, "candidates.parquet", _candidates_file(registers))
        rows["duplicates.parquet"] = _write(workspace, "duplicates.parquet", _duplicates_file(registers))
    return Outcome(rows, {"rules": rows_by_rule(rules)})


def show_rule_tables(workspace: Workspace, stage: str, moment: str, registers: Iterable[Register]) -> None:
    """Make the findings (and, before matching, the duplicates) that rules wrote visible."""
    for register in registers:
        workspace.show(f"findings_{moment}_{register}", workspace.path(stage, f"findings_{moment}_{register}"))
        if moment == "before":
            workspace.show(f"duplicates_{register}", workspace.path(stage, f"duplicates_{register}"))


def _write(workspace: Workspace, name: str, sql: str) -> int:
    """Write an output file in one step: it is there wholly or not at all."""
    path = workspace.work / name
    rows = store(workspace.con, sql, path)
    path.replace(workspace.out / name)
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


def _findings_file(workspace: Workspace, registers: tuple[Register, ...]) -> str:
    """All findings in the order of registers and rows, each with its sentence."""
    parts = [
        f"SELECT {number} AS place, '{register}' AS register, f.* FROM ({findings_sql(workspace, register)}) f"
        for number, register in enumerate(registers)
    ]
    ids = " UNION ALL ".join(
        f"SELECT {number} AS place, row, record_id FROM std_{register}" for number, register in enumerate(registers)
    )
    # A brace inside a cell is no placeholder: it is put aside while the sentence is filled in.
    said = {name: f"replace(coalesce(f.{name}, ''), '{{', chr(1))" for name in ("value", "proposed", "other")}
    sentence = "c.vi"
    for name, text in said.items():
        sentence = f"replace({sentence}, '{{{name}}}', {text})"
    sentence = f"replace({sentence}, chr(1), '{{')"
    return f"""
    SELECT f.register, i.record_id, f.row AS row_number, f.code, c.severity, f.field, f.value,
           f.proposed AS proposed_value, {sentence} AS explanation
    FROM ({" UNION ALL ".join(parts)}) f LEFT JOIN cat c ON c.code = f.code
    JOIN ({ids}) i ON i.place = f.place AND i.row = f.row
    ORDER BY f.place, f.row, f.code, f.field, f.value, f.proposed, f.other"""


def _candidates_file(registers: tuple[Register, ...]) -> str:
    parts = [
        f"SELECT {number} AS place, '{register}' AS register, s.record_id, c.* FROM candidates_{register} c "
        f"JOIN std_{register} s ON s.row = c.row"
        for number, register in enumerate(registers)
        if register in SUBJECTS
    ]
    if not parts:
        return (
            "SELECT ''::VARCHAR AS register, ''::VARCHAR AS record_id, 0::INTEGER AS row_number, ''::VARCHAR AS pin, "
            "0::TINYINT AS rank, 0::DOUBLE AS probability, ''::VARCHAR AS evidence WHERE false"
        )
    return (
        f"SELECT register, record_id, row AS row_number, pin, rank, probability, e.words || rivals AS evidence "
        f"FROM ({' UNION ALL '.join(parts)}) q JOIN evidence e ON e.levels = {LEVELS_SQL} ORDER BY place, row, rank"
    )


def _duplicates_file(registers: tuple[Register, ...]) -> str:
    parts = [
        f"SELECT {number} AS place, '{register}' AS register, d.group_id, s.record_id, d.row, d.reason "
        f"FROM duplicates_{register} d JOIN std_{register} s ON s.row = d.row"
        for number, register in enumerate(registers)
    ]
    return (
        "SELECT register, group_id, record_id, row AS row_number, reason "
        f"FROM ({' UNION ALL '.join(parts)}) ORDER BY place, reason, group_id, row"
    )


def restore(workspace: Workspace, notes: dict[str, Any], registers: tuple[Register, ...]) -> None:
    """Make the tables of a finished stage visible again."""
    del notes
    show_rule_tables(workspace, STAGE, "after", registers)
