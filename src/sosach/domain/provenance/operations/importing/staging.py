"""Temporary tables of an import and the way rows get into them: COPY into one's own session, never into the registers."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

from sosach.domain.provenance.operations.importing.expressions import name


def run(statement: str, values: Sequence[Any] | None = None) -> int:
    """Run a statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def ask(statement: str, values: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
    """Rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def count(statement: str, values: Sequence[Any] | None = None) -> int:
    """The number a query answers."""
    return int(ask(statement, values)[0][0])


@contextmanager
def temporary(*tables: str) -> Iterator[None]:
    """Temporary tables of these names are gone before and afterwards."""
    names = ", ".join(f"pg_temp.{table}" for table in tables)
    run(f"DROP TABLE IF EXISTS {names}")
    yield
    run(f"DROP TABLE IF EXISTS {names}")


def make_staging(table: str, columns: Iterable[str], *, numbered: str = "row_number") -> None:
    """A staging table: everything text but the number of the row."""
    told = ", ".join(f"{name(column)} {'integer' if column == numbered else 'text'}" for column in columns)
    run(f"CREATE TEMP TABLE {table} ({told})")


def copy_in(table: str, portion: bytes) -> None:
    """Add a portion of rows to a staging table."""
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
        copy.write(portion)


def planned(staged: str) -> str:
    """The plan of the rows of a staged portion, as SQL.

    A portion is rows that follow each other, or nearly. Asked for by their first and last number they are found by the index;
    by number alone the whole plan of the run would be read again for every portion.
    """
    ends = (f"(SELECT {end}(row_number) FROM {staged})" for end in ("min", "max"))
    return "(SELECT * FROM import_plan WHERE row_number BETWEEN {} AND {})".format(*ends)
