"""Asks the constraints of a table about staged rows before they are written, so that one bad row stops nobody else."""

from dataclasses import dataclass

from sosach.domain.provenance.operations.importing.expressions import literal, name
from sosach.domain.provenance.operations.importing.staging import ask, run
from sosach.domain.provenance.rules import Refusal


@dataclass(frozen=True, slots=True)
class Unique:
    """Something unique in a table, its primary key aside.

    Attributes:
        name: of the index.
        columns: that are unique together.
        condition: SQL of the rows it holds for.
    """

    name: str
    columns: tuple[str, ...]
    condition: str


def broken_checks(table: str) -> str:
    """SQL: cases that name the first check of the table a row of `import_row` breaks."""
    return " ".join(
        f"WHEN NOT ({condition}) THEN {literal(f'{Refusal.CONSTRAINT}:{check}')}" for check, condition in _checks(table)
    )


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


def uniques(table: str) -> list[Unique]:
    """What is unique in a table."""
    return [
        Unique(str(index), tuple(columns), str(condition or "true"))
        for index, columns, condition in ask(
            """SELECT i.indexrelid::regclass::text, array_agg(a.attname::text ORDER BY k.place), pg_get_expr(i.indpred, i.indrelid)
               FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place)
               JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
               WHERE i.indrelid = %s::regclass AND i.indisunique AND NOT i.indisprimary AND i.indexprs IS NULL
               GROUP BY i.indexrelid, i.indpred, i.indrelid ORDER BY 1""",
            [table],
        )
    ]


def refuse_second(table: str, unique: Unique) -> int:
    """Refuse rows of `import_row` whose unique value another record holds, or an earlier row of the portion took."""
    listed = ", ".join(map(name, unique.columns))
    told = " AND ".join(f"{name(column)} IS NOT NULL" for column in unique.columns)
    same = " AND ".join(f"t.{name(column)} = r.{name(column)}" for column in unique.columns)
    reason = literal(f"{Refusal.CONSTRAINT}:{unique.name}")
    held = f"r_reason IS NULL AND {told} AND ({unique.condition})"
    # each row looks by the index: of a table that is being filled nobody knows how large it is, and to join it with few rows
    # every pair was compared
    return run(
        f"""UPDATE import_row SET r_reason = {reason} WHERE r_row IN (
              SELECT r.r_row FROM (SELECT * FROM import_row WHERE {held}) r CROSS JOIN LATERAL (
                SELECT 1 FROM {table} t WHERE ({unique.condition}) AND {same} AND t.id <> r.r_subject LIMIT 1) other
              UNION ALL
              SELECT r_row FROM (
                SELECT r_row, r_subject, first_value(r_subject) OVER (PARTITION BY {listed} ORDER BY r_row) AS first
                FROM import_row WHERE {held}) w WHERE first <> r_subject)"""
    )
