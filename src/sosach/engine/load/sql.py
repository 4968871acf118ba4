"""Paths, texts and names inside SQL statements."""

import re
from pathlib import Path

COPY_OPTIONS = "FORMAT parquet, COMPRESSION lz4_raw, ROW_GROUP_SIZE 122880, DICTIONARY_SIZE_LIMIT 1000"
_WILDCARD = re.compile(r"([*?\[])")


def pattern(path: Path) -> str:
    """A path as an SQL literal for reading: DuckDB takes `*`, `?` and `[` in it for wildcards.

    >>> pattern(Path("xe [1]*.csv"))
    "'xe [[]1][*].csv'"
    """
    return literal(_WILDCARD.sub(r"[\1]", str(path)))


def rows_of(parquet: Path) -> str:
    """SQL source of a Parquet file's rows with `file_row_number`."""
    return f"read_parquet({pattern(parquet)}, file_row_number = true, hive_partitioning = false)"


def literal(value: Path | str) -> str:
    """A text as an SQL literal.

    >>> literal("l'an")
    "'l''an'"
    """
    return "'" + str(value).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as an SQL identifier.

    >>> identifier('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'
