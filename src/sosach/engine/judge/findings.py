"""The files of a run about records of all registers: findings with their sentences, candidates, duplicates."""

from sosach.base.registers import Register
from sosach.engine.arrow_store import store
from sosach.engine.judge.marks import findings_sql
from sosach.engine.match.levels import LEVELS_SQL
from sosach.engine.match.stage import SUBJECTS
from sosach.engine.workspace import Workspace


def write_findings(workspace: Workspace, registers: tuple[Register, ...]) -> dict[str, int]:
    """Write `findings.parquet`, `candidates.parquet` and `duplicates.parquet`; returns the rows of each."""
    files = {
        "findings.parquet": _findings_file(workspace, registers),
        "candidates.parquet": _candidates_file(registers),
        "duplicates.parquet": _duplicates_file(registers),
    }
    return {name: write_output(workspace, name, sql) for name, sql in files.items()}


def write_output(workspace: Workspace, name: str, sql: str) -> int:
    """Write an output file in one step: it is there wholly or not at all."""
    path = workspace.work / name
    rows = store(workspace.con, sql, path)
    path.replace(workspace.out / name)
    return rows


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
