"""The files of a run about records of all registers: findings with their sentences, candidates, duplicates."""

from collections.abc import Iterator, Sequence

from sosach.base.registers import Register
from sosach.engine.arrow_store import ROWS_PER_GROUP, store
from sosach.engine.judge.marks import findings_sql
from sosach.engine.judge.sentences import CODE, FIELD, REGISTER, sentence_sql, show_sentences
from sosach.engine.match.levels import LEVELS_SQL
from sosach.engine.match.stage import SUBJECTS
from sosach.engine.workspace import Workspace

# Findings are put in order and into words for so many rows of a register at a time: their texts fit into memory.
ROWS_AT_ONCE = 4 * ROWS_PER_GROUP


def write_findings(workspace: Workspace, registers: tuple[Register, ...]) -> dict[str, int]:
    """Write `findings.parquet`, `candidates.parquet` and `duplicates.parquet`; returns the rows of each."""
    show_sentences(workspace)
    return {
        "findings.parquet": write_sentences(workspace, registers),
        "candidates.parquet": write_output(workspace, "candidates.parquet", _candidates_file(registers)),
        "duplicates.parquet": write_output(workspace, "duplicates.parquet", _duplicates_file(registers)),
    }


def write_sentences(workspace: Workspace, registers: tuple[Register, ...]) -> int:
    """Write `findings.parquet`, each finding with its sentence; returns how many."""
    with workspace.in_order():
        return write_output(workspace, "findings.parquet", list(_findings_files(workspace, registers)))


def write_output(workspace: Workspace, name: str, sql: str | Sequence[str]) -> int:
    """Write an output file in one step: it is there wholly or not at all."""
    path = workspace.work / name
    rows = store(workspace.con, sql, path)
    path.replace(workspace.out / name)
    return rows


def _findings_files(workspace: Workspace, registers: tuple[Register, ...]) -> Iterator[str]:
    """SELECTs of all findings in the order of registers and rows, each with its sentence."""
    for register in registers:
        findings = findings_sql(workspace, register)
        for start in range(0, max(workspace.count(f"std_{register}"), 1), ROWS_AT_ONCE):
            yield _findings_of(register, findings, f"row >= {start} AND row < {start + ROWS_AT_ONCE}")


def _findings_of(register: Register, findings: str, rows: str) -> str:
    # Nothing but projections stands over the order: a join there would lose it. A number instead of three texts puts
    # what one rule says twice about a field into an order, any order, but the same in every run.
    return f"""
    SELECT '{register}'::{REGISTER} AS register, record_id, row AS row_number, code, severity, field, value,
           proposed AS proposed_value, {sentence_sql()} AS explanation
    FROM (SELECT f.row, f.field::{FIELD} AS field, f.value, f.proposed, f.other, i.record_id, c.*
          FROM (SELECT * FROM ({findings}) WHERE {rows}) f
          JOIN (SELECT row, record_id FROM std_{register} WHERE {rows}) i ON i.row = f.row
          JOIN sentences c ON c.code = f.code::{CODE}
          ORDER BY f.row, c.code, field, hash(f.value, f.proposed, f.other))"""


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
