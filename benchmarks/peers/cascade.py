"""The plain SQL cascade: normalise every row, then PIN, old number and name, name and birth date; unique matches only."""

from pathlib import Path

import duckdb
from cpu import Parts
from peers.normalise import connect, prepare

# Each step: what must be equal. A key that several persons share links nobody.
STEPS = (
    ("pin",),
    ("old_id", "name"),
    ("name", "b_date", "commune"),
    ("name", "b_date"),
)


def run(data: Path, out: Path) -> dict[str, dict[str, float]]:
    """Write `links.parquet` into `out`; returns what its parts cost."""
    parts = Parts()
    with connect(out) as con:
        with parts.part("normalise"):
            prepare(con, data)
        with parts.part("link"):
            _link(con, out)
    return parts.costs


def _link(con: duckdb.DuckDBPyConnection, out: Path) -> None:
    con.execute("CREATE TABLE found (row BIGINT, p_row BIGINT)")
    for step in STEPS:
        columns = ", ".join(step)
        con.execute(f"""
            INSERT INTO found
            SELECT v.row, k.p_row
            FROM (SELECT * FROM v ANTI JOIN found USING (row)) v
            JOIN (SELECT {columns}, min(p_row) AS p_row FROM p GROUP BY ALL HAVING count(*) = 1) k USING ({columns})""")
    con.execute(f"""
        COPY (
            SELECT row, coalesce(p.pin, p.given) AS pin, NULL::DOUBLE AS probability, false AS tied, true AS linked
            FROM found JOIN p USING (p_row)
        ) TO '{out}/links.parquet' (FORMAT parquet)""")
