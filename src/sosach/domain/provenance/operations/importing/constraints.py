"""Asks the constraints of a table about staged rows before they are written, so that one bad row stops nobody else."""

from sosach.domain.provenance.operations.importing.expressions import name
from sosach.domain.provenance.operations.importing.staging import ask, run
from sosach.domain.provenance.rules import Refusal


def refuse_broken(table: str) -> None:
    """Give rows of `import_row` that break a check or a uniqueness of the table the name of the constraint as reason."""
    for constraint, check in _checks(table):
        run(
            f"UPDATE import_row SET r_reason = %s WHERE r_reason IS NULL AND NOT ({check.replace('%', '%%')})",
            [f"{Refusal.CONSTRAINT}:{constraint}"],
        )
    for constraint, columns, condition in _unique(table):
        _refuse_second(table, constraint, columns, (condition or "true").replace("%", "%%"))


def _checks(table: str) -> list[tuple[str, str]]:
    """Names and conditions of the checks of a table."""
    return [
        (str(constraint), str(condition))
        for constraint, condition in ask(
            "SELECT conname, pg_get_expr(conbin, conrelid) FROM pg_constraint "
            "WHERE conrelid = %s::regclass AND contype = 'c' ORDER BY conname",
            [table],
        )
    ]


def _unique(table: str) -> list[tuple[str, list[str], str | None]]:
    """Names, columns and conditions of what is unique in a table, its primary key aside."""
    return [
        (str(index), list(columns), condition)
        for index, columns, condition in ask(
            """SELECT i.indexrelid::regclass::text, array_agg(a.attname::text ORDER BY k.place), pg_get_expr(i.indpred, i.indrelid)
               FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place)
               JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
               WHERE i.indrelid = %s::regclass AND i.indisunique AND NOT i.indisprimary AND i.indexprs IS NULL
               GROUP BY i.indexrelid, i.indpred, i.indrelid ORDER BY 1""",
            [table],
        )
    ]


def _refuse_second(table: str, constraint: str, columns: list[str], condition: str) -> None:
    """Refuse rows whose unique value another record holds, or an earlier row of the run took."""
    listed = ", ".join(map(name, columns))
    told = " AND ".join(f"{name(column)} IS NOT NULL" for column in columns)
    same = " AND ".join(f"t.{name(column)} = r.{name(column)}" for column in columns)
    reason = f"{Refusal.CONSTRAINT}:{constraint}"
    run(
        f"""UPDATE import_row SET r_reason = %s WHERE r_row IN (
            SELECT r.r_row FROM (SELECT * FROM import_row WHERE r_reason IS NULL AND {told} AND ({condition})) r
            JOIN (SELECT id, {listed} FROM {table} WHERE ({condition})) t ON {same} AND t.id <> r.r_subject)""",
        [reason],
    )
    run(
        f"""UPDATE import_row SET r_reason = %s WHERE r_row IN (
            SELECT r_row FROM (
                SELECT r_row, r_subject, first_value(r_subject) OVER (PARTITION BY {listed} ORDER BY r_row) AS first
                FROM import_row WHERE r_reason IS NULL AND {told} AND ({condition})) w WHERE first <> r_subject)""",
        [reason],
    )
