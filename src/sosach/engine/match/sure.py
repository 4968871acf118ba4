"""Records settled by their number: it leads to one person, confirmed by the name and not denied by the birth date.

A number alone proves little (about one in two hundred belongs to somebody else); with the name it settles the record
for good. Whatever is left goes on to be scored.
"""

import math

import duckdb

from sosach.engine.match.levels import birth_level, code, codes, place_level
from sosach.engine.match.weights import HAS, Weights

# Birth dates that speak against the person.
DENIED = codes("birth", "part", "conflict")

# A cell may hold a repaired PIN beside an old number: both are followed, to each person once.
_NUMBERS = (
    ("p.pin = coalesce(v.pin, v.pin_rep)", f"CASE WHEN v.pin IS NULL THEN {code('id', 'pin_repair')} ELSE 0 END"),
    (
        "p.old = coalesce(v.old, v.old_rep) AND p.pin IS DISTINCT FROM coalesce(v.pin, v.pin_rep)",
        f"CASE WHEN v.old IS NULL THEN {code('id', 'old_id_repair')} ELSE {code('id', 'old_id')} END",
    ),
)


def find_sure(con: duckdb.DuckDBPyConnection, weights: Weights) -> None:
    """Make `sure`, `led` (row, p_row) and `unsure`.

    Columns of `sure`: row, p_row, has, form, known, n2, bits, lid, lname, lbirth, lplace; the person's pin and commune.

    `sure` has at most one line per record; `led` are the persons to whom the numbers of other records lead; `unsure` are
    those records of `mr` that are not sure.
    """
    con.execute(f"CREATE OR REPLACE TABLE named AS {' UNION ALL '.join(_led_sql(*number) for number in _NUMBERS)}")
    worth = " ".join(
        f"WHEN {code('id', has)} THEN {math.log2(max(weights.persons, 2) / weights.wrong[has]):.4f}" for has in HAS[:-1]
    )
    con.execute(
        f"""
        CREATE OR REPLACE TABLE sure AS
        SELECT row, p_row, has, form, known, n2,
               ((CASE lid {worth} END) - log2(greatest(n2, 1)))::FLOAT AS bits, lid, lname, lbirth, lplace, pin, commune
        FROM named WHERE lname IS NOT NULL AND lbirth NOT IN ({DENIED})
        AND row NOT IN (SELECT row FROM named GROUP BY row HAVING count(*) > 1)"""
    )
    con.execute("CREATE OR REPLACE TABLE unsure AS SELECT * FROM mr ANTI JOIN sure USING (row)")
    con.execute("CREATE OR REPLACE TABLE led AS SELECT row, p_row FROM named ANTI JOIN sure USING (row)")
    for table in ("mr", "named"):
        con.execute(f"DROP TABLE {table}")


def _led_sql(on: str, level: str) -> str:
    """Persons to whom a number leads; `lname` is NULL where the toneless names differ."""
    name = f"""CASE WHEN v.k1h = p.k1h THEN {code("name", "equal")}
                    WHEN v.k2h <> p.k2h OR p.k2h IS NULL THEN NULL
                    WHEN v.accented AND p.accented THEN {code("name", "tone")} ELSE {code("name", "toneless")} END"""
    return f"""
    SELECT v.row, p.p_row, v.has, {FORM_SQL} AS form, v.n2, (v.accented AND v.n1 = 0)::TINYINT AS known, ({level})::TINYINT AS lid, ({name})::TINYINT AS lname,
           {birth_level()} AS lbirth, {place_level()} AS lplace, p.pin, p.c1 AS commune
    FROM mr v JOIN mp p ON {on}"""


# What the record says of the birth date: 0 a date, 1 a year only, 2 nothing.
FORM_SQL = "(CASE WHEN v.ymd IS NOT NULL THEN 0 WHEN v.yob IS NOT NULL THEN 1 ELSE 2 END)::TINYINT"
