"""The order of day and month in date columns, decided by evidence from a sample."""

from collections.abc import Sequence

import duckdb

from sosach.engine.load.cells import DATE_COLUMNS
from sosach.engine.load.loaded import DateOrder
from sosach.engine.load.sampling import sampled

_SAMPLE = 60_000
_PARTS = r"^\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{2}|\d{4})\b"
_YEAR_FIRST = r"^\s*\d{4}[/.\-]\d{1,2}[/.\-]\d{1,2}\b"


def date_orders(con: duckdb.DuckDBPyConnection, sql: str, rows: int, columns: Sequence[str]) -> dict[str, DateOrder]:
    """Order per date column that holds a value.

    Vietnamese registers write day/month/year. Month first is believed only where some value is impossible otherwise
    (`05/13/1980`) and no value contradicts it; year first where most values are written so.

    Args:
        con: connection.
        sql: the register's SELECT with `row`.
        rows: its rows.
        columns: recognised columns.
    """
    dated = [name for name in columns if name in DATE_COLUMNS]
    if not dated:
        return {}
    counts = ", ".join(_counts(name) for name in dated)
    row = con.execute(
        f"SELECT {counts} FROM (SELECT {', '.join(dated)} FROM ({sql}) WHERE {sampled(rows, _SAMPLE)})"
    ).fetchall()[0]
    orders: dict[str, DateOrder] = {}
    for at, name in enumerate(dated):
        filled, parted, day_first, month_first, year_first = row[at * 5 : at * 5 + 5]
        if filled:
            orders[name] = _order(parted, day_first, month_first, year_first)
    return orders


def _counts(name: str) -> str:
    first = f"try_cast(regexp_extract({name}, '{_PARTS}', 1) AS INTEGER)"
    second = f"try_cast(regexp_extract({name}, '{_PARTS}', 2) AS INTEGER)"
    return (
        f"count({name}), count(*) FILTER ({first} IS NOT NULL),"
        f" count(*) FILTER ({first} BETWEEN 13 AND 31 AND {second} BETWEEN 1 AND 12),"
        f" count(*) FILTER ({second} BETWEEN 13 AND 31 AND {first} BETWEEN 1 AND 12),"
        f" count(*) FILTER (regexp_matches({name}, '{_YEAR_FIRST}'))"
    )


def _order(parted: int, day_first: int, month_first: int, year_first: int) -> DateOrder:
    if year_first > parted:
        return "ymd"
    return "mdy" if month_first and not day_first else "dmy"
